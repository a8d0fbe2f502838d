package orzo.statsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimerStatisticsTest {
  private static Map<String, Double> compute(TimerLayout layout, double... values) {
    Map<String, Double> computed = new TreeMap<>();
    new TimerStatistics()
        .compute(
            layout,
            values,
            values.length,
            values.length,
            10,
            (place, value) -> {
              if (place >= layout.placeOfSummary() + 2) {
                int quantile = place - layout.placeOfSummary() - 2;
                computed.put("q" + layout.quantiles[quantile], value);
              } else if (place != TimerLayout.LEFT_OUT) {
                assertThat(computed.put(layout.names.get(place), value)).isNull();
              }
            });
    return computed;
  }

  private static TimerLayout layout(Double... percentiles) {
    return new TimerLayout(List.of(percentiles), List.of(), List.of());
  }

  @Test
  void statistics_ofTenValues() {
    Map<String, Double> found =
        compute(layout(90.0), 450, 120, 553, 994, 334, 844, 675, 496, 100, 222);
    assertThat(found)
        .containsEntry("count", 10.0)
        .containsEntry("count_ps", 1.0)
        .containsEntry("lower", 100.0)
        .containsEntry("upper", 994.0)
        .containsEntry("sum", 4788.0)
        .containsEntry("sum_squares", 3_095_562.0)
        .containsEntry("mean", 478.8)
        .containsEntry("median", 473.0)
        .containsEntry("count_90", 9.0)
        .containsEntry("mean_90", 3794 / 9.0)
        .containsEntry("upper_90", 844.0)
        .containsEntry("sum_90", 3794.0)
        .containsEntry("sum_squares_90", 2_107_526.0)
        .containsEntry("q0.5", 473.0)
        .containsEntry("q0.9", 844.0)
        .hasSize(16);
    assertThat(found.get("std")).isEqualTo(283.3844738, offset(1e-6));
  }

  @Test
  void percentiles_haveTheNamesOfTheReference() {
    assertThat(layout(99.9, -10.0, 50.0).names)
        .contains("upper_99_9", "lower_top10", "mean_top10", "upper_50", "sum_squares_top10");
  }

  @Test
  void percentiles_belowZero_areOfTheLargest() {
    assertThat(compute(layout(-40.0), 1, 2, 3, 4, 5))
        .containsEntry("count_top40", 2.0)
        .containsEntry("lower_top40", 4.0)
        .containsEntry("sum_top40", 9.0)
        .containsEntry("mean_top40", 4.5)
        .containsEntry("sum_squares_top40", 41.0);
  }

  @Test
  void percentiles_belowZeroOfAllValues_haveNoSum() {
    assertThat(compute(layout(-90.0), 1, 2))
        .containsEntry("count_top90", 2.0)
        .containsEntry("lower_top90", 1.0)
        .containsEntry("sum_top90", Double.NaN)
        .containsEntry("mean_top90", Double.NaN);
  }

  @Test
  void percentiles_thatCoverNothing_areLeftOut() {
    assertThat(compute(layout(10.0), 1, 2, 3))
        .doesNotContainKey("count_10")
        .containsEntry("q0.1", 1.0);
  }

  @Test
  void percentiles_ofOneValue_areThatValue() {
    assertThat(compute(layout(10.0, -10.0), 7))
        .containsEntry("upper_10", 7.0)
        .containsEntry("lower_top10", 7.0)
        .containsEntry("sum_top10", 7.0)
        .containsEntry("std", 0.0);
  }

  @Test
  void bins_areExclusive_andWhatIsAboveTheLastIsNotCounted() {
    TimerLayout open = new TimerLayout(List.of(), List.of(10.0, 20.5), List.of());
    assertThat(compute(open, 9.99, 10, 20, 20.5, 30))
        .containsEntry("histogram.bin_10", 1.0)
        .containsEntry("histogram.bin_20_5", 2.0);
    TimerLayout rest =
        new TimerLayout(List.of(), List.of(10.0, Double.POSITIVE_INFINITY), List.of());
    assertThat(compute(rest, 1, 2, Double.POSITIVE_INFINITY))
        .containsEntry("histogram.bin_10", 2.0)
        .containsEntry("histogram.bin_inf", 1.0);
  }

  @Test
  void statistics_thatAreNotWanted_areLeftOut() {
    TimerLayout layout =
        new TimerLayout(
            List.of(90.0, -10.0, 99.9),
            List.of(5.0),
            List.of("count", "upper_percent", "mean_percent", "histogram"));
    assertThat(layout.names)
        .containsExactly("count", "mean_90", "upper_90", "mean_top10", "histogram.bin_5");
  }

  @Test
  void histograms_areChosenByTheFirstTextInTheKey() {
    TimerLayouts layouts =
        new TimerLayouts(
            new StatsdSettings.Timers(
                List.of(),
                List.of(
                    new StatsdSettings.Histogram("none", List.of()),
                    new StatsdSettings.Histogram("web", List.of(1.0)),
                    new StatsdSettings.Histogram("", List.of(2.0))),
                List.of(),
                Set.of(),
                StatsdSettings.Buckets.DEFAULT));
    assertThat(layouts.of("web.none").bins).isEmpty();
    assertThat(layouts.of("a.web").bins).containsExactly(1);
    assertThat(layouts.of("x").bins).containsExactly(2);
  }
}
