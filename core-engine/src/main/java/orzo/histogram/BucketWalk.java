package orzo.histogram;

/**
 * Goes through all buckets of a histogram in order of their bounds: negative ones, the zero bucket
 * if it has observations, positive ones. Where a bucket reaches into the zero bucket, it is shown
 * to end, or begin, at that one's border. For one thread.
 */
public final class BucketWalk {
  private final NativeHistogram histogram;
  private final Buckets negative;
  private final Buckets positive;
  private final int stride; // 1 upwards, -1 downwards
  private int at; // below 0: negative buckets, -1 next to zero; 0: zero bucket; above: positive
  private double lower;
  private double upper;
  private double count;

  private BucketWalk(NativeHistogram histogram, boolean upwards) {
    this.histogram = histogram;
    negative = histogram.negative();
    positive = histogram.positive();
    stride = upwards ? 1 : -1;
    at = upwards ? -negative.size() - 1 : positive.size() + 1;
  }

  /** Begins before the lowest bucket. */
  public static BucketWalk upwards(NativeHistogram histogram) {
    return new BucketWalk(histogram, true);
  }

  /** Begins after the highest bucket. */
  public static BucketWalk downwards(NativeHistogram histogram) {
    return new BucketWalk(histogram, false);
  }

  /** Goes to the next bucket; false when there is none. */
  public boolean next() {
    at += stride;
    if (at == 0 && !(histogram.zeroCount() > 0)) {
      at += stride;
    }
    double threshold = histogram.zeroThreshold();
    if (at == 0) {
      lower = -threshold;
      upper = threshold;
      count = histogram.zeroCount();
      return true;
    } else if (at > positive.size() || -at > negative.size()) {
      at -= stride; // stays beyond the end, however often it is asked
      return false;
    } else if (at > 0) {
      lower = histogram.lowerBound(positive.index(at - 1));
      upper = histogram.upperBound(positive.index(at - 1));
      count = positive.count(at - 1);
      if (lower > 0 && lower < threshold) {
        lower = threshold;
      }
      return true;
    }
    upper = -histogram.lowerBound(negative.index(-at - 1));
    lower = -histogram.upperBound(negative.index(-at - 1));
    count = negative.count(-at - 1);
    if (upper < 0 && upper > -threshold) {
      upper = -threshold;
    }
    return true;
  }

  /** The lower bound. */
  public double lower() {
    return lower;
  }

  /** The upper bound. */
  public double upper() {
    return upper;
  }

  /** The observations in the bucket. */
  public double count() {
    return count;
  }

  /** Whether the lower bound belongs to the bucket. */
  public boolean includesLower() {
    return histogram.hasCustomBuckets() ? at == 1 && positive.index(0) == 0 : lower < 0 || at == 0;
  }

  /** Whether the upper bound belongs to the bucket. */
  public boolean includesUpper() {
    return histogram.hasCustomBuckets() || upper > 0 || at == 0;
  }
}
