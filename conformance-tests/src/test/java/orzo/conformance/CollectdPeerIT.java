package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.ServerProcess;

/** collectd writes to the gateway with its plugin write_graphite. */
@Tag("peers")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CollectdPeerIT {
  private static final int SECONDS = 15;

  private static ServerProcess collectd(Path directory, int port) throws IOException {
    Path program = ServerProcess.program("collectd", "collectd-core");
    Path configuration = directory.resolve("collectd.conf");
    String node =
        """
          <Node "%1$s">
            Host "127.0.0.1"
            Port "%2$d"
            Protocol "%1$s"
            Prefix "%1$s."
          </Node>
        """;
    Files.writeString(
        configuration,
        """
        Hostname "web01.example.org"
        FQDNLookup false
        Interval 1
        BaseDir "%1$s"
        PIDFile "%1$s/collectd.pid"
        TypesDB "/usr/share/collectd/types.db"
        LoadPlugin logfile
        <Plugin logfile>
          LogLevel "info"
          File STDOUT
        </Plugin>
        LoadPlugin cpu
        LoadPlugin load
        LoadPlugin memory
        LoadPlugin interface
        LoadPlugin write_graphite
        <Plugin write_graphite>
        %2$s%3$s</Plugin>
        """
            .formatted(directory, node.formatted("tcp", port), node.formatted("udp", port)));
    return ServerProcess.start(
        "collectd",
        List.of(program.toString(), "-f", "-C", configuration.toString()),
        Map.of(),
        directory);
  }

  @Test
  void collectd_byTcpAndUdp_isReadBackByPromQl() throws Exception {
    Path directory = Workspace.directory("CollectdPeerIT-collectd");
    try (GatewayServer gateway = Workspace.gateway("CollectdPeerIT", Map.of())) {
      gateway.start();
      try (ServerProcess collectd = collectd(directory, gateway.carbonPort());
          PrometheusClient client = new PrometheusClient(gateway.url(), "")) {
        for (String protocol : List.of("tcp", "udp")) {
          await(protocol)
              .atMost(Duration.ofSeconds(60))
              .until(() -> count(client, series(protocol, "load_shortterm")) >= SECONDS);
        }
        assertThat(collectd.isAlive()).isTrue();
        for (String protocol : List.of("tcp", "udp")) {
          check(client, protocol);
        }
      }
      MetricsPage page = MetricsPage.of(gateway.url());
      assertThat(page.sum("orzo_resources", "type=\"collectd_host\"")).as("hosts").isEqualTo(2);
      for (String protocol : List.of("carbon_line", "carbon_udp")) {
        String label = "protocol=\"" + protocol + "\"";
        double received = page.sum("orzo_samples_received_total", label);
        double accepted = page.sum("orzo_samples_accepted_total", label);
        double nan = page.sum("orzo_samples_rejected_total", label, "reason=\"nan\"");
        assertThat(accepted).as("accepted by %s", protocol).isGreaterThan(10 * SECONDS);
        assertThat(nan).as("first rates, which collectd does not know").isPositive();
        assertThat(accepted + nan).as("nothing else is wrong").isEqualTo(received);
      }
    }
  }

  /** A series as the built-in mapping rules name it; the prefix is a part of the host. */
  private static String series(String protocol, String name, String... labels) {
    StringBuilder matchers = new StringBuilder("instance=\"" + protocol + ".web01_example_org\"");
    for (int i = 0; i < labels.length; i += 2) {
      matchers.append(',').append(labels[i]).append("=\"").append(labels[i + 1]).append('"');
    }
    return "collectd_" + name + "{" + matchers + "}";
  }

  private static double count(PrometheusClient client, String series) {
    List<QueryAnswer.Series> found = ask(client, "count_over_time(" + series + "[1m])");
    return found.isEmpty() ? 0 : found.getFirst().value();
  }

  private static List<QueryAnswer.Series> ask(PrometheusClient client, String query) {
    return client.query(query, InstantSource.system().millis()).series();
  }

  private static double one(PrometheusClient client, String query) {
    List<QueryAnswer.Series> found = ask(client, query);
    assertThat(found).as(query).hasSize(1);
    return found.getFirst().value();
  }

  private static void check(PrometheusClient client, String protocol) throws IOException {
    double load = one(client, series(protocol, "load_shortterm"));
    assertThat(load).as("load").isBetween(0.0, 10_000.0);

    double total = 0;
    for (String part : List.of("used", "buffered", "cached", "free", "slab_unrecl", "slab_recl")) {
      total += one(client, series(protocol, "memory", "memory", part));
    }
    assertThat(total).as("memory").isCloseTo(totalMemory(), within(0.05 * totalMemory()));

    // A processor's states share its time out: 100 ticks a second, whatever it does.
    double ticks =
        one(client, "sum(avg_over_time(" + series(protocol, "cpu", "cpu", "0") + "[10s]))");
    assertThat(ticks).as("cpu").isBetween(50.0, 150.0);

    assertThat(ask(client, series(protocol, "interface_if_octets_rx", "interface", "lo")))
        .hasSize(1);
    double gap =
        one(
            client,
            "max(timestamp("
                + series(protocol, "interface_if_octets_tx", "interface", "lo")
                + "))");
    assertThat(gap * 1000)
        .as("time of the last sample")
        .isCloseTo(InstantSource.system().millis(), within(30_000.0));
  }

  private static double totalMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc/meminfo")).stream()
        .filter(line -> line.startsWith("MemTotal:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
