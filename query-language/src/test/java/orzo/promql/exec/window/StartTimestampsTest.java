package orzo.promql.exec.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.metric.Labels;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;

/** Counters whose samples say when they began. */
class StartTimestampsTest {
  private final List<String> overlapping = new ArrayList<>();

  private SeriesBlock evaluate(
      String name, long[] times, double[] values, long[] starts, long end, long range) {
    SeriesBlock result = new SeriesBlock(Labels.of("__name__", "sold_total"), true, 1);
    RangeFunctions.of(name, new double[0][], _ -> {}, overlapping::add)
        .evaluate(
            new Windows(
                times,
                values,
                starts,
                times.length,
                TimeGrid.instant(end),
                new WindowTimes(end, 1, range)),
            result);
    return result;
  }

  @Test
  void differences_addUp() {
    long[] times = {120_000, 180_000, 240_000};
    double[] values = {60, 60, 60};
    long[] starts = {60_000, 120_000, 180_000};
    // The first one's start is the window's, which is outside: 120 in 120 s, extended by 60 s.
    assertThat(evaluate("increase", times, values, starts, 240_000, 180_000).values[0])
        .isEqualTo(180);
    // Now it is inside.
    assertThat(evaluate("increase", times, values, starts, 240_000, 180_001).values[0])
        .isEqualTo(180);
    assertThat(evaluate("irate", times, values, starts, 240_000, 180_000).values[0]).isEqualTo(1);
    assertThat(evaluate("resets", times, values, starts, 240_000, 180_000).values[0]).isEqualTo(2);
    assertThat(evaluate("delta", times, values, starts, 240_000, 180_000).values[0]).isEqualTo(0);
    assertThat(overlapping).isEmpty();
  }

  @Test
  void oneSample_isEnough_ifItBeganInTheWindow() {
    long[] times = {100_000};
    double[] values = {6};
    SeriesBlock began = evaluate("rate", times, values, new long[] {70_000}, 110_000, 60_000);
    assertThat(began.values[0]).isCloseTo(0.1, within(1e-15));
    assertThat(evaluate("rate", times, values, new long[] {50_000}, 110_000, 60_000).has(0))
        .isFalse();
    assertThat(evaluate("rate", times, values, new long[] {100_000}, 110_000, 60_000).has(0))
        .isFalse();
    assertThat(evaluate("rate", times, values, new long[] {0}, 110_000, 60_000).has(0)).isFalse();
  }

  @Test
  void end_nearTheLastSample_isReached() {
    // From 0 at 10 s to 30 at 40 s: 15 in the 15 s between the samples, and 5 s more to the end.
    SeriesBlock increase =
        evaluate(
            "increase",
            new long[] {25_000, 40_000},
            new double[] {15, 30},
            new long[] {10_000, 10_000},
            45_000,
            60_000);
    assertThat(increase.values[0]).isCloseTo(35, within(1e-12));
  }

  @Test
  void overlap_isToldForEachWindow() {
    long[] times = {60_000, 120_000};
    evaluate("rate", times, new double[] {1, 2}, new long[] {10_000, 50_000}, 120_000, 100_000);
    assertThat(overlapping).containsExactly("sold_total");
    overlapping.clear();
    evaluate("rate", times, new double[] {1, 2}, new long[] {10_000, 10_000}, 120_000, 100_000);
    assertThat(overlapping).isEmpty();
  }

  @ParameterizedTest(name = "started {0} and {1}: {2}")
  @CsvSource({
    "0, 0, false", // unknown
    "10, 10, false", // goes on
    "10, 150, true", // after the sample before
    "10, 100, true", // where the sample before ends: a difference
    "0, 100, false", // where the sample of unknown start ends
    "100, 100, false", // a start at its own time is unknown, too
    "120, 100, false", // after its own time makes no sense
    "10, 200, false", // unknown, in OpenTelemetry's way
    "10, 230, false", // after its own time
  })
  void secondSample_countsAnew(long startBefore, long start, boolean reset) {
    assertThat(StartTimes.isReset(new long[] {startBefore, start}, new long[] {100, 200}, 1))
        .isEqualTo(reset);
  }
}
