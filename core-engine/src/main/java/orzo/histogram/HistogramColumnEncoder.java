package orzo.histogram;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.column.LongColumnEncoder;
import orzo.column.ValueColumnEncoder;
import orzo.encoding.ByteArrayWriter;

/**
 * Encodes the histograms among some samples in the format of {@link HistogramColumn}. Holds scratch
 * space: one instance per thread.
 */
public final class HistogramColumnEncoder {
  private final LongColumnEncoder integers = new LongColumnEncoder();
  private final ValueColumnEncoder doubles = new ValueColumnEncoder();
  private double[] cells = new double[0];
  private long[] firsts = new long[0];
  private long[] steps = new long[0];
  private long[] totals = new long[0];

  /** Creates an encoder. */
  public HistogramColumnEncoder() {}

  /**
   * Appends the histograms of {@code column[from..to)}, null where a sample has none. Their sums
   * are not part of it.
   */
  public void encode(@Nullable NativeHistogram[] column, int from, int to, ByteArrayWriter out) {
    HistogramLayout layout = null;
    int next = from;
    int skipped = 0;
    while (next < to) {
      NativeHistogram first = column[next];
      if (first == null) {
        next++;
        skipped++;
        continue;
      }
      boolean isNew = layout == null || !layout.isOf(first);
      if (isNew || layout == null) {
        layout = HistogramLayout.of(first);
      }
      int end = runEnd(column, next, to, layout);
      out.writeVarint(skipped);
      out.writeVarint((long) end - next);
      encodeRun(column, next, end, layout, isNew, out);
      next = end;
      skipped = 0;
    }
  }

  private static int runEnd(
      @Nullable NativeHistogram[] column, int from, int to, HistogramLayout layout) {
    int limit = Math.min(to, from + Math.max(1, HistogramColumn.MAX_RUN_CELLS / layout.cells()));
    int end = from + 1;
    while (end < limit) {
      NativeHistogram one = column[end];
      if (one == null || !layout.isOf(one)) {
        break;
      }
      end++;
    }
    return end;
  }

  private void encodeRun(
      @Nullable NativeHistogram[] column,
      int from,
      int to,
      HistogramLayout layout,
      boolean isNew,
      ByteArrayWriter out) {
    int length = to - from;
    int rows = layout.cells();
    ensureCapacity(rows, length);
    int hint = -1;
    for (int i = 0; i < length; i++) {
      NativeHistogram one = histogram(column, from + i);
      layout.getCells(one, cells, i, length);
      totals[i] = one.resetHint().ordinal();
      hint = i == 0 || hint == totals[i] ? (int) totals[i] : HistogramColumn.HINTS_DIFFER;
    }
    boolean isIntegers = HistogramCodec.areIntegers(cells, rows * length);
    out.writeByte(
        hint | (isNew ? HistogramColumn.LAYOUT : 0) | (isIntegers ? 0 : HistogramColumn.DOUBLES));
    if (isNew) {
      layout.write(out);
    }
    if (hint == HistogramColumn.HINTS_DIFFER) {
      out.writeZigzag(totals[0]);
      integers.encode(totals, length, out);
    }
    if (isIntegers) {
      encodeIntegers(rows, length, out);
    } else {
      doubles.encode(cells, 0, rows * length, out);
    }
  }

  private static NativeHistogram histogram(@Nullable NativeHistogram[] column, int i) {
    NativeHistogram histogram = column[i];
    if (histogram == null) {
      throw new IllegalStateException("sample " + i + " has no histogram");
    }
    return histogram;
  }

  private void ensureCapacity(int rows, int length) {
    if (rows * length > cells.length) {
      cells = new double[Math.max(rows * length, 2 * cells.length)];
      steps = new long[cells.length];
    }
    if (rows > firsts.length) {
      firsts = new long[Math.max(rows, 2 * firsts.length)];
    }
    if (length > totals.length) {
      totals = new long[Math.max(length, 2 * totals.length)];
    }
  }

  /** The first histogram's cells, and behind them what each of them grows by, cell by cell. */
  private void encodeIntegers(int rows, int length, ByteArrayWriter out) {
    Arrays.fill(totals, 0, length, 0);
    int perRow = length - 1;
    for (int row = rows - 1; row >= 0; row--) {
      long before = 0;
      for (int i = 0; i < length; i++) {
        long cell = (long) cells[row * length + i];
        if (row == 0) {
          cell -= totals[i]; // mostly nothing: all observations are in buckets
        } else {
          totals[i] += cell;
        }
        if (i == 0) {
          firsts[row] = cell;
        } else {
          steps[row * perRow + i - 1] = cell - before;
        }
        before = cell;
      }
    }
    out.writeZigzag(firsts[0]);
    integers.encode(firsts, rows, out);
    if (perRow > 0) {
      out.writeZigzag(steps[0]);
      integers.encode(steps, rows * perRow, out);
    }
  }
}
