package orzo.promql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.query.Explanation;
import orzo.query.QueryOptions;
import orzo.query.QueryResult;
import orzo.query.QueryValue;
import orzo.query.SourceResolution;
import orzo.split.SampleBuffer;

/**
 * Windows in the place of samples that have expired. The series rises by one a minute, so that the
 * value at a time is known; times of evaluation are no multiples of anything.
 */
@Timeout(60)
class ExpiredSamplesTest {
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long START = 400_000 * HOUR;
  private static final long END = START + 48 * HOUR;
  private static final long STEP = 7 * MINUTE + 1;
  private static final long RAW_HOURS = 12;
  private static final SourceResolution RAW = new SourceResolution.AtMost(0);
  private static final SourceResolution HOURLY = new SourceResolution.AtMost(HOUR);

  private static final ArchivePolicy POLICY =
      new ArchivePolicy(
          "short",
          Duration.ofHours(RAW_HOURS),
          0,
          List.of("min", "max", "sum", "count", "last", "increase").stream()
              .map(AggregationMethod::parse)
              .toList(),
          List.of(ArchivePolicy.Definition.of(Duration.ofHours(1), Duration.ofDays(1000))));

  private static ClosingNode node;

  @BeforeAll
  static void write() {
    node = new ClosingNode(END, List.of(POLICY));
    SampleBuffer samples = new SampleBuffer(3000);
    for (long time = START; time <= END; time += MINUTE) {
      samples.add(time, value(time));
    }
    node.write(Labels.of("__name__", "m", "policy", "short"), samples);
    node.close(END);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static double value(long time) {
    return Math.floorDiv(time - START, MINUTE);
  }

  private static QueryResult ask(String query, SourceResolution resolution) {
    return node.engine.range(
        Tenant.DEFAULT,
        query,
        START + 4 * HOUR + 123_456,
        END,
        STEP,
        QueryOptions.DEFAULT.withResolution(resolution).withExplain(true));
  }

  private static Map<Long, Double> points(QueryResult result) {
    Map<Long, Double> points = new TreeMap<>();
    for (SampleBuffer samples : ((QueryValue.Matrix) result.value()).samples()) {
      for (int i = 0; i < samples.size; i++) {
        points.put(samples.timestampsMillis[i], samples.values[i]);
      }
    }
    return points;
  }

  private static Explanation.Scan scan(Explanation explanation) {
    return explanation.scan().orElseGet(() -> scan(explanation.operands().getFirst()));
  }

  private static int steps() {
    return (int) ((END - START - 4 * HOUR - 123_456) / STEP) + 1;
  }

  @Test
  void forcedToRaw_whatHasExpiredIsNotThere() {
    Map<Long, Double> points = points(ask("m", RAW));
    assertThat(points.keySet()).allMatch(time -> time >= END - (RAW_HOURS + 8) * HOUR);
    assertThat(points).hasSizeLessThan(steps() / 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m",
        "max_over_time(m[3h])",
        "last_over_time(m[3h])",
        "min_over_time(m[3h]) + 180",
        "count_over_time(m[3h]) + m - 180",
        "sum_over_time(m[3h]) / 180 + 90"
      })
  void windowsStandInForSamples_asCloseAsTheyAreLong(String query) {
    for (SourceResolution resolution : List.of(SourceResolution.AUTOMATIC, HOURLY)) {
      QueryResult result = ask(query, resolution);
      Map<Long, Double> points = points(result);
      assertThat(points).as(query).hasSize(steps());
      // By each of the two ends of a range up to a window too little or too much.
      double tolerance = query.contains("sum") ? 62 * 17 : 62 * 2;
      points.forEach((time, value) ->
          assertThat(value)
              .as("%s at %d by %s", query, time, resolution)
              .isBetween(value(time) - tolerance, value(time) + tolerance));
    }
  }

  @Test
  void whatItWasReadFrom_isExplained() {
    Explanation.Scan filled = scan(ask("m", SourceResolution.AUTOMATIC).explanation().get());
    assertThat(filled.tiers())
        .containsExactly(
            new Explanation.TierUse(
                "short",
                1,
                "raw, else 1h",
                "raw samples may have expired, and times are no multiples of 1h"));
    assertThat(filled.counts().samples()).isPositive();
    Explanation.Scan hourly = scan(ask("m", HOURLY).explanation().get());
    assertThat(hourly.tiers().getFirst().tier()).isEqualTo("1h");
    assertThat(hourly.counts().samples()).isLessThan(filled.counts().samples());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rate(m[3h]) * 60",
        "increase(m[3h]) / 180",
        "delta(m[3h]) / 180",
        "deriv(m[3h]) * 60"
      })
  void slopes_areThoseOfSamples(String query) {
    for (SourceResolution resolution : List.of(SourceResolution.AUTOMATIC, HOURLY)) {
      Map<Long, Double> points = points(ask(query, resolution));
      assertThat(points).hasSize(steps());
      // Extrapolation adds half a distance of two samples at most where the border is far.
      assertThat(points.values()).allSatisfy(slope -> assertThat(slope).isBetween(0.6, 1.2));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m",
        "avg_over_time(m[3h])",
        "rate(m[3h])",
        "quantile_over_time(0.5, m[3h])",
        "changes(m[1h])"
      })
  void whereRawReachesBack_answersAreThoseOfSamples(String query) {
    long from = END - (RAW_HOURS - 3) * HOUR;
    Map<Long, Double> raw = new TreeMap<>(points(ask(query, RAW)));
    Map<Long, Double> filled = new TreeMap<>(points(ask(query, SourceResolution.AUTOMATIC)));
    raw.keySet().removeIf(time -> time < from);
    filled.keySet().removeIf(time -> time < from);
    assertThat(raw).hasSizeGreaterThan(60);
    assertThat(filled.keySet()).isEqualTo(raw.keySet());
    raw.forEach((time, value) ->
        assertThat(Math.abs(filled.getOrDefault(time, Double.NaN) - value))
            .as("%s at %d", query, time)
            .isLessThanOrEqualTo(1e-9 * Math.abs(value)));
  }
}
