package orzo.histogram;

/**
 * Histograms added up, or subtracted from one another. Where their zero buckets, schemas or custom
 * bounds differ, the result has what all have in common: the widest zero bucket, the coarsest
 * schema, the bounds that both have. For one thread.
 *
 * <p>Behaviour as that of Prometheus's model/histogram/float_histogram.go, which the answers of
 * queries must agree with.
 */
public final class HistogramSum {
  private final boolean compensated;
  private ResetHint resetHint;
  private int schema;
  private double zeroThreshold;
  private double zeroCount;
  private double zeroLost;
  private double count;
  private double countLost;
  private double sum;
  private double sumLost;
  private BucketSum positive;
  private BucketSum negative;
  private double[] bounds;
  private boolean hintsCollided;
  private boolean reconciledInAddition;
  private boolean reconciledInSubtraction;

  private HistogramSum(NativeHistogram first, boolean compensated) {
    this.compensated = compensated;
    resetHint = first.resetHint();
    schema = first.schema();
    zeroThreshold = first.zeroThreshold();
    zeroCount = first.zeroCount();
    count = first.count();
    sum = first.sum();
    positive = BucketSum.of(first.positive(), compensated);
    negative = BucketSum.of(first.negative(), compensated);
    bounds = first.bounds;
  }

  private HistogramSum(HistogramSum other) {
    compensated = other.compensated;
    resetHint = other.resetHint;
    schema = other.schema;
    zeroThreshold = other.zeroThreshold;
    zeroCount = other.zeroCount;
    zeroLost = other.zeroLost;
    count = other.count;
    countLost = other.countLost;
    sum = other.sum;
    sumLost = other.sumLost;
    positive = other.positive.copy();
    negative = other.negative.copy();
    bounds = other.bounds;
    hintsCollided = other.hintsCollided;
    reconciledInAddition = other.reconciledInAddition;
    reconciledInSubtraction = other.reconciledInSubtraction;
  }

  /** A sum that begins with {@code first} and rounds at each step. */
  public static HistogramSum of(NativeHistogram first) {
    return new HistogramSum(first, false);
  }

  /** A sum that begins with {@code first} and makes up in the end for what rounding cost it. */
  public static HistogramSum compensated(NativeHistogram first) {
    return new HistogramSum(first, true);
  }

  /** The same sum, to be changed apart. */
  HistogramSum copy() {
    return new HistogramSum(this);
  }

  /**
   * Adds a histogram.
   *
   * @return false when nothing was added, because one has exponential and one custom buckets
   */
  public boolean add(NativeHistogram other) {
    return combine(other, 1);
  }

  /**
   * Subtracts a histogram.
   *
   * @return false when nothing was subtracted, because one has exponential and one custom buckets
   */
  public boolean subtract(NativeHistogram other) {
    return combine(other, -1);
  }

  /** Whether one histogram said that a counter began anew, and another that it did not. */
  public boolean hintsCollided() {
    return hintsCollided;
  }

  /** Whether custom bounds differed, so that only those that both have are left. */
  public boolean boundsReconciled() {
    return reconciledInAddition || reconciledInSubtraction;
  }

  /** Whether custom bounds differed from those of a histogram that was added. */
  public boolean reconciledInAddition() {
    return reconciledInAddition;
  }

  /** Whether custom bounds differed from those of a histogram that was subtracted. */
  public boolean reconciledInSubtraction() {
    return reconciledInSubtraction;
  }

  private boolean combine(NativeHistogram other, double factor) {
    boolean custom = schema == NativeHistogram.CUSTOM_SCHEMA;
    if (custom != other.hasCustomBuckets()) {
      return false;
    }
    combineHints(other.resetHint());
    double otherZeroCount = custom ? 0 : reconcileZeroBuckets(other);
    addZero(factor * otherZeroCount);
    double countBefore = count;
    double countValue = factor * other.count();
    count += countValue;
    countLost = lost(countBefore, countLost, countValue, count);
    double sumBefore = sum;
    double sumValue = factor * other.sum();
    sum += sumValue;
    sumLost = lost(sumBefore, sumLost, sumValue, sum);
    if (custom) {
      combineCustom(other, factor);
    } else {
      combineExponential(other, factor);
    }
    return true;
  }

  /** Of two hints the one that promises less; a gauge stays one whatever is added. */
  private void combineHints(ResetHint other) {
    if (other == resetHint || resetHint == ResetHint.GAUGE) {
      return;
    }
    if (other == ResetHint.GAUGE) {
      resetHint = ResetHint.GAUGE;
      return;
    }
    hintsCollided |= resetHint != ResetHint.UNKNOWN && other != ResetHint.UNKNOWN;
    resetHint = ResetHint.UNKNOWN;
  }

