package orzo.column;

import java.util.Arrays;
import orzo.encoding.ByteArrayWriter;

/**
 * Encodes columns of doubles in the format of {@link ValueColumn}. Holds scratch space: one
 * instance per thread.
 */
public final class ValueColumnEncoder {
  /** Above this many bits for each value decimals are compared with ordered bits. */
  private static final int DOUBTFUL_BITS = 44;

  /** What an exception costs, against the bits that a decimal more costs each value. */
  private static final int EXCEPTION_BITS = 80;

  private static final double DECIMAL_BITS = 3.33;

  private final LongColumnEncoder integerEncoder = new LongColumnEncoder();
  private final ByteArrayWriter alternative = new ByteArrayWriter(256);
  private final int[] scales = new int[DecimalScale.MAX_TRIED + 1];
  private double[] distinctValues = new double[128];
  private long[] integers = new long[128];
  private int[] exceptionAt = new int[128];
  private byte[] bitmap = new byte[16];

  /** Creates an encoder. */
  public ValueColumnEncoder() {}

  /** Appends the column of {@code values[from..from + count)}, {@code count} at least 1. */
  public void encode(double[] values, int from, int count, ByteArrayWriter out) {
    ensureCapacity(count);
    int repeats = 0;
    long previous = Double.doubleToRawLongBits(values[from]);
    for (int i = from + 1; i < from + count; i++) {
      long bits = Double.doubleToRawLongBits(values[i]);
      repeats += bits == previous ? 1 : 0;
      previous = bits;
    }
    int start = out.size();
    encodeDistinct(values, from, count, 0, out);
    // The bitmap costs a bit for each value and saves the width of each repeated one.
    if (repeats * (out.size() - start) > count * bitmapBytes(count) && repeats < count - 1) {
      alternative.clear();
      int distinct = collectDistinct(values, from, count);
      encodeDistinct(distinctValues, 0, distinct, bitmapBytes(count), alternative);
      if (alternative.size() < out.size() - start) {
        out.truncate(start);
        out.writeBytes(alternative.array(), 0, alternative.size());
      }
    }
  }

  private void ensureCapacity(int count) {
    if (count > integers.length) {
      int grown = Math.max(count, integers.length * 2);
      distinctValues = new double[grown];
      integers = new long[grown];
      exceptionAt = new int[grown];
      bitmap = new byte[grown / 8 + 1];
    }
  }

  private static int bitmapBytes(int count) {
    return (count + 6) >>> 3;
  }

  /** Collects the values that differ from the one before, and fills the bitmap. */
  private int collectDistinct(double[] values, int from, int count) {
    Arrays.fill(bitmap, 0, bitmapBytes(count), (byte) 0);
    distinctValues[0] = values[from];
    int distinct = 1;
    long previous = Double.doubleToRawLongBits(values[from]);
    for (int i = 1; i < count; i++) {
      long bits = Double.doubleToRawLongBits(values[from + i]);
      if (bits != previous) {
        distinctValues[distinct++] = values[from + i];
        bitmap[(i - 1) >>> 3] |= (byte) (1 << ((i - 1) & 7));
      }
      previous = bits;
    }
    return distinct;
  }

  /** Appends a column, with the bitmap's first {@code bitmapBytes} bytes if there are any. */
  private void encodeDistinct(
      double[] values, int from, int count, int bitmapBytes, ByteArrayWriter out) {
    int start = out.size();
    boolean decimal = encodeDecimals(values, from, count, bitmapBytes, out);
    if (decimal && (out.size() - start) * 8L <= (long) count * DOUBTFUL_BITS) {
      return;
    }
    int decimalEnd = out.size();
    encodeOrderedBits(values, from, count, bitmapBytes, out);
    if (!decimal) {
      return;
    }
    int bitsLength = out.size() - decimalEnd;
    if (bitsLength < decimalEnd - start) {
      System.arraycopy(out.array(), decimalEnd, out.array(), start, bitsLength);
      out.truncate(start + bitsLength);
    } else {
      out.truncate(decimalEnd);
    }
  }

