package orzo.histogram;

import java.util.Arrays;

/**
 * Buckets of one side that others are added to, on request with a compensation for each. For one
 * thread.
 */
final class BucketSum {
  private static final double[] NONE = {};

  int[] indexes;
  double[] counts;

  /** What rounding has cost each count; empty when that is not kept. */
  double[] lost;

  int size;
  private final boolean isCompensated;
  private boolean sharesIndexes; // the array belongs to someone else, too
  private boolean sharesCounts;

  private BucketSum(
      int[] indexes,
      double[] counts,
      double[] lost,
      int size,
      boolean isCompensated,
      boolean isShared) {
    this.isCompensated = isCompensated;
    this.indexes = indexes;
    this.counts = counts;
    this.lost = lost;
    this.size = size;
    sharesIndexes = isShared;
    sharesCounts = isShared;
  }

  /** A sum that begins with some buckets. */
  static BucketSum of(Buckets first, boolean compensated) {
    int size = first.indexes.length;
    return new BucketSum(
        first.indexes,
        first.counts,
        compensated ? new double[size] : NONE,
        size,
        compensated,
        true);
  }

  BucketSum copy() {
    BucketSum copy =
        new BucketSum(
            indexes,
            counts.clone(),
            isCompensated ? lost.clone() : lost,
            size,
            isCompensated,
            false);
    copy.sharesIndexes = true;
    sharesIndexes = true;
    return copy;
  }

  private void ownIndexes() {
    if (sharesIndexes) {
      indexes = indexes.clone();
      sharesIndexes = false;
    }
  }

  private void ownCounts() {
    if (sharesCounts) {
      counts = counts.clone();
      sharesCounts = false;
    }
  }

  /**
   * Adds buckets of the same schema.
   *
   * @param from the first of them that is added
   * @param factor what their counts are multiplied with, 1 or -1
   */
  void add(Buckets other, int from, double factor) {
    int more = other.indexes.length - from;
    if (more <= 0) {
      return;
    }
    ownCounts();
    int missing = missing(other, from);
    if (missing > 0) {
      makeRoom(other, from, missing);
    }
    int at = 0;
    for (int i = from; i < other.indexes.length; i++) {
      while (indexes[at] != other.indexes[i]) {
        at++;
      }
      addTo(at, factor * other.counts[i]);
    }
  }

  void addTo(int at, double value) {
    double before = counts[at];
    double total = before + value;
    counts[at] = total;
    if (isCompensated) {
      lost[at] = Compensation.of(before, lost[at], value, total);
    }
  }

  /** How many of the other's indexes are not here. */
  private int missing(Buckets other, int from) {
    int missing = 0;
    int at = 0;
    for (int i = from; i < other.indexes.length; i++) {
      while (at < size && indexes[at] < other.indexes[i]) {
        at++;
      }
      if (at == size || indexes[at] != other.indexes[i]) {
        missing++;
      }
    }
    return missing;
  }

  /** Inserts empty buckets for the other's indexes that are not here, from the end backwards. */
  private void makeRoom(Buckets other, int from, int missing) {
    ownIndexes();
    int all = size + missing;
    if (all > indexes.length) {
      int room = all + (all >> 2);
      indexes = Arrays.copyOf(indexes, room);
      counts = Arrays.copyOf(counts, room);
      if (isCompensated) {
        lost = Arrays.copyOf(lost, room);
      }
    }
    int mine = size - 1;
    int theirs = other.indexes.length - 1;
    for (int to = all - 1; to > mine; to--) {
      if (mine >= 0 && (theirs < from || indexes[mine] >= other.indexes[theirs])) {
        if (theirs >= from && indexes[mine] == other.indexes[theirs]) {
          theirs--;
        }
        move(mine--, to);
      } else {
        indexes[to] = other.indexes[theirs--];
        counts[to] = 0;
        if (isCompensated) {
          lost[to] = 0;
        }
      }
    }
    size = all;
  }

  private void move(int from, int to) {
    indexes[to] = indexes[from];
    counts[to] = counts[from];
    if (isCompensated) {
      lost[to] = lost[from];
    }
  }

  /** Merges buckets to those of a coarser exponential schema. */
  void coarsen(int schema, int coarserSchema) {
    ownIndexes();
    ownCounts();
    int last = -1;
    for (int i = 0; i < size; i++) {
      int index = ExponentialBounds.coarser(indexes[i], schema, coarserSchema);
      if (last >= 0 && indexes[last] == index) {
        double compensation = isCompensated ? lost[i] : 0;
        addTo(last, counts[i]);
        if (compensation != 0) {
          addTo(last, compensation);
        }
      } else {
        move(i, ++last);
        indexes[last] = index;
      }
    }
    size = last + 1;
  }

  /** Removes the buckets below an absolute value that is a bound of one. */
  void removeBelow(double bound, int schema) {
    int first = 0;
    while (first < size && ExponentialBounds.upper(indexes[first] - 1, schema) < bound) {
      first++;
    }
    if (first > 0) {
      ownIndexes();
      ownCounts();
      for (int i = first; i < size; i++) {
        move(i, i - first);
      }
      size -= first;
    }
  }

  void scale(double factor) {
    ownCounts();
    for (int i = 0; i < size; i++) {
      counts[i] *= factor;
    }
    for (int i = 0; i < lost.length; i++) {
      lost[i] *= factor;
    }
  }

  void divide(double divisor) {
    ownCounts();
    for (int i = 0; i < size; i++) {
      counts[i] /= divisor;
    }
    for (int i = 0; i < lost.length; i++) {
      lost[i] /= divisor;
    }
  }

  boolean isInfinite() {
    for (int i = 0; i < size; i++) {
      if (Double.isInfinite(counts[i])) {
        return true;
      }
    }
    return false;
  }

  /** The buckets with what rounding has cost them. */
  Buckets result() {
    if (size == 0) {
      return Buckets.EMPTY;
    }
    double[] totals = Arrays.copyOf(counts, size);
    if (isCompensated) {
      for (int i = 0; i < size; i++) {
        totals[i] += lost[i];
      }
    }
    if (indexes.length > size) {
      return new Buckets(Arrays.copyOf(indexes, size), totals);
    }
    sharesIndexes = true;
    return new Buckets(indexes, totals);
  }
}
