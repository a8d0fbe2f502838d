package orzo.promql.exec.window;

import java.util.Locale;
import orzo.promql.exec.block.SeriesBlock;
import orzo.query.QueryException;

/**
 * {@code double_exponential_smoothing}: the last value of a window after exponential smoothing of
 * both level and trend.
 *
 * @param smoothing weight of a new sample against the level, for each step
 * @param trend weight of a new slope against the trend, for each step
 */
record DoubleExponentialSmoothing(double[] smoothing, double[] trend) implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    while (windows.next()) {
      double levelWeight = smoothing[windows.step];
      double trendWeight = trend[windows.step];
      requireOpenUnit("smoothing factor. Expected: 0 < sf < 1", levelWeight);
      requireOpenUnit("trend factor. Expected: 0 < tf < 1", trendWeight);
      if (windows.to - windows.from >= 2) {
        result.set(windows.step, smooth(windows, levelWeight, trendWeight));
      }
    }
  }

  private static double smooth(Windows windows, double levelWeight, double trendWeight) {
    double[] values = windows.values;
    int first = windows.from;
    double before = 0;
    double level = values[first];
    double slope = values[first + 1] - values[first];
    for (int i = first + 1; i < windows.to; i++) {
      if (i > first + 1) {
        slope = trendWeight * (level - before) + (1 - trendWeight) * slope;
      }
      before = level;
      level = levelWeight * values[i] + (1 - levelWeight) * (level + slope);
    }
    return level;
  }

  private static void requireOpenUnit(String what, double factor) {
    if (factor <= 0 || factor >= 1) {
      throw new QueryException(
          QueryException.Type.EXECUTION,
          String.format(Locale.ROOT, "invalid %s, got: %f", what, factor));
    }
  }
}
