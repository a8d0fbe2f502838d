package orzo.histogram;

import java.util.Arrays;

/**
 * The bounds of exponential buckets. Bucket {@code i} of schema {@code s} reaches from {@code
 * 2^((i-1)·2^-s)}, exclusive, to {@code 2^(i·2^-s)}, inclusive.
 */
final class ExponentialBounds {
  // Prometheus and its client libraries carry a table of the fractions in [0.5, 1) that was made by
  // repeated multiplication, so its entries are up to some units in the last place off. A bound
  // must be the one that the client sorted observations by, hence the same way of making it: each
  // second entry is taken from the schema before, the other is the entry before times 2^(2^-s). Go
  // computed the square root of two one unit too small.
  private static final double[][] FRACTIONS = fractions();

  private ExponentialBounds() {}

  private static double[][] fractions() {
    double[][] fractions = new double[NativeHistogram.MAX_SCHEMA + 1][];
    fractions[0] = new double[] {0.5};
    for (int schema = 1; schema < fractions.length; schema++) {
      int size = 1 << schema;
      double factor = StrictMath.pow(2, 1.0 / size);
      if (schema == 1) {
        factor = Math.nextDown(factor);
      }
      fractions[schema] = new double[size];
      for (int i = 0; i < size; i++) {
        fractions[schema][i] =
            i % 2 == 0 ? fractions[schema - 1][i / 2] : fractions[schema][i - 1] * factor;
      }
    }
    return fractions;
  }

  /**
   * The upper bound of a bucket. The last one of numbers ends at {@link Double#MAX_VALUE}, although
   * its bound by the formula is infinite, because the one after it holds the infinite observations.
   */
  static double upper(int index, int schema) {
    int exponent;
    double fraction;
    if (schema < 0) {
      long wide = (long) index << -schema;
      exponent = Math.clamp(wide, -5000, 5000);
      fraction = 1;
      if (exponent == 1024) {
        return Double.MAX_VALUE;
      }
    } else {
      fraction = FRACTIONS[schema][index & (1 << schema) - 1];
      exponent = (index >> schema) + 1;
      if (fraction == 0.5 && exponent == 1025) {
        return Double.MAX_VALUE;
      }
    }
    return Math.scalb(fraction, exponent);
  }

  /**
   * The index of the bucket that holds a value: the one whose upper bound is the first that is not
   * below it.
   *
   * @param value above zero, finite, and no subnormal number
   */
  static int index(double value, int schema) {
    // value is fraction times 2^exponent, the fraction of [0.5, 1).
    int exponent = Math.getExponent(value) + 1;
    double fraction = Math.scalb(value, -exponent);
    if (schema <= 0) {
      return coarser(fraction == 0.5 ? exponent - 1 : exponent, 0, schema);
    }
    double[] fractions = FRACTIONS[schema];
    int found = Arrays.binarySearch(fractions, fraction);
    return (found >= 0 ? found : -found - 1) + (exponent - 1) * fractions.length;
  }

  /** The index of the bucket of a coarser schema that a bucket is part of. */
  static int coarser(int index, int schema, int coarserSchema) {
    return (int) (index - 1L >> schema - coarserSchema) + 1;
  }
}
