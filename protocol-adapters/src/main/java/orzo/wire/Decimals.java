package orzo.wire;

/** Decimals that were read digit by digit, as doubles. */
public final class Decimals {
  /*
   * Most numbers are short: at most 18 digits fit a long. Up to 2^53 the long is exact as a double,
   * and so are powers of ten up to 10^22: then one division rounds once, and is right (Clinger,
   * "How to read floating point numbers accurately", 1990).
   *
   * Numbers that were printed to be read back have 16 or 17 digits. They take a division in twice
   * the precision, whose result is right unless it lies almost halfway between two doubles; only
   * then somebody else has to decide.
   */

  /** Digits that fit a long whatever they are. */
  public static final int MAX_DIGITS = 18;

  /** The largest integer up to which all are doubles. */
  private static final long MAX_EXACT = 1L << 53;

  /** Powers of ten that are doubles. */
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private Decimals() {}

  /**
   * The double nearest to {@code digits / 10^scale}, if that can be said at once.
   *
   * @param digits at most 18 digits
   * @param scale how many of them stand behind the point, with the zeros before them
   * @return negative when it takes more than this
   */
  public static double divided(long digits, int scale) {
    if (scale == 0) {
      return (double) digits; // rounds once
    }
    if (scale >= POWERS.length) {
      return -1;
    }
    double power = POWERS[scale];
    if (digits <= MAX_EXACT) {
      return (double) digits / power;
    }
    double high = (double) digits;
    double low = (double) (digits - (long) high);
    double quotient = high / power;
    double remainder = Math.fma(-quotient, power, high); // exact
    double correction = (remainder + low) / power;
    double rounded = quotient + correction;
    double error = Math.abs(correction - (rounded - quotient)); // exact, |quotient| is larger
    double spacing = Math.ulp(rounded);
    // Below a power of two the doubles are twice as dense.
    boolean power2 = (Double.doubleToRawLongBits(rounded) & 0xf_ffff_ffff_ffffL) == 0;
    return error > spacing * (power2 ? 0.2499 : 0.4999) ? -1 : rounded;
  }
}
