package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.Ports;
import orzo.conformance.server.ServerProcess;

/** Clients of npm send StatsD; what they meant is read back over the Prometheus API. */
@Tag("peers")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class StatsdClientPeerIT {
  private static final Path CLIENTS = Path.of("src/test/node");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final int port = Ports.free();
  private GatewayServer gateway;
  private PrometheusClient prometheus;

  @BeforeEach
  void start(TestInfo info) {
    Map<String, String> settings =
        Map.of(
            "statsd.port", Integer.toString(port),
            "statsd.management-port", "0",
            "statsd.flush-interval", "1s");
    String name = "StatsdClientPeerIT-" + info.getTestMethod().orElseThrow().getName();
    gateway = Workspace.gateway(name, settings);
    gateway.start();
    prometheus = new PrometheusClient(gateway.url(), "");
  }

  @AfterEach
  void stop() {
    prometheus.close();
    gateway.close();
  }

  private void send(String script, String... arguments) {
    assertThat(CLIENTS.resolve("node_modules"))
        .as("the clients; install them with: npm ci --prefix conformance-tests/src/test/node")
        .matches(Files::isDirectory);
    List<String> command = new ArrayList<>();
    command.add(ServerProcess.program("node", "nodejs").toString());
    command.add(CLIENTS.resolve(script).toAbsolutePath().toString());
    command.add(Integer.toString(port));
    command.addAll(List.of(arguments));
    try (ServerProcess client =
        ServerProcess.start("client", command, Map.of(), gateway.directory())) {
      assertThat(client.awaitExit(PATIENCE)).as(client.printed()).isZero();
    }
  }

  /** Waits until an expression has one series with this value. */
  private void awaitValue(String expression, double expected) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          List<QueryAnswer.Series> found =
              prometheus.query(expression, InstantSource.system().millis()).series();
          assertThat(found).as(expression).hasSize(1);
          assertThat(found.getFirst().value()).as(expression).isEqualTo(expected);
        });
  }

  /** Waits until the highest value that a series ever had is this. */
  private void awaitHighest(String selector, double expected) {
    awaitValue("max_over_time(" + selector + "[5m])", expected);
  }

  /** Waits until the values that a series ever had add up to this. */
  private void awaitSum(String selector, double expected) {
    awaitValue("sum_over_time(" + selector + "[5m])", expected);
  }

  private double own(String metric) {
    return MetricsPage.of(gateway.url()).sum(metric);
  }

  @Test
  void hotShots_overUdp_isUnderstood() {
    hotShots("udp");
  }

  @Test
  void hotShots_overTcp_isUnderstood() {
    hotShots("tcp");
  }

  private void hotShots(String protocol) {
    send("hot-shots.js", protocol);
    String prefix = "hotshots_" + protocol + "_";
    awaitValue(prefix + "hits_total{env=\"test\",route=\"/even\"}", 50);
    awaitValue(prefix + "hits_total{env=\"test\",route=\"/odd\"}", 50);
    awaitValue(prefix + "time_count{env=\"test\"}", 100);
    awaitValue(prefix + "time_sum{env=\"test\"}", 5050);
    awaitValue(prefix + "size_sum{env=\"test\"}", 49_500);
    awaitValue(prefix + "spread_count{env=\"test\"}", 100);
    awaitHighest(prefix + "users_distinct{env=\"test\"}", 7);
    awaitValue(prefix + "queue{env=\"test\"}", 42.5);
    awaitValue(prefix + "level{env=\"test\"}", 15);
    awaitSum("{__name__=\"stats_counts.hotshots." + protocol + ".hits\",route=\"/even\"}", 50);
    assertThat(own("orzo_statsd_events_total")).isEqualTo(1);
    assertThat(own("orzo_statsd_service_checks_total")).isEqualTo(1);
    assertThat(own("orzo_statsd_falling_counts_total")).as("one decrement").isEqualTo(1);
  }

  @Test
  void statsdClient_isUnderstood() {
    send("statsd-client.js");
    awaitValue("etsy_hits_total", 100);
    awaitValue("etsy_time_count", 100);
    awaitValue("etsy_time_sum", 5050);
    awaitHighest("etsy_users_distinct", 7);
    awaitValue("etsy_queue", 42.5);
    awaitValue("etsy_level", 6);
    awaitValue("etsy_bulk_total", 250);
    awaitSum("{__name__=\"stats_counts.etsy.bulk\"}", 250);
    awaitSum("{__name__=\"stats.timers.etsy.time.count\"}", 100);
  }
}
