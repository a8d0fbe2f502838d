package orzo.histogram;

import java.util.Arrays;

/** Custom bounds, and how buckets of different ones come together. */
final class CustomBounds {
  private CustomBounds() {}

  /** Whether both are the same numbers. */
  static boolean match(double[] left, double[] right) {
    if (left.length != right.length) {
      return false;
    }
    for (int i = 0; i < left.length; i++) {
      if (left[i] != right[i]) {
        return false;
      }
    }
    return true;
  }

  /** The bounds that both have. */
  static double[] intersection(double[] left, double[] right) {
    double[] common = new double[Math.min(left.length, right.length)];
    int size = 0;
    int j = 0;
    for (double bound : left) {
      while (j < right.length && right[j] < bound) {
        j++;
      }
      if (j < right.length && right[j] == bound) {
        common[size++] = bound;
      }
    }
    return Arrays.copyOf(common, size);
  }

  /** A count for each bucket that some bounds make, and what rounding has cost it. */
  record Mapped(double[] counts, double[] lost) {
    private void add(int at, double value) {
      double before = counts[at];
      counts[at] = before + value;
      lost[at] = Compensation.of(before, lost[at], value, counts[at]);
    }

    /** The buckets that have observations. */
    BucketSum toSum(boolean compensated) {
      int[] indexes = new int[counts.length];
      double[] kept = new double[counts.length];
      double[] keptLost = new double[counts.length];
      int size = 0;
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] != 0 || lost[i] != 0) {
          indexes[size] = i;
          kept[size] = counts[i];
          keptLost[size++] = lost[i];
        }
      }
      Buckets buckets = new Buckets(Arrays.copyOf(indexes, size), Arrays.copyOf(kept, size));
      BucketSum sum = BucketSum.of(buckets, compensated);
      if (compensated) {
        sum.lost = Arrays.copyOf(keptLost, size);
      }
      return sum;
    }
  }

  /**
   * Both buckets added up in the buckets that common bounds make.
   *
   * @param factor what the counts of {@code other} are multiplied with
   * @param common bounds that {@code bounds} and {@code otherBounds} have
   */
  static Mapped mapped(
      BucketSum sum,
      double[] bounds,
      Buckets other,
      double[] otherBounds,
      double factor,
      double[] common) {
    Mapped mapped = new Mapped(new double[common.length + 1], new double[common.length + 1]);
    int to = 0;
    for (int i = 0; i < sum.size; i++) {
      to = firstNotBelow(common, to, bounds, sum.indexes[i]);
      mapped.add(to, sum.counts[i]);
      if (sum.lost.length > 0) {
        mapped.add(to, sum.lost[i]);
      }
    }
    to = 0;
    for (int i = 0; i < other.size(); i++) {
      to = firstNotBelow(common, to, otherBounds, other.index(i));
      mapped.add(to, factor * other.count(i));
    }
    return mapped;
  }

  /** The common bucket that holds a bucket; searched from {@code from} on. */
  private static int firstNotBelow(double[] common, int from, double[] bounds, int index) {
    if (index >= bounds.length) {
      return common.length;
    }
    int to = from;
    while (to < common.length && common[to] < bounds[index]) {
      to++;
    }
    return to;
  }
}
