package orzo.column;

import java.util.Arrays;
import orzo.encoding.ByteArrayReader;
import orzo.storage.GatewayException;

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
public final class LongColumn {
  /** How many residuals share a width. A full group of any width ends at a byte's end. */
  static final int GROUP = 32;

  // The control byte: order in bits 0-1, flags, widths in bits 4-5, bit 7 is 0.
  static final int ORDER_MASK = 0x03;
  static final int FACTOR = 0x04;
  static final int PATCHES = 0x08;
  static final int WIDTHS_MASK = 0x30;
  static final int WIDTHS_NONE = 0x00;
  static final int WIDTHS_ONE = 0x10;
  static final int WIDTHS_GROUPED = 0x20;
  static final int WIDTHS_AND_BASES_GROUPED = 0x30;
  static final int PATCHES_PACKED = 0x40;
  private static final int KNOWN = ORDER_MASK | FACTOR | PATCHES | WIDTHS_MASK | PATCHES_PACKED;

  private LongColumn() {}

  /**
   * Decodes a column.
   *
   * @param first the column's first integer, stored at {@code out[from]} too
   * @param count integers in all, at least 1
   * @return whether they are surely at equal distances, as the column says it
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT}
   */
  public static boolean decode(ByteArrayReader in, long first, long[] out, int from, int count) {
    out[from] = first;
    if (count == 1) {
      return true;
    }
    int controlAt = in.position();
    int control = in.readByte();
    int order = control & ORDER_MASK;
    if ((control & ~KNOWN) != 0 || order == 3) {
      throw unknown(controlAt, control);
    }
    long factor = (control & FACTOR) != 0 ? in.readVarint() : 1;
    long slope = order != 1 ? in.readZigzag() : 0;
    long base = in.readZigzag();
    int at = from + 1;
    int residuals = count - 1;
    if ((control & (WIDTHS_MASK | PATCHES | PATCHES_PACKED)) == 0 && (order == 1 || base == 0)) {
      progress(first, factor * (order == 1 ? base : slope), out, at, residuals);
      return true;
    }
    switch (control & WIDTHS_MASK) {
      case WIDTHS_NONE -> BitPacking.unpack(in, 0, base, out, at, residuals);
      case WIDTHS_ONE -> BitPacking.unpack(in, readWidth(in), base, out, at, residuals);
      case WIDTHS_GROUPED -> {
        for (int i = 0; i < residuals; i += GROUP) {
          BitPacking.unpack(in, readWidth(in), base, out, at + i, Math.min(GROUP, residuals - i));
        }
      }
      default -> {
        long groupBase = base;
        for (int i = 0; i < residuals; i += GROUP) {
          int width = readWidth(in);
          groupBase += in.readZigzag();
          BitPacking.unpack(in, width, groupBase, out, at + i, Math.min(GROUP, residuals - i));
        }
      }
    }
    switch (control & (PATCHES | PATCHES_PACKED)) {
      case 0 -> {}
      case PATCHES -> patch(in, base, out, at, residuals);
      case PATCHES | PATCHES_PACKED -> patchPacked(in, base, out, at, residuals);
      default -> throw unknown(controlAt, control);
    }
    switch (order) {
      case 0 -> addLine(first, factor, slope, out, at, residuals);
      case 1 -> addDeltas(first, factor, out, at, residuals);
      default -> addDeltasOfDeltas(first, factor, slope, out, at, residuals);
    }
    return false;
  }

  /** Integers at equal distances, which many columns are: times, numbers of windows, flags. */
  private static void progress(long first, long step, long[] out, int at, int residuals) {
    if (step == 0) {
      Arrays.fill(out, at, at + residuals, first);
      return;
    }
    long next = first;
    for (int i = at; i < at + residuals; i++) {
      next += step;
      out[i] = next;
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

  private static GatewayException unknown(int controlAt, int control) {
    return ByteArrayReader.corrupt(
        controlAt, "column control 0x" + Integer.toHexString(control) + " is not known");
  }

  private static void patch(ByteArrayReader in, long base, long[] out, int at, int residuals) {
    int patches = in.readVarint("number of patches", 1, residuals);
    int position = -1;
    for (int i = 0; i < patches; i++) {
      position += 1 + in.readVarint("gap before a patch", 0, residuals - 2 - position);
      out[at + position] = base + in.readZigzag();
    }
  }

  private static void patchPacked(
      ByteArrayReader in, long base, long[] out, int at, int residuals) {
    int patches = in.readVarint("number of patches", 1, residuals);
    int gapWidth = readWidth(in);
    int gapsAt = in.skip(BitPacking.bytes(patches, gapWidth));
    long patchBase = base + in.readZigzag();
    int width = readWidth(in);
    int patchesAt = in.skip(BitPacking.bytes(patches, width));
    long position = -1;
    for (int i = 0; i < patches; i++) {
      long gap = BitPacking.get(in.array(), gapsAt, i, gapWidth);
      if (gap < 0 || gap >= residuals - 1 - position) {
        throw ByteArrayReader.corrupt(gapsAt, "patch " + i + " is beyond the last residual");
      }
      position += 1 + gap;
      out[at + (int) position] = patchBase + BitPacking.get(in.array(), patchesAt, i, width);
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
