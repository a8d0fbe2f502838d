package orzo.histogram;

import java.util.Arrays;

/**
 * Adds up observations in exponential buckets, as an instrumented program does. All its counts only
 * rise. When there would be too many buckets neighbours are merged, which halves the resolution, so
 * memory is bounded; whoever compares two states sees no reset in that. Not safe for many threads.
 */
public final class GrowingHistogram {
  /** What is no further from zero than this is in the zero bucket; as in Prometheus's clients. */
  public static final double ZERO_THRESHOLD = 0x1p-128;

  /** The buckets of one side. The indexes are shared with states that were told: never changed. */
  private static final class Side {
    int[] indexes = Buckets.EMPTY.indexes;
    double[] counts = Buckets.EMPTY.counts;

    /** Returns whether there is a bucket more. */
    boolean add(int index, double weight) {
      int found = Arrays.binarySearch(indexes, index);
      if (found >= 0) {
        counts[found] += weight;
        return false;
      }
      int at = -found - 1;
      int[] moreIndexes = Arrays.copyOf(indexes, indexes.length + 1);
      double[] moreCounts = Arrays.copyOf(counts, moreIndexes.length);
      System.arraycopy(indexes, at, moreIndexes, at + 1, indexes.length - at);
      System.arraycopy(counts, at, moreCounts, at + 1, counts.length - at);
      moreIndexes[at] = index;
      moreCounts[at] = weight;
      indexes = moreIndexes;
      counts = moreCounts;
      return true;
    }

    void halve(int schema) {
      Buckets merged = new Buckets(indexes, counts).coarser(schema, schema - 1);
      indexes = merged.indexes;
      counts = merged.counts;
    }

    Buckets state() {
      return indexes.length == 0 ? Buckets.EMPTY : new Buckets(indexes, counts.clone());
    }
  }

  private final Side positive = new Side();
  private final Side negative = new Side();
  private final int maxBuckets;
  private int schema;
  private double zeroCount;
  private double count;
  private double sum;

  /**
   * Creates one without observations.
   *
   * @param schema the resolution to begin with, {@link NativeHistogram#MIN_SCHEMA} to {@link
   *     NativeHistogram#MAX_SCHEMA}
   * @param maxBuckets how many buckets there may be beside the zero bucket; the coarsest schema may
   *     have more
   */
  public GrowingHistogram(int schema, int maxBuckets) {
    if (schema < NativeHistogram.MIN_SCHEMA || schema > NativeHistogram.MAX_SCHEMA) {
      throw new IllegalArgumentException("schema: " + schema + " (expected: -4..8)");
    }
    if (maxBuckets < 1) {
      throw new IllegalArgumentException("maxBuckets: " + maxBuckets + " (expected: >= 1)");
    }
    this.schema = schema;
    this.maxBuckets = maxBuckets;
  }

  /**
   * Adds an observation.
   *
   * @param weight how many times it was made; need not be whole
   * @throws IllegalArgumentException for a value that is not finite, or a weight that is not or is
   *     negative
   */
  public void add(double value, double weight) {
    if (!Double.isFinite(value) || !(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "value " + value + ", weight " + weight + " (expected: finite, the weight >= 0)");
    }
    count += weight;
    sum += value * weight;
    double distance = Math.abs(value);
    if (distance <= ZERO_THRESHOLD) {
      zeroCount += weight;
      return;
    }
    Side side = value > 0 ? positive : negative;
    if (side.add(ExponentialBounds.index(distance, schema), weight)) {
      while (positive.indexes.length + negative.indexes.length > maxBuckets
          && schema > NativeHistogram.MIN_SCHEMA) {
        positive.halve(schema);
        negative.halve(schema);
        schema--;
      }
    }
  }

  /** What was observed until now; does not change afterwards. */
  public NativeHistogram state() {
    return NativeHistogram.exponential(
        ResetHint.UNKNOWN,
        false,
        schema,
        ZERO_THRESHOLD,
        zeroCount,
        count,
        sum,
        positive.state(),
        negative.state());
  }
}
