package orzo.column;

import static orzo.column.BitPacking.width;
import static orzo.encoding.ByteArrayWriter.varintBytes;
import static orzo.encoding.ByteArrayWriter.zigzag;

import java.util.Arrays;
import orzo.encoding.ByteArrayWriter;

/**
 * What a {@link LongColumn} of one order and slope is to look like: residuals, what each group's
 * width and base are, which residuals are left to patches, and how many bytes that takes.
 *
 * <p>Outliers of a group are looked for only where its range is much wider than that of its
 * tightest eight neighbours, or those of a group before, and that of some eight is too: a group
 * that is wide because it drifts has none. The middle of the tightest then is the level to measure
 * from, which outliers do not move.
 */
final class LongColumnPlan {
  private static final int GROUP = LongColumn.GROUP;
  private static final int OCTET = 8;

  /** A group this little wider, in bits, than a tightest octet that varies is not searched. */
  private static final int PATCH_SEARCH_BITS = 2;

  private int order;
  private long slope;
  private int count;
  private long[] residuals = new long[128];
  private long[] groupMin = new long[4];
  private long[] groupMax = new long[4];
  private int[] patchAt = new int[128];
  private long[] patchGap = new long[128];
  private long[] patchResidual = new long[128];
  private long minPatch;
  private int patchWidth;
  private int gapWidth;
  private boolean patchesPacked;
  private int patches;
  private int widths;
  private long base;
  private int tightestBits;
  private long level;
  private long min;
  private long max;
  private final int[] bitLengths = new int[Long.SIZE + 1];

  /**
   * Plans a column.
   *
   * @param relatives the integers less the first, from the second on
   * @param deltas the integers less the one before, from the second on
   * @return the column's bytes, but for control and factor, which all plans need alike
   */
  int make(int order, long slope, long[] relatives, long[] deltas, int count) {
    this.order = order;
    this.slope = slope;
    this.count = count;
    ensureCapacity();
    computeResiduals(relatives, deltas);
    patches = 0;
    tightestBits = Long.SIZE;
    min = Long.MAX_VALUE;
    max = Long.MIN_VALUE;
    for (int group = 0, from = 0; from < count; group++, from += GROUP) {
      planGroup(group, from, Math.min(count, from + GROUP));
      min = Math.min(min, groupMin[group]);
      max = Math.max(max, groupMax[group]);
    }
    int bytes = chooseWidths();
    bytes += varintBytes(zigzag(base));
    bytes += order == 1 ? 0 : varintBytes(zigzag(slope));
    return bytes + patchBytes();
  }

  private void ensureCapacity() {
    if (count > residuals.length) {
      int grown = Math.max(count, residuals.length * 2);
      residuals = new long[grown];
      patchAt = new int[grown];
      patchGap = new long[grown];
      patchResidual = new long[grown];
      groupMin = new long[(grown + GROUP - 1) / GROUP];
      groupMax = new long[(grown + GROUP - 1) / GROUP];
    }
  }

  private void computeResiduals(long[] relatives, long[] deltas) {
    switch (order) {
      case 0 -> {
        for (int i = 0; i < count; i++) {
          residuals[i] = relatives[i] - slope * (i + 1);
        }
      }
      case 1 -> System.arraycopy(deltas, 0, residuals, 0, count);
      default -> {
        residuals[0] = deltas[0] - slope;
        for (int i = 1; i < count; i++) {
          residuals[i] = deltas[i] - deltas[i - 1];
        }
      }
    }
  }

  private void planGroup(int group, int from, int to) {
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    int ownBits = Long.SIZE;
    int widestBits = 0;
    long ownLevel = 0;
    for (int start = from; start < to; start += OCTET) {
      int end = Math.min(to, start + OCTET);
      long octetMin = residuals[start];
      long octetMax = octetMin;
      for (int i = start + 1; i < end; i++) {
        octetMin = Math.min(octetMin, residuals[i]);
        octetMax = Math.max(octetMax, residuals[i]);
      }
      least = Math.min(least, octetMin);
      most = Math.max(most, octetMax);
      int width = width(octetMax - octetMin);
      widestBits = Math.max(widestBits, width);
      if (width < ownBits && end - start >= OCTET / 2) {
        ownBits = width;
        ownLevel = octetMin + ((octetMax - octetMin) >>> 1);
      }
    }
    groupMin[group] = least;
    groupMax[group] = most;
    if (ownBits <= tightestBits + PATCH_SEARCH_BITS) {
      tightestBits = ownBits;
      level = ownLevel;
    }
    int searchBits = tightestBits == 0 ? 0 : tightestBits + PATCH_SEARCH_BITS;
    if (widestBits > searchBits) {
      searchPatches(group, from, to);
    }
  }

  /** Bits of the zigzag form. */
  private static int bitLength(long value) {
    return width(zigzag(value));
  }

