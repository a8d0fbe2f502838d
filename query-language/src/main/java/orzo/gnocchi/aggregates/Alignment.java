package orzo.gnocchi.aggregates;

import java.util.Arrays;
import java.util.List;
import orzo.read.Points;

/** Puts series side by side, on all times at which one of them has a value. */
final class Alignment {
  private Alignment() {}

  /** The times at which one of the series has a value, ascending. */
  static long[] times(List<Points> series) {
    return times(series, 0, series.size());
  }

  // Halves first: so no time is looked at more often than the logarithm of how many series there
  // are. Series that have the same times, which most have, are merged by one comparison.
  private static long[] times(List<Points> series, int from, int to) {
    if (to - from == 0) {
      return new long[0];
    }
    if (to - from == 1) {
      return series.get(from).startsMillis();
    }
    int middle = from + to >>> 1;
    return union(times(series, from, middle), times(series, middle, to));
  }

  private static long[] union(long[] left, long[] right) {
    if (Arrays.equals(left, right)) {
      return left;
    }
    long[] union = new long[Math.addExact(left.length, right.length)];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < left.length && j < right.length) {
      long time = Math.min(left[i], right[j]);
      i += left[i] == time ? 1 : 0;
      j += right[j] == time ? 1 : 0;
      union[count++] = time;
    }
    while (i < left.length) {
      union[count++] = left[i++];
    }
    while (j < right.length) {
      union[count++] = right[j++];
    }
    return count == union.length ? union : Arrays.copyOf(union, count);
  }

  /**
   * The values of a series at times that hold all of its own, the others filled in.
   *
   * @return an array that may be the series's own
   */
  static double[] column(Points series, long[] times, Fill fill) {
    double[] column = series.values();
    if (series.size() < times.length) {
      column = fill.column(times.length);
      int row = 0;
      for (int i = 0; i < series.size(); i++) {
        while (times[row] != series.startsMillis()[i]) {
          row++;
        }
        column[row] = series.values()[i];
      }
    }
    return fill.spread(column);
  }
}
