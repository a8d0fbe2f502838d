package orzo.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.promql.script.LoadedSeries;
import orzo.promql.syntax.PromQlFeature;
import orzo.query.QueryException;
import orzo.query.QueryOptions;
import orzo.query.QueryResult;
import orzo.query.QueryValue;
import orzo.read.SeriesReader;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class PromQlEngineTest {
  private final LoadedSeries series = new LoadedSeries();
  private final AtomicLong nanos = new AtomicLong();
  private final PromQlEngine engine =
      new PromQlEngine(
          series, Duration.ofMinutes(1), PromQlFeature.DEFAULT, () -> nanos.addAndGet(1_000_000));

  PromQlEngineTest() {
    for (int i = 0; i < 10; i++) {
      for (int t = 0; t < 100; t++) {
        series.add(Labels.of(Labels.NAME, "m_total", "i", "" + i), t * 1000L, t * i);
      }
    }
  }

  private static QueryOptions options(
      Duration timeout, long maxSamples, BooleanSupplier cancelled) {
    return new QueryOptions(timeout, Duration.ofMinutes(5), maxSamples, cancelled);
  }

  private QueryResult instant(String query) {
    return engine.instant(Tenant.DEFAULT, query, 99_000, QueryOptions.DEFAULT);
  }

  private static void assertRefused(QueryException.Type type, String message, Runnable query) {
    assertThatThrownBy(query::run)
        .isInstanceOfSatisfying(QueryException.class, e -> assertThat(e.type()).isEqualTo(type))
        .hasMessage(message);
  }

  @Test
  void instant_scalar_isAScalarAtThatTime() {
    assertThat(instant("1 + 1").value()).isEqualTo(new QueryValue.Scalar(99_000, 2));
  }

  @Test
  void instant_sameTextAgain_isEvaluatedAgain_andRefusedAgain() {
    assertThat(instant("count(m_total)").value())
        .isInstanceOfSatisfying(
            QueryValue.Vector.class, vector -> assertThat(vector.values()).containsExactly(10));
    series.add(Labels.of(Labels.NAME, "m_total", "i", "more"), 99_000, 1);
    assertThat(instant("count(m_total)").value())
        .isInstanceOfSatisfying(
            QueryValue.Vector.class, vector -> assertThat(vector.values()).containsExactly(11));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> instant("count(")).isInstanceOf(QueryException.class);
    }
  }

  @Test
  void instant_string_isText() {
    assertThat(instant("'a'").value()).isEqualTo(new QueryValue.Text(99_000, "a"));
  }

  @Test
  void instant_vector_isSortedByLabels() {
    QueryValue.Vector vector = (QueryValue.Vector) instant("m_total * 2").value();
    assertThat(vector.series()).hasSize(10).isSorted();
    assertThat(vector.values()[9]).isEqualTo(2 * 9 * 99);
    assertThat(vector.timestampMillis()).isEqualTo(99_000);
  }

  @Test
  void range_scalar_isOneSeriesWithoutLabels() {
    QueryValue.Matrix matrix =
        (QueryValue.Matrix)
            engine.range(Tenant.DEFAULT, "time()", 0, 10_500, 5000, QueryOptions.DEFAULT).value();
    assertThat(matrix.series()).containsExactly(Labels.EMPTY);
    assertThat(matrix.samples().getFirst().size).isEqualTo(3);
    assertThat(matrix.samples().getFirst().values).containsExactly(0, 5, 10);
  }

  @Test
  void range_endOffTheGrid_atEndMeansTheEndAskedFor() {
    QueryValue.Matrix matrix =
        (QueryValue.Matrix)
            engine
                .range(
                    Tenant.DEFAULT, "m_total{i='1'} @ end()", 0, 12_000, 5000, QueryOptions.DEFAULT)
                .value();
    assertThat(matrix.samples().getFirst().values).containsExactly(12, 12, 12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "avg_over_time(m_total[5m] anchored) | anchored modifier can only be used with: changes,"
            + " delta, increase, rate, resets - not with avg_over_time",
        "changes((m_total[5m] smoothed)) | smoothed modifier can only be used with: delta,"
            + " increase, rate - not with changes",
      })
  void extendedRange_inAnotherFunction_failsInEvaluation(String query, String message) {
    assertRefused(QueryException.Type.EXECUTION, message, () -> instant(query));
  }

  @Test
  void range_zeroStep_isRefused() {
    assertRefused(
        QueryException.Type.BAD_DATA,
        "step 0 ms (expected: more than 0)",
        () -> engine.range(Tenant.DEFAULT, "1", 0, 10, 0, QueryOptions.DEFAULT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m_total | 9", // as results
        "count_over_time(m_total[50s]) | 49", // while they are read
        "m_total[50s] | 499",
        "sum_over_time(m_total[50s:1s]) | 499",
      })
  void query_overItsSamples_isRefused(String query, long maxSamples) {
    assertRefused(
        QueryException.Type.EXECUTION,
        "query processing would load too many samples into memory in query execution",
        () ->
            engine.instant(
                Tenant.DEFAULT,
                query,
                99_000,
                options(Duration.ofMinutes(2), maxSamples, () -> false)));
    assertThat(
            engine.instant(
                Tenant.DEFAULT,
                query,
                99_000,
                options(Duration.ofMinutes(2), maxSamples + 100, () -> false)))
        .isNotNull();
  }

  @Test
  void query_overItsSeriesOrMemory_isRefused() {
    QueryOptions options = options(Duration.ofMinutes(2), 1000, () -> false);
    int series = instant("m_total").value() instanceof QueryValue.Vector v ? v.series().size() : 0;
    assertThat(series).isPositive();
    assertThat(
            engine.instant(Tenant.DEFAULT, "m_total", 99_000, options.withBounds(series, 1 << 20)))
        .isNotNull();
    assertRefused(
        QueryException.Type.EXECUTION,
        "query processing would load too many series into memory in query execution (limit: "
            + (2 * series - 1)
            + ")",
        () ->
            engine.instant(
                Tenant.DEFAULT,
                "m_total + m_total offset 1s",
                99_000,
                options.withBounds(2L * series - 1, 1 << 20)));
    assertRefused(
        QueryException.Type.EXECUTION,
        "query processing would take too much memory in query execution (limit: 300 bytes)",
        () -> engine.instant(Tenant.DEFAULT, "m_total[50s]", 99_000, options.withBounds(100, 300)));
  }

  @Test
  void query_pastItsTime_isRefused() {
    assertRefused(
        QueryException.Type.TIMEOUT,
        "query timed out in expression evaluation",
        () ->
            engine.instant(
                Tenant.DEFAULT,
                "sum(rate(m_total[1m]))",
                99_000,
                options(Duration.ofMillis(5), 1000, () -> false)));
  }

  @Test
  void query_whoseAskerIsGone_isRefused() {
    assertRefused(
        QueryException.Type.CANCELED,
        "query was canceled in expression evaluation",
        () ->
            engine.instant(
                Tenant.DEFAULT,
                "m_total",
                99_000,
                options(Duration.ofMinutes(2), 1000, () -> true)));
  }

  @Test
  void query_storageAway_isUnavailable() {
    SeriesReader away =
        (_, _) -> {
          throw new GatewayException(Kind.UNAVAILABLE, "redis: connection refused");
        };
    assertRefused(
        QueryException.Type.UNAVAILABLE,
        "expanding series: redis: connection refused",
        () -> new PromQlEngine(away).instant(Tenant.DEFAULT, "m", 0, QueryOptions.DEFAULT));
  }

  @Test
  void query_sortedOrTopk_keepsItsOrder() {
    QueryValue.Vector vector = (QueryValue.Vector) instant("topk(3, m_total) + 0").value();
    assertThat(vector.values()).containsExactly(891, 792, 693);
  }
}
