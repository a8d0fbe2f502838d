package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.Ports;
import orzo.conformance.server.ServerProcess;

/** The README's examples of Graphite, collectd and StatsD, run as they stand there. */
@Tag("peers")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class ReadmePeerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int STATSD_PORT = Ports.free();
  private static final int MANAGEMENT_PORT = Ports.free();
  private static GatewayServer gateway;
  private static String readme;

  @BeforeAll
  static void start() throws IOException {
    readme = Files.readString(Path.of("../README.md"));
    gateway =
        Workspace.gateway(
            "ReadmePeerIT",
            Map.of(
                "statsd.port",
                Integer.toString(STATSD_PORT),
                "statsd.management-port",
                Integer.toString(MANAGEMENT_PORT),
                "statsd.flush-interval",
                "1s",
                "statsd.timers",
                "summary,native-histogram"));
    gateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** What stands below a heading, up to the next one, with the ports of this test. */
  private static String section(String heading) {
    int start = readme.indexOf("\n### " + heading + "\n");
    assertThat(start).as(heading).isPositive();
    int end = readme.indexOf("\n#", start + 5);
    return readme
        .substring(start, end)
        .replace("2003", Integer.toString(gateway.carbonPort()))
        .replace("8125", Integer.toString(STATSD_PORT))
        .replace("8126", Integer.toString(MANAGEMENT_PORT))
        .replace("http://127.0.0.1:8041", gateway.url().toString());
  }

  /** The commands of a section that begin with a word. */
  private static List<String> commands(String heading, String pattern) {
    List<String> commands =
        section(heading)
            .lines()
            .filter(line -> line.startsWith("    "))
            .map(String::strip)
            .filter(line -> line.matches(pattern))
            .toList();
    assertThat(commands).as("commands of %s", heading).isNotEmpty();
    return commands;
  }

  private static String run(String name, String... command) {
    try (ServerProcess process =
        ServerProcess.start(name, List.of(command), Map.of(), gateway.directory())) {
      assertThat(process.awaitExit(PATIENCE)).as(process.printed()).isZero();
      return Files.readString(gateway.directory().resolve(name + ".out"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shell(String command) {
    return run("shell", "/bin/sh", "-c", command);
  }

  private static void assertFinds(String curl) {
    await(curl)
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(shell(curl)).contains("\"result\":[{\"metric\":"));
  }

  @Test
  void graphite_byNetcat_isFoundByCurl() {
    Path _ = ServerProcess.program("nc", "netcat-openbsd");
    commands("Graphite and collectd", ".*\\| nc .*").forEach(ReadmePeerIT::shell);
    commands("Graphite and collectd", "curl .*").forEach(ReadmePeerIT::assertFinds);
  }

  @Test
  void statsd_byNetcat_isFoundByCurl() {
    Path _ = ServerProcess.program("nc", "netcat-openbsd");
    List<String> commands = commands("StatsD", ".*\\| nc .*");
    assertThat(commands).last().asString().contains("gauges");
    commands.subList(0, commands.size() - 1).forEach(ReadmePeerIT::shell);
    assertThat(shell(commands.getLast())).contains("queue: 9").endsWith("END\n\n");
    commands("StatsD", "curl .*").forEach(ReadmePeerIT::assertFinds);
  }

  @Test
  void statsd_byHotShots_isFound() throws IOException {
    String section = section("StatsD");
    int start = section.indexOf("```js\n") + 6;
    Path clients = Path.of("src/test/node/node_modules").toAbsolutePath();
    assertThat(clients)
        .as("the clients; install them with: npm ci --prefix conformance-tests/src/test/node")
        .matches(Files::isDirectory);
    String script = section.substring(start, section.indexOf("```", start)) + "client.close();\n";
    Path file = Files.writeString(gateway.directory().resolve("readme.js"), script);
    Path node = ServerProcess.program("node", "nodejs");
    try (ServerProcess process =
        ServerProcess.start(
            "node",
            List.of(node.toString(), file.toString()),
            Map.of("NODE_PATH", clients.toString()),
            gateway.directory())) {
      assertThat(process.awaitExit(PATIENCE)).as(process.printed()).isZero();
    }
    awaitSeries("web_time_sum{env=\"prod\"} == 42");
    awaitSeries("queue{env=\"prod\"} == 12");
    awaitSeries("web_hits_total{env=\"prod\",host=\"\"} == 1");
  }

  @Test
  void collectd_withTheSnippet_isFound() throws IOException {
    String section = section("Graphite and collectd");
    int start = section.indexOf("```\nLoadPlugin") + 4;
    String snippet = section.substring(start, section.indexOf("```", start));
    Path directory = Workspace.directory("ReadmePeerIT-collectd");
    Path configuration = directory.resolve("collectd.conf");
    Files.writeString(
        configuration,
        """
        Hostname "web01"
        FQDNLookup false
        Interval 1
        BaseDir "%1$s"
        PIDFile "%1$s/collectd.pid"
        TypesDB "/usr/share/collectd/types.db"
        LoadPlugin load
        %2$s
        """
            .formatted(directory, snippet));
    Path program = ServerProcess.program("collectd", "collectd-core");
    try (ServerProcess collectd =
        ServerProcess.start(
            "collectd",
            List.of(program.toString(), "-f", "-C", configuration.toString()),
            Map.of(),
            directory)) {
      awaitSeries("collectd_load_shortterm{instance=\"web01\"}");
      awaitSeries("{__path__=\"web01.load.load.shortterm\"}");
      assertThat(collectd.isAlive()).isTrue();
    }
  }

  private static void awaitSeries(String expression) {
    try (PrometheusClient client = new PrometheusClient(gateway.url(), "")) {
      await(expression)
          .atMost(PATIENCE)
          .until(
              () -> client.query(expression, InstantSource.system().millis()).series().size() == 1);
    }
  }
}
