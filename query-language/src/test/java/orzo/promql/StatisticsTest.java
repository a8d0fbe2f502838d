package orzo.promql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.promql.script.LoadedSeries;
import orzo.query.QueryOptions;
import orzo.query.QueryStatistics;

/** How many samples a query looks at. */
class StatisticsTest {
  private static final QueryOptions COUNTED = QueryOptions.DEFAULT.withStatistics(true);

  private final LoadedSeries series = new LoadedSeries();
  private final PromQlEngine engine = new PromQlEngine(series);

  /** Two series, with a sample every ten seconds from 0 to 100 s. */
  @BeforeEach
  void load() {
    for (int i = 0; i <= 10; i++) {
      series.add(Labels.of("__name__", "m", "id", "a"), i * 10_000L, i);
      series.add(Labels.of("__name__", "m", "id", "b"), i * 10_000L, i);
    }
  }

  private QueryStatistics range(String query) {
    return engine
        .range(Tenant.DEFAULT, query, 20_000, 60_000, 20_000, COUNTED)
        .statistics()
        .orElseThrow();
  }

  private QueryStatistics instant(String query) {
    return engine.instant(Tenant.DEFAULT, query, 60_000, COUNTED).statistics().orElseThrow();
  }

  @Test
  void instantSelector_countsOneForEachSeriesAndStep() {
    assertThat(range("m").samplesPerStep()).containsExactly(2L, 2L, 2L);
    assertThat(range("m + m{id=\"a\"}").samplesPerStep()).containsExactly(3L, 3L, 3L);
    assertThat(instant("m").samples()).isEqualTo(2);
  }

  @Test
  void rangeSelector_countsItsWindowAtEachStep() {
    QueryStatistics statistics = range("sum(rate(m[30s]))");
    assertThat(statistics.samplesPerStep()).containsExactly(6L, 6L, 6L);
    assertThat(statistics.samples()).isEqualTo(18);
    // From -10 s, outside, to 60 s.
    assertThat(statistics.samplesRead()).isEqualTo(14);
    assertThat(statistics.peakSamples()).isGreaterThanOrEqualTo(7);
    assertThat(statistics.startMillis()).isEqualTo(20_000);
    assertThat(statistics.stepMillis()).isEqualTo(20_000);
    assertThat(instant("m[25s]").samples()).isEqualTo(6);
  }

  @Test
  void fixedTime_countsAtEachStep() {
    assertThat(range("rate(m[30s] @ 60)").samplesPerStep()).containsExactly(6L, 6L, 6L);
  }

  @Test
  void subquery_countsWhatItMakes() {
    QueryStatistics statistics = range("max_over_time(rate(m[30s])[20s:10s])");
    assertThat(statistics.samplesPerStep()).containsExactly(4L, 4L, 4L);
    assertThat(statistics.samplesRead()).isEqualTo(14);
  }

  @Test
  void statistics_areMadeOnlyIfAskedFor() {
    assertThat(engine.instant(Tenant.DEFAULT, "m", 60_000, QueryOptions.DEFAULT).statistics())
        .isEmpty();
    assertThat(instant("1 + 1").samples()).isZero();
  }
}
