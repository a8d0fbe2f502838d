package orzo.promql.exec.window;

import java.util.Arrays;
import java.util.function.Consumer;
import orzo.promql.exec.block.SeriesBlock;

/**
 * {@code rate}, {@code increase} and {@code delta}: the difference of the last and the first sample
 * of a window, extrapolated to the window's borders where samples come near them.
 *
 * <p>A border is near when it is closer than 1.1 times the mean distance of the samples. Otherwise
 * the series is taken to begin or end half such a distance beyond its outermost sample. A counter
 * is never extrapolated to below zero.
 *
 * <p>Where the start timestamp of a counter's first sample lies in the window, the counter was at
 * zero then, and that is the first sample.
 */
final class ExtrapolatedRate implements RangeFunction {
  private static final int[] NONE = {};

  private final boolean counter;
  private final boolean perSecond;
  private final Consumer<String> overlapping;

  ExtrapolatedRate(boolean counter, boolean perSecond) {
    this(counter, perSecond, _ -> {});
  }

  /**
   * Creates the function.
   *
   * @param overlapping told of the metric for each window with start timestamps that overlap
   */
  ExtrapolatedRate(boolean counter, boolean perSecond, Consumer<String> overlapping) {
    this.counter = counter;
    this.perSecond = perSecond;
    this.overlapping = overlapping;
  }

  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    double[] values = windows.values;
    long[] starts = counter ? windows.starts : null;
    int[] resets = counter ? resets(windows) : NONE;
    int lastOverlap = -1;
    Extrapolation extrapolation = new Extrapolation(counter, perSecond, windows.rangeMillis());
    int firstReset = 0;
    while (windows.next()) {
      int first = windows.from;
      int last = windows.to - 1;
      long zeroTime = starts == null ? 0 : zeroTime(windows, starts, first);
      if (first == last && zeroTime == 0) {
        continue;
      }
      double difference = values[last] - values[first];
      while (firstReset < resets.length && resets[firstReset] <= first) {
        firstReset++;
      }
      for (int i = firstReset; i < resets.length && resets[i] <= last; i++) {
        difference += values[resets[i] - 1];
      }
      if (starts != null) {
        lastOverlap = lastOverlap(starts, windows.times, lastOverlap, last);
        if (lastOverlap > first) {
          overlapping.accept(result.labels().metricName());
        }
      }
      result.set(
          windows.step,
          zeroTime != 0
              ? (difference + values[first])
                  * extrapolation.factorFrom(
                      zeroTime,
                      windows.times[first],
                      windows.times[last],
                      last - first,
                      windows.endMillis())
              : difference
                  * extrapolation.factor(
                      windows.times[first],
                      windows.times[last],
                      last - first,
                      values[first],
                      difference,
                      windows.endMillis()));
    }
  }

  /** Tells of a window of a metric with start timestamps that overlap. */
  void noteOverlap(String metricName) {
    overlapping.accept(metricName);
  }

  /** When the counter of the first sample was at zero, if in the window; else 0. */
  static long zeroTime(Windows windows, long[] starts, int first) {
    long start = windows.endMillis() - windows.rangeMillis();
    return StartTimes.beginsAfter(start, starts, windows.times, first) ? starts[first] : 0;
  }

  /** The last sample up to {@code last} whose start overlaps; the search goes on from before. */
  private static int lastOverlap(long[] starts, long[] times, int before, int last) {
    for (int i = last; i > Math.max(before, 0); i--) {
      if (StartTimes.overlaps(starts, times, i)) {
        return i;
      }
    }
    return before;
  }

  /** The indices of samples that a counter's reset comes before: found once, not per window. */
  private static int[] resets(Windows windows) {
    double[] values = windows.values;
    long[] starts = windows.starts;
    int[] resets = NONE;
    int count = 0;
    for (int i = 1; i < windows.size(); i++) {
      if (values[i] < values[i - 1]
          || starts != null && StartTimes.isReset(starts, windows.times, i)) {
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

    /**
     * The factor for a window in which the counter starts at zero.
     *
     * @param startMillis when it does, before the first sample
     */
    double factorFrom(
        long startMillis, long firstTime, long lastTime, double intervals, long endMillis) {
      double toEnd = (endMillis - lastTime) / 1000.0;
      double sampled = (lastTime - startMillis) / 1000.0;
      double meanDistance = intervals > 0 ? (lastTime - firstTime) / 1000.0 / intervals : 0;
      if (toEnd >= meanDistance * 1.1) {
        toEnd = meanDistance / 2;
      }
      double factor = (sampled + toEnd) / sampled;
      return perSecond ? factor / seconds(rangeMillis) : factor;
    }
  }

  /** Whole seconds and the rest converted apart, as Go does. */
  static double seconds(long millis) {
    long whole = millis / 1000;
    return whole + millis % 1000 * 1_000_000 / 1e9;
  }
}
