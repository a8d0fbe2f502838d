package orzo.conformance;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static orzo.conformance.prometheus.WriteRequestBody.encodeLabels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.conformance.prometheus.QueryAnswer.Point;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.Distribution;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.ServerProcess;

/** Start, stop, and what lies between. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class LifecycleIT {
  /** Twice what a busy build machine was seen to need; an idle one is ready in under 3 s. */
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  /** Promised for a clean stop. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private static final long T0 = 1_700_000_000_000L;

  @Test
  void restart_afterSigtermAndAfterSigkillOfBoth_keepsAllData() {
    try (GatewayServer gateway = Workspace.gateway("LifecycleIT-restart", Map.of())) {
      assertThat(gateway.start()).isLessThan(START_LIMIT);
      List<Point> expected = new ArrayList<>();
      writeAndCheck(gateway, expected);

      long began = System.nanoTime();
      gateway.terminate(STOP_LIMIT);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(STOP_LIMIT);
      await("the embedded Redis ends with its gateway")
          .atMost(STOP_LIMIT)
          .until(() -> gateway.redisProcesses().isEmpty());

      gateway.start();
      check(gateway, expected);
      writeAndCheck(gateway, expected);

      // Redis hands its log to the system once a second; a killed process keeps what was handed on.
      long written = System.nanoTime();
      await()
          .pollDelay(Duration.ofMillis(2_500))
          .until(() -> System.nanoTime() - written > 2_000_000_000L);
      assertThat(gateway.redisProcesses()).hasSize(1);
      gateway.killWithRedis();
      assertThat(gateway.redisProcesses()).isEmpty();
      gateway.start();
      check(gateway, expected);
      writeAndCheck(gateway, expected);
    }
  }

  @Test
  void restart_afterSigkillOfTheGatewayAlone_goesOnWithItsRedis() {
    try (GatewayServer gateway = Workspace.gateway("LifecycleIT-adopt", Map.of())) {
      gateway.start();
      List<Point> expected = new ArrayList<>();
      writeAndCheck(gateway, expected);
      gateway.kill();
      gateway.start();
      check(gateway, expected);
      writeAndCheck(gateway, expected);
      assertThat(gateway.redisProcesses()).as("one Redis on one directory").hasSize(1);
      gateway.terminate(STOP_LIMIT);
    }
  }

  @Test
  void start_withoutARedisOnThePath_runsTheCarriedOne() throws IOException {
    Path directory = Workspace.directory("LifecycleIT-carried");
    Map<String, String> environment = Map.of("PATH", pathWithoutRedis(directory.resolve("path")));
    try (GatewayServer gateway =
        new GatewayServer(Distribution.fromProperty(), directory, Map.of(), environment)) {
      gateway.start();
      List<Point> expected = new ArrayList<>();
      writeAndCheck(gateway, expected);
      assertThat(gateway.redisProcesses())
          .singleElement()
          .extracting(redis -> redis.info().command().orElse(""))
          .asString()
          .as("a program of the gateway's own")
          .startsWith(directory.toString());
      gateway.killWithRedis();
      gateway.start();
      writeAndCheck(gateway, new ArrayList<>());
    }
  }

  /** A directory with links to all programs of the PATH but Redis. */
  private static String pathWithoutRedis(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String entry : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!entry.isEmpty() && Files.isDirectory(Path.of(entry))) {
        try (Stream<Path> programs = Files.list(Path.of(entry))) {
          for (Path program : programs.toList()) {
            Path link = directory.resolve(program.getFileName().toString());
            if (!link.toString().contains("redis") && !Files.exists(link, NOFOLLOW_LINKS)) {
              Files.createSymbolicLink(link, program.toAbsolutePath());
            }
          }
        }
      }
    }
    return directory.toString();
  }

  private static void writeAndCheck(GatewayServer gateway, List<Point> expected) {
    try (TenantClient client = TenantClient.of(gateway, "lifecycle")) {
      byte[] encoded = encodeLabels("__name__", "kept", "a", "b");
      WriteRequestBody body = new WriteRequestBody();
      for (int i = 0; i < 1_000; i++) {
        Point point = new Point(T0 + expected.size() * 250L, Math.sqrt(expected.size()));
        body.add(encoded, point.timestampMillis(), point.value());
        expected.add(point);
      }
      body.addMetadata(2, "kept", "What must stay.", "");
      client.write(body);
    }
    check(gateway, expected);
  }

  private static void check(GatewayServer gateway, List<Point> expected) {
    try (TenantClient client = TenantClient.of(gateway, "lifecycle")) {
      long end = expected.getLast().timestampMillis() + 1;
      assertThat(client.raw("kept", Duration.ofHours(1), end)).isEqualTo(expected);
      assertThat(client.reader().get("/api/v1/metadata").text()).contains("What must stay.");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http.prot, 8041, http.port",
    "no.such.thing, 1, no.such.thing",
    "http.port, many, many",
    "engine.flush-interval, soon, engine.flush-interval"
  })
  void start_withABadSetting_saysSoInOneLine(String key, String value, String named) {
    try (GatewayServer gateway =
        Workspace.gateway("LifecycleIT-" + key + "-" + value, Map.of(key, value))) {
      ServerProcess process = gateway.launch();
      assertThat(process.awaitExit(START_LIMIT)).isNotZero();
      List<String> said = new ArrayList<>(process.errLines());
      said.addAll(process.outLines());
      assertThat(said).singleElement().asString().contains(key, named);
    }
  }
}
