package orzo.histogram;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;

/**
 * A native histogram: how many observations there were, their sum, and how they are spread over
 * buckets. Immutable.
 *
 * <p>With an exponential schema {@code s} ({@link #MIN_SCHEMA} to {@link #MAX_SCHEMA}) bucket
 * {@code i} reaches from {@code 2^((i-1)·2^-s)}, exclusive, to {@code 2^(i·2^-s)}, inclusive;
 * negative observations have buckets that mirror these; what is no further from zero than the zero
 * threshold is in the zero bucket. With {@link #CUSTOM_SCHEMA} bucket {@code i} reaches from custom
 * bound {@code i - 1}, exclusive, to bound {@code i}, inclusive; the first has no lower, the last
 * no upper bound.
 *
 * <p>Counts are doubles, whether the histogram came with integer counts or not; integers above 2^53
 * are rounded, as they are to Prometheus's queries.
 */
public final class NativeHistogram {
  /** The coarsest exponential schema. */
  public static final int MIN_SCHEMA = -4;

  /** The finest exponential schema. */
  public static final int MAX_SCHEMA = 8;

  /** The schema of histograms whose buckets have bounds of their own. */
  public static final int CUSTOM_SCHEMA = -53;

  /** The sum of a histogram that says that its series has ended, as bits. */
  public static final long STALE_SUM_BITS = 0x7ff0_0000_0000_0002L;

  /** Schemas up to this one, finer than the finest, are read as {@link #MAX_SCHEMA}. */
  private static final int MAX_READ_SCHEMA = 52;

  /** Integers below this are doubles without rounding. */
  private static final double EXACT = 0x1p53;

  private static final double[] NO_BOUNDS = {};

  private static final NativeHistogram STALE =
      new NativeHistogram(
          ResetHint.UNKNOWN,
          false,
          0,
          0,
          0,
          0,
          Double.longBitsToDouble(STALE_SUM_BITS),
          Buckets.EMPTY,
          Buckets.EMPTY,
          NO_BOUNDS);

  private final ResetHint resetHint;
  private final boolean integer;
  private final int schema;
  private final double zeroThreshold;
  private final double zeroCount;
  private final double count;
  private final double sum;
  private final Buckets positive;
  private final Buckets negative;
  final double[] bounds; // never changed once here, so histograms of one layout share it

  /** Checks nothing: for results of arithmetic on histograms that were checked. */
  NativeHistogram(
      ResetHint resetHint,
      boolean integer,
      int schema,
      double zeroThreshold,
      double zeroCount,
      double count,
      double sum,
      Buckets positive,
      Buckets negative,
      double[] bounds) {
    this.resetHint = resetHint;
    this.integer = integer;
    this.schema = schema;
    this.zeroThreshold = zeroThreshold;
    this.zeroCount = zeroCount;
    this.count = count;
    this.sum = sum;
    this.positive = positive;
    this.negative = negative;
    this.bounds = bounds;
  }

  /**
   * A histogram with exponential buckets. Schemas 9 to 52, which Prometheus knows and does not keep
   * either, are brought down to {@link #MAX_SCHEMA}. Numbers are taken as they are; whether they
   * make sense is told by {@link #flaw}.
   *
   * @param integer whether the counts came as integers
   * @throws IllegalArgumentException for another schema, or a zero threshold that is negative or no
   *     number
   */
  public static NativeHistogram exponential(
      ResetHint resetHint,
      boolean integer,
      int schema,
      double zeroThreshold,
      double zeroCount,
      double count,
      double sum,
      Buckets positive,
      Buckets negative) {
    requireNonNull(resetHint, "resetHint");
    if (schema < MIN_SCHEMA || schema > MAX_READ_SCHEMA) {
      throw new IllegalArgumentException(
          "schema: " + schema + " (expected: -4..52, or -53 with custom bounds)");
    }
    if (!(zeroThreshold >= 0)) {
      throw new IllegalArgumentException("zero threshold: " + zeroThreshold + " (expected: >= 0)");
    }
    int kept = Math.min(schema, MAX_SCHEMA);
    return new NativeHistogram(
        resetHint,
        integer,
        kept,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        positive.coarser(schema, kept),
        negative.coarser(schema, kept),
        NO_BOUNDS);
  }

