package orzo.promql.exec.window;

import java.util.Arrays;
import orzo.promql.exec.block.SeriesBlock;

/**
 * {@code rate}, {@code increase} and {@code delta}: the difference of the last and the first sample
 * of a window, extrapolated to the window's borders where samples come near them.
 *
 * <p>A border is near when it is closer than 1.1 times the mean distance of the samples. Otherwise
 * the series is taken to begin or end half such a distance beyond its outermost sample. A counter
 * is never extrapolated to below zero.
 */
final class ExtrapolatedRate implements RangeFunction {
  private static final int[] NONE = {};

  private final boolean counter;
  private final boolean perSecond;

  ExtrapolatedRate(boolean counter, boolean perSecond) {
    this.counter = counter;
    this.perSecond = perSecond;
  }

  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    double[] values = windows.values;
    int[] resets = counter ? resets(values, windows.size()) : NONE;
    Extrapolation extrapolation = new Extrapolation(counter, perSecond, windows.rangeMillis());
    int firstReset = 0;
    while (windows.next()) {
      int first = windows.from;
      int last = windows.to - 1;
      if (first == last) {
        continue;
      }
      double difference = values[last] - values[first];
      while (firstReset < resets.length && resets[firstReset] <= first) {
        firstReset++;
      }
      for (int i = firstReset; i < resets.length && resets[i] <= last; i++) {
        difference += values[resets[i] - 1];
      }
      result.set(
          windows.step,
          difference
              * extrapolation.factor(
                  windows.times[first],
                  windows.times[last],
                  last - first,
                  values[first],
                  difference,
                  windows.endMillis()));
    }
  }

  /** The indices of samples that are smaller than the one before: found once, not per window. */
  private static int[] resets(double[] values, int size) {
    int[] resets = NONE;
    int count = 0;
    for (int i = 1; i < size; i++) {
      if (values[i] < values[i - 1]) {
        if (count == resets.length) {
          resets = Arrays.copyOf(resets, count * 2 + 8);
        }
        resets[count++] = i;
      }
    }
    return count == resets.length ? resets : Arrays.copyOf(resets, count);
  }

  /**
   * What a difference of two samples is multiplied with to stand for a whole window.
   *
   * @param rangeMillis the length of a window
   */
  record Extrapolation(boolean counter, boolean perSecond, long rangeMillis) {
    /**
     * The factor for one window.
     *
     * @param firstTime when its first sample was
     * @param lastTime when its last sample was
     * @param intervals how many samples it has, less one
     * @param endMillis its end
     */
    double factor(
        long firstTime,
        long lastTime,
        double intervals,
        double firstValue,
        double difference,
        long endMillis) {
      double toStart = (firstTime - (endMillis - rangeMillis)) / 1000.0;
      double toEnd = (endMillis - lastTime) / 1000.0;
      double sampled = (lastTime - firstTime) / 1000.0;
      double meanDistance = sampled / intervals;
      double near = meanDistance * 1.1;
      if (toStart >= near) {
        toStart = meanDistance / 2;
      }
      if (counter) {
        double toZero = toStart;
        if (difference > 0 && firstValue >= 0) {
          toZero = sampled * (firstValue / difference);
        }
        if (toZero < toStart) {
          toStart = toZero;
        }
      }
      if (toEnd >= near) {
        toEnd = meanDistance / 2;
      }
      double factor = (sampled + toStart + toEnd) / sampled;
      return perSecond ? factor / seconds(rangeMillis) : factor;
    }
  }

  /** Whole seconds and the rest converted apart, as Go does. */
  static double seconds(long millis) {
    long whole = millis / 1000;
    return whole + millis % 1000 * 1_000_000 / 1e9;
  }
}
