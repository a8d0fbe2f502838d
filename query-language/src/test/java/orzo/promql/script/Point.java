package orzo.promql.script;

import org.jspecify.annotations.Nullable;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;

/**
 * A sample in a script.
 *
 * @param value the number, or the histogram's sum
 * @param histogram the histogram if it is one
 * @param startMillis its start timestamp, epoch milliseconds, 0 when it has none
 * @param hintMatters whether an expected histogram says what its reset hint is
 */
record Point(
    double value, @Nullable NativeHistogram histogram, long startMillis, boolean hintMatters) {
  private static final double TOLERANCE = 1e-6;

  static Point of(double value) {
    return new Point(value, null, 0, false);
  }

  static Point of(NativeHistogram histogram, boolean hintMatters) {
    return new Point(histogram.sum(), histogram, 0, hintMatters);
  }

  Point withStart(long millis) {
    return new Point(value, histogram, millis, hintMatters);
  }

  /** Whether an answer is as expected here. */
  boolean isNear(double actual, @Nullable NativeHistogram actualHistogram) {
    if (histogram == null || actualHistogram == null) {
      return histogram == null && actualHistogram == null && isNear(value, actual);
    }
    NativeHistogram expected = histogram.compacted();
    NativeHistogram compact = actualHistogram.compacted();
    return expected.schema() == compact.schema()
        && isNear(expected.count(), compact.count())
        && isNear(expected.sum(), compact.sum())
        && expected.zeroThreshold() == compact.zeroThreshold()
        && isNear(expected.zeroCount(), compact.zeroCount())
        && java.util.Arrays.equals(expected.bounds(), compact.bounds())
        && areNear(expected.positive(), compact.positive())
        && areNear(expected.negative(), compact.negative())
        && (!hintMatters || hint(expected) == hint(compact));
  }

  /**
   * Storage of Prometheus finds out itself, when it is read, that a histogram is no reset; here it
   * is as it was written.
   */
  private static ResetHint hint(NativeHistogram histogram) {
    ResetHint hint = histogram.resetHint();
    return hint == ResetHint.NOT_RESET ? ResetHint.UNKNOWN : hint;
  }

  private static boolean areNear(Buckets expected, Buckets actual) {
    if (!expected.hasLayoutOf(actual)) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      if (!isNear(expected.count(i), actual.count(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isNear(double expected, double actual) {
    if (Double.isNaN(expected) || Double.isNaN(actual)) {
      return Double.isNaN(expected) && Double.isNaN(actual);
    }
    double difference = Math.abs(expected - actual);
    double sum = Math.abs(expected) + Math.abs(actual);
    return expected == actual || difference / Math.min(sum, Double.MAX_VALUE) < TOLERANCE;
  }

  static String show(double value, @Nullable NativeHistogram histogram) {
    return histogram == null ? Double.toString(value) : histogram.toString();
  }
}
