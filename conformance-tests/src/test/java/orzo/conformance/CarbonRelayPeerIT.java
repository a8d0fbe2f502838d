package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.Ports;
import orzo.conformance.server.ServerProcess;

/** Graphite's own relay sends what it gets on to the gateway. */
@Tag("peers")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CarbonRelayPeerIT {
  private static final long T0 = 1_700_000_000L;
  private static final int PATHS = 500;
  private static final int ROUNDS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static ServerProcess relay(Path directory, int port, String protocol, int destination)
      throws IOException {
    Path program = ServerProcess.program("carbon-relay", "graphite-carbon");
    Path configuration = directory.resolve("carbon.conf");
    Files.writeString(
        configuration,
        """
        [cache]
        [relay]
        USER =
        LINE_RECEIVER_INTERFACE = 127.0.0.1
        LINE_RECEIVER_PORT = %d
        PICKLE_RECEIVER_INTERFACE = 127.0.0.1
        PICKLE_RECEIVER_PORT = %d
        RELAY_METHOD = rules
        DESTINATIONS = 127.0.0.1:%d
        DESTINATION_PROTOCOL = %s
        CARBON_METRIC_INTERVAL = 1
        MAX_DATAPOINTS_PER_MESSAGE = 300
        MAX_QUEUE_SIZE = 100000
        """
            .formatted(port, Ports.free(), destination, protocol));
    Path rules = directory.resolve("relay-rules.conf");
    Files.writeString(
        rules, "[default]\ndefault = true\ndestinations = 127.0.0.1:%d\n".formatted(destination));
    // It wants to see this file, though it stores nothing.
    Files.writeString(
        directory.resolve("storage-schemas.conf"), "[all]\npattern = .*\nretentions = 60s:1d\n");
    return ServerProcess.start(
        "carbon-relay",
        List.of(
            program.toString(),
            "--config=" + configuration,
            "--rules=" + rules,
            "--pidfile=" + directory.resolve("relay.pid"),
            "--logdir=" + directory,
            "--nodaemon",
            "start"),
        Map.of(),
        directory);
  }

  private static String path(int i) {
    return i % 5 == 0
        ? "disk.used;host=web" + i + ";disk=größe"
        : "servers.web%03d.cpu-0.idle".formatted(i);
  }

  /** A value that the relay keeps: to lines it writes ten decimals. */
  private static double value(int i, int round) {
    return i % 3 == 0 ? i * 1e10 + round : i / 8.0 - round;
  }

  private static void send(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      for (int round = 0; round < ROUNDS; round++) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < PATHS; i++) {
          text.append(path(i)).append(' ').append(value(i, round)).append(' ').append(T0 + round);
          text.append('\n');
        }
        socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pickle", "line"})
  void relay_toTheGateway_bringsEveryValue(String protocol) throws Exception {
    String name = "CarbonRelayPeerIT-" + protocol;
    int port = Ports.free();
    try (GatewayServer gateway = Workspace.gateway(name, Map.of())) {
      gateway.start();
      int destination = protocol.equals("pickle") ? gateway.picklePort() : gateway.carbonPort();
      try (ServerProcess relay =
              relay(Workspace.directory(name + "-relay"), port, protocol, destination);
          PrometheusClient client = new PrometheusClient(gateway.url(), "")) {
        await("the relay listens")
            .atMost(PATIENCE)
            .ignoreExceptionsMatching(e -> e instanceof IOException)
            .until(() -> {
              send(port);
              return true;
            });
        await("all series")
            .atMost(PATIENCE)
            .until(() -> samples(client).size() == PATHS && isComplete(samples(client)));
        assertThat(relay.isAlive()).isTrue();
        check(samples(client));
        await("its own metrics")
            .atMost(PATIENCE)
            .until(() -> accepted(gateway, protocol) > PATHS * ROUNDS);
      }
      assertThat(MetricsPage.of(gateway.url()).sum("orzo_samples_rejected_total")).isZero();
    }
  }

  private static double accepted(GatewayServer gateway, String protocol) {
    return MetricsPage.of(gateway.url())
        .sum("orzo_samples_accepted_total", "protocol=\"carbon_" + protocol + "\"");
  }

  private static List<QueryAnswer.Series> samples(PrometheusClient client) {
    return client.query("{__name__=~\"disk.used|servers.*\"}[1m]", (T0 + ROUNDS) * 1000).series();
  }

  private static boolean isComplete(List<QueryAnswer.Series> series) {
    return series.stream().allMatch(one -> one.points().size() == ROUNDS);
  }

  private static void check(List<QueryAnswer.Series> found) {
    for (QueryAnswer.Series series : found) {
      String name = String.valueOf(series.labels().get("__name__"));
      String host =
          name.equals("disk.used") ? series.labels().get("host") : name.split("\\.", -1)[1];
      int i = Integer.parseInt(String.valueOf(host).substring("web".length()));
      if (i % 5 == 0) {
        assertThat(series.labels()).hasSize(3).containsEntry("disk", "größe");
      }
      for (int round = 0; round < ROUNDS; round++) {
        QueryAnswer.Point point = series.points().get(round);
        assertThat(point.timestampMillis()).isEqualTo((T0 + round) * 1000);
        assertThat(point.value()).as("%s at %d", name, round).isEqualTo(value(i, round));
      }
    }
  }
}
