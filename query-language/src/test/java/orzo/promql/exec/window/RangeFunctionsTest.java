package orzo.promql.exec.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.metric.Labels;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;

/**
 * Whole series at once against one window at a time: what slides or is counted beforehand must give
 * the very bits that a window of its own gives.
 */
class RangeFunctionsTest {
  private static final int SAMPLES = 300;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rate",
        "increase",
        "delta",
        "irate",
        "idelta",
        "changes",
        "resets",
        "deriv",
        "predict_linear",
        "double_exponential_smoothing",
        "quantile_over_time",
        "mad_over_time",
        "sum_over_time",
        "avg_over_time",
        "stddev_over_time",
        "stdvar_over_time",
        "count_over_time",
        "present_over_time",
        "first_over_time",
        "last_over_time",
        "min_over_time",
        "max_over_time",
        "ts_of_first_over_time",
        "ts_of_last_over_time",
        "ts_of_min_over_time",
        "ts_of_max_over_time"
      })
  void evaluate_wholeSeries_equalsEachStepAlone(String name) {
    for (long seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      long[] times = new long[SAMPLES];
      double[] values = new double[SAMPLES];
      long time = random.nextInt(5000);
      for (int i = 0; i < SAMPLES; i++) {
        time += 1 + random.nextInt(random.nextInt(10) == 0 ? 90_000 : 9000);
        times[i] = time;
        values[i] = random.nextInt(20) == 0 ? Double.NaN : random.nextInt(50) * 0.1;
      }
      long step = 1L + random.nextInt(40_000);
      long range = 1L + random.nextInt(120_000);
      TimeGrid grid = TimeGrid.of(random.nextInt(100_000), time + 200_000, step);
      long offset = random.nextInt(200_000) - 100_000L;
      double[] parameter = new double[grid.steps()];
      Arrays.fill(parameter, 0.3);
      SeriesBlock whole = evaluate(name, times, values, grid, offset, range, parameter);
      for (int i = 0; i < grid.steps(); i++) {
        TimeGrid one = TimeGrid.instant(grid.timeMillis(i));
        SeriesBlock alone = evaluate(name, times, values, one, offset, range, new double[] {0.3});
        assertThat(whole.has(i)).as("%s, seed %d, step %d", name, seed, i).isEqualTo(alone.has(0));
        if (alone.has(0)) {
          assertThat(Double.doubleToLongBits(whole.values[i]))
              .as("%s, seed %d, step %d", name, seed, i)
              .isEqualTo(Double.doubleToLongBits(alone.values[0]));
        }
      }
    }
  }

  /** A grid of one step gets the window's samples only, so that nothing outside can matter. */
  private static SeriesBlock evaluate(
      String name,
      long[] times,
      double[] values,
      TimeGrid grid,
      long offset,
      long range,
      double[] parameter) {
    int from = 0;
    int to = times.length;
    if (grid.steps() == 1) {
      long end = grid.startMillis() - offset;
      while (from < to && times[from] <= end - range) {
        from++;
      }
      while (to > from && times[to - 1] > end) {
        to--;
      }
    }
    SeriesBlock result = new SeriesBlock(Labels.EMPTY, true, grid.steps());
    RangeFunctions.of(name, new double[][] {parameter, parameter}, _ -> {}, _ -> {})
        .evaluate(
            new Windows(
                Arrays.copyOfRange(times, from, to),
                Arrays.copyOfRange(values, from, to),
                to - from,
                grid,
                new WindowTimes(grid.startMillis() - offset, grid.stepMillis(), range)),
            result);
    return result;
  }
}