  private void addZero(double value) {
    double before = zeroCount;
    zeroCount += value;
    zeroLost = lost(before, zeroLost, value, zeroCount);
  }

  private double lost(double before, double lost, double value, double total) {
    return compensated ? Compensation.of(before, lost, value, total) : 0;
  }

  /**
   * Widens the zero bucket here until both reach equally far and neither ends within a bucket that
   * has observations.
   *
   * @return the count of the other's zero bucket, widened as far
   */
  private double reconcileZeroBuckets(NativeHistogram other) {
    double otherCount = other.zeroCount();
    double otherThreshold = other.zeroThreshold();
    while (otherThreshold != zeroThreshold) {
      if (otherThreshold < zeroThreshold) {
        WideZeroBucket wide =
            new WideZeroBucket(
                other.zeroCount(),
                0,
                BucketSum.of(other.positive(), false),
                BucketSum.of(other.negative(), false),
                other.schema());
        wide.widen(zeroThreshold);
        otherCount = wide.count();
        otherThreshold = wide.threshold();
      }
      if (otherThreshold > zeroThreshold) {
        WideZeroBucket wide = new WideZeroBucket(zeroCount, zeroLost, positive, negative, schema);
        wide.widen(otherThreshold);
        zeroCount = wide.count();
        zeroLost = compensated ? wide.lost() : 0;
        zeroThreshold = wide.threshold();
        positive.removeBelow(zeroThreshold, schema);
        negative.removeBelow(zeroThreshold, schema);
      }
    }
    return otherCount;
  }

  private void combineExponential(NativeHistogram other, double factor) {
    Buckets otherPositive = other.positive();
    Buckets otherNegative = other.negative();
    if (other.schema() < schema) {
      coarsen(other.schema());
    } else if (other.schema() > schema) {
      otherPositive = otherPositive.coarser(other.schema(), schema);
      otherNegative = otherNegative.coarser(other.schema(), schema);
    }
    positive.add(otherPositive, firstOutsideZero(otherPositive), factor);
    negative.add(otherNegative, firstOutsideZero(otherNegative), factor);
  }

  private int firstOutsideZero(Buckets buckets) {
    int first = 0;
    while (first < buckets.size()
        && ExponentialBounds.upper(buckets.index(first), schema) <= zeroThreshold) {
      first++;
    }
    return first;
  }

  private void combineCustom(NativeHistogram other, double factor) {
    if (CustomBounds.match(bounds, other.bounds)) {
      positive.add(other.positive(), 0, factor);
      return;
    }
    reconciledInAddition |= factor > 0;
    reconciledInSubtraction |= factor < 0;
    double[] common = CustomBounds.intersection(bounds, other.bounds);
    positive =
        CustomBounds.mapped(positive, bounds, other.positive(), other.bounds, factor, common)
            .toSum(compensated);
    bounds = common;
  }

  /** Brings an exponential sum down to a coarser schema; nothing happens for another one. */
  public void coarsen(int coarserSchema) {
    if (coarserSchema < schema && schema != NativeHistogram.CUSTOM_SCHEMA) {
      positive.coarsen(schema, coarserSchema);
      negative.coarsen(schema, coarserSchema);
      schema = coarserSchema;
    }
  }

  /** Multiplies everything with a factor that is not negative. */
  void scale(double factor) {
    zeroCount *= factor;
    zeroLost *= factor;
    count *= factor;
    countLost *= factor;
    sum *= factor;
    sumLost *= factor;
    positive.scale(factor);
    negative.scale(factor);
  }

  /** Divides everything by a positive number. */
  void divide(double divisor) {
    zeroCount /= divisor;
    zeroLost /= divisor;
    count /= divisor;
    countLost /= divisor;
    sum /= divisor;
    sumLost /= divisor;
    positive.divide(divisor);
    negative.divide(divisor);
  }

  /** Whether some number is infinite. */
  boolean isInfinite() {
    return Double.isInfinite(zeroCount)
        || Double.isInfinite(count)
        || Double.isInfinite(sum)
        || positive.isInfinite()
        || negative.isInfinite();
  }

  /** The sum so far, buckets without observations included. */
  public NativeHistogram result() {
    return new NativeHistogram(
        resetHint,
        false,
        schema,
        zeroThreshold,
        zeroCount + zeroLost,
        count + countLost,
        sum + sumLost,
        positive.result(),
        negative.result(),
        bounds);
  }
}
