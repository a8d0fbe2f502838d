package orzo.promql.exec.window;

import orzo.split.SampleBuffer;

/**
 * The values at the two borders of an anchored or smoothed range. At the start that is the last
 * sample at or before it, or the first one after it if there is none; at the end the last sample up
 * to it. Smoothed, a border between two samples has the value on the line between them.
 *
 * <p>One object serves one range after the other. For one thread.
 */
public final class BorderValues {
  private final boolean smoothed;
  private final boolean counter;
  private long[] times = {};
  private double[] values = {};

  /** Index of the sample that the left border's value is taken from, or that is before it. */
  private int first;

  /** Index of the sample that the right border's value is taken from, or that is after it. */
  private int last;

  private long start;
  private long end;
  private double left;
  private double right;

  /**
   * Creates the search.
   *
   * @param counter whether a line that falls is one that begins at zero, after a reset
   */
  public BorderValues(boolean smoothed, boolean counter) {
    this.smoothed = smoothed;
    this.counter = counter;
  }

  /**
   * Looks at a range.
   *
   * @param from index of the first sample that may be looked at
   * @param to index after the last such sample; more than {@code from}
   * @param startMillis the start, which is outside the range
   * @param endMillis the end, which belongs to it
   * @return whether there are values: not when all samples lie before the range, or after it
   */
  boolean find(
      long[] seriesTimes,
      double[] seriesValues,
      int from,
      int to,
      long startMillis,
      long endMillis) {
    times = seriesTimes;
    values = seriesValues;
    start = startMillis;
    end = endMillis;
    int lastOfAll = to - 1;
    first = Math.max(from, firstLaterThan(startMillis, from, lastOfAll) - 1);
    last = smoothed ? firstLaterThan(endMillis - 1, from, lastOfAll) : lastOfAll;
    if (times[last] <= startMillis || smoothed && times[first] > endMillis) {
      return false;
    }
    left =
        smoothed && times[first] < startMillis ? interpolated(first, startMillis) : values[first];
    right =
        smoothed && last > from && times[last] > endMillis
            ? interpolated(last - 1, endMillis)
            : values[last];
    return true;
  }

  /** The first index from {@code from} on whose time is later, {@code limit} if that is none. */
  private int firstLaterThan(long timeMillis, int from, int limit) {
    int low = from;
    int high = limit;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] > timeMillis) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The value on the line from a sample to the next one. */
  private double interpolated(int before, long timeMillis) {
    double next = values[before + 1];
    double base = counter && next < values[before] ? 0 : values[before];
    return base
        + (next - base)
            * (timeMillis - times[before])
            / (double) (times[before + 1] - times[before]);
  }

  /** By how much the values differ; that of a counter without what resets took away. */
  double difference() {
    double difference = right - left;
    if (!counter) {
      return difference;
    }
    double lost = 0;
    double before = left;
    for (int i = firstInside(); i <= lastInside(); i++) {
      if (values[i] < before) {
        lost += before;
      }
      before = values[i];
    }
    return difference + (right < before ? lost + before : lost);
  }

  private int firstInside() {
    return times[first] <= start ? first + 1 : first;
  }

  private int lastInside() {
    return times[last] >= end ? last - 1 : last;
  }

  /** The samples of a range with the values at its borders as samples there; none without those. */
  public static SampleBuffer samples(
      SampleBuffer live, long startMillis, long endMillis, boolean smoothed) {
    SampleBuffer result = new SampleBuffer(live.size + 2);
    BorderValues borders = new BorderValues(smoothed, false);
    if (live.size > 0
        && borders.find(live.timestampsMillis, live.values, 0, live.size, startMillis, endMillis)) {
      result.add(startMillis, borders.left);
      for (int i = borders.firstInside(); i <= borders.lastInside(); i++) {
        result.add(live.timestampsMillis[i], live.values[i]);
      }
      result.add(endMillis, borders.right);
    }
    return result;
  }
}
