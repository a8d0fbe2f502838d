package orzo.split;

import java.util.Arrays;
import orzo.encoding.ByteArrayWriter;
import orzo.encoding.LittleEndian;

/**
 * Encodes columns of 64-bit integers in the format of {@link LongColumn}. Holds scratch space: one
 * instance per thread.
 *
 * <p>The order is chosen by the mean bit length of what would be stored, measured from a level that
 * the median of three stands for; groups are then cut to the width at which the bits of all
 * residuals and the bytes of those left to patches are least.
 */
final class LongColumnEncoder {
  private static final int GROUP = LongColumn.GROUP;

  /** Widths this little above the mean bit length are not worth a search for patches. */
  private static final int PATCH_SEARCH_BITS = 3;

  private long[] deltas = new long[128];
  private long[] residuals = new long[128];
  private int[] patchAt = new int[128];
  private long[] groupMin = new long[4];
  private long[] groupMax = new long[4];
  private final int[] bitLengths = new int[Long.SIZE + 1];
  private int order;
  private long slope;
  private int patches;

  /** Appends the column of {@code values[0..count)}, but for the first, which the reader knows. */
  void encode(long[] values, int count, ByteArrayWriter out) {
    int n = count - 1;
    if (n == 0) {
      return;
    }
    ensureCapacity(n);
    long anyBit = 0;
    long differing = 0;
    long firstDelta = values[1] - values[0];
    for (int i = 0; i < n; i++) {
      long delta = values[i + 1] - values[i];
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
      divideDeltas(n, factor);
    }
    chooseOrder(n);
    computeResiduals(n);
    planGroups(n);
    write(n, factor, out);
  }

