package orzo.promql.exec.math;

/**
 * The cumulative buckets of one classic histogram at one time, and what can be computed of them.
 * Filled in ascending order of upper bounds, used, cleared; for one thread.
 */
public final class ClassicBuckets {
  /**
   * Counts that differ by less than this, relatively, are taken to be equal: sums of floating point
   * numbers in different orders differ by that much.
   */
  private static final double SMALL_DIFFERENCE = 1e-12;

  private final double[] upperBounds;
  private final double[] counts;
  private int size;

  private double minRepaired;
  private double maxRepaired;
  private double maxDifference;

  /** No buckets, and room for {@code capacity}. */
  public ClassicBuckets(int capacity) {
    upperBounds = new double[capacity];
    counts = new double[capacity];
  }

  /** Forgets all buckets. */
  public void clear() {
    size = 0;
    minRepaired = Double.POSITIVE_INFINITY;
    maxRepaired = Double.NEGATIVE_INFINITY;
    maxDifference = 0;
  }

  /** Adds a bucket; one with the bound of the last is counted into it. */
  public void add(double upperBound, double count) {
    if (size > 0 && upperBounds[size - 1] == upperBound) {
      counts[size - 1] += count;
    } else {
      upperBounds[size] = upperBound;
      counts[size++] = count;
    }
  }

  /** Whether there is no bucket. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Whether {@link #quantile} had to lift counts that were below those of smaller buckets. */
  public boolean wasRepaired() {
    return minRepaired <= maxRepaired;
  }

  /** The smallest upper bound of a lifted bucket. */
  public double minRepaired() {
    return minRepaired;
  }

  /** The largest upper bound of a lifted bucket. */
  public double maxRepaired() {
    return maxRepaired;
  }

  /** The most that a bucket was lifted by. */
  public double maxDifference() {
    return maxDifference;
  }

  /**
   * The {@code q}-quantile, interpolated linearly in its bucket. In the last bucket it is that
   * bucket's lower bound; in the first, whose lower bound is 0 if its upper one is positive, its
   * upper bound otherwise. NaN without a bucket up to infinity, with that one only, or without
   * observations.
   */
  public double quantile(double q) {
    if (Double.isNaN(q)) {
      return Double.NaN;
    } else if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    } else if (q > 1) {
      return Double.POSITIVE_INFINITY;
    } else if (upperBounds[size - 1] != Double.POSITIVE_INFINITY) {
      return Double.NaN;
    }
    makeMonotonic();
    double observations = counts[size - 1];
    if (size < 2 || observations == 0) {
      return Double.NaN;
    }
    double rank = q * observations;
    int bucket = 0;
    while (bucket < size - 1 && !(counts[bucket] >= rank)) {
      bucket++;
    }
    if (bucket == size - 1) {
      return upperBounds[size - 2];
    } else if (bucket == 0 && upperBounds[0] <= 0) {
      return upperBounds[0];
    }
    double start = bucket == 0 ? 0 : upperBounds[bucket - 1];
    double below = bucket == 0 ? 0 : counts[bucket - 1];
    return start + (upperBounds[bucket] - start) * ((rank - below) / (counts[bucket] - below));
  }

  private void makeMonotonic() {
    double before = counts[0];
    for (int i = 1; i < size; i++) {
      double count = counts[i];
      if (count == before) {
        continue;
      }
      if (isNearly(before, count)) {
        counts[i] = before;
      } else if (count < before) {
        counts[i] = before;
        minRepaired = Math.min(minRepaired, upperBounds[i]);
        maxRepaired = Math.max(maxRepaired, upperBounds[i]);
        maxDifference = Math.max(maxDifference, before - count);
      } else {
        before = count;
      }
    }
  }

  private static boolean isNearly(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.isNaN(a) && Double.isNaN(b);
    }
    double difference = Math.abs(a - b);
    double sum = Math.abs(a) + Math.abs(b);
    if (a == 0 || b == 0 || sum < Double.MIN_NORMAL) {
      return difference < SMALL_DIFFERENCE * Double.MIN_NORMAL;
    }
    return difference / Math.min(sum, Double.MAX_VALUE) < SMALL_DIFFERENCE;
  }

  /**
   * The part of the observations between two bounds, each interpolated linearly in its bucket. NaN
   * without a bucket up to infinity, without observations or for a bound that is NaN.
   */
  public double fraction(double lower, double upper) {
    double total = counts[size - 1];
    if (upperBounds[size - 1] != Double.POSITIVE_INFINITY
        || total == 0
        || Double.isNaN(lower)
        || Double.isNaN(upper)) {
      return Double.NaN;
    }
    return lower >= upper ? 0 : (rank(upper, total) - rank(lower, total)) / total;
  }

  /** How many observations are at most {@code value}. */
  private double rank(double value, double total) {
    double lowerBound = upperBounds[0] <= 0 ? Double.NEGATIVE_INFINITY : 0;
    double below = 0;
    for (int i = 0; i < size; i++) {
      if (lowerBound >= value) {
        return Math.min(below, total);
      } else if (upperBounds[i] > value) {
        // Infinitely wide buckets can't be interpolated in: neither the first nor the last one
        // gives a part of its observations.
        double rank =
            lowerBound == Double.NEGATIVE_INFINITY
                ? counts[i]
                : below
                    + (counts[i] - below) * (value - lowerBound) / (upperBounds[i] - lowerBound);
        return rank > total ? total : rank;
      }
      below = counts[i];
      lowerBound = upperBounds[i];
    }
    return total;
  }
}
