package orzo.histogram;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.column.LongColumn;
import orzo.column.ValueColumn;
import orzo.encoding.ByteArrayReader;

/**
 * The format and the decoder of the histograms among some samples, of which the sums are known:
 * runs of neighbouring histograms that have one layout. docs/split-format.md is the specification.
 */
public final class HistogramColumn {
  /** The most cells that a run may have, unless it is a single histogram. */
  static final int MAX_RUN_CELLS = 1 << 15;

  /**
   * The most cells that the histograms of one column may have together; bounds what decoding takes.
   */
  public static final int MAX_CELLS = 1 << 20;

  // The kind byte of a run: hint, or that hints differ, in bits 0-2; flags; the others are 0.
  static final int HINT_MASK = 7;
  static final int HINTS_DIFFER = 4;
  static final int LAYOUT = 8;
  static final int DOUBLES = 16;
  private static final int KNOWN = HINT_MASK | LAYOUT | DOUBLES;

  private static final ResetHint[] HINTS = ResetHint.values();

  private HistogramColumn() {}

  /** How many cells a histogram has: what it takes of memory, in doubles, and of a column. */
  public static int cells(NativeHistogram histogram) {
    return HistogramLayout.FIRST_BUCKET + histogram.positive().size() + histogram.negative().size();
  }

  /**
   * Decodes the histograms of {@code count} samples, up to the reader's end.
   *
   * @param sums the samples' values, from {@code from} on
   * @param out where the histograms go, from {@code from} on; what stands in the place of samples
   *     without one is not touched
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT}
   */
  public static void decode(
      ByteArrayReader in, double[] sums, @Nullable NativeHistogram[] out, int from, int count) {
    HistogramLayout layout = null;
    int next = 0;
    int cells = 0;
    while (in.remaining() > 0) {
      next += in.readVarint("samples before a run of histograms", 0, count - 1 - next);
      int length = in.readVarint("number of histograms", 1, count - next);
      int kindAt = in.position();
      int kind = in.readByte();
      if ((kind & ~KNOWN) != 0 || (kind & HINT_MASK) > HINTS_DIFFER) {
        throw ByteArrayReader.corrupt(
            kindAt, "run of histograms 0x" + Integer.toHexString(kind) + " is not known");
      }
      if ((kind & LAYOUT) != 0) {
        layout = HistogramLayout.read(in);
      } else if (layout == null) {
        throw ByteArrayReader.corrupt(kindAt, "the first run of histograms has no layout");
      }
      long size = (long) length * layout.cells();
      cells += (int) Math.min(size, MAX_CELLS + 1);
      if (size > MAX_RUN_CELLS && length > 1 || cells > MAX_CELLS) {
        throw ByteArrayReader.corrupt(
            kindAt, length + " histograms of " + layout.cells() + " cells each are too many");
      }
      long[] hints = new long[length];
      if ((kind & HINT_MASK) == HINTS_DIFFER) {
        readHints(in, hints);
      } else {
        Arrays.fill(hints, kind & HINT_MASK);
      }
      double[] values = new double[(int) size];
      if ((kind & DOUBLES) != 0) {
        ValueColumn.decode(in, values, 0, values.length, new long[values.length]);
      } else {
        readIntegers(in, layout.cells(), length, values);
      }
      for (int i = 0; i < length; i++) {
        int at = from + next + i;
        out[at] = layout.histogram(HINTS[(int) hints[i]], sums[at], values, i, length);
      }
      next += length;
    }
  }

  private static void readHints(ByteArrayReader in, long[] hints) {
    int at = in.position();
    LongColumn.decode(in, in.readZigzag(), hints, 0, hints.length);
    for (long hint : hints) {
      if (hint < 0 || hint >= HINTS.length) {
        throw ByteArrayReader.corrupt(at, "hint of a histogram is " + hint + " (expected: 0..3)");
      }
    }
  }

  private static void readIntegers(ByteArrayReader in, int rows, int length, double[] into) {
    long[] firsts = new long[rows];
    LongColumn.decode(in, in.readZigzag(), firsts, 0, rows);
    long[] steps = new long[rows * (length - 1)];
    if (length > 1) {
      LongColumn.decode(in, in.readZigzag(), steps, 0, steps.length);
    }
    long[] totals = new long[length]; // of the zero bucket and all others
    for (int row = rows - 1; row >= 0; row--) {
      long cell = firsts[row];
      for (int i = 0; i < length; i++) {
        if (i > 0) {
          cell += steps[row * (length - 1) + i - 1];
        }
        into[row * length + i] = (double) (row == 0 ? cell + totals[i] : cell);
        totals[i] += cell;
      }
    }
  }
}
