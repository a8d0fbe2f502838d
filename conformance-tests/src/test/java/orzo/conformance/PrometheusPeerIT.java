package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.QueryAnswer.Point;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.PeerServer;
import orzo.conformance.server.Ports;

/**
 * A Prometheus server scrapes itself, the gateway and node exporters, and remote-writes into the
 * gateway; then both are asked the same. System property {@code orzo.peer.seconds}: how long it
 * scrapes, default 50.
 *
 * <p>Prometheus 2 counts a sample that lies exactly on the left border of a window, Prometheus 3
 * and the gateway do not. So the fraction of a second at which both are asked is chosen such that
 * no window starts on a sample. Inner times of subqueries are whole seconds, whatever the outer
 * time; the servers' scrape times are checked not to be.
 */
@Tag("peers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class PrometheusPeerIT {
  private static final Duration SCRAPING =
      Duration.ofSeconds(Integer.getInteger("orzo.peer.seconds", 50));
  private static final Duration STEP = Duration.ofSeconds(3);
  private static final String ALL = "{__name__=~\".+\"}";

  private final List<AutoCloseable> servers = new ArrayList<>();
  private GatewayServer gateway;
  private PrometheusClient theirs;
  private PrometheusClient ours;
  private PeerServer vanishing;

  /** The latest time asked about, in milliseconds. */
  private long end;

  @BeforeAll
  void scrape() {
    gateway = Workspace.gateway("PrometheusPeerIT-gateway", Map.of());
    servers.add(gateway);
    gateway.start();
    PeerServer staying = PeerServer.nodeExporter(Workspace.directory("PrometheusPeerIT-node-1"));
    servers.add(staying);
    vanishing = PeerServer.nodeExporter(Workspace.directory("PrometheusPeerIT-node-2"));
    servers.add(vanishing);
    ours = new PrometheusClient(gateway.url(), "");
    servers.add(ours);
    startPrometheus(staying);

    long began = System.nanoTime();
    await()
        .atMost(SCRAPING.plusSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> {
          makeTraffic();
          long passed = System.nanoTime() - began;
          if (passed > SCRAPING.toNanos() * 2 / 3 && vanishing.process().isAlive()) {
            vanishing.close();
          }
          return passed > SCRAPING.toNanos();
        });
    chooseEnd();
  }

  private void startPrometheus(PeerServer staying) {
    Path directory = Workspace.directory("PrometheusPeerIT-peer");
    int port = Ports.free();
    String configuration = configuration(port, staying, scrapeLabel(port, staying));
    // Debian's 2.42 does not send the headers it is told to, so the tenant is the default one.
    String remoteWrite =
        """
        remote_write:
        - url: %s/api/v1/write
          queue_config: {batch_send_deadline: 1s}
          metadata_config: {send_interval: 5s}
        """
            .formatted(gateway.url());
    PeerServer prometheus = PeerServer.prometheus(directory, port, configuration + remoteWrite);
    servers.add(prometheus);
    theirs = new PrometheusClient(prometheus.url(), "");
    servers.add(theirs);
  }

  /**
   * Finds a label with which no target is scraped near whole seconds: where in the interval a
   * target is scraped follows from its labels.
   */
  private String scrapeLabel(int port, PeerServer staying) {
    for (int attempt = 1; attempt <= 20; attempt++) {
      String label = "attempt-" + attempt;
      Path directory = Workspace.directory("PrometheusPeerIT-probe");
      try (PeerServer probe =
              PeerServer.prometheus(directory, port, configuration(port, staying, label));
          PrometheusClient client = new PrometheusClient(probe.url(), "")) {
        await("first scrapes")
            .atMost(Duration.ofSeconds(40))
            .pollInterval(Duration.ofMillis(200))
            .untilAsserted(() ->
                assertThat(client.get("/api/v1/query?query=count(up==1)").text())
                    .as("4 targets up; %s", client.get("/api/v1/targets?state=active").text())
                    .contains("\"4\""));
        if (upTimes(client, "10s").stream().noneMatch(time -> (time + 30) % 1_000 < 40)) {
          return label;
        }
      }
    }
    throw new IllegalStateException("20 attempts, and each time a target scraped at whole seconds");
  }

  private String configuration(int port, PeerServer staying, String label) {
    return """
    global: {scrape_interval: 1s, scrape_timeout: 1s}
    scrape_configs:
    - job_name: prometheus
      static_configs: [{targets: ["127.0.0.1:%1$d"], labels: {run: "%5$s"}}]
    - job_name: orzo
      static_configs: [{targets: ["%2$s"], labels: {run: "%5$s"}}]
    - job_name: node
      scrape_interval: 2s
      scrape_timeout: 2s
      static_configs: [{targets: ["%3$s", "%4$s"], labels: {run: "%5$s"}}]
    """
        .formatted(
            port,
            gateway.url().getAuthority(),
            staying.url().getAuthority(),
            vanishing.url().getAuthority(),
            label);
  }

  /** When targets were scraped in the time just passed. */
  private static List<Long> upTimes(PrometheusClient client, String range) {
    String path = PrometheusClient.path("/api/v1/query", "query", "up[" + range + "]");
    return QueryAnswer.of(client.get(path).data()).series().stream()
        .flatMap(series -> series.points().stream())
        .map(Point::timestampMillis)
        .toList();
  }

  /** Gives Prometheus's own histograms something to count. */
  private void makeTraffic() {
    theirs.get("/api/v1/labels");
    theirs.get("/api/v1/query?query=up");
    ours.get("/api/v1/query?query=up");
  }

  /** Waits until the gateway has all that Prometheus has, and chooses when both are asked. */
  private void chooseEnd() {
    long newest = newestOfSlowestTarget(theirs);
    await("remote write catches up")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(250))
        .until(() -> newestOfSlowestTarget(ours) >= newest);
    boolean[] taken = new boolean[1_000];
    for (long time : upTimes(theirs, SCRAPING.toSeconds() + 60 + "s")) {
      taken[(int) (time % 1_000)] = true;
    }
    assertThat(taken[0]).as("a scrape at a whole second").isFalse();
    // Steps of subqueries are at whole seconds: a window that ends there would begin at one, too,
    // and
    // 2.42 still counts what lies on a window's beginning.
    taken[0] = true;
    end = (newest / 1_000 - 3) * 1_000 + middleOfTheWidestGap(taken);
  }

  /** The time of the last sample of {@code up} of the target where that is longest ago. */
  private static long newestOfSlowestTarget(PrometheusClient client) {
    String path = PrometheusClient.path("/api/v1/query", "query", "min(timestamp(up)) * 1000");
    QueryAnswer answer = QueryAnswer.of(client.get(path).data());
    return answer.series().isEmpty() ? 0 : (long) answer.series().getFirst().value();
  }

  private static int middleOfTheWidestGap(boolean[] taken) {
    int best = 0;
    int bestWidth = -1;
    for (int i = 0; i < taken.length; i++) {
      int width = 0;
      while (width < taken.length / 2
          && !taken[(i + width) % taken.length]
          && !taken[(i - width + taken.length) % taken.length]) {
        width++;
      }
      if (width > bestWidth) {
        best = i;
        bestWidth = width;
      }
    }
    assertThat(bestWidth).as("milliseconds to the next scrape").isGreaterThan(1);
    return best;
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable server : servers.reversed()) {
      server.close();
    }
  }

  @Test
  void samples_ofAllSeries_arriveUnchanged() {
    String everything = ALL + "[" + (SCRAPING.toSeconds() + 60) + "s]";
    await("the last requests arrive")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> {
          Map<Map<String, String>, List<Point>> expected = byLabels(theirs.query(everything, end));
          Map<Map<String, String>, List<Point>> found = byLabels(ours.query(everything, end));
          assertThat(found.keySet()).isEqualTo(expected.keySet());
          expected.forEach(
              (labels, points) -> assertThat(found.get(labels)).as("%s", labels).isEqualTo(points));
        });
    Map<Map<String, String>, List<Point>> all = byLabels(theirs.query(everything, end));
    System.out.printf(
        "PrometheusPeerIT: %,d series, %,d samples arrived unchanged%n",
        all.size(), all.values().stream().mapToLong(List::size).sum());
    assertThat(all).hasSizeGreaterThan(1_000);
  }

  @Test
  void staleness_ofAVanishedTarget_arrives() {
    String gone = "node_load1{instance=\"" + vanishing.url().getAuthority() + "\"}";
    assertThat(theirs.query(gone, end).series()).isEmpty();
    assertThat(ours.query(gone, end).series()).isEmpty();
    assertThat(ours.query("last_over_time(" + gone + "[10m])", end).series()).hasSize(1);
  }

  @Test
  void series_labelsAndMetadata_agree() {
    String range =
        "start=" + PrometheusClient.seconds(end - 30_000) + "&end=" + PrometheusClient.seconds(end);
    for (String path :
        List.of(
            "/api/v1/labels?" + range,
            "/api/v1/label/__name__/values?" + range,
            "/api/v1/label/job/values?" + range,
            "/api/v1/label/mode/values?" + range + "&match[]=node_cpu_seconds_total")) {
      String encoded = path.replace("[]", "%5B%5D");
      assertThat(ours.get(encoded).data().texts())
          .as(path)
          .containsAll(theirs.get(encoded).data().texts());
    }
    String series = PrometheusClient.path("/api/v1/series", "match[]", "{job=\"node\"}");
    List<Map<String, String>> expected =
        theirs.get(series + "&" + range).data().list().stream().map(s -> s.textMembers()).toList();
    List<Map<String, String>> found =
        ours.get(series + "&" + range).data().list().stream().map(s -> s.textMembers()).toList();
    assertThat(found).containsAll(expected);
    String metadata = "/api/v1/metadata?metric=node_cpu_seconds_total";
    assertThat(ours.get(metadata).data()).isEqualTo(theirs.get(metadata).data());
  }

  /**
   * A line of the list.
   *
   * @param words what is special about it
   * @param text the expression
   */
  record Expression(List<String> words, String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  static List<Expression> expressions() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            PrometheusPeerIT.class.getResourceAsStream("peer-expressions.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> {
            int colon = line.indexOf(":\t");
            List<String> words =
                colon < 0 ? List.of() : List.of(line.substring(0, colon).split(" ", -1));
            return new Expression(words, colon < 0 ? line : line.substring(colon + 2));
          })
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("expressions")
  void expression_askedOfBoth_agrees(Expression expression) {
    String text = expression.text().replace("TIME", PrometheusClient.seconds(end - 11_000));
    boolean none = expression.words().contains("none");
    boolean ordered = expression.words().contains("ordered");
    for (long time : new long[] {end, end - 4_000, end - 9_000}) {
      QueryAnswer expected = theirs.query(text, time);
      QueryAnswer found = ours.query(text, time);
      assertThat(expected.series().isEmpty() && expected.text().isEmpty())
          .as("Prometheus has nothing for %s at %d", text, time)
          .isEqualTo(none);
      Comparison.assertAgree(text + " at " + time, found, expected, ordered);
    }
    if (!expression.words().contains("instant")) {
      long start = end - 12_000;
      QueryAnswer expected = theirs.queryRange(text, start, end, STEP);
      QueryAnswer found = ours.queryRange(text, start, end, STEP);
      assertThat(expected.series().isEmpty()).as("as range: %s", text).isEqualTo(none);
      Comparison.assertAgree(text + " from " + start + " to " + end, found, expected, false);
    }
  }

  private static Map<Map<String, String>, List<Point>> byLabels(QueryAnswer answer) {
    Map<Map<String, String>, List<Point>> series = new java.util.HashMap<>();
    answer.series().forEach(one -> series.put(new TreeMap<>(one.labels()), one.points()));
    assertThat(series).hasSameSizeAs(answer.series());
    return series;
  }
}