  private void ensureCapacity(int n) {
    if (n > deltas.length) {
      int grown = Math.max(n, deltas.length * 2);
      deltas = new long[grown];
      residuals = new long[grown];
      patchAt = new int[grown];
      groupMin = new long[(grown + GROUP - 1) / GROUP];
      groupMax = new long[(grown + GROUP - 1) / GROUP];
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

  private void divideDeltas(int n, long factor) {
    if ((factor & (factor - 1)) == 0) {
      int shift = Long.numberOfTrailingZeros(factor);
      for (int i = 0; i < n; i++) {
        deltas[i] >>= shift;
      }
    } else {
      for (int i = 0; i < n; i++) {
        deltas[i] /= factor;
      }
    }
  }

  /** Sets {@link #order} and {@link #slope} to what promises the fewest bits. */
  private void chooseOrder(int n) {
    long half = 0;
    for (int i = 0; i <= n / 2; i++) {
      half += deltas[i];
    }
    long total = half;
    for (int i = n / 2 + 1; i < n; i++) {
      total += deltas[i];
    }
    long meanSlope = total / n;
    long deltaLevel = median(deltas[0], deltas[n / 2], deltas[n - 1]);
    long level = median(deltas[0], half, total);
    long lineLevel =
        median(deltas[0] - meanSlope, half - meanSlope * (n / 2 + 1), total - meanSlope * n);
    int flatBits = 0;
    int lineBits = 0;
    int deltaBits = 0;
    int curveBits = 0;
    long value = -level;
    long offLine = -lineLevel;
    long previous = deltas[0];
    for (int i = 0; i < n; i++) {
      long delta = deltas[i];
      value += delta;
      offLine += delta - meanSlope;
      flatBits += bitLength(value);
      lineBits += bitLength(offLine);
      deltaBits += bitLength(delta - deltaLevel);
      curveBits += bitLength(delta - previous);
      previous = delta;
    }
    // Orders 0 and 2 store a slope besides.
    flatBits += 8;
    lineBits += 8 * ByteArrayWriter.varintBytes(ByteArrayWriter.zigzag(meanSlope));
    curveBits += 8 * ByteArrayWriter.varintBytes(ByteArrayWriter.zigzag(deltas[0]));
    int least = Math.min(Math.min(flatBits, lineBits), Math.min(deltaBits, curveBits));
    if (least == deltaBits) {
      order = 1;
      slope = 0;
    } else if (least == curveBits) {
      order = 2;
      slope = deltas[0];
    } else {
      order = 0;
      slope = least == flatBits ? 0 : meanSlope;
    }
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /** Bits of the zigzag form. */
  private static int bitLength(long value) {
    return Long.SIZE - Long.numberOfLeadingZeros(value << 1 ^ value >> 63);
  }

  private void computeResiduals(int n) {
    switch (order) {
      case 0 -> {
        long value = 0;
        for (int i = 0; i < n; i++) {
          value += deltas[i] - slope;
          residuals[i] = value;
        }
      }
      case 1 -> System.arraycopy(deltas, 0, residuals, 0, n);
      default -> {
        long previous = slope;
        for (int i = 0; i < n; i++) {
          residuals[i] = deltas[i] - previous;
          previous = deltas[i];
        }
      }
    }
  }

  /** Finds each group's least and greatest residual, those aside that are left to patches. */
  private void planGroups(int n) {
    patches = 0;
    long level = median(residuals[0], residuals[n / 2], residuals[n - 1]);
    for (int group = 0, from = 0; from < n; group++, from += GROUP) {
      int to = Math.min(n, from + GROUP);
      long min = residuals[from];
      long max = min;
      int bits = 0;
      for (int i = from; i < to; i++) {
        long residual = residuals[i];
        min = Math.min(min, residual);
        max = Math.max(max, residual);
        bits += bitLength(residual - level);
      }
      groupMin[group] = min;
      groupMax[group] = max;
      if (width(max - min) * (to - from) > bits + PATCH_SEARCH_BITS * (to - from)) {
        searchPatches(group, from, to, level);
      }
    }
  }

  private void searchPatches(int group, int from, int to, long level) {
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
    int bestBits = most * (to - from);
    int patchBits = 0;
    for (int bits = most - 1; bits >= least; bits--) {
      // A patch is a gap of a byte, and the residual as varint.
      patchBits += bitLengths[bits + 1] * (8 + 8 * ((bits + 7) / 7));
      int total = bits * (to - from) + patchBits;
      if (total < bestBits) {
        best = bits;
        bestBits = total;
      }
    }
    if (best == most) {
      return;
    }
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = from; i < to; i++) {
      if (bitLength(residuals[i] - level) > best) {
        patchAt[patches++] = i;
      } else {
        min = Math.min(min, residuals[i]);
        max = Math.max(max, residuals[i]);
      }
    }
    groupMin[group] = min;
    groupMax[group] = max;
  }

  private static int width(long range) {
    return Long.SIZE - Long.numberOfLeadingZeros(range);
  }

  private void write(int n, long factor, ByteArrayWriter out) {
    int groups = (n + GROUP - 1) / GROUP;
    long min = groupMin[0];
    long max = groupMax[0];
    for (int group = 1; group < groups; group++) {
      min = Math.min(min, groupMin[group]);
      max = Math.max(max, groupMax[group]);
    }
    int widths = chooseWidths(n, groups, min, max);
    long base = widths == LongColumn.WIDTHS_AND_BASES_GROUPED ? groupMin[0] : min;
    out.writeByte(
        order
            | widths
            | (factor != 1 ? LongColumn.FACTOR : 0)
            | (patches > 0 ? LongColumn.PATCHES : 0));
    if (factor != 1) {
      out.writeVarint(factor);
    }
    if (order != 1) {
      out.writeZigzag(slope);
    }
    out.writeZigzag(base);
    if (patches > 0) {
      movePatchesAside();
    }
    if (widths == LongColumn.WIDTHS_ONE) {
      int width = width(max - min);
      out.writeByte(width);
      pack(0, n, base, width, out);
    } else if (widths != LongColumn.WIDTHS_NONE) {
      boolean ownBases = widths == LongColumn.WIDTHS_AND_BASES_GROUPED;
      long groupBase = base;
      for (int group = 0; group < groups; group++) {
        int from = group * GROUP;
        long previous = groupBase;
        groupBase = ownBases ? groupMin[group] : base;
        int width = width(groupMax[group] - groupBase);
        out.writeByte(width);
        if (ownBases) {
          out.writeZigzag(groupBase - previous);
        }
        pack(from, Math.min(GROUP, n - from), groupBase, width, out);
      }
    }
    if (patches > 0) {
      writePatches(base, out);
    }
  }

  private int chooseWidths(int n, int groups, long min, long max) {
    if (min == max) {
      return LongColumn.WIDTHS_NONE;
    }
    int one = 1 + LongColumn.packedBytes(n, width(max - min));
    int grouped = groups;
    int withBases = groups;
    long previous = groupMin[0];
    for (int group = 0; group < groups; group++) {
      int length = Math.min(GROUP, n - group * GROUP);
      grouped += LongColumn.packedBytes(length, width(groupMax[group] - min));
      withBases += LongColumn.packedBytes(length, width(groupMax[group] - groupMin[group]));
      withBases += ByteArrayWriter.varintBytes(ByteArrayWriter.zigzag(groupMin[group] - previous));
      previous = groupMin[group];
    }
    if (one <= grouped && one <= withBases) {
      return LongColumn.WIDTHS_ONE;
    }
    return grouped <= withBases ? LongColumn.WIDTHS_GROUPED : LongColumn.WIDTHS_AND_BASES_GROUPED;
  }

  /** Saves the patches where deltas were, and lets the places they leave be packed as zeros. */
  private void movePatchesAside() {
    for (int i = 0; i < patches; i++) {
      int at = patchAt[i];
      deltas[i] = residuals[at];
      residuals[at] = groupMin[at / GROUP];
    }
  }

  private void writePatches(long base, ByteArrayWriter out) {
    out.writeVarint(patches);
    int previous = -1;
    for (int i = 0; i < patches; i++) {
      out.writeVarint(patchAt[i] - previous - 1);
      out.writeZigzag(deltas[i] - base);
      previous = patchAt[i];
    }
  }

  private void pack(int from, int count, long base, int width, ByteArrayWriter out) {
    if (width == 0) {
      return;
    }
    int bytes = LongColumn.packedBytes(count, width);
    out.reserve(bytes + Long.BYTES);
    byte[] packed = out.array();
    int at = out.size();
    long word = 0;
    int filled = 0;
    for (int i = from; i < from + count; i++) {
      long bits = residuals[i] - base;
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
}
