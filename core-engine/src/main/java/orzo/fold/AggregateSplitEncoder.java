package orzo.fold;

import java.util.zip.CRC32C;
import orzo.column.LongColumnEncoder;
import orzo.column.ValueColumn;
import orzo.column.ValueColumnEncoder;
import orzo.encoding.ByteArrayWriter;

/**
 * Encodes aggregate splits, see docs/split-format.md. Each column is tried as it is and relative to
 * those before it, and the smallest is taken. Holds scratch space: one instance per thread.
 */
public final class AggregateSplitEncoder {
  private static final int ROWS = AggregateSplit.WINDOWS;

  // What a column takes at least that is told relative to another one: the numbers of model and
  // column, scale, number of corrections and first integer a byte each, and two for all others.
  private static final int LEAST_OF_ONE = 5;
  private static final int LEAST_OF_MODEL = 7;

  private final LongColumnEncoder integerEncoder = new LongColumnEncoder();
  private final ValueColumnEncoder valueEncoder = new ValueColumnEncoder();
  private final CRC32C checksum = new CRC32C();
  private final long[] integers = new long[ROWS];
  private final long[] predicted = new long[ROWS];
  private final long[] corrections = new long[ROWS];
  private final long[] counts = new long[ROWS];
  private final int[] present = new int[ROWS];
  private ByteArrayWriter best = new ByteArrayWriter(1024);
  private ByteArrayWriter other = new ByteArrayWriter(1024);
  private double[][] columns = new double[Part.number()][ROWS];
  private int[] scales = new int[Part.number()];

  /** Creates an encoder. */
  public AggregateSplitEncoder() {}

  /**
   * Appends a split of the rows {@code [from, to)}.
   *
   * @param granularityMillis length of a window
   * @param splitStart the split's start, see {@link AggregateSplit#startOf}
   * @throws IllegalArgumentException if there are no rows, or their windows are not in the split
   */
  public void encode(
      long granularityMillis,
      long splitStart,
      AggregateRows rows,
      int from,
      int to,
      ByteArrayWriter out) {
    int count = to - from;
    if (count < 1 || count > ROWS) {
      throw new IllegalArgumentException("rows: " + count + " (expected: 1.." + ROWS + ")");
    }
    int start = out.size();
    out.writeByte(AggregateSplitDecoder.VERSION);
    rows.schema().write(out);
    out.writeVarint(count);
    toIndices(granularityMillis, splitStart, rows.startsMillis, from, count);
    writeIntegers(count, out);
    for (int i = 0; i < count; i++) {
      integers[i] = rows.flags[from + i];
    }
    writeIntegers(count, out);
    System.arraycopy(rows.integers(Part.COUNT), from, integers, 0, count);
    writeIntegers(count, out);
    writeTimes(rows, Part.FIRST_TIME, from, to, out);
    writeTimes(rows, Part.LAST_TIME, from, to, out);
    writeDoubles(rows, from, to, out);
    checksum.reset();
    checksum.update(out.array(), start, out.size() - start);
    out.writeInt((int) checksum.getValue());
  }

  private void toIndices(
      long granularityMillis, long splitStart, long[] startsMillis, int from, int count) {
    long previous = -1;
    for (int i = 0; i < count; i++) {
      long index = (startsMillis[from + i] - splitStart) / granularityMillis;
      if (index <= previous
          || index >= ROWS
          || splitStart + index * granularityMillis != startsMillis[from + i]) {
        throw new IllegalArgumentException(
            "start of a window: "
                + startsMillis[from + i]
                + " (expected: ascending windows of "
                + granularityMillis
                + " ms in the split that starts at "
                + splitStart
                + ")");
      }
      integers[i] = index;
      previous = index;
    }
  }

  /** Appends {@link #integers}, with their length before them. */
  private void writeIntegers(int count, ByteArrayWriter out) {
    best.clear();
    if (count > 0) {
      best.writeZigzag(integers[0]);
      integerEncoder.encode(integers, count, best);
    }
    writeBest(out);
  }

  private void writeBest(ByteArrayWriter out) {
    out.writeVarint(best.size());
    out.writeBytes(best.array(), 0, best.size());
  }

  private int select(SplitColumn.Rows kind, AggregateRows rows, int from, int to) {
    long[] all = rows.integers(Part.COUNT);
    int n = 0;
    for (int i = from; i < to; i++) {
      if (kind.has(all[i], rows.flags[i])) {
        counts[n] = all[i];
        present[n++] = i;
      }
    }
    return n;
  }

  private void writeTimes(AggregateRows rows, Part part, int from, int to, ByteArrayWriter out) {
    long[] times = rows.integers(part);
    if (times.length > 0) {
      int n = select(SplitColumn.Rows.INTERIOR, rows, from, to);
      for (int i = 0; i < n; i++) {
        integers[i] = times[present[i]];
      }
      writeIntegers(n, out);
    }
  }