  /**
   * A histogram with custom buckets. Numbers are taken as they are; whether they make sense is told
   * by {@link #flaw}.
   *
   * @param integer whether the counts came as integers
   * @param bounds the upper bounds of all buckets but the last; they belong to the histogram
   *     afterwards, and several histograms may share them
   * @throws IllegalArgumentException for bounds that are not finite or not ascending, or a bucket
   *     that they do not bound
   */
  public static NativeHistogram custom(
      ResetHint resetHint,
      boolean integer,
      double count,
      double sum,
      double[] bounds,
      Buckets buckets) {
    requireNonNull(resetHint, "resetHint");
    for (int i = 0; i < bounds.length; i++) {
      if (!Double.isFinite(bounds[i]) || i > 0 && bounds[i] <= bounds[i - 1]) {
        throw new IllegalArgumentException(
            "custom bound " + i + ": " + bounds[i] + " (expected: finite and ascending)");
      }
    }
    if (!buckets.isEmpty()) {
      int first = buckets.index(0);
      int last = buckets.index(buckets.size() - 1);
      if (first < 0 || last > bounds.length) {
        throw new IllegalArgumentException(
            "bucket "
                + (first < 0 ? first : last)
                + " (expected: 0.."
                + bounds.length
                + ", as there are "
                + bounds.length
                + " custom bounds)");
      }
    }
    return new NativeHistogram(
        resetHint, integer, CUSTOM_SCHEMA, 0, 0, count, sum, buckets, Buckets.EMPTY, bounds);
  }

  /** The histogram that says that its series has ended. */
  public static NativeHistogram stale() {
    return STALE;
  }

  /** Whether this says that its series has ended. */
  public boolean isStale() {
    return Double.doubleToRawLongBits(sum) == STALE_SUM_BITS;
  }

  /** What is known of a counter reset between this and the sample before it. */
  public ResetHint resetHint() {
    return resetHint;
  }

  /** Whether the counts came as integers; results of arithmetic have floating-point counts. */
  public boolean isInteger() {
    return integer;
  }

  /** The schema: {@link #MIN_SCHEMA} to {@link #MAX_SCHEMA}, or {@link #CUSTOM_SCHEMA}. */
  public int schema() {
    return schema;
  }

  /** Whether the buckets have bounds of their own. */
  public boolean hasCustomBuckets() {
    return schema == CUSTOM_SCHEMA;
  }

  /** How far from zero the zero bucket reaches; zero with custom buckets. */
  public double zeroThreshold() {
    return zeroThreshold;
  }

  /** The observations in the zero bucket; zero with custom buckets. */
  public double zeroCount() {
    return zeroCount;
  }

  /** How many observations there are, those that are no numbers included. */
  public double count() {
    return count;
  }

  /** The sum of all observations. */
  public double sum() {
    return sum;
  }

  /** The buckets above zero, or all buckets where they are custom. */
  public Buckets positive() {
    return positive;
  }

  /** The buckets below zero, counted away from it; empty where they are custom. */
  public Buckets negative() {
    return negative;
  }

  /** The custom bounds; a copy, empty with an exponential schema. */
  public double[] bounds() {
    return bounds.clone();
  }

  /** How many custom bounds there are. */
  public int boundCount() {
    return bounds.length;
  }

  /** Custom bound {@code i}. */
  public double bound(int i) {
    return bounds[i];
  }

  /** The lower bound of bucket {@code index} above zero, or of a custom one. */
  public double lowerBound(int index) {
    if (!hasCustomBuckets()) {
      return ExponentialBounds.upper(index - 1, schema);
    }
    return index == 0 ? Double.NEGATIVE_INFINITY : bounds[index - 1];
  }

  /** The upper bound of bucket {@code index} above zero, or of a custom one. */
  public double upperBound(int index) {
    if (!hasCustomBuckets()) {
      return ExponentialBounds.upper(index, schema);
    }
    return index == bounds.length ? Double.POSITIVE_INFINITY : bounds[index];
  }

  /** The same with another hint. */
  public NativeHistogram withResetHint(ResetHint hint) {
    return hint == resetHint
        ? this
        : new NativeHistogram(
            hint,
            integer,
            schema,
            zeroThreshold,
            zeroCount,
            count,
            sum,
            positive,
            negative,
            bounds);
  }

  /** Everything multiplied with a factor; a negative one makes a gauge of it. */
  public NativeHistogram times(double factor) {
    return new NativeHistogram(
        factor < 0 ? ResetHint.GAUGE : resetHint,
        false,
        schema,
        zeroThreshold,
        zeroCount * factor,
        count * factor,
        sum * factor,
        positive.times(factor),
        negative.times(factor),
        bounds);
  }

  /** Everything divided by a number; a negative one makes a gauge of it, zero takes all buckets. */
  public NativeHistogram dividedBy(double divisor) {
    return new NativeHistogram(
        divisor < 0 ? ResetHint.GAUGE : resetHint,
        false,
        schema,
        zeroThreshold,
        zeroCount / divisor,
        count / divisor,
        sum / divisor,
        divisor == 0 ? Buckets.EMPTY : positive.dividedBy(divisor),
        divisor == 0 ? Buckets.EMPTY : negative.dividedBy(divisor),
        bounds);
  }

