package orzo.promql.exec.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;

class SlidingExtremeTest {
  private static final double[] SPECIAL = {
    Double.NaN, -0.0, 0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  @Test
  void evaluate_isThatOfEachWindowLookedThrough() {
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      int size = 1 + random.nextInt(60);
      long[] times = new long[size];
      double[] values = new double[size];
      long time = 0;
      int trend = random.nextInt(3) - 1;
      for (int i = 0; i < size; i++) {
        time += 1 + random.nextInt(random.nextInt(8) == 0 ? 100 : 4);
        times[i] = time;
        values[i] =
            random.nextInt(4) == 0
                ? SPECIAL[random.nextInt(SPECIAL.length)]
                : trend * i + random.nextInt(6);
      }
      TimeGrid grid = TimeGrid.of(random.nextInt(20), time + 30, 1 + random.nextInt(30));
      WindowTimes windows =
          new WindowTimes(
              grid.startMillis() - random.nextInt(10),
              random.nextInt(10) == 0 ? 0 : grid.stepMillis(),
              1 + random.nextInt(90));
      for (boolean greatest : new boolean[] {false, true}) {
        SeriesBlock found = new SeriesBlock(Labels.EMPTY, true, grid.steps());
        new SlidingExtreme(greatest)
            .evaluate(new Windows(times, values, size, grid, windows), found);
        for (int step = 0; step < grid.steps(); step++) {
          long end = windows.endMillis(step);
          String what = "seed " + seed + ", greatest " + greatest + ", step " + step;
          @Nullable Double expected =
              extreme(times, values, end - windows.rangeMillis(), end, greatest);
          assertThat(found.has(step)).as(what).isEqualTo(expected != null);
          if (expected != null) {
            assertThat((Double) found.values[step]).as(what).isEqualTo(expected);
          }
        }
      }
    }
  }

  /** As Prometheus looks for it: the first sample, unless a later one is better than the best. */
  private static @Nullable Double extreme(
      long[] times, double[] values, long after, long end, boolean greatest) {
    @Nullable Double best = null;
    for (int i = 0; i < times.length; i++) {
      if (times[i] > after && times[i] <= end) {
        double value = values[i];
        if (best == null || Double.isNaN(best) || (greatest ? value > best : value < best)) {
          best = value;
        }
      }
    }
    return best;
  }
}
