package orzo.promql.exec.histogram;

import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;

/**
 * The operators {@code </} and {@code >/}: what is left of a histogram without the observations
 * above, or below, a bound. In the bucket that holds the bound a part is left, as interpolated;
 * count and sum are estimated anew if anything was taken. Source: Prometheus's
 * model/histogram/float_histogram.go.
 */
public final class HistogramTrim {
  private final NativeHistogram histogram;
  private final double bound;
  private final boolean keepsBelow;
  private double count;
  private double sum;
  private boolean isTrimmed;

  private HistogramTrim(NativeHistogram histogram, double bound, boolean keepsBelow) {
    this.histogram = histogram;
    this.bound = bound;
    this.keepsBelow = keepsBelow;
  }

  /** What is left of a histogram below a bound. */
  public static NativeHistogram below(NativeHistogram histogram, double bound) {
    return new HistogramTrim(histogram, bound, true).trimmed();
  }

  /** What is left of a histogram above a bound. */
  public static NativeHistogram above(NativeHistogram histogram, double bound) {
    return new HistogramTrim(histogram, bound, false).trimmed();
  }

  private NativeHistogram trimmed() {
    Buckets positive = trimmed(histogram.positive(), true);
    Buckets negative = trimmed(histogram.negative(), false);
    double zeroCount = histogram.zeroCount();
    if (zeroCount > 0) {
      zeroCount = trimmedZeroBucket();
    }
    return isTrimmed
        ? histogram.with(zeroCount, count, sum, positive, negative).compacted()
        : histogram;
  }

  private Buckets trimmed(Buckets buckets, boolean positive) {
    double[] counts = buckets.counts();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        double from = histogram.lowerBound(buckets.index(i));
        double to = histogram.upperBound(buckets.index(i));
        double kept =
            positive ? kept(from, to, counts[i], true) : kept(-to, -from, counts[i], false);
        isTrimmed |= kept != counts[i];
        counts[i] = kept;
      }
    }
    return Buckets.of(buckets.indexes(), counts);
  }

  /** How much of a bucket is kept, which is counted. */
  private double kept(double lower, double upper, double all, boolean positive) {
    boolean isWhole = keepsBelow ? upper <= bound : lower >= bound;
    boolean isPart = keepsBelow ? lower < bound : upper > bound;
    if (isWhole) {
      keep(all, middle(lower, upper, positive));
      return all;
    } else if (!isPart) {
      return 0;
    } else if (lower == Double.NEGATIVE_INFINITY || upper == Double.POSITIVE_INFINITY) {
      return keptOfEndless(lower, upper, all);
    }
    double below =
        all * HistogramEstimates.fractionBelow(lower, upper, bound, histogram.hasCustomBuckets());
    double kept = keepsBelow ? below : all - below;
    keep(kept, keepsBelow ? middle(lower, bound, positive) : middle(bound, upper, positive));
    return kept;
  }

  /** Of a bucket without an end nothing is kept that may lie beyond the bound. */
  private double keptOfEndless(double lower, double upper, double all) {
    if (lower == Double.NEGATIVE_INFINITY) {
      // Where a custom bucket reaches above zero, it is taken to begin there.
      boolean beginsAtZero = upper > 0 && upper < Double.POSITIVE_INFINITY && bound >= 0;
      if (keepsBelow && upper <= 0) {
        keep(all, bound);
        return all;
      } else if (keepsBelow && beginsAtZero && bound > 0) {
        double kept = all * bound / upper;
        keep(kept, bound / 2);
        return kept;
      } else if (!keepsBelow && beginsAtZero) {
        double kept = all * (1 - bound / upper);
        keep(kept, (bound + upper) / 2);
        return kept;
      }
      return 0;
    }
    if (!keepsBelow && bound >= lower) {
      keep(all, bound);
      return all;
    }
    return 0;
  }

  private double trimmedZeroBucket() {
    double all = histogram.zeroCount();
    boolean noNegative = isEmpty(histogram.negative());
    boolean noPositive = isEmpty(histogram.positive());
    double lower = noNegative && !noPositive ? 0 : -histogram.zeroThreshold();
    double upper = noPositive && !noNegative ? 0 : histogram.zeroThreshold();
    double from = keepsBelow ? lower : Math.max(lower, bound);
    double to = keepsBelow ? Math.min(upper, bound) : upper;
    if (keepsBelow ? bound <= lower : bound >= upper && bound > lower) {
      isTrimmed = true;
      return 0;
    }
    double kept = from == lower && to == upper ? all : all * ((to - from) / (upper - lower));
    isTrimmed |= kept != all;
    keep(kept, (from + to) / 2);
    return kept;
  }

  /** Whether no bucket has observations. */
  private static boolean isEmpty(Buckets buckets) {
    for (int i = 0; i < buckets.size(); i++) {
      if (buckets.count(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private void keep(double kept, double middle) {
    count += kept;
    sum += middle * kept;
  }

  /** The value that observations between two bounds are taken to have on average. */
  private double middle(double lower, double upper, boolean positive) {
    if (Double.isInfinite(lower)) {
      return Double.isInfinite(upper) ? 0 : upper > 0 ? upper / 2 : upper;
    } else if (Double.isInfinite(upper)) {
      return lower;
    } else if (histogram.hasCustomBuckets()) {
      return (lower + upper) / 2;
    }
    double middle = Math.sqrt(Math.abs(lower * upper));
    return positive ? middle : -middle;
  }
}
