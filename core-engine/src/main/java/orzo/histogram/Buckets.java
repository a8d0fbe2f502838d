package orzo.histogram;

import java.util.Arrays;

/**
 * The buckets of one side of a histogram: indexes, strictly ascending, and the observations in each
 * of them, not cumulative. Immutable. Buckets that are not there have no observations; ones with a
 * count of zero may be there all the same.
 */
public final class Buckets {
  /** No buckets. */
  public static final Buckets EMPTY = new Buckets(new int[0], new double[0]);

  final int[] indexes; // never changed once here, so histograms of one layout share it
  final double[] counts;

  Buckets(int[] indexes, double[] counts) {
    this.indexes = indexes;
    this.counts = counts;
  }

  /**
   * Buckets at indexes; the arrays belong to them afterwards.
   *
   * @throws IllegalArgumentException when the arrays differ in length, or an index is not greater
   *     than the one before
   */
  public static Buckets of(int[] indexes, double[] counts) {
    if (indexes.length != counts.length) {
      throw new IllegalArgumentException(
          "buckets: " + counts.length + " counts (expected: " + indexes.length + ", one an index)");
    }
    for (int i = 1; i < indexes.length; i++) {
      if (indexes[i] <= indexes[i - 1]) {
        throw new IllegalArgumentException(
            "bucket " + i + ": index " + indexes[i] + " (expected: > " + indexes[i - 1] + ")");
      }
    }
    return indexes.length == 0 ? EMPTY : new Buckets(indexes, counts);
  }

  /**
   * Buckets as protocols have them: runs of adjacent buckets. The array of counts belongs to them
   * afterwards.
   *
   * @param offsets the index of the first bucket of the first span; then, for each span, how many
   *     buckets are left out before it
   * @param lengths how many buckets each span has
   * @param counts the observations of each bucket
   * @throws IllegalArgumentException for a negative length or offset (but the first), an index that
   *     is no {@code int}, or spans of more or fewer buckets than there are counts
   */
  public static Buckets ofSpans(int[] offsets, int[] lengths, double[] counts) {
    if (offsets.length != lengths.length) {
      throw new IllegalArgumentException(
          "spans: "
              + lengths.length
              + " lengths (expected: "
              + offsets.length
              + ", one an offset)");
    }
    long total = 0;
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < 0 || i > 0 && offsets[i] < 0) {
        throw new IllegalArgumentException(
            "span "
                + i
                + ": offset "
                + offsets[i]
                + ", length "
                + lengths[i]
                + " (expected: >= 0)");
      }
      total += lengths[i];
    }
    if (total != counts.length) {
      throw new IllegalArgumentException(
          "spans: " + total + " buckets (expected: " + counts.length + ", as there are counts)");
    }
    if (total == 0) {
      return EMPTY;
    }
    int[] indexes = new int[counts.length];
    long next = 0;
    int filled = 0;
    for (int i = 0; i < lengths.length; i++) {
      next += offsets[i];
      if (next + lengths[i] - 1 > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "span " + i + ": last index " + (next + lengths[i] - 1) + " (expected: 32 bits)");
      }
      for (int j = 0; j < lengths[i]; j++) {
        indexes[filled++] = (int) next++;
      }
    }
    return new Buckets(indexes, counts);
  }

  /** How many buckets there are. */
  public int size() {
    return indexes.length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return indexes.length == 0;
  }

  /** The index of bucket {@code i}. */
  public int index(int i) {
    return indexes[i];
  }

  /** The observations in bucket {@code i}. */
  public double count(int i) {
    return counts[i];
  }

  /** The indexes, ascending; a copy. */
  public int[] indexes() {
    return indexes.clone();
  }

  /** The counts in the order of the indexes; a copy. */
  public double[] counts() {
    return counts.clone();
  }

  /**
   * The buckets as spans, as few as possible: offset and length of each, alternating, as {@link
   * #ofSpans} takes them.
   */
  public int[] spans() {
    int spans = 0;
    for (int i = 0; i < indexes.length; i++) {
      if (i == 0 || indexes[i] != indexes[i - 1] + 1) {
        spans++;
      }
    }
    int[] pairs = new int[2 * spans];
    int at = -2;
    for (int i = 0; i < indexes.length; i++) {
      if (i == 0 || indexes[i] != indexes[i - 1] + 1) {
        at += 2;
        pairs[at] = i == 0 ? indexes[i] : indexes[i] - indexes[i - 1] - 1;
      }
      pairs[at + 1]++;
    }
    return pairs;
  }

  /** The sum of all counts. */
  double total() {
    double total = 0;
    for (double count : counts) {
      total += count;
    }
    return total;
  }

  /** These buckets, of an exponential schema, as those of a coarser one, or the same. */
  Buckets coarser(int schema, int coarserSchema) {
    if (schema == coarserSchema || indexes.length == 0) {
      return this;
    }
    int[] merged = new int[indexes.length];
    double[] totals = new double[indexes.length];
    int last = -1;
    for (int i = 0; i < indexes.length; i++) {
      int index = ExponentialBounds.coarser(indexes[i], schema, coarserSchema);
      if (last < 0 || merged[last] != index) {
        merged[++last] = index;
        totals[last] = counts[i];
      } else {
        totals[last] += counts[i];
      }
    }
    return new Buckets(Arrays.copyOf(merged, last + 1), Arrays.copyOf(totals, last + 1));
  }

  Buckets times(double factor) {
    double[] products = counts.clone();
    for (int i = 0; i < products.length; i++) {
      products[i] *= factor;
    }
    return new Buckets(indexes, products);
  }

  Buckets dividedBy(double divisor) {
    double[] quotients = counts.clone();
    for (int i = 0; i < quotients.length; i++) {
      quotients[i] /= divisor;
    }
    return new Buckets(indexes, quotients);
  }

  /** The buckets that have observations. */
  Buckets compacted() {
    int kept = 0;
    for (double count : counts) {
      kept += count != 0 ? 1 : 0;
    }
    if (kept == counts.length) {
      return this;
    }
    int[] keptIndexes = new int[kept];
    double[] keptCounts = new double[kept];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        keptIndexes[at] = indexes[i];
        keptCounts[at++] = counts[i];
      }
    }
    return kept == 0 ? EMPTY : new Buckets(keptIndexes, keptCounts);
  }

  /** Whether both have buckets at the same indexes. */
  public boolean hasLayoutOf(Buckets other) {
    return Arrays.equals(indexes, other.indexes);
  }

  /** The same indexes, and counts bit by bit. */
  @Override
  public boolean equals(Object object) {
    return object instanceof Buckets other && hasLayoutOf(other) && sameBits(counts, other.counts);
  }

  /** Whether all numbers are the same bit by bit; other than {@link Arrays#equals}, NaNs differ. */
  static boolean sameBits(double[] left, double[] right) {
    if (left.length != right.length) {
      return false;
    }
    for (int i = 0; i < left.length; i++) {
      if (Double.doubleToRawLongBits(left[i]) != Double.doubleToRawLongBits(right[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(indexes) + Arrays.hashCode(counts);
  }

  /** Indexes and counts, as {@code {-1: 3.0, 0: 1.0}}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < indexes.length; i++) {
      text.append(i == 0 ? "" : ", ").append(indexes[i]).append(": ").append(counts[i]);
    }
    return text.append('}').toString();
  }
}
