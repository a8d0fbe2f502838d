package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import orzo.conformance.server.GatewayServer;

/** Several clients write numbered samples while something is killed again and again. */
final class CrashScenario {
  private static final int WRITERS = 4;

  private final GatewayServer gateway;
  private final RandomGenerator random;
  private final int kills;

  /**
   * Prepares a run.
   *
   * @param gateway not started yet
   * @param seed decides on the moments
   */
  CrashScenario(GatewayServer gateway, long seed, int kills) {
    this.gateway = gateway;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.kills = kills;
  }

  /**
   * Starts the gateway, writes and kills, and compares what is there in the end with what was
   * acknowledged: once from the running gateway, and once after a clean restart.
   *
   * @param killAndRestart what happens at each of the random moments
   */
  void run(Runnable killAndRestart) {
    gateway.start();
    List<NumberedWriter> writers = new ArrayList<>();
    try {
      for (int i = 0; i < WRITERS; i++) {
        writers.add(NumberedWriter.start(gateway, i, random.nextLong()));
      }
      for (int kill = 0; kill < kills; kill++) {
        awaitProgress(writers);
        awaitNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(1_500)));
        killAndRestart.run();
      }
      awaitProgress(writers);
    } finally {
      writers.forEach(NumberedWriter::close);
    }
    checkAll(writers);
    gateway.terminate(Duration.ofSeconds(10));
    gateway.start();
    checkAll(writers);
  }

  /**
   * Waits until each writer had something acknowledged after now, so that each kill hits traffic.
   */
  private static void awaitProgress(List<NumberedWriter> writers) {
    List<Long> before = writers.stream().map(NumberedWriter::acknowledgedBodies).toList();
    Awaitility.await("every writer gets acknowledgements")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .until(() ->
            IntStream.range(0, writers.size())
                .allMatch(i -> writers.get(i).acknowledgedBodies() > before.get(i) + 2));
  }

  private static void awaitNanos(long nanos) {
    long began = System.nanoTime();
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> System.nanoTime() - began >= nanos);
  }

  private void checkAll(List<NumberedWriter> writers) {
    long acknowledged = 0;
    long unknown = 0;
    for (NumberedWriter writer : writers) {
      assertThat(writer.refusals()).as("requests refused for good").isEmpty();
      writer.check(gateway);
      acknowledged += writer.acknowledgedSamples();
      unknown += writer.unknownSamples();
    }
    System.out.printf(
        "%d kills: %,d acknowledged samples are there, each once; %,d of unknown fate%n",
        kills, acknowledged, unknown);
    assertThat(acknowledged).isPositive();
  }
}
