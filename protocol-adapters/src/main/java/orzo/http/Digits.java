package orzo.http;

/** Writes the decimal digits of numbers as bytes. */
public final class Digits {
  /** How many digits the largest long has. */
  public static final int MAX = 19;

  private static final long[] POWERS_OF_TEN = powersOfTen();

  /** The digits of 00 to 99, one pair after the other. */
  private static final byte[] PAIRS = pairs();

  private Digits() {}

  /** How many digits a number that is not negative has. */
  public static int count(long value) {
    long positive = value | 1; // has as many
    // 1233 / 4096 is a little more than the decimal logarithm of two.
    int guess = (Long.SIZE - Long.numberOfLeadingZeros(positive)) * 1233 >>> 12;
    return positive >= POWERS_OF_TEN[guess] ? guess + 1 : guess;
  }

  /**
   * Writes the digits of a number that is not negative so that they end before an index; returns
   * where they start.
   */
  public static int write(long value, byte[] into, int end) {
    int at = end;
    long rest = value;
    while (rest > Integer.MAX_VALUE) {
      long hundredth = rest / 100;
      at -= 2;
      writePair((int) (rest - hundredth * 100), into, at);
      rest = hundredth;
    }
    int small = (int) rest; // divides faster
    while (small >= 100) {
      int hundredth = small / 100;
      at -= 2;
      writePair(small - hundredth * 100, into, at);
      small = hundredth;
    }
    if (small >= 10) {
      writePair(small, into, at - 2);
      return at - 2;
    }
    into[at - 1] = (byte) ('0' + small);
    return at - 1;
  }

  /** Writes the two digits of a number below 100. */
  public static void writePair(int number, byte[] into, int at) {
    into[at] = PAIRS[2 * number];
    into[at + 1] = PAIRS[2 * number + 1];
  }

  private static long[] powersOfTen() {
    long[] powers = new long[MAX];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  private static byte[] pairs() {
    byte[] pairs = new byte[200];
    for (int i = 0; i < 100; i++) {
      pairs[2 * i] = (byte) ('0' + i / 10);
      pairs[2 * i + 1] = (byte) ('0' + i % 10);
    }
    return pairs;
  }
}
