package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orzo.conformance.prometheus.Json;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;

/**
 * Compares aggregates with a recomputation from what was written: every function that stored
 * windows answer exactly, for each granularity, each series and each window. That no sample was
 * read for an answer is part of the comparison.
 */
final class AggregateCheck implements FleetScenario.Check {
  /** The archive policy that it counts on, as the API takes it. */
  static final String POLICY =
      """
      {"name": "%s", "raw": "40 days",
       "aggregation_methods":
         ["mean", "min", "max", "sum", "count", "first", "last", "std", "increase"],
       "definition": [{"granularity": "5 minutes", "timespan": "60 days"},
         {"granularity": "1 hour", "timespan": "400 days"},
         {"granularity": "12 hours", "timespan": "400 days"}]}
      """;

  /** Of a value; of a deviation of the mean of numbers so much greater less can be asked. */
  private static final double TOLERANCE = 1e-9;

  private static final double DEVIATION_TOLERANCE = 1e-6;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A granularity, as durations are written, and which series are asked for with it. */
  private record Tier(String name, long millis, String selector) {}

  private static final List<Tier> TIERS =
      List.of(
          new Tier("5m", 300_000, "numbered{writer=\"0\"}"), // too many for all
          new Tier("1h", 3_600_000, "numbered"),
          new Tier("12h", 43_200_000, "numbered"));

  /** A function of the samples {@code [from, to)} of a series, in a window that ends at a time. */
  private interface Aggregate {
    double of(NumberedWriter.Written series, int from, int to, long endMillis, long rangeMillis);
  }

  private static final Map<String, Aggregate> FUNCTIONS =
      new TreeMap<>(
          Map.of(
              "count_over_time", (_, from, to, _, _) -> to - from,
              "sum_over_time", (series, from, to, _, _) -> sum(series.values(), from, to),
              "avg_over_time", (series, from, to, _, _) -> mean(series.values(), from, to),
              "min_over_time", (series, from, to, _, _) -> min(series.values(), from, to),
              "max_over_time", (series, from, to, _, _) -> max(series.values(), from, to),
              "first_over_time", (series, from, _, _, _) -> series.values()[from],
              "last_over_time", (series, _, to, _, _) -> series.values()[to - 1],
              "stddev_over_time", (series, from, to, _, _) -> deviation(series.values(), from, to),
              "increase", AggregateCheck::increase));

