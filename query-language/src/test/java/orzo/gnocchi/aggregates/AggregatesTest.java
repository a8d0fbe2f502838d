package orzo.gnocchi.aggregates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.gnocchi.operations.MetricSelector;
import orzo.gnocchi.operations.OperationsParser;
import orzo.gnocchi.operations.Sampling;
import orzo.metric.AggregationMethod;
import orzo.read.Points;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class AggregatesTest {
  private static final OperationsParser PARSER =
      new OperationsParser(text -> Optional.of(Duration.ofSeconds(Long.parseLong(text))));
  private static final Sampling MINUTE = new Sampling.Fixed(60_000);
  private static final Aggregates.Limits DROP =
      new Aggregates.Limits(Fill.DROP, OptionalDouble.empty(), false, false);

  /** Series a, b, c … at one granularity. */
  private static Aggregates.Answer evaluate(String operation, Points... series) {
    return evaluate(operation, DROP, 1_000_000, List.of(series));
  }

  private static Aggregates.Answer evaluate(
      String operation, Aggregates.Limits limits, long maxCells, List<Points> series) {
    List<MetricSelector> selectors = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      selectors.add(new MetricSelector(Character.toString('a' + i), "mean"));
    }
    return new Aggregates(PARSER.parse(operation), selectors, limits, maxCells)
        .evaluate(List.of(new Aggregates.Input(MINUTE, series)));
  }

  private static Points column(Aggregates.Answer answer, int column) {
    assertThat(answer.columns().get(column)).hasSize(1);
    return answer.columns().get(column).getFirst().series();
  }

  /** Values at minutes, beginning with the given one. */
  private static Points minutes(int first, double... values) {
    long[] times = new long[values.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = (first + i) * 60_000L;
    }
    return new Points(times, values);
  }

  private static Points random(Random random) {
    TreeMap<Long, Double> points = new TreeMap<>();
    for (int i = random.nextInt(40); i > 0; i--) {
      points.put(random.nextInt(60) * 60_000L, random.nextGaussian() * 100);
    }
    return new Points(
        points.keySet().stream().mapToLong(Long::longValue).toArray(),
        points.values().stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static void assertSame(Points actual, Points expected) {
    assertThat(actual.startsMillis()).isEqualTo(expected.startsMillis());
    assertThat(actual.values()).isEqualTo(expected.values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean", "median", "min", "max", "sum", "1pct", "50pct", "99pct"})
  void aggregate_ofOneSeries_isTheSeries(String method) {
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      Points series = random(random);
      Aggregates.Answer answer = evaluate("(aggregate " + method + " (metric a mean))", series);
      assertThat(answer.aggregated()).isTrue();
      assertSame(column(answer, 0), series);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rolling mean 1",
        "rolling max 1",
        "resample mean 60",
        "resample last 60",
        "+ 0",
        "* 1"
      })
  void operations_thatChangeNothing_giveTheSeries(String operation) {
    Random random = new Random(2);
    for (int i = 0; i < 30; i++) {
      List<Points> series = List.of(random(random), minutes(0, 1));
      Aggregates.Answer answer =
          evaluate("(" + operation + " (metric (a mean) (b mean)))", DROP, 1_000_000, series);
      assertThat(answer.aggregated()).isFalse();
      assertSame(column(answer, 0), series.get(0));
      assertSame(column(answer, 1), series.get(1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean", "median", "std", "var", "min", "max", "sum", "count", "90pct"})
  void aggregate_ofSeriesInAnotherOrder_isTheSame(String method) {
    Random random = new Random(3);
    String metrics = "(metric (a mean) (b mean) (c mean) (d mean) (e mean))";
    for (int i = 0; i < 30; i++) {
      List<Points> series = new ArrayList<>();
      for (int k = 0; k < 5; k++) {
        series.add(random(random));
      }
      String operation = "(aggregate " + method + " " + metrics + ")";
      Points inOrder = column(evaluate(operation, DROP, 1_000_000, series), 0);
      Collections.shuffle(series, random);
      Points shuffled = column(evaluate(operation, DROP, 1_000_000, series), 0);
      assertThat(shuffled.startsMillis()).isEqualTo(inOrder.startsMillis());
      assertThat(shuffled.values()).containsExactly(inOrder.values(), within(1e-9));
    }
  }

  @Test
  void fill_forwardThenBackward_leavesNoHoles() {
    Random random = new Random(4);
    for (Fill.Mode mode : List.of(Fill.Mode.FULL_FORWARD, Fill.Mode.FULL_BACKWARD)) {
      for (int i = 0; i < 30; i++) {
        List<Points> series = List.of(random(random), random(random), minutes(70, 1, 2));
        Aggregates.Answer answer =
            evaluate(
                "(metric (a mean) (b mean) (c mean))",
                new Aggregates.Limits(
                    new Fill(mode, Double.NaN), OptionalDouble.empty(), false, false),
                1_000_000,
                series);
        int rows = column(answer, 2).size();
        assertThat(column(answer, 0).size()).isIn(0, rows);
        assertThat(column(answer, 1).size()).isIn(0, rows);
      }
    }
  }

  @Test
  void trigonometry_isInRadians() {
    Points angles = minutes(0, 0, Math.PI / 6, -1.5);
    assertThat(column(evaluate("(sin (metric a mean))", angles), 0).values())
        .containsExactly(new double[] {0, 0.5, -0.9974949866040544}, within(1e-15));
    assertThat(column(evaluate("(cos (metric a mean))", angles), 0).values())
        .containsExactly(new double[] {1, 0.8660254037844387, 0.0707372016677029}, within(1e-15));
    assertThat(column(evaluate("(tan (metric a mean))", angles), 0).values())
        .containsExactly(new double[] {0, 0.5773502691896257, -14.101419947171719}, within(1e-14));
  }

  @Test
  void operators_atTheEdges_answerAsNumPy() {
    Points values = minutes(0, 1, -1, 0, Double.NaN);
    Aggregates.Limits showAll =
        new Aggregates.Limits(
            new Fill(Fill.Mode.NULL, Double.NaN), OptionalDouble.empty(), false, false);
    List<Points> series = List.of(values);
    assertThat(column(evaluate("(** (metric a mean) nan)", showAll, 100, series), 0).values())
        .containsExactly(1, Double.NaN, Double.NaN, Double.NaN);
    assertThat(column(evaluate("(** (metric a mean) inf)", showAll, 100, series), 0).values())
        .containsExactly(1, 1, 0, Double.NaN);
    assertThat(column(evaluate("(/ (metric a mean) 0)", showAll, 100, series), 0).values())
        .containsExactly(
            Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, Double.NaN);
    assertThat(column(evaluate("(% (metric a mean) -3)", showAll, 100, series), 0).values())
        .containsExactly(-2, -1, -0.0, Double.NaN);
    assertThat(column(evaluate("(% (metric a mean) 0)", showAll, 100, series), 0).values())
        .containsOnly(Double.NaN);
    assertThat(column(evaluate("(max (metric a mean) 0.5)", showAll, 100, series), 0).values())
        .containsExactly(1, 0.5, 0.5, 0.5);
    assertThat(column(evaluate("(!= (metric a mean) 1)", showAll, 100, series), 0).values())
        .containsExactly(0, 1, 1, 1);
    assertThat(column(evaluate("(clip (metric a mean) 0.5 0)", showAll, 100, series), 0).values())
        .containsExactly(0, 0, 0, Double.NaN);
  }

  @Test
  void binary_ofSeveralSeriesAndOne_goesColumnByColumn() {
    Aggregates.Answer answer =
        evaluate(
            "(aggregate sum (- (metric (a mean) (b mean)) (metric c mean)))",
            minutes(0, 10, 20),
            minutes(0, 1, 2),
            minutes(0, 3, 5));
    assertSame(column(answer, 0), minutes(0, 5, 12));
    assertSame(
        column(
            evaluate(
                "(- (metric c mean) (metric (a mean) (b mean)))",
                minutes(0, 10),
                minutes(0, 1),
                minutes(0, 3)),
            0),
        minutes(0, -7));
  }

  @Test
  void binary_ofOtherNumbersOfSeries_isRefused() {
    Unaggregable refusal =
        catchThrowableOfType(
            Unaggregable.class,
            () ->
                evaluate(
                    "(+ (metric (a mean) (b mean)) (metric (a mean) (b mean) (c mean)))",
                    minutes(0, 1),
                    minutes(0, 1),
                    minutes(0, 1)));
    assertThat(refusal)
        .hasMessageStartingWith("Can't compute 2 timeseries with 3 (expected: as many, or one)");
    assertThat(refusal.series())
        .containsExactly(List.of("a", "mean"), List.of("b", "mean"), List.of("c", "mean"));
  }

  @Test
  void binary_ofOtherGranularities_isRefused() {
    assertThatExceptionOfType(Unaggregable.class)
        .isThrownBy(() ->
            evaluate("(+ (resample mean 120 (metric a mean)) (metric a mean))", minutes(0, 1, 2)))
        .withMessage(
            "Can't compute timeseries with different granularity "
                + "['resample', 'mean', 120.0, ['metric', 'a', 'mean']] <> ['metric', 'a', 'mean']");
    assertThatExceptionOfType(Unaggregable.class)
        .isThrownBy(() ->
            evaluate("(clip (metric a mean) (rateofchange (metric a mean)))", minutes(0, 1, 2)))
        .withMessageContaining("different granularity ['clip', ['metric', 'a', 'mean'], [");
  }

  @Test
  void clip_bySeries_isOneSeries() {
    Aggregates.Answer answer =
        evaluate(
            "(clip (metric a mean) 2 (metric b mean))", minutes(0, 1, 3, 9), minutes(0, 5, 5, 5));
    assertThat(answer.aggregated()).isTrue();
    assertSame(column(answer, 0), minutes(0, 2, 3, 5));
  }

  @Test
  void selector_thatTookNoSeries_leavesNothingToAnswer() {
    assertThat(column(evaluate("(/ (metric a mean) (metric z mean))", minutes(0, 1)), 0).size())
        .isZero();
    assertThat(column(evaluate("(aggregate mean (metric z mean))", minutes(0, 1)), 0).size())
        .isZero();
    assertThat(
            column(
                    evaluate("(aggregate count (resample mean 60 (metric z mean)))", minutes(0, 1)),
                    0)
                .values())
        .containsExactly(0);
  }

  @Test
  void answers_thatDropWhatIsMissing_haveNoInfinities() {
    assertSame(
        column(evaluate("(/ 1 (metric a mean))", minutes(0, 0, 2, Double.NaN, 4)), 0),
        new Points(new long[] {60_000, 180_000}, new double[] {0.5, 0.25}));
  }

  @Test
  void evaluation_thatNeedsTooMuch_isRefused() {
    List<Points> series = List.of(minutes(0, 1, 2, 3), minutes(10, 1, 2, 3));
    assertThat(evaluate("(metric (a mean) (b mean))", DROP, 12, series).columns()).hasSize(2);
    for (String operation :
        List.of("(metric (a mean) (b mean))", "(negative (metric (a mean) (b mean)))")) {
      int cells = operation.startsWith("(neg") ? 23 : 11;
      assertThatExceptionOfType(GatewayException.class)
          .isThrownBy(() -> evaluate(operation, DROP, cells, series))
          .withMessageContaining("more than " + cells + " values in memory")
          .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Kind.LIMIT));
    }
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() ->
            evaluate(
                "(rolling max 50000 (metric a mean))",
                DROP,
                1_000_000,
                List.of(minutes(0, new double[100_000]))))
        .withMessageContaining("rolling windows look at more than");
  }

  @Test
  void resampling_byCalendar_findsWindowsInUtc() {
    long december = Instant.parse("2023-12-31T23:59:59Z").toEpochMilli();
    assertThat(starts(december))
        .containsExactly("2023-01-01", "2023-07-01", "2023-10-01", "2023-12-01", "2023-12-31");
    long february = Instant.parse("2024-02-29T00:00:00Z").toEpochMilli();
    assertThat(starts(february))
        .containsExactly("2024-01-01", "2024-01-01", "2024-01-01", "2024-02-01", "2024-02-25");
    Points months =
        Resampling.of(
            AggregationMethod.parse("sum"),
            Sampling.Calendar.MONTH,
            new Points(
                new long[] {december - 1000, december, december + 1000, february},
                new double[] {1, 2, 3, 4}));
    assertThat(months.values()).containsExactly(3, 3, 4);
  }

  private static List<String> starts(long timeMillis) {
    List<String> starts = new ArrayList<>();
    for (Sampling.Calendar calendar : Sampling.Calendar.values()) {
      long start = calendar.start(timeMillis);
      assertThat(calendar.next(start)).isGreaterThan(timeMillis);
      assertThat(calendar.start(calendar.next(start))).isEqualTo(calendar.next(start));
      assertThat(calendar.start(start)).isEqualTo(start);
      starts.add(Instant.ofEpochMilli(start).toString().substring(0, 10));
    }
    return starts;
  }
}