  private void searchPatches(int group, int from, int to) {
    Arrays.fill(bitLengths, 0);
    int least = Long.SIZE;
    int most = 0;
    for (int i = from; i < to; i++) {
      int bits = bitLength(residuals[i] - level);
      bitLengths[bits]++;
      least = Math.min(least, bits);
      most = Math.max(most, bits);
    }
    int best = most;
    int bestBits = width(groupMax[group] - groupMin[group]) * (to - from);
    int patchBits = 0;
    for (int bits = most - 1; bits >= least; bits--) {
      // A patch is a gap of a byte or less, and the residual.
      patchBits += bitLengths[bits + 1] * (10 + bits + 1);
      int total = bits * (to - from) + patchBits;
      if (total < bestBits) {
        best = bits;
        bestBits = total;
      }
    }
    if (best == most) {
      return;
    }
    long lower = Long.MAX_VALUE;
    long upper = Long.MIN_VALUE;
    for (int i = from; i < to; i++) {
      if (bitLength(residuals[i] - level) > best) {
        patchAt[patches++] = i;
      } else {
        lower = Math.min(lower, residuals[i]);
        upper = Math.max(upper, residuals[i]);
      }
    }
    groupMin[group] = lower;
    groupMax[group] = upper;
  }

  /** Chooses how widths are told, and the base; returns the bytes of widths, bases and groups. */
  private int chooseWidths() {
    if (min == max) {
      widths = LongColumn.WIDTHS_NONE;
      base = min;
      return 0;
    }
    int one = 1 + BitPacking.bytes(count, width(max - min));
    int grouped = 0;
    int withBases = 0;
    long previous = groupMin[0];
    for (int group = 0, from = 0; from < count; group++, from += GROUP) {
      int length = Math.min(GROUP, count - from);
      long lower = groupMin[group];
      grouped += 1 + BitPacking.bytes(length, width(groupMax[group] - min));
      withBases += 1 + BitPacking.bytes(length, width(groupMax[group] - lower));
      withBases += varintBytes(zigzag(lower - previous));
      previous = lower;
    }
    base = min;
    if (one <= grouped && one <= withBases) {
      widths = LongColumn.WIDTHS_ONE;
      return one;
    }
    if (grouped <= withBases) {
      widths = LongColumn.WIDTHS_GROUPED;
      return grouped;
    }
    widths = LongColumn.WIDTHS_AND_BASES_GROUPED;
    base = groupMin[0];
    return withBases;
  }

  /** Chooses how patches are told, and returns their bytes. */
  private int patchBytes() {
    patchesPacked = false;
    if (patches == 0) {
      return 0;
    }
    minPatch = Long.MAX_VALUE;
    long maxPatch = Long.MIN_VALUE;
    long maxGap = 0;
    int separate = 0;
    int previous = -1;
    for (int i = 0; i < patches; i++) {
      long residual = residuals[patchAt[i]];
      patchResidual[i] = residual;
      patchGap[i] = (long) patchAt[i] - previous - 1;
      minPatch = Math.min(minPatch, residual);
      maxPatch = Math.max(maxPatch, residual);
      maxGap = Math.max(maxGap, patchGap[i]);
      separate += varintBytes(patchGap[i]) + varintBytes(zigzag(residual - base));
      previous = patchAt[i];
    }
    gapWidth = width(maxGap);
    patchWidth = width(maxPatch - minPatch);
    int packed =
        2
            + BitPacking.bytes(patches, gapWidth)
            + varintBytes(zigzag(minPatch - base))
            + BitPacking.bytes(patches, patchWidth);
    patchesPacked = packed < separate;
    return varintBytes(patches) + Math.min(packed, separate);
  }

  /** Appends the column as planned; to be called once. */
  void write(long factor, ByteArrayWriter out) {
    out.writeByte(
        order
            | widths
            | (factor != 1 ? LongColumn.FACTOR : 0)
            | (patches > 0 ? LongColumn.PATCHES : 0)
            | (patchesPacked ? LongColumn.PATCHES_PACKED : 0));
    if (factor != 1) {
      out.writeVarint(factor);
    }
    if (order != 1) {
      out.writeZigzag(slope);
    }
    out.writeZigzag(base);
    for (int i = 0; i < patches; i++) {
      // Their places are packed as any residual that fits.
      residuals[patchAt[i]] = groupMin[patchAt[i] / GROUP];
    }
    switch (widths) {
      case LongColumn.WIDTHS_NONE -> {}
      case LongColumn.WIDTHS_ONE -> {
        out.writeByte(width(max - min));
        BitPacking.pack(residuals, 0, count, base, width(max - min), out);
      }
      default -> writeGroups(out);
    }
    if (patches > 0) {
      writePatches(out);
    }
  }

  private void writeGroups(ByteArrayWriter out) {
    boolean ownBases = widths == LongColumn.WIDTHS_AND_BASES_GROUPED;
    long previous = base;
    for (int group = 0, from = 0; from < count; group++, from += GROUP) {
      long lower = ownBases ? groupMin[group] : base;
      int width = width(groupMax[group] - lower);
      out.writeByte(width);
      if (ownBases) {
        out.writeZigzag(lower - previous);
        previous = lower;
      }
      BitPacking.pack(residuals, from, Math.min(GROUP, count - from), lower, width, out);
    }
  }

  private void writePatches(ByteArrayWriter out) {
    out.writeVarint(patches);
    if (patchesPacked) {
      out.writeByte(gapWidth);
      BitPacking.pack(patchGap, 0, patches, 0, gapWidth, out);
      out.writeZigzag(minPatch - base);
      out.writeByte(patchWidth);
      BitPacking.pack(patchResidual, 0, patches, minPatch, patchWidth, out);
      return;
    }
    for (int i = 0; i < patches; i++) {
      out.writeVarint(patchGap[i]);
      out.writeZigzag(patchResidual[i] - base);
    }
  }
}