  @Override
  public void check(List<NumberedWriter.Written> written, PrometheusClient client) {
    for (Tier tier : TIERS) {
      await("everything is aggregated to " + tier.name)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> samplesRead(ask("count_over_time", tier, written, client)) == 0);
      FUNCTIONS.forEach((function, aggregate) -> {
        Json reply = ask(function, tier, written, client);
        assertThat(samplesRead(reply)).as("samples read for %s of %s", function, tier).isZero();
        compare(function, aggregate, tier, written, QueryAnswer.of(reply.get("data")));
      });
    }
  }

  /** Asks for all windows that have samples. */
  private static Json ask(
      String function, Tier tier, List<NumberedWriter.Written> written, PrometheusClient client) {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (NumberedWriter.Written series : written) {
      assertThat(series.values()).as("acknowledged of %s", series.labels()).isNotEmpty();
      first = Math.min(first, series.timestampsMillis()[0]);
      last = Math.max(last, series.timestampsMillis()[series.timestampsMillis().length - 1]);
    }
    String path =
        PrometheusClient.path(
            "/api/v1/query_range",
            "query",
            function + "(" + tier.selector + "[" + tier.name + "])",
            "start",
            PrometheusClient.seconds(endOfWindow(first, tier.millis)),
            "end",
            PrometheusClient.seconds(endOfWindow(last, tier.millis)),
            "step",
            tier.name,
            "explain",
            "true");
    PrometheusClient.Reply reply = client.get(path);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return Json.parse(reply.text());
  }

  /** The end of the window that a sample is in: those of PromQL have their end in them. */
  private static long endOfWindow(long timestampMillis, long windowMillis) {
    return Math.ceilDiv(timestampMillis, windowMillis) * windowMillis;
  }

  /** How many samples the only selector of an explained query had to read. */
  static double samplesRead(Json reply) {
    Json operation = reply.get("explanation");
    while (operation.find("scan").isEmpty()) {
      operation = operation.get("operands").list().getFirst();
    }
    return operation.get("scan").get("samples").number();
  }

  private static void compare(
      String function,
      Aggregate aggregate,
      Tier tier,
      List<NumberedWriter.Written> written,
      QueryAnswer answer) {
    Map<Map<String, String>, List<QueryAnswer.Point>> found = new HashMap<>();
    answer.series().forEach(series -> found.put(withoutName(series.labels()), series.points()));
    int expectedSeries = 0;
    List<String> wrong = new ArrayList<>();
    for (NumberedWriter.Written series : written) {
      if (tier.selector.contains("{") && !"0".equals(series.labels().get("writer"))) {
        continue;
      }
      expectedSeries++;
      List<QueryAnswer.Point> points = found.getOrDefault(withoutName(series.labels()), List.of());
      List<QueryAnswer.Point> expected = expected(aggregate, tier.millis, series);
      if (!areSame(function, expected, points)) {
        wrong.add(series.labels() + ": " + points + " instead of " + expected);
      }
    }
    assertThat(wrong).as("%s of windows of %s", function, tier.name).isEmpty();
    assertThat(found).as("series of %s", function).hasSize(expectedSeries);
  }

  private static Map<String, String> withoutName(Map<String, String> labels) {
    Map<String, String> others = new HashMap<>(labels);
    others.remove("__name__"); // which some functions keep
    return others;
  }

  private static List<QueryAnswer.Point> expected(
      Aggregate aggregate, long windowMillis, NumberedWriter.Written series) {
    List<QueryAnswer.Point> points = new ArrayList<>();
    long[] times = series.timestampsMillis();
    int from = 0;
    while (from < times.length) {
      long end = endOfWindow(times[from], windowMillis);
      int to = from;
      while (to < times.length && times[to] <= end) {
        to++;
      }
      double value = aggregate.of(series, from, to, end, windowMillis);
      if (!Double.isNaN(value)) {
        points.add(new QueryAnswer.Point(end, value));
      }
      from = to;
    }
    return points;
  }

  private static boolean areSame(
      String function, List<QueryAnswer.Point> expected, List<QueryAnswer.Point> found) {
    double tolerance = function.equals("stddev_over_time") ? DEVIATION_TOLERANCE : TOLERANCE;
    boolean same = expected.size() == found.size();
    for (int i = 0; same && i < expected.size(); i++) {
      QueryAnswer.Point one = expected.get(i);
      QueryAnswer.Point other = found.get(i);
      same =
          one.timestampMillis() == other.timestampMillis()
              && Math.abs(one.value() - other.value()) <= tolerance * Math.abs(one.value());
    }
    return same;
  }

  private static double sum(double[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum;
  }

  private static double mean(double[] values, int from, int to) {
    return sum(values, from, to) / (to - from);
  }

  private static double min(double[] values, int from, int to) {
    double min = values[from];
    for (int i = from + 1; i < to; i++) {
      min = Math.min(min, values[i]);
    }
    return min;
  }

  private static double max(double[] values, int from, int to) {
    double max = values[from];
    for (int i = from + 1; i < to; i++) {
      max = Math.max(max, values[i]);
    }
    return max;
  }

  private static double deviation(double[] values, int from, int to) {
    double mean = mean(values, from, to);
    double squares = 0;
    for (int i = from; i < to; i++) {
      squares += (values[i] - mean) * (values[i] - mean);
    }
    return Math.sqrt(squares / (to - from));
  }

  /** As Prometheus extrapolates it, from the definition of its rate functions. */
  private static double increase(
      NumberedWriter.Written series, int from, int to, long endMillis, long rangeMillis) {
    int last = to - 1;
    if (from == last) {
      return Double.NaN; // one sample says nothing
    }
    double[] values = series.values();
    double increase = values[last] - values[from];
    for (int i = from + 1; i <= last; i++) {
      increase += values[i] < values[i - 1] ? values[i - 1] : 0; // the counter began anew
    }
    double sampled = series.timestampsMillis()[last] - series.timestampsMillis()[from];
    double distance = sampled / (last - from);
    double toStart = series.timestampsMillis()[from] - (endMillis - rangeMillis);
    double toEnd = endMillis - series.timestampsMillis()[last];
    toStart = toStart >= distance * 1.1 ? distance / 2 : toStart;
    toEnd = toEnd >= distance * 1.1 ? distance / 2 : toEnd;
    double toZero = increase > 0 ? sampled * (values[from] / increase) : toStart;
    return increase * (sampled + Math.min(toStart, toZero) + toEnd) / sampled;
  }
}
