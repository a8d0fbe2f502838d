package orzo.column;

import orzo.encoding.ByteArrayReader;
import orzo.encoding.LittleEndian;

/**
 * The format and the decoder of a column of doubles: a {@link LongColumn} of scaled decimals or of
 * ordered bits, beside which stand exceptions, and a bitmap where values repeat often.
 * docs/split-format.md is the specification.
 */
public final class ValueColumn {
  // The kind byte: a decimal scale or ORDERED_BITS in bits 0-4, flags, bit 7 is 0.
  static final int SCALE_MASK = 0x1f;
  static final int ORDERED_BITS = 0x1f;
  static final int EXCEPTIONS = 0x20;
  static final int REPEATS = 0x40;
  private static final int KNOWN = SCALE_MASK | EXCEPTIONS | REPEATS;

  /** The exception that costs no literal when it comes first: Prometheus' staleness marker. */
  public static final long STALE_MARKER = 0x7ff0_0000_0000_0002L;

  private ValueColumn() {}

  /**
   * The bits of a double as an integer that ascends as the double does, so that near values are
   * near integers; its own inverse.
   */
  public static long ordered(long bits) {
    return bits ^ (bits >> 63) >>> 1;
  }

  /**
   * Decodes a column to {@code out[from..from + count)}.
   *
   * @param integers scratch space of at least {@code count} elements
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT}
   */
  public static void decode(
      ByteArrayReader in, double[] out, int from, int count, long[] integers) {
    int kindAt = in.position();
    int kind = in.readByte();
    int scale = kind & SCALE_MASK;
    if ((kind & ~KNOWN) != 0 || scale > DecimalScale.MAX && scale != ORDERED_BITS) {
      throw ByteArrayReader.corrupt(
          kindAt, "value kind 0x" + Integer.toHexString(kind) + " is not known");
    }
    int distinct = count;
    int bitmapAt = in.position();
    if ((kind & REPEATS) != 0) {
      distinct = readBitmap(in, count);
    }
    int exceptionsAt = in.position();
    int exceptions = 0;
    if ((kind & EXCEPTIONS) != 0) {
      exceptions = readExceptions(in, distinct);
    }
    int regular = distinct - exceptions;
    if (scale == ORDERED_BITS) {
      LongColumn.decode(in, ordered(in.readLong()), integers, 0, regular);
      for (int i = 0; i < regular; i++) {
        out[from + i] = Double.longBitsToDouble(ordered(integers[i]));
      }
    } else {
      LongColumn.decode(in, in.readZigzag(), integers, 0, regular);
      toDecimals(integers, regular, scale, out, from);
    }
    if (exceptions > 0) {
      insertExceptions(in, exceptionsAt, exceptions, out, from, distinct, integers);
    }
    if (distinct < count) {
      repeat(in.array(), bitmapAt, out, from, count, distinct);
    }
  }

  private static void toDecimals(long[] integers, int count, int scale, double[] out, int from) {
    if (scale == 0) {
      for (int i = 0; i < count; i++) {
        out[from + i] = (double) integers[i];
      }
      return;
    }
    double power = DecimalScale.power(scale);
    for (int i = 0; i < count; i++) {
      out[from + i] = integers[i] / power;
    }
  }

  /** Passes the bitmap and returns how many values it leaves. */
  private static int readBitmap(ByteArrayReader in, int count) {
    int length = (count + 6) >>> 3;
    int start = in.skip(length);
    byte[] bytes = in.array();
    int distinct = 1;
    for (int i = start; i < start + length; i++) {
      distinct += Integer.bitCount(bytes[i] & 0xff);
    }
    int unused = length * 8 - (count - 1);
    if (unused > 0 && (bytes[start + length - 1] & 0xff) >>> (8 - unused) != 0) {
      throw ByteArrayReader.corrupt(start + length - 1, "bits are set beyond the last value");
    }
    return distinct;
  }

  /** Passes the exceptions, which may be at most half of the values, and returns how many. */
  private static int readExceptions(ByteArrayReader in, int distinct) {
    int exceptions = in.readVarint("number of exceptions", 1, distinct / 2);
    int position = -1;
    for (int i = 0; i < exceptions; i++) {
      int tag = in.readVarint("gap before an exception", 0, 2 * (distinct - 2 - position) + 1);
      position += 1 + (tag >>> 1);
      if ((tag & 1) == 0) {
        in.skip(Long.BYTES);
      }
    }
    return exceptions;
  }

  /** Spreads the regular values, from the back, and puts the exceptions between them. */
  private static void insertExceptions(
      ByteArrayReader in,
      int exceptionsAt,
      int exceptions,
      double[] out,
      int from,
      int distinct,
      long[] scratch) {
    ByteArrayReader again = new ByteArrayReader(in.array(), exceptionsAt, in.limit());
    again.readVarint();
    int position = -1;
    long bits = STALE_MARKER;
    for (int i = 0; i < exceptions; i++) {
      int tag = (int) again.readVarint();
      position += 1 + (tag >>> 1);
      if ((tag & 1) == 0) {
        bits = LittleEndian.getLong(in.array(), again.skip(Long.BYTES));
      }
      scratch[2 * i] = position;
      scratch[2 * i + 1] = bits;
    }
    int end = from + distinct;
    for (int i = exceptions - 1; i >= 0; i--) {
      int at = from + (int) scratch[2 * i];
      int length = end - at - 1;
      System.arraycopy(out, at - i, out, at + 1, length);
      out[at] = Double.longBitsToDouble(scratch[2 * i + 1]);
      end = at;
    }
  }

  /** Spreads the values from the back: each stands wherever the bitmap has no bit set. */
  private static void repeat(
      byte[] bytes, int bitmapAt, double[] out, int from, int count, int distinct) {
    int source = from + distinct - 1;
    for (int i = count - 1; i > 0; i--) {
      out[from + i] = out[source];
      source -= bytes[bitmapAt + ((i - 1) >>> 3)] >>> ((i - 1) & 7) & 1;
    }
  }
}
