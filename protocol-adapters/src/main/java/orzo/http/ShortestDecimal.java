package orzo.http;

import java.math.BigInteger;

/**
 * Finds the shortest decimal that rounds to a double, and of several the one closest to it: what
 * Go's {@code strconv} calls precision -1. Holds the result in fields, so that a writer of many
 * numbers makes no objects. Not safe for many threads.
 *
 * <p>The method is Raffaello Giulietti's Schubfach ("The Schubfach way to render doubles", 2021).
 * {@link Double#toString(double)} uses it too, but it gives a String, and for the smallest doubles
 * two digits where one is enough (4.9E-324 for 5e-324).
 */
public final class ShortestDecimal {
  private static final int FRACTION_BITS = 52;
  private static final long FRACTION_MASK = (1L << FRACTION_BITS) - 1;
  private static final int EXPONENT_MASK = 0x7ff;
  private static final int MIN_EXPONENT = -1074; // of the unit of a subnormal, as a power of two
  private static final long MASK_63 = (1L << 63) - 1;

  // Powers of ten that a double can need: k of 10^k, from the smallest double to the largest.
  private static final int MIN_POWER = -324;
  private static final int MAX_POWER = 292;

  // For k from MIN_POWER: the upper and lower 63 bits of floor(10^-k * 2^r) + 1, where r makes it
  // 126 bits long.
  private static final long[] POWERS = powers();

  /** The digits as an integer that does not end in zero; 0 for zero. */
  public long digits;

  /** The power of ten that {@link #digits} is multiplied by. */
  public int exponent;

  /** Finds the digits of the magnitude of {@code value}, which must be finite. */
  public void find(double value) {
    long bits = Double.doubleToRawLongBits(value);
    long fraction = bits & FRACTION_MASK;
    int biased = (int) (bits >>> FRACTION_BITS) & EXPONENT_MASK;
    if (biased == 0) {
      if (fraction == 0) {
        digits = 0;
        exponent = 0;
      } else {
        find(fraction, MIN_EXPONENT, true);
      }
    } else {
      long significand = fraction | 1L << FRACTION_BITS;
      find(significand, biased - 1 + MIN_EXPONENT, fraction != 0 || biased == 1);
    }
  }

  /*
   * The value is c * 2^q. The doubles next to it leave it an interval of decimals that round to it:
   * half a unit to each side, a quarter below where the next lower double is twice as near (not
   * even). Everything is scaled by 4 * 10^-k, k chosen so that the interval holds one or two
   * multiples of 10^k, and at most one of 10^(k+1), which then is shorter.
   */
  private void find(long c, int q, boolean evenSpacing) {
    int k = evenSpacing ? floorLog10Pow2(q) : floorLog10ThreeQuartersPow2(q);
    int h = q + floorLog2Pow10(-k) + 2;
    long high = POWERS[2 * (k - MIN_POWER)];
    long low = POWERS[2 * (k - MIN_POWER) + 1];
    long open = c & 1; // an odd significand loses ties, so its interval lacks its ends
    long middle = scale(high, low, c << 2 << h);
    long lower = scale(high, low, (c << 2) - (evenSpacing ? 2 : 1) << h) + open;
    long upper = scale(high, low, (c << 2) + 2 << h) - open;
    long below = middle >> 2;

    long tensBelow = 10 * (below / 10);
    boolean tensBelowRounds = lower <= tensBelow << 2;
    boolean tensAboveRounds = tensBelow + 10 << 2 <= upper;
    if (tensBelowRounds != tensAboveRounds) {
      set(tensBelowRounds ? tensBelow : tensBelow + 10, k);
      return;
    }
    boolean belowRounds = lower <= below << 2;
    boolean aboveRounds = below + 1 << 2 <= upper;
    if (belowRounds != aboveRounds) {
      set(belowRounds ? below : below + 1, k);
      return;
    }
    long fromHalf = middle - (below + below + 1 << 1);
    set(fromHalf < 0 || fromHalf == 0 && (below & 1) == 0 ? below : below + 1, k);
  }

  private void set(long decimal, int power) {
    long rest = decimal;
    int stripped = power;
    if (rest % 100_000_000 == 0) { // a short decimal ends in many zeros here
      rest /= 100_000_000;
      stripped += 8;
    }
    while (rest % 10 == 0) {
      rest /= 10;
      stripped++;
    }
    digits = rest;
    exponent = stripped;
  }

  /** The product of a 126-bit and a 63-bit number over 2^127; an inexact result is made odd. */
  private static long scale(long high, long low, long factor) {
    long lowTop = Math.multiplyHigh(low, factor);
    long highBottom = high * factor;
    long highTop = Math.multiplyHigh(high, factor);
    long carry = (highBottom >>> 1) + lowTop;
    long whole = highTop + (carry >>> 63);
    return whole | (carry & MASK_63) + MASK_63 >>> 63;
  }

  // Logarithms of small integer powers as fixed-point products, exact in the range used here.

  private static int floorLog10Pow2(int e) {
    return (int) (e * 661_971_961_083L >> 41); // floor(2^41 log10(2))
  }

  private static int floorLog10ThreeQuartersPow2(int e) {
    return (int) (e * 661_971_961_083L - 274_743_187_321L >> 41); // floor(2^41 log10(3/4))
  }

  private static int floorLog2Pow10(int e) {
    return (int) (e * 913_124_641_741L >> 38); // floor(2^38 log2(10))
  }

  private static long[] powers() {
    long[] powers = new long[2 * (MAX_POWER - MIN_POWER + 1)];
    for (int k = MIN_POWER; k <= MAX_POWER; k++) {
      int shift = 125 - floorLog2Pow10(-k);
      BigInteger power = BigInteger.TEN.pow(Math.abs(k));
      BigInteger scaled;
      if (k > 0) {
        scaled = BigInteger.ONE.shiftLeft(shift).divide(power);
      } else {
        scaled = shift >= 0 ? power.shiftLeft(shift) : power.shiftRight(-shift);
      }
      scaled = scaled.add(BigInteger.ONE);
      powers[2 * (k - MIN_POWER)] = scaled.shiftRight(63).longValueExact();
      powers[2 * (k - MIN_POWER) + 1] = scaled.longValue() & MASK_63;
    }
    return powers;
  }
}
