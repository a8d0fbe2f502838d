package orzo.promql.exec.histogram;

import orzo.histogram.BucketWalk;
import orzo.histogram.NativeHistogram;
import orzo.promql.exec.math.GoMath;
import orzo.promql.exec.math.KahanSum;

/**
 * What can be estimated from the buckets of a native histogram. Observations are taken to lie
 * evenly in custom buckets and in the zero bucket, and evenly on a logarithmic scale in others. In
 * a histogram without negative buckets the zero bucket begins at zero, in one without positive
 * buckets it ends there. Source: Prometheus's promql/quantile.go and promql/functions.go.
 */
public final class HistogramEstimates {
  private HistogramEstimates() {}

  /**
   * An estimate.
   *
   * @param value NaN where nothing can be said
   * @param isSkewedByNan whether observations that are no numbers make it uncertain
   */
  public record Estimate(double value, boolean isSkewedByNan) {
    private static Estimate of(double value) {
      return new Estimate(value, false);
    }
  }

  /** The {@code q}-quantile of the observations. */
  public static Estimate quantile(double q, NativeHistogram histogram) {
    if (q < 0) {
      return Estimate.of(Double.NEGATIVE_INFINITY);
    } else if (q > 1) {
      return Estimate.of(Double.POSITIVE_INFINITY);
    } else if (Double.isNaN(q) || histogram.count() == 0) {
      return Estimate.of(Double.NaN);
    }
    // Observations that are no numbers count as larger than all others, so count from below.
    boolean upwards = Double.isNaN(histogram.sum()) || q < 0.5;
    BucketWalk walk = upwards ? BucketWalk.upwards(histogram) : BucketWalk.downwards(histogram);
    double rank = (upwards ? q : 1 - q) * histogram.count();
    double counted = 0;
    double inBucket = 0;
    while (walk.next()) {
      inBucket = walk.count();
      if (inBucket != 0) {
        counted += inBucket;
        if (counted >= rank) {
          break;
        }
      }
    }
    double lower = walk.lower();
    double upper = walk.upper();
    if (histogram.hasCustomBuckets()) {
      if (lower == Double.NEGATIVE_INFINITY) {
        if (upper <= 0) {
          return Estimate.of(upper);
        }
        lower = 0;
      } else if (upper == Double.POSITIVE_INFINITY) {
        return Estimate.of(lower);
      }
    } else if (lower < 0 && upper > 0) {
      lower = zeroBucketLower(histogram, lower);
      upper = zeroBucketUpper(histogram, upper);
    }
    counted = Math.min(counted, histogram.count());
    if (counted < rank) {
      return Double.isNaN(histogram.sum()) ? new Estimate(Double.NaN, true) : Estimate.of(upper);
    }
    double fraction = (upwards ? rank - (counted - inBucket) : counted - rank) / inBucket;
    boolean skewed = Double.isNaN(histogram.sum()) && isLess(counted, walk, histogram.count());
    return new Estimate(interpolated(lower, upper, fraction, histogram.hasCustomBuckets()), skewed);
  }

  private static double zeroBucketLower(NativeHistogram histogram, double lower) {
    return histogram.negative().isEmpty() && !histogram.positive().isEmpty() ? 0 : lower;
  }

  private static double zeroBucketUpper(NativeHistogram histogram, double upper) {
    return histogram.positive().isEmpty() && !histogram.negative().isEmpty() ? 0 : upper;
  }

  /** Whether the buckets that are still to come don't make up for what is missing. */
  private static boolean isLess(double counted, BucketWalk walk, double count) {
    double all = counted;
    while (walk.next()) {
      all += walk.count();
    }
    return all < count;
  }

  private static double interpolated(
      double lower, double upper, double fraction, boolean isLinear) {
    if (isLinear || lower <= 0 && upper >= 0) {
      return lower + (upper - lower) * fraction;
    }
    double logLower = GoMath.log2(Math.abs(lower));
    double logUpper = GoMath.log2(Math.abs(upper));
    return lower > 0
        ? Math.pow(2, logLower + (logUpper - logLower) * fraction)
        : -Math.pow(2, logUpper + (logLower - logUpper) * (1 - fraction));
  }

  /** The part of a bucket's observations that is at most {@code value}, which lies within it. */
  static double fractionBelow(double lower, double upper, double value, boolean isLinear) {
    if (isLinear) {
      return (value - lower) / (upper - lower);
    }
    double logLower = GoMath.log2(Math.abs(lower));
    double logUpper = GoMath.log2(Math.abs(upper));
    double logValue = GoMath.log2(Math.abs(value));
    return value > 0
        ? (logValue - logLower) / (logUpper - logLower)
        : 1 - (logValue - logUpper) / (logLower - logUpper);
  }

  /** The part of the observations between two bounds. */
  public static Estimate fraction(double lower, double upper, NativeHistogram histogram) {
    if (histogram.count() == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
      return Estimate.of(Double.NaN);
    } else if (lower >= upper) {
      return Estimate.of(0);
    }
    double counted = histogram.count();
    if (Double.isNaN(histogram.sum())) {
      counted = 0;
      BucketWalk walk = BucketWalk.upwards(histogram);
      while (walk.next()) {
        counted += walk.count();
      }
    }
    double inBetween =
        Math.min(rank(upper, histogram, counted), counted)
            - Math.min(rank(lower, histogram, counted), counted);
    return new Estimate(inBetween / histogram.count(), counted < histogram.count());
  }

  /** How many observations are at most {@code value}; {@code counted} above all buckets. */
  private static double rank(double value, NativeHistogram histogram, double counted) {
    BucketWalk walk = BucketWalk.upwards(histogram);
    double below = 0;
    while (walk.next()) {
      double lower = walk.lower();
      double upper = walk.upper();
      boolean isZeroBucket = lower <= 0 && upper >= 0;
      if (isZeroBucket) {
        lower = zeroBucketLower(histogram, lower);
        upper = zeroBucketUpper(histogram, upper);
      }
      if (lower >= value) {
        return below;
      } else if (upper > value) {
        boolean isLinear = isZeroBucket || histogram.hasCustomBuckets();
        // Nothing is known of where in a bucket without lower bound its observations lie.
        return isLinear && lower == Double.NEGATIVE_INFINITY
            ? walk.count()
            : below + walk.count() * fractionBelow(lower, upper, value, isLinear);
      }
      below += walk.count();
    }
    return counted;
  }

  /** The variance of the observations, each taken to lie in the middle of its bucket. */
  public static double variance(NativeHistogram histogram) {
    double mean = histogram.sum() / histogram.count();
    KahanSum sum = new KahanSum();
    BucketWalk walk = BucketWalk.upwards(histogram);
    while (walk.next()) {
      if (walk.count() != 0) {
        double distance = middle(walk, histogram.hasCustomBuckets()) - mean;
        sum.add(walk.count() * distance * distance);
      }
    }
    return sum.total() / histogram.count();
  }

  private static double middle(BucketWalk bucket, boolean isCustom) {
    if (isCustom) {
      return (bucket.upper() + bucket.lower()) / 2;
    } else if (bucket.lower() <= 0 && bucket.upper() >= 0) {
      return 0;
    }
    double middle = Math.sqrt(bucket.upper() * bucket.lower());
    return bucket.upper() < 0 ? -middle : middle;
  }
}
