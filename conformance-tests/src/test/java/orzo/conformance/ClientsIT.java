package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.Ports;

/** Graphite and StatsD in, with mapping rules, PromQL out, on one gateway. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ClientsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int STATSD_PORT = Ports.free();

  private static Path rules;
  private static GatewayServer gateway;
  private static PrometheusClient client;

  @BeforeAll
  static void start() throws IOException {
    rules =
        Files.writeString(
            Workspace.directory("ClientsIT-rules").resolve("rules.yaml"),
            """
            mappings:
              - match: "servers.*.cpu.*"
                name: server_cpu_percent
                labels: {host: "$1", mode: "$2"}
                resource: {type: host, id: "$1"}
              - match: "shop.*.requests"
                match_metric_type: timer
                name: shop_request_seconds
                labels: {shop: "$1"}
            """);
    gateway =
        Workspace.gateway(
            "ClientsIT",
            Map.of(
                "mapping.file", rules.toString(),
                "statsd.port", Integer.toString(STATSD_PORT),
                "statsd.management-port", "0",
                "statsd.flush-interval", "1s",
                "statsd.timers", "native-histogram"));
    gateway.start();
    client = new PrometheusClient(gateway.url(), "");
  }

  @AfterAll
  static void stop() {
    client.close();
    gateway.close();
  }

  private static void sendLines(String text) throws IOException {
    try (Socket socket = new Socket(LOOPBACK, gateway.carbonPort())) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void sendStatsd(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, STATSD_PORT));
    }
  }

  private static List<QueryAnswer.Series> query(String expression) {
    return client.query(expression, InstantSource.system().millis()).series();
  }

  /** Waits until an expression finds series with these values, in any order. */
  private static void awaitValues(String expression, Double... expected) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(query(expression))
                .as(expression)
                .extracting(QueryAnswer.Series::value)
                .containsExactlyInAnyOrder(expected));
  }

  @Test
  void mappedAndOtherPaths_areFoundByPathAndByNode() throws IOException {
    sendLines(
        """
        servers.web01.cpu.user 1 -1
        servers.web02.cpu.user 2 -1
        servers.web01.load 3 -1
        servers.web02.load;rack=r1 4 -1
        """);
    awaitValues("server_cpu_percent{host=\"web01\",mode=\"user\"}", 1.0);
    awaitValues("{__path__=\"servers.web01.cpu.user\"}", 1.0);
    awaitValues("{__path__=~\"servers\\\\.web0[12]\\\\.cpu\\\\..*\"}", 1.0, 2.0);
    awaitValues("{__path__=~\"servers\\\\..*\",__path__!~\".*cpu.*\"}", 3.0, 4.0);
    awaitValues("{__glob__=\"servers.*.cpu.user\"}", 1.0, 2.0);
    awaitValues("{__glob__=\"servers.{web01,web03}.*\"}", 3.0);
    awaitValues("sum({__glob__=\"*.web02.*\"})", 4.0);
    // As unmapped paths always were.
    awaitValues("{__name__=\"servers.web01.load\"}", 3.0);
    awaitValues("{\"servers.web02.load\",rack=\"r1\"}", 4.0);
    awaitValues("{__name__=~\"servers\\\\.[^.]+\\\\.load\"}", 3.0, 4.0);
    assertThat(query("{__path__=\"servers.web01.cpu.user\"}").getFirst().labels())
        .as("the path is no label")
        .isEqualTo(Map.of("__name__", "server_cpu_percent", "host", "web01", "mode", "user"));
    String values =
        PrometheusClient.path(
            "/api/v1/label/__path__/values", "match[]", "{__glob__=\"servers.*.cpu.*\"}");
    assertThat(client.get(values).data().texts())
        .containsExactly("servers.web01.cpu.user", "servers.web02.cpu.user");
  }

  @Test
  void rules_giveResources_andAreReadAgainWhenTheyChange() throws IOException {
    sendLines("servers.web09.cpu.idle 1 -1\nracks.r1.power 5 -1\n");
    awaitValues("server_cpu_percent{host=\"web09\"}", 1.0);
    awaitValues("{__name__=\"racks.r1.power\"}", 5.0);
    await()
        .atMost(PATIENCE)
        .until(() -> MetricsPage.of(gateway.url()).sum("orzo_resources", "type=\"host\"") >= 1);
    Files.writeString(
        rules,
        Files.readString(rules)
            + """
              - match: "racks.*.power"
                name: rack_power_watts
                labels: {rack: "$1"}
            """);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          sendLines("racks.r1.power 6 -1\n");
          assertThat(query("rack_power_watts{rack=\"r1\"}")).hasSize(1);
        });
    awaitValues("count({__path__=\"racks.r1.power\"})", 2.0); // what it was before stays
  }

  @Test
  void glob_withTheComparisonOfAnExpression_isABadRequest() {
    PrometheusClient.Reply reply =
        client.get(PrometheusClient.path("/api/v1/query", "query", "{__glob__=~\"a.*\"}"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text()).contains("__glob__=~", "expected: = or !=");
  }

  @Test
  void timers_asNativeHistograms_haveQuantiles() throws IOException {
    for (int i = 1; i <= 100; i++) {
      sendStatsd("shop.north.requests:" + i + "|ms|#env:prod");
    }
    String series = "shop_request_seconds{shop=\"north\",env=\"prod\"}";
    awaitValues("histogram_count(" + series + ")", 100.0);
    awaitValues("histogram_sum(" + series + ")", 5050.0);
    for (double quantile : new double[] {0.1, 0.5, 0.9, 0.99}) {
      assertThat(query("histogram_quantile(" + quantile + ", " + series + ")").getFirst().value())
          .as("quantile %s", quantile)
          .isCloseTo(100 * quantile, withinPercentage(9.1)); // how far apart bounds are
    }
    sendStatsd("shop.north.requests:200|ms|@0.02|#env:prod");
    awaitValues("histogram_count(" + series + ")", 150.0);
    awaitValues("resets(" + series + "[5m])", 0.0);
    awaitValues("histogram_count(increase(" + series + "[5m])) > bool 49", 1.0);
    awaitValues("count({__path__=\"shop.north.requests\"})", 1.0);
  }

  @Test
  void statsd_inTheLabelForm_isFoundByTheNameThatWasSent() throws IOException {
    sendStatsd("web.hits:3|c\nqueue.length:7|g");
    awaitValues("web_hits_total", 3.0);
    awaitValues("{__path__=\"web.hits\"}", 3.0);
    awaitValues("{__path__=\"queue.length\"}", 7.0);
    awaitValues("{__glob__=\"stats.gauges.queue.*\"}", 7.0);
  }
}
