package orzo.conformance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.QueryAnswer.Point;
import orzo.conformance.prometheus.QueryAnswer.Series;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.PeerServer;
import orzo.conformance.server.Ports;

/**
 * A Prometheus scrapes native histograms and floats, and remote-writes them into the gateway. A
 * second one, which scrapes nothing, reads them back by remote read; a third one scrapes the
 * gateway's federation. What the three answer must be what the first one answers.
 */
@Tag("peers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class ReadBackPeerIT {
  private static final Duration SCRAPING = Duration.ofSeconds(20);
  private static final Duration STEP = Duration.ofSeconds(2);
  private static final String NATIVE = "--enable-feature=native-histograms";

  private final List<AutoCloseable> servers = new ArrayList<>();
  private PrometheusClient scraping;
  private PrometheusClient reading;
  private PrometheusClient federating;
  private PrometheusClient ours;

  /** The latest time asked about, in milliseconds, between two scrapes. */
  private long end;

  @BeforeAll
  void scrape() throws IOException {
    GatewayServer gateway = Workspace.gateway("ReadBackPeerIT-gateway", Map.of());
    servers.add(gateway);
    gateway.start();
    ours = client(new PrometheusClient(gateway.url(), ""));
    HistogramTarget target = new HistogramTarget();
    servers.add(target);
    scraping =
        prometheus(
            "scraping",
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
            - job_name: target
              static_configs: [{targets: ["%s"]}]
            remote_write:
            - url: %s/api/v1/write
              send_native_histograms: true
              queue_config: {batch_send_deadline: 500ms}
            """
                .formatted(target.authority(), gateway.url()));
    reading =
        prometheus(
            "reading",
            """
            remote_read:
            - url: %s/api/v1/read
              read_recent: true
            """
                .formatted(gateway.url()));
    federating =
        prometheus(
            "federating",
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
            - job_name: gateway
              honor_labels: true
              metrics_path: /federate
              params: {'match[]': ['{job="target"}', 'up']}
              static_configs: [{targets: ["%s"]}]
            """
                .formatted(gateway.url().getAuthority()));
    await("enough is scraped and has arrived")
        .atMost(SCRAPING.plusSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .until(() ->
            value(ours, "sum(count_over_time(target_scrapes_total[5m]))") > SCRAPING.toSeconds()
                && value(federating, "sum(count_over_time(target_scrapes_total[5m]))") > 10);
    chooseEnd();
  }

  private PrometheusClient prometheus(String name, String configuration) {
    Path directory = Workspace.directory("ReadBackPeerIT-" + name);
    PeerServer server = PeerServer.prometheus(directory, Ports.free(), configuration, NATIVE);
    servers.add(server);
    return client(new PrometheusClient(server.url(), ""));
  }

  private PrometheusClient client(PrometheusClient client) {
    servers.add(client);
    return client;
  }

  /** The value of the only series there is; 0 without one. */
  private static double value(PrometheusClient client, String expression) {
    List<Series> found = instant(client, expression).series();
    return found.isEmpty() ? 0 : found.getFirst().value();
  }

  private static QueryAnswer instant(PrometheusClient client, String expression) {
    return QueryAnswer.of(
        client.get(PrometheusClient.path("/api/v1/query", "query", expression)).data());
  }

  /**
   * Half an interval after a scrape that all have: 2.42 still counts what lies on a window's
   * beginning.
   */
  private void chooseEnd() {
    long newest = (long) value(ours, "timestamp(target_scrapes_total) * 1000");
    end = newest - 1_500;
    await("the gateway has what was scraped until then")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(250))
        .untilAsserted(() ->
            assertThat(points(ours, "target_scrapes_total[1m]"))
                .isEqualTo(points(scraping, "target_scrapes_total[1m]"))
                .isNotEmpty());
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable server : servers.reversed()) {
      server.close();
    }
  }

  private Map<Map<String, String>, List<Point>> points(PrometheusClient client, String range) {
    Map<Map<String, String>, List<Point>> points = new HashMap<>();
    for (Series series : client.query(range, end).series()) {
      points.put(new TreeMap<>(series.labels()), series.points());
    }
    return points;
  }

  /** Asks two servers the same, at three times and as a range. */
  private void assertAgree(PrometheusClient found, PrometheusClient expected, String expression) {
    for (long time : new long[] {end, end - 3_000, end - 7_000}) {
      QueryAnswer wanted = expected.query(expression, time);
      assertThat(wanted.series()).as("%s at %d", expression, time).isNotEmpty();
      Comparison.assertAgree(
          expression + " at " + time, found.query(expression, time), wanted, false);
    }
    Comparison.assertAgree(
        expression + " as range",
        found.queryRange(expression, end - 8_000, end, STEP),
        expected.queryRange(expression, end - 8_000, end, STEP),
        false);
  }

  // Native histograms, as a Prometheus 2.42 scrapes and writes them.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "histogram_count(target_latency_seconds)",
        "histogram_sum(target_latency_seconds)",
        "histogram_count(target_temperature_celsius)",
        "histogram_sum(target_temperature_celsius)",
        "histogram_count(rate(target_latency_seconds[6s]))",
        "histogram_sum(rate(target_temperature_celsius[6s]))",
        "histogram_count(increase(target_latency_seconds[8s]))",
        "histogram_count(sum(rate(target_latency_seconds[6s])))",
        "histogram_sum(sum by (job) (target_latency_seconds))",
        "histogram_count(target_latency_seconds offset 3s)",
        "histogram_sum(target_latency_seconds) / histogram_count(target_latency_seconds)",
        "count(target_latency_seconds)"
      })
  void histograms_writtenByPrometheus_areAnsweredAlike(String expression) {
    assertAgree(ours, scraping, expression);
  }

  /**
   * Within a bucket 2.42 interpolates by a straight line, 3 on a logarithmic scale. So the answers
   * differ, but by less than a bucket is wide: with schema 3, which the client starts with, a
   * factor of 1.1, with schema 1 one of 1.5, and the more the schema is lowered.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9, 0.99})
  void quantiles_lieInTheSameBucket(double quantile) {
    String latency = "histogram_quantile(" + quantile + ", target_latency_seconds)";
    List<Series> expected = scraping.query(latency, end).series();
    assertThat(expected).hasSize(2);
    Map<Map<String, String>, List<Point>> found = points(ours, latency);
    for (Series one : expected) {
      List<Point> points = requireNonNull(found.get(new TreeMap<>(one.labels())));
      double ratio = points.getFirst().value() / one.value();
      assertThat(ratio).as("%s %s", latency, one.labels()).isBetween(1 / 1.42, 1.42);
    }
  }

  // Remote read by a Prometheus 2.42, which asks for samples in one message, and does not look at
  // the histograms in it: that began with 2.44.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{job=\"target\",__name__=~\"up|scrape_.*\"}",
        "target_scrapes_total",
        "rate(target_scrapes_total[6s])",
        "count({job=\"target\",__name__!~\"target_(latency|temperature).*\"})",
        "stddev_over_time(scrape_duration_seconds[10s]) + on (job) group_left () up",
        "count_over_time(up[10s])",
        "max_over_time(scrape_duration_seconds{job!=\"x\"}[10s])",
        "max_over_time(rate(target_scrapes_total[4s])[8s:2s])",
        "delta(scrape_samples_scraped[6s] offset 2s)",
        "absent(nothing)",
        "quantile by (job) (0.4, {job=\"target\",__name__=~\"scrape_.*\"})"
      })
  void readBack_byAPrometheusWithoutData_answersAlike(String expression) {
    assertAgree(reading, scraping, expression);
  }

  @Test
  void readBack_samples_areTheSame() {
    String all = "{job=\"target\",__name__=~\"up|scrape_.*|target_scrapes_total\"}[1m]";
    assertThat(points(reading, all)).isEqualTo(points(scraping, all)).hasSizeGreaterThan(4);
  }

  // Federation.

  @Test
  void federation_floats_areSamplesThatWereWritten() {
    String all = "{job=\"target\",__name__=~\"up|scrape_.*|target_scrapes_total\"}[1m]";
    Map<Map<String, String>, List<Point>> written = points(scraping, all);
    Map<Map<String, String>, List<Point>> found = points(federating, all);
    assertThat(found.keySet()).isEqualTo(written.keySet());
    found.forEach(
        (labels, points) -> assertThat(written.get(labels)).as("%s", labels).containsAll(points));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "histogram_count(target_latency_seconds)",
        "histogram_sum(target_latency_seconds)",
        "histogram_quantile(0.7, target_latency_seconds)",
        "histogram_quantile(0.2, target_temperature_celsius)"
      })
  void federation_histograms_areThoseThatWereWritten(String expression) {
    for (Series newest : federating.query("timestamp(target_latency_seconds)", end).series()) {
      long time = Math.round(newest.value() * 1000);
      Comparison.assertAgree(
          expression + " at " + time,
          federating.query(expression, time),
          scraping.query(expression, time),
          false);
    }
    assertThat(federating.query(expression, end).series()).isNotEmpty();
  }
}
