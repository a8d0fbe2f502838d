package orzo.fold;

import java.util.Arrays;

/** Percentiles of windows, interpolated linearly between the two nearest ranks as NumPy does. */
final class PercentileFold {
  private final AggregateSchema schema;
  private final boolean ofValues;
  private final boolean ofDifferences;
  private double[] scratch = new double[64];

  PercentileFold(AggregateSchema schema) {
    this.schema = schema;
    ofValues = schema.numberOfPercentiles() > 0;
    ofDifferences = schema.numberOfDifferencePercentiles() > 0;
  }

  boolean any() {
    return ofValues || ofDifferences;
  }

  /** Stores the percentiles of {@code values[from..to)}, among which may be staleness markers. */
  void fold(double[] values, int from, int to, AggregateRows into, int row) {
    if (to - from > scratch.length) {
      scratch = new double[Math.max(to - from, 2 * scratch.length)];
    }
    if (ofValues) {
      int count = 0;
      for (int i = from; i < to; i++) {
        if (!WindowFold.isStale(values[i])) {
          scratch[count++] = values[i];
        }
      }
      Arrays.sort(scratch, 0, count);
      for (int i = 0; i < schema.numberOfPercentiles() && count > 0; i++) {
        int percentile = schema.percentileAt(i);
        into.percentiles(percentile)[row] = percentile(percentile, count);
      }
    }
    if (ofDifferences) {
      int count = differences(values, from, to);
      Arrays.sort(scratch, 0, count);
      for (int i = 0; i < schema.numberOfDifferencePercentiles() && count > 0; i++) {
        int percentile = schema.differencePercentileAt(i);
        into.differencePercentiles(percentile)[row] = percentile(percentile, count);
      }
    }
  }

  /** Collects the differences whose later sample is in the window. */
  private int differences(double[] values, int from, int to) {
    int before = from - 1;
    while (before >= 0 && WindowFold.isStale(values[before])) {
      before--;
    }
    int count = 0;
    for (int i = from; i < to; i++) {
      if (!WindowFold.isStale(values[i])) {
        if (before >= 0) {
          scratch[count++] = values[i] - values[before];
        }
        before = i;
      }
    }
    return count;
  }

  /** Of the sorted numbers in the scratch space; {@code NaN}, which sorts last, if one is. */
  private double percentile(int percentile, int count) {
    if (Double.isNaN(scratch[count - 1])) {
      return Double.NaN;
    }
    double rank = percentile * (count - 1) / 100.0;
    int lower = (int) rank;
    double weight = rank - lower;
    double low = scratch[lower];
    if (weight == 0 || low == scratch[lower + 1]) {
      return low;
    }
    return low * (1 - weight) + scratch[lower + 1] * weight;
  }
}
