package orzo.conformance.load;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;

/** Asks the server for what was sent, and compares. */
final class Verification implements AutoCloseable {
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(30);
  private static final int COMPARED_SERIES = 20;

  private final Workload workload;
  private final SeriesPopulation population;
  private final PrometheusClient client;

  Verification(Workload workload, SeriesPopulation population, URI url, String tenant) {
    this.workload = workload;
    this.population = population;
    client = new PrometheusClient(url, tenant);
  }

  /**
   * What the server has.
   *
   * @param counted samples by {@code count_over_time} over all series
   * @param problems what is wrong, empty if nothing is
   */
  record Finding(long counted, List<String> problems) {}

  /** Counts all samples, and compares some series value by value. */
  Finding check() {
    List<String> problems = new ArrayList<>();
    long expected = workload.samplesWithWarmUp();
    long deadline = System.nanoTime() + VISIBLE_WITHIN.toNanos();
    long counted = count();
    while (counted < expected && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
      counted = count();
    }
    if (counted != expected) {
      problems.add("counted " + counted + " samples (expected: " + expected + ")");
    }
    compareValues(problems);
    return new Finding(counted, problems);
  }

  /**
   * Counts name by name: count_over_time drops the name, and without it some series of a host have
   * the same labels, which PromQL does not allow in one result.
   */
  private long count() {
    long counted = 0;
    for (String name : names()) {
      String expression = "sum(count_over_time(" + name + "[" + range() + "]))";
      counted += sum(QueryAnswer.of(ask(expression).data()));
    }
    return counted;
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (int series = 0; series < population.size(); series++) {
      names.add(population.labels(series).getOrDefault("__name__", ""));
    }
    return names;
  }

  /** A window that reaches from before the first to after the last sample. */
  private String range() {
    return workload.lastMillis() + 1_000 - workload.firstMillis() + "ms";
  }

  private PrometheusClient.Reply ask(String expression) {
    String time = PrometheusClient.seconds(workload.lastMillis());
    // VictoriaMetrics would answer from its cache.
    return client.get(
        PrometheusClient.path("/api/v1/query", "query", expression, "time", time, "nocache", "1"));
  }

  private static long sum(QueryAnswer answer) {
    return answer.series().isEmpty() ? 0 : (long) answer.series().getFirst().value();
  }

  private void compareValues(List<String> problems) {
    int stride = Math.max(1, population.size() / COMPARED_SERIES);
    for (int series = 0; series < population.size(); series += stride) {
      Map<String, String> labels = population.labels(series);
      String selector =
          labels.entrySet().stream()
              .filter(label -> !label.getKey().equals("__name__"))
              .map(label -> label.getKey() + "=\"" + label.getValue() + "\"")
              .sorted()
              .collect(Collectors.joining(",", labels.get("__name__") + "{", "}[" + range() + "]"));
      List<QueryAnswer.Series> found = QueryAnswer.of(ask(selector).data()).series();
      if (found.size() != 1 || !found.getFirst().labels().equals(labels)) {
        problems.add(selector + " gives " + found.size() + " series (expected: just that one)");
      } else {
        comparePoints(series, selector, found.getFirst().points(), problems);
      }
    }
  }

  private void comparePoints(
      int series, String selector, List<QueryAnswer.Point> points, List<String> problems) {
    double[] values = BodySource.values(workload, population, series);
    if (points.size() != values.length) {
      problems.add(
          selector + " has " + points.size() + " samples (expected: " + values.length + ")");
      return;
    }
    for (int i = 0; i < values.length; i++) {
      int scrape = i - workload.warmUpScrapes();
      long timestamp = workload.timestampMillis(population.host(series), scrape);
      QueryAnswer.Point point = points.get(i);
      if (point.timestampMillis() != timestamp || point.value() != values[i]) {
        String sent = values[i] + " at " + timestamp;
        problems.add(selector + " sample " + i + ": " + point + " (expected: " + sent + ")");
        return;
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
