package orzo.split;

import orzo.encoding.ByteArrayReader;
import orzo.encoding.LittleEndian;

/**
 * The format and the decoder of a column of 64-bit integers whose first one is known.
 *
 * <p>The n-1 others are told by residuals r<sub>1</sub>..r<sub>n-1</sub>, which depend on the
 * column's order, with the first integer v<sub>0</sub>, a factor g and a slope s. All arithmetic is
 * modulo 2<sup>64</sup>.
 *
 * <ul>
 *   <li>order 0: v<sub>i</sub> = v<sub>0</sub> + g (s i + r<sub>i</sub>), for noise around a level
 *       or a line
 *   <li>order 1: v<sub>i</sub> = v<sub>i-1</sub> + g r<sub>i</sub>, for counters
 *   <li>order 2: d<sub>0</sub> = s, d<sub>i</sub> = d<sub>i-1</sub> + r<sub>i</sub>, v<sub>i</sub>
 *       = v<sub>i-1</sub> + g d<sub>i</sub>, for smooth curves
 * </ul>
 *
 * <p>Residuals are stored as unsigned differences from a base, bit-packed with one width for all or
 * for each group of {@link #GROUP}; the few that would widen a group are patches after the groups.
 * docs/split-format.md is the specification.
 */
final class LongColumn {
  /** How many residuals share a width. A full group of any width ends at a byte's end. */
  static final int GROUP = 32;

  // The control byte: order in bits 0-1, flags, widths in bits 4-5, the rest 0.
  static final int ORDER_MASK = 0x03;
  static final int FACTOR = 0x04;
  static final int PATCHES = 0x08;
  static final int WIDTHS_MASK = 0x30;
  static final int WIDTHS_NONE = 0x00;
  static final int WIDTHS_ONE = 0x10;
  static final int WIDTHS_GROUPED = 0x20;
  static final int WIDTHS_AND_BASES_GROUPED = 0x30;
  private static final int KNOWN = ORDER_MASK | FACTOR | PATCHES | WIDTHS_MASK;

  private LongColumn() {}

  /** How many bytes {@code count} residuals of {@code width} bits take. */
  static int packedBytes(int count, int width) {
    return (count * width + 7) >>> 3;
  }

  /**
   * Decodes a column.
   *
   * @param first the column's first integer, stored at {@code out[from]} too
   * @param count integers in all, at least 1
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT}
   */
  static void decode(ByteArrayReader in, long first, long[] out, int from, int count) {
    out[from] = first;
    if (count == 1) {
      return;
    }
    int controlAt = in.position();
    int control = in.readByte();
    int order = control & ORDER_MASK;
    if ((control & ~KNOWN) != 0 || order == 3) {
      throw ByteArrayReader.corrupt(
          controlAt, "column control 0x" + Integer.toHexString(control) + " is not known");
    }
    long factor = (control & FACTOR) != 0 ? in.readVarint() : 1;
    long slope = order != 1 ? in.readZigzag() : 0;
    long base = in.readZigzag();
    int at = from + 1;
    int residuals = count - 1;
    switch (control & WIDTHS_MASK) {
      case WIDTHS_NONE -> fill(base, out, at, residuals);
      case WIDTHS_ONE -> unpack(in, readWidth(in), base, out, at, residuals);
      case WIDTHS_GROUPED -> {
        for (int i = 0; i < residuals; i += GROUP) {
          unpack(in, readWidth(in), base, out, at + i, Math.min(GROUP, residuals - i));
        }
      }
      default -> {
        long groupBase = base;
        for (int i = 0; i < residuals; i += GROUP) {
          int width = readWidth(in);
          groupBase += in.readZigzag();
          unpack(in, width, groupBase, out, at + i, Math.min(GROUP, residuals - i));
        }
      }
    }
    if ((control & PATCHES) != 0) {
      patch(in, base, out, at, residuals);
    }
    switch (order) {
      case 0 -> addLine(first, factor, slope, out, at, residuals);
      case 1 -> addDeltas(first, factor, out, at, residuals);
      default -> addDeltasOfDeltas(first, factor, slope, out, at, residuals);
    }
  }

  private static int readWidth(ByteArrayReader in) {
    int width = in.readByte();
    if (width > Long.SIZE) {
      throw ByteArrayReader.corrupt(
          in.position() - 1, "bit width is " + width + " (expected: 0..64)");
    }
    return width;
  }

  private static void fill(long base, long[] out, int at, int count) {
    for (int i = at; i < at + count; i++) {
      out[i] = base;
    }
  }

  private static void unpack(
      ByteArrayReader in, int width, long base, long[] out, int at, int count) {
    if (width == 0) {
      fill(base, out, at, count);
      return;
    }
    byte[] bytes = in.array();
    int start = in.skip(packedBytes(count, width));
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
    for (int i = words, bit = words * width; i < count; i++, bit += width) {
      out[at + i] = base + (bitsAt(bytes, start, bit, width) & mask);
    }
  }

  /** How many values can be read as words of 9 bytes without passing the end of the array. */
  private static int wholeWords(int available, int width, int count) {
    long lastStart = available - 9L;
    return lastStart < 0 ? 0 : (int) Math.min(count, lastStart * 8 / width + 1);
  }

  /** Reads no byte but those that hold the wanted bits; bits above the width are garbage. */
  private static long bitsAt(byte[] bytes, int start, int bit, int width) {
    int last = start + ((bit + width - 1) >>> 3);
    int offset = start + (bit >>> 3);
    long word = (bytes[offset] & 0xffL) >>> (bit & 7);
    for (int shift = 8 - (bit & 7); ++offset <= last; shift += 8) {
      word |= (bytes[offset] & 0xffL) << shift;
    }
    return word;
  }

  private static void patch(ByteArrayReader in, long base, long[] out, int at, int residuals) {
    int patches = in.readVarint("number of patches", 1, residuals);
    int position = -1;
    for (int i = 0; i < patches; i++) {
      position += 1 + in.readVarint("gap before a patch", 0, residuals - 2 - position);
      out[at + position] = base + in.readZigzag();
    }
  }

  private static void addLine(
      long first, long factor, long slope, long[] out, int at, int residuals) {
    long line = slope;
    for (int i = at; i < at + residuals; i++) {
      out[i] = first + factor * (line + out[i]);
      line += slope;
    }
  }

  private static void addDeltas(long first, long factor, long[] out, int at, int residuals) {
    long sum = 0;
    for (int i = at; i < at + residuals; i++) {
      sum += out[i];
      out[i] = first + factor * sum;
    }
  }

  private static void addDeltasOfDeltas(
      long first, long factor, long slope, long[] out, int at, int residuals) {
    long delta = slope;
    long sum = 0;
    for (int i = at; i < at + residuals; i++) {
      delta += out[i];
      sum += delta;
      out[i] = first + factor * sum;
    }
  }
}
