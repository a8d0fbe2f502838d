package orzo.column;

import orzo.encoding.ByteArrayWriter;

/**
 * Encodes columns of 64-bit integers in the format of {@link LongColumn}: plans a column for each
 * order, and writes the smallest. Holds scratch space: one instance per thread.
 */
public final class LongColumnEncoder {
  /** Orders to try: of a counter, a level, a line and a curve. */
  private static final int[] ORDERS = {1, 0, 0, 2};

  private static final int LINE = 2;
  private static final int CURVE = 3;

  private long[] relatives = new long[128];
  private long[] deltas = new long[128];
  private LongColumnPlan best = new LongColumnPlan();
  private LongColumnPlan other = new LongColumnPlan();

  /** Creates an encoder. */
  public LongColumnEncoder() {}

  /** Appends the column of {@code values[0..count)}, but for the first, which the reader knows. */
  public void encode(long[] values, int count, ByteArrayWriter out) {
    int n = count - 1;
    if (n == 0) {
      return;
    }
    if (n > deltas.length) {
      int grown = Math.max(n, deltas.length * 2);
      relatives = new long[grown];
      deltas = new long[grown];
    }
    long anyBit = 0;
    long differing = 0;
    long firstDelta = values[1] - values[0];
    for (int i = 0; i < n; i++) {
      long delta = values[i + 1] - values[i];
      relatives[i] = values[i + 1] - values[0];
      deltas[i] = delta;
      anyBit |= delta;
      differing |= delta ^ firstDelta;
    }
    if (differing == 0) {
      out.writeByte(1 | LongColumn.WIDTHS_NONE);
      out.writeZigzag(firstDelta);
      return;
    }
    long factor = factor(n, anyBit);
    if (factor != 1) {
      divide(relatives, n, factor);
      divide(deltas, n, factor);
    }
    plan(n);
    best.write(factor, out);
  }

  /** Makes {@link #best} the smallest of the plans that may suit. */
  private void plan(int n) {
    long slope = Math.floorDiv(relatives[n - 1] + (n >> 1), n);
    int bytes = Integer.MAX_VALUE;
    // A loop with one call: Java's compiler makes a copy of all planning for each call there is.
    for (int candidate = 0; candidate < ORDERS.length; candidate++) {
      long candidateSlope =
          switch (candidate) {
            case LINE -> slope;
            case CURVE -> deltas[0];
            default -> 0;
          };
      if (candidate == LINE && slope == 0) {
        continue; // a level
      }
      int candidateBytes = other.make(ORDERS[candidate], candidateSlope, relatives, deltas, n);
      if (candidateBytes < bytes) {
        LongColumnPlan plan = best;
        best = other;
        other = plan;
        bytes = candidateBytes;
      }
    }
  }

  /**
   * The greatest common divisor of all deltas, or 1 where storing it does not pay. Once only the
   * powers of two that all deltas share are left there is nothing more to find, so ordinary series
   * end the search after a few steps.
   */
  private long factor(int n, long anyBit) {
    long shared = Long.lowestOneBit(anyBit);
    long divisor = 0;
    for (int i = 0; i < n && divisor != shared; i++) {
      divisor = greatestCommonDivisor(Math.abs(deltas[i]), divisor);
    }
    if (divisor <= 0) {
      divisor = shared; // |Long.MIN_VALUE| is no positive number
    }
    int savedBits = 63 - Long.numberOfLeadingZeros(divisor);
    boolean pays = (long) savedBits * n > 8L * ByteArrayWriter.varintBytes(divisor);
    return pays ? divisor : 1;
  }

  private static long greatestCommonDivisor(long a, long b) {
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }

  private static void divide(long[] dividends, int n, long factor) {
    if ((factor & (factor - 1)) == 0) {
      int shift = Long.numberOfTrailingZeros(factor);
      for (int i = 0; i < n; i++) {
        dividends[i] >>= shift;
      }
    } else {
      for (int i = 0; i < n; i++) {
        dividends[i] /= factor;
      }
    }
  }
}
