package orzo.conformance;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.conformance.server.GatewayServer;

/**
 * Kills the gateway with -9 while clients write, starts it again, and looks for every sample that
 * was acknowledged. System properties: {@code orzo.crash.runs} (runs on empty directories, default
 * 1), {@code orzo.crash.kills} (in each run, default 3), {@code orzo.crash.seed} (of the first run,
 * default 1; the next runs count up from it).
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class CrashIT {
  static IntStream seeds() {
    int first = Integer.getInteger("orzo.crash.seed", 1);
    return IntStream.range(first, first + Integer.getInteger("orzo.crash.runs", 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void kill_whileWriting_losesAndRepeatsNothingAcknowledged(int seed) {
    int kills = Integer.getInteger("orzo.crash.kills", 3);
    try (GatewayServer gateway = Workspace.gateway("CrashIT-" + seed, Map.of())) {
      new CrashScenario(gateway, seed, kills)
          .run(() -> {
            gateway.kill();
            gateway.start();
          });
    }
  }
}