  /** The same without buckets that have no observations. */
  public NativeHistogram compacted() {
    Buckets compactPositive = positive.compacted();
    Buckets compactNegative = negative.compacted();
    return compactPositive.size() == positive.size() && compactNegative.size() == negative.size()
        ? this
        : with(zeroCount, count, sum, compactPositive, compactNegative);
  }

  /** The same layout with other observations, as floating-point counts. */
  public NativeHistogram with(
      double newZeroCount,
      double newCount,
      double newSum,
      Buckets newPositive,
      Buckets newNegative) {
    return new NativeHistogram(
        resetHint,
        false,
        schema,
        zeroThreshold,
        newZeroCount,
        newCount,
        newSum,
        newPositive,
        newNegative,
        bounds);
  }

  /** A histogram of the same layout without observations or zero bucket. */
  public NativeHistogram emptied() {
    return new NativeHistogram(
        ResetHint.UNKNOWN, false, schema, 0, 0, 0, 0, Buckets.EMPTY, Buckets.EMPTY, bounds);
  }

  /**
   * Whether both have the same observations in the same buckets: all fields but the hint, and how
   * the counts came, are the same, counts and sum bit by bit.
   */
  public boolean hasObservationsOf(NativeHistogram other) {
    return schema == other.schema
        && zeroThreshold == other.zeroThreshold
        && sameBits(zeroCount, other.zeroCount)
        && sameBits(count, other.count)
        && sameBits(sum, other.sum)
        && positive.equals(other.positive)
        && negative.equals(other.negative)
        && CustomBounds.match(bounds, other.bounds);
  }

  /**
   * What cannot be true of counted observations, if anything: field, value and what is allowed.
   * Prometheus refuses the same when samples are written. A stale histogram has no flaw.
   */
  public Optional<String> flaw() {
    if (isStale()) {
      return Optional.empty();
    }
    if (count < 0) {
      return Optional.of("count: " + count + " (expected: >= 0)");
    }
    if (zeroCount < 0) {
      return Optional.of("zero count: " + zeroCount + " (expected: >= 0)");
    }
    return flaw("positive", positive)
        .or(() -> flaw("negative", negative))
        .or(() -> integer ? flawOfTotal() : Optional.empty());
  }

  private static Optional<String> flaw(String side, Buckets buckets) {
    for (int i = 0; i < buckets.size(); i++) {
      if (buckets.count(i) < 0) {
        return Optional.of(
            side + " bucket " + buckets.index(i) + ": " + buckets.count(i) + " (expected: >= 0)");
      }
    }
    return Optional.empty();
  }

  /** Integers add up exactly: only observations that are no numbers are in no bucket. */
  private Optional<String> flawOfTotal() {
    double total = zeroCount + positive.total() + negative.total();
    if (total >= EXACT) {
      return Optional.empty(); // rounded, so the difference says nothing
    }
    if (Double.isNaN(sum) ? total > count : total != count) {
      return Optional.of(
          "count: "
              + count
              + " (expected: "
              + (Double.isNaN(sum) ? ">= " : "")
              + total
              + ", the sum of all buckets)");
    }
    return Optional.empty();
  }

  /** Whether all fields are the same, numbers bit by bit. */
  @Override
  public boolean equals(Object object) {
    return object instanceof NativeHistogram other
        && resetHint == other.resetHint
        && integer == other.integer
        && schema == other.schema
        && sameBits(zeroThreshold, other.zeroThreshold)
        && sameBits(zeroCount, other.zeroCount)
        && sameBits(count, other.count)
        && sameBits(sum, other.sum)
        && positive.equals(other.positive)
        && negative.equals(other.negative)
        && Buckets.sameBits(bounds, other.bounds);
  }

  private static boolean sameBits(double left, double right) {
    return Double.doubleToRawLongBits(left) == Double.doubleToRawLongBits(right);
  }

  @Override
  public int hashCode() {
    int hash = 31 * schema + resetHint.ordinal();
    hash = 31 * hash + Double.hashCode(count);
    hash = 31 * hash + Double.hashCode(sum);
    hash = 31 * hash + Double.hashCode(zeroCount);
    hash = 31 * hash + positive.hashCode();
    hash = 31 * hash + negative.hashCode();
    return 31 * hash + Arrays.hashCode(bounds);
  }

  /** All fields, for people who look for a mistake. */
  @Override
  public String toString() {
    return (integer ? "integer " : "")
        + "histogram(schema "
        + schema
        + ", hint "
        + resetHint
        + ", count "
        + count
        + ", sum "
        + sum
        + ", zero "
        + zeroCount
        + " within "
        + zeroThreshold
        + ", positive "
        + positive
        + ", negative "
        + negative
        + ", bounds "
        + Arrays.toString(bounds)
        + ")";
  }
}
