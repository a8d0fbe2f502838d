package orzo.column;

/**
 * Doubles as decimals: a value that was written with k decimals is {@code m / 10^k}, the integer m
 * and the power exact, their quotient rounded once, and so the nearest double to the decimal. That
 * is what parsers make of the decimal's text too, so a round trip is bit-exact; it is checked by
 * bits for each value, which tells -0.0 from 0.0.
 */
public final class DecimalScale {
  /**
   * The greatest scale that the format has; 10^22 is the last power that a double holds exactly.
   */
  public static final int MAX = 22;

  /** The greatest scale that is tried; further decimals leave no room below 2^53. */
  public static final int MAX_TRIED = 17;

  private static final double[] POWERS = new double[MAX + 1];

  static {
    for (int scale = 0; scale <= MAX; scale++) {
      POWERS[scale] = Double.parseDouble("1e" + scale);
    }
  }

  private static final double MAX_EXACT = 1L << 53;

  private DecimalScale() {}

  /** Ten to the power of {@code scale}. */
  public static double power(int scale) {
    return POWERS[scale];
  }

  /** The integer m for a value that {@link #holds}. */
  public static long unscaled(double value, int scale) {
    return scale == 0 ? (long) value : (long) Math.rint(value * POWERS[scale]);
  }

  /** Whether the value is, bit for bit, an integer divided by 10^{@code scale}. */
  public static boolean holds(double value, int scale) {
    long bits = Double.doubleToRawLongBits(value);
    if (scale == 0) {
      return Double.doubleToRawLongBits((double) (long) value) == bits;
    }
    double scaled = Math.rint(value * POWERS[scale]);
    return Math.abs(scaled) <= MAX_EXACT
        && Double.doubleToRawLongBits((long) scaled / POWERS[scale]) == bits;
  }

  /** The least scale that holds a value, tried first at {@code hint}; -1 where there is none. */
  public static int least(double value, int hint) {
    if (hint > 0 && holds(value, hint) && !holds(value, hint - 1)) {
      return hint;
    }
    double magnitude = Math.abs(value);
    for (int scale = 0; scale <= MAX_TRIED; scale++) {
      if (holds(value, scale)) {
        return scale;
      }
      if (!(magnitude * POWERS[scale] <= MAX_EXACT)) {
        return -1;
      }
    }
    return -1;
  }
}
