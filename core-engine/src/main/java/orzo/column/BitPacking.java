package orzo.column;

import orzo.encoding.ByteArrayReader;
import orzo.encoding.ByteArrayWriter;
import orzo.encoding.LittleEndian;

/**
 * Unsigned integers of one width, 0 to 64 bits, one after the other from the lowest bit of the
 * first byte on; a last byte that is not full ends with zero bits.
 */
final class BitPacking {
  private BitPacking() {}

  /** How many bytes {@code count} integers of {@code width} bits take. */
  static int bytes(int count, int width) {
    return (count * width + 7) >>> 3;
  }

  /** The width that the greatest of a range of integers needs, the least being 0. */
  static int width(long range) {
    return Long.SIZE - Long.numberOfLeadingZeros(range);
  }

  /** Appends {@code source[from..from + count)}, each less {@code base}, which then fits. */
  static void pack(long[] source, int from, int count, long base, int width, ByteArrayWriter out) {
    if (width == 0) {
      return;
    }
    int bytes = bytes(count, width);
    out.reserve(bytes + Long.BYTES);
    byte[] packed = out.array();
    int at = out.size();
    long word = 0;
    int filled = 0;
    for (int i = from; i < from + count; i++) {
      long bits = source[i] - base;
      word |= bits << filled;
      filled += width;
      if (filled >= Long.SIZE) {
        LittleEndian.putLong(packed, at, word);
        at += Long.BYTES;
        filled -= Long.SIZE;
        word = filled == 0 ? 0 : bits >>> (width - filled);
      }
    }
    LittleEndian.putLong(packed, at, word);
    out.advance(bytes);
  }

  /** Reads integers, adds {@code base} to each, and stores them from {@code out[at]} on. */
  static void unpack(ByteArrayReader in, int width, long base, long[] out, int at, int count) {
    if (width == 0) {
      for (int i = at; i < at + count; i++) {
        out[i] = base;
      }
      return;
    }
    byte[] bytes = in.array();
    int start = in.skip(bytes(count, width));
    long mask = -1L >>> (Long.SIZE - width);
    int words = wholeWords(bytes.length - start, width, count);
    if (width <= Long.SIZE - 7) {
      for (int i = 0, bit = 0; i < words; i++, bit += width) {
        out[at + i] =
            base + (LittleEndian.getLong(bytes, start + (bit >>> 3)) >>> (bit & 7) & mask);
      }
    } else {
      for (int i = 0, bit = 0; i < words; i++, bit += width) {
        int offset = start + (bit >>> 3);
        long low = LittleEndian.getLong(bytes, offset) >>> (bit & 7);
        long high = (long) bytes[offset + Long.BYTES] << 1 << (63 - (bit & 7));
        out[at + i] = base + ((low | high) & mask);
      }
    }
    for (int i = words; i < count; i++) {
      out[at + i] = base + get(bytes, start, i, width);
    }
  }

  /** How many integers can be read as words of 9 bytes without passing the end of the array. */
  private static int wholeWords(int available, int width, int count) {
    long lastStart = available - 9L;
    return lastStart < 0 ? 0 : (int) Math.min(count, lastStart * 8 / width + 1);
  }

  /** The integer at an index; reads no byte beyond the array. */
  static long get(byte[] bytes, int start, int index, int width) {
    if (width == 0) {
      return 0;
    }
    int bit = index * width;
    int last = start + ((bit + width - 1) >>> 3);
    int offset = start + (bit >>> 3);
    if (width <= Long.SIZE - 7 && offset <= bytes.length - Long.BYTES) {
      return LittleEndian.getLong(bytes, offset) >>> (bit & 7) & -1L >>> (Long.SIZE - width);
    }
    long word = (bytes[offset] & 0xffL) >>> (bit & 7);
    for (int shift = 8 - (bit & 7); ++offset <= last; shift += 8) {
      word |= (bytes[offset] & 0xffL) << shift;
    }
    return word & -1L >>> (Long.SIZE - width);
  }
}