  private void writeDoubles(AggregateRows rows, int from, int to, ByteArrayWriter out) {
    int number = rows.doubleColumns();
    if (number > columns.length) {
      columns = new double[number][ROWS];
      scales = new int[number];
    }
    for (int column = 0; column < number; column++) {
      double[] source = rows.doubleColumn(column);
      if (source.length == 0) {
        continue;
      }
      SplitColumn.Rows kind = SplitColumn.rows(column);
      int n = select(kind, rows, from, to);
      for (int i = 0; i < n; i++) {
        columns[column][i] = source[present[i]];
      }
      best.clear();
      if (n > 0) {
        scales[column] = SplitColumn.scale(columns[column], n);
        choose(rows, column, n);
      }
      writeBest(out);
    }
  }

  private void choose(AggregateRows rows, int column, int n) {
    SplitColumn.Rows kind = SplitColumn.rows(column);
    for (int earlier = 0; earlier < column; earlier++) {
      if (rows.doubleColumn(earlier).length > 0
          && SplitColumn.rows(earlier) == kind
          && sameBits(columns[earlier], columns[column], n)) {
        best.writeByte(SplitColumn.EQUAL);
        best.writeVarint(earlier);
        return;
      }
    }
    best.writeByte(SplitColumn.PLAIN);
    valueEncoder.encode(columns[column], 0, n, best);
    if (best.size() <= (n > 1 ? LEAST_OF_MODEL : LEAST_OF_ONE)) {
      return; // as of a column of zeros
    }
    for (int earlier = 0; earlier < column; earlier++) {
      if (rows.doubleColumn(earlier).length == 0 || SplitColumn.rows(earlier) != kind) {
        continue;
      }
      tryModel(SplitColumn.RELATIVE, column, earlier, earlier, n);
      tryModel(SplitColumn.PREVIOUS, column, earlier, earlier, n);
    }
    if (column == Part.SUM.ordinal()) {
      tryMiddle(rows, column, Part.MIN, Part.MAX, n);
      tryMiddle(rows, column, Part.LAST, Part.FIRST, n);
    }
    if (column == Part.DROPS.ordinal() && rows.doubles(Part.SUM).length > 0) {
      tryModel(SplitColumn.HALF, column, Part.SUM.ordinal(), Part.SUM.ordinal(), n);
    }
  }

  private static boolean sameBits(double[] some, double[] others, int n) {
    for (int i = 0; i < n; i++) {
      if (Double.doubleToRawLongBits(some[i]) != Double.doubleToRawLongBits(others[i])) {
        return false;
      }
    }
    return true;
  }

  private void tryMiddle(AggregateRows rows, int column, Part some, Part others, int n) {
    if (rows.doubles(some).length > 0 && rows.doubles(others).length > 0) {
      tryModel(SplitColumn.MIDDLE, column, some.ordinal(), others.ordinal(), n);
    }
  }

  /** Keeps a model's column as the best if it is smaller. */
  private void tryModel(int model, int column, int some, int others, int n) {
    boolean ofSums = model == SplitColumn.MIDDLE || model == SplitColumn.HALF;
    int scale = ofSums ? scales[some] : Math.max(scales[column], scales[some]);
    if (scale < 0 || !ofSums && (scales[column] < 0 || scales[some] < 0)) {
      return;
    }
    other.clear();
    other.writeByte(model);
    other.writeVarint(some);
    if (model == SplitColumn.MIDDLE) {
      other.writeVarint(others);
    }
    other.writeByte(scale);
    SplitColumn.predict(model, scale, columns[some], columns[others], counts, n, predicted);
    int corrected = 0;
    for (int i = 0; i < n; i++) {
      double value = columns[column][i];
      long unscaled = SplitColumn.unscaled(value, scale);
      integers[i] = unscaled - predicted[i];
      corrections[i] =
          ValueColumn.ordered(Double.doubleToRawLongBits(value))
              - ValueColumn.ordered(
                  Double.doubleToRawLongBits(SplitColumn.scaled(unscaled, scale)));
      corrected += corrections[i] != 0 ? 1 : 0;
    }
    writeCorrections(corrected, n);
    other.writeZigzag(integers[0]);
    integerEncoder.encode(integers, n, other);
    if (other.size() < best.size()) {
      ByteArrayWriter smaller = other;
      other = best;
      best = smaller;
    }
  }

  private void writeCorrections(int corrected, int n) {
    other.writeVarint(corrected);
    int previous = -1;
    for (int i = 0; i < n; i++) {
      if (corrections[i] != 0) {
        other.writeVarint(i - previous - 1L);
        other.writeZigzag(corrections[i]);
        previous = i;
      }
    }
  }
}