  private void writeKind(int kind, int bitmapBytes, ByteArrayWriter out) {
    out.writeByte(bitmapBytes > 0 ? kind | ValueColumn.REPEATS : kind);
    out.writeBytes(bitmap, 0, bitmapBytes);
  }

  private void encodeOrderedBits(
      double[] values, int from, int count, int bitmapBytes, ByteArrayWriter out) {
    for (int i = 0; i < count; i++) {
      integers[i] = ValueColumn.ordered(Double.doubleToRawLongBits(values[from + i]));
    }
    writeKind(ValueColumn.ORDERED_BITS, bitmapBytes, out);
    out.writeLong(Double.doubleToRawLongBits(values[from]));
    integerEncoder.encode(integers, count, out);
  }

  private boolean encodeDecimals(
      double[] values, int from, int count, int bitmapBytes, ByteArrayWriter out) {
    int scale = 0;
    int regular = count;
    if (!toIntegers(values, from, count)) {
      scale = chooseScale(values, from, count);
      regular = scale < 0 ? 0 : toDecimals(values, from, count, scale);
    }
    int exceptions = count - regular;
    if (regular == 0 || exceptions > count / 2) {
      return false;
    }
    writeKind(exceptions > 0 ? scale | ValueColumn.EXCEPTIONS : scale, bitmapBytes, out);
    if (exceptions > 0) {
      writeExceptions(values, from, exceptions, out);
    }
    out.writeZigzag(integers[0]);
    integerEncoder.encode(integers, regular, out);
    return true;
  }

  /** Fills {@link #integers} and tells whether all values are integers. */
  private boolean toIntegers(double[] values, int from, int count) {
    long differing = 0;
    for (int i = 0; i < count; i++) {
      double value = values[from + i];
      long integer = (long) value;
      integers[i] = integer;
      differing |= Double.doubleToRawLongBits((double) integer) ^ Double.doubleToRawLongBits(value);
    }
    return differing == 0;
  }

  /** The scale at which decimals and exceptions promise the fewest bits; -1 if hardly any hold. */
  private int chooseScale(double[] values, int from, int count) {
    Arrays.fill(scales, 0);
    int hint = 0;
    int without = 0;
    for (int i = 0; i < count; i++) {
      int scale = DecimalScale.least(values[from + i], hint);
      if (scale < 0) {
        // Early, so that noise is not searched for decimals to its end.
        if (++without > 4 + i / 4) {
          return -1;
        }
      } else {
        scales[scale]++;
        hint = scale;
      }
    }
    int best = -1;
    double bestBits = Double.MAX_VALUE;
    int exceptions = without;
    for (int scale = DecimalScale.MAX_TRIED; scale >= 0; scale--) {
      double bits = exceptions * EXCEPTION_BITS + (count - exceptions) * scale * DECIMAL_BITS;
      if (bits < bestBits) {
        best = scale;
        bestBits = bits;
      }
      exceptions += scales[scale];
    }
    return best;
  }

  /** Fills {@link #integers} and {@link #exceptionAt}; returns how many are no exceptions. */
  private int toDecimals(double[] values, int from, int count, int scale) {
    int regular = 0;
    int exceptions = 0;
    for (int i = 0; i < count; i++) {
      double value = values[from + i];
      if (DecimalScale.holds(value, scale)) {
        integers[regular++] = DecimalScale.unscaled(value, scale);
      } else {
        exceptionAt[exceptions++] = i;
      }
    }
    return regular;
  }

  private void writeExceptions(double[] values, int from, int exceptions, ByteArrayWriter out) {
    out.writeVarint(exceptions);
    int previousAt = -1;
    long previous = ValueColumn.STALE_MARKER;
    for (int i = 0; i < exceptions; i++) {
      int at = exceptionAt[i];
      long bits = Double.doubleToRawLongBits(values[from + at]);
      out.writeVarint((long) (at - previousAt - 1) << 1 | (bits == previous ? 1 : 0));
      if (bits != previous) {
        out.writeLong(bits);
      }
      previousAt = at;
      previous = bits;
    }
  }
}
