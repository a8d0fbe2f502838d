package orzo.fold;

import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import orzo.column.DecimalScale;
import orzo.column.LongColumn;
import orzo.column.ValueColumn;
import orzo.encoding.ByteArrayReader;
import orzo.encoding.LittleEndian;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Decodes aggregate splits, see docs/split-format.md; {@link AggregateSplitEncoder} encodes them.
 * Holds scratch space: one instance per thread.
 */
public final class AggregateSplitDecoder {
  /** The version of the format, a split's first byte. */
  static final int VERSION = 1;

  static final int CHECKSUM_BYTES = 4;

  private static final int ROWS = AggregateSplit.WINDOWS;
  private static final byte[] NOTHING = {};

  /** The values of a column that a split does not have. */
  private static final double[] NONES = new double[ROWS];

  static {
    Arrays.fill(NONES, AggregateRows.NONE);
  }

  private final CRC32C checksum = new CRC32C();
  private final long[] indices = new long[ROWS];
  private final long[] flags = new long[ROWS];
  private final long[] counts = new long[ROWS];
  private final long[] scratch = new long[ROWS];
  private final long[] predicted = new long[ROWS];
  private final long[] ownCounts = new long[ROWS];
  private final int[] present = new int[SplitColumn.Rows.values().length];
  private final boolean[] lead = new boolean[present.length]; // whether those are the first rows

  // Of the split being decoded.
  private ByteArrayReader in = new ByteArrayReader(NOTHING, 0, 0);
  private AggregateSchema schema = AggregateSchema.ofParts(Set.of());
  private int size;
  private int[] columnAt = new int[Part.number()];
  private int[] columnEnd = new int[Part.number()];
  private double[] @Nullable [] values = new double[Part.number()][];
  private boolean[] decoded = new boolean[Part.number()];

  /** Creates a decoder. */
  public AggregateSplitDecoder() {}

  /**
   * Appends the rows whose windows start in {@code [fromMillis, toMillis]}, both ends included.
   * Columns that {@code into} does not have are not decoded, unless others are told relative to
   * them; those that the split does not have are {@link AggregateRows#NONE}.
   *
   * @param granularityMillis length of a window
   * @param splitStart the split's start, see {@link AggregateSplit#startOf}
   * @param into whose last row is before the split
   * @throws GatewayException {@link Kind#CORRUPT}, naming split and byte; {@code into} is unchanged
   */
  public void decode(
      long granularityMillis,
      long splitStart,
      byte[] split,
      long fromMillis,
      long toMillis,
      AggregateRows into) {
    int sizeBefore = into.size;
    try {
      readHeader(split);
      readRows();
      readColumns();
      copyRows(granularityMillis, splitStart, fromMillis, toMillis, into);
    } catch (GatewayException e) {
      into.size = sizeBefore;
      throw new GatewayException(
          Kind.CORRUPT,
          "split of " + granularityMillis + " ms windows of " + splitStart + ", " + e.getMessage(),
          e);
    }
  }

  private void readHeader(byte[] split) {
    if (split.length <= CHECKSUM_BYTES) {
      throw ByteArrayReader.corrupt(0, "the split has " + split.length + " bytes");
    }
    int checksumAt = split.length - CHECKSUM_BYTES;
    in = new ByteArrayReader(split, 0, checksumAt);
    int version = in.readByte();
    if (version != VERSION) {
      throw ByteArrayReader.corrupt(0, "version is " + version + " (expected: " + VERSION + ")");
    }
    checksum.reset();
    checksum.update(split, 0, checksumAt);
    if ((int) checksum.getValue() != LittleEndian.getInt(split, checksumAt)) {
      throw ByteArrayReader.corrupt(checksumAt, "checksum does not match the split");
    }
    schema = AggregateSchema.read(in);
    size = in.readVarint("number of rows", 1, ROWS);
  }

  /** Reads which rows there are, and how many of them have values of each kind of column. */
  private void readRows() {
    boolean evenIndices = readIntegers(indices, 0, ROWS - 1L);
    boolean evenFlags = readIntegers(flags, 0, AggregateRows.KNOWN_FLAGS);
    boolean evenCounts = readIntegers(counts, 0, Long.MAX_VALUE);
    int last = size - 1;
    if (evenIndices
        && indices[last] - indices[0] >= last // they ascend
        && evenFlags
        && flags[last] == flags[0]
        && evenCounts
        && counts[last] == counts[0]) { // all rows are alike
      boolean border = (flags[0] & AggregateRows.HAS_BORDER) != 0;
      setAll(SplitColumn.Rows.BORDER, border);
      setAll(SplitColumn.Rows.INTERIOR, counts[0] > 0);
      setAll(SplitColumn.Rows.DIFFERENCES, counts[0] > 1);
      setAll(SplitColumn.Rows.ANY, border || counts[0] > 0);
      return;
    }
    int borders = 0;
    int interiors = 0;
    int differences = 0;
    int any = 0;
    int lastBorder = -1;
    int lastInterior = -1;
    int lastDifference = -1;
    int lastOfAny = -1;
    long previous = -1;
    boolean ascending = true;
    for (int i = 0; i < size; i++) {
      long border = flags[i] & AggregateRows.HAS_BORDER;
      long count = counts[i];
      boolean isAny = (count | border) > 0;
      borders += (int) border;
      interiors += count > 0 ? 1 : 0;
      differences += count > 1 ? 1 : 0;
      any += isAny ? 1 : 0;
      lastBorder = border > 0 ? i : lastBorder;
      lastInterior = count > 0 ? i : lastInterior;
      lastDifference = count > 1 ? i : lastDifference;
      lastOfAny = isAny ? i : lastOfAny;
      ascending &= indices[i] > previous;
      previous = indices[i];
    }
    if (!ascending) {
      throw ByteArrayReader.corrupt(in.position(), "windows do not ascend");
    }
    setPresent(SplitColumn.Rows.BORDER, borders, lastBorder);
    setPresent(SplitColumn.Rows.INTERIOR, interiors, lastInterior);
    setPresent(SplitColumn.Rows.DIFFERENCES, differences, lastDifference);
    setPresent(SplitColumn.Rows.ANY, any, lastOfAny);
  }

  private void setAll(SplitColumn.Rows kind, boolean there) {
    setPresent(kind, there ? size : 0, there ? size - 1 : -1);
  }

  private void setPresent(SplitColumn.Rows kind, int number, int last) {
    present[kind.ordinal()] = number;
    lead[kind.ordinal()] = last == number - 1;
  }

  /**
   * Reads a column of integers, all of {@code [min, max]}, with its length; tells whether they are
   * at equal distances.
   */
  private boolean readIntegers(long[] integers, long min, long max) {
    int limit = in.limit();
    int length = in.readVarint("length of a column", 0, in.remaining());
    in.reset(in.position(), in.position() + length);
    boolean even = readIntegers(integers, size, min, max);
    in.reset(in.position(), limit);
    return even;
  }

  /** Reads the content of such a column, up to the limit. */
  private boolean readIntegers(long[] integers, int n, long min, long max) {
    boolean even = n > 0 && LongColumn.decode(in, in.readZigzag(), integers, 0, n);
    checkEnd();
    if (even && n > 1) {
      long step = integers[1] - integers[0];
      long limit = Long.MAX_VALUE / n;
      even = step > -limit && step < limit; // otherwise the distances are those of a remainder
    }
    long least = max;
    long greatest = min;
    if (even) {
      least = Math.min(integers[0], integers[n - 1]);
      greatest = Math.max(integers[0], integers[n - 1]);
    } else {
      for (int i = 0; i < n; i++) {
        least = Math.min(least, integers[i]);
        greatest = Math.max(greatest, integers[i]);
      }
    }
    if (least < min || greatest > max) {
      throw ByteArrayReader.corrupt(
          in.position(),
          (least < min ? least : greatest) + " in a column (expected: " + min + ".." + max + ")");
    }
    return even;
  }

  /** Finds where the other columns are. */
  private void readColumns() {
    int columns =
        Part.number() + schema.numberOfPercentiles() + schema.numberOfDifferencePercentiles();
    if (columns > columnAt.length) {
      columnAt = new int[columns];
      columnEnd = new int[columns];
      values = Arrays.copyOf(values, columns);
      decoded = new boolean[columns];
    }
    Arrays.fill(columnEnd, 0);
    Arrays.fill(decoded, false);
    for (int column = Part.COUNT.ordinal() + 1; column < columns; column++) {
      if (column >= Part.number() || schema.has(Part.of(column))) {
        int length = in.readVarint("length of a column", 0, in.remaining());
        columnAt[column] = in.skip(length);
        columnEnd[column] = in.position();
      }
    }
    if (in.remaining() > 0) {
      throw ByteArrayReader.corrupt(in.position(), in.remaining() + " bytes are left");
    }
  }

  private void checkEnd() {
    if (in.remaining() > 0) {
      throw ByteArrayReader.corrupt(
          in.position(), in.remaining() + " bytes are left after the last value of a column");
    }
  }

  /** How many rows have a value of such columns. */
  private int number(SplitColumn.Rows kind) {
    return present[kind.ordinal()];
  }

  /** Whether those are the first rows, with none without a value between them. */
  private boolean isLead(SplitColumn.Rows kind) {
    return lead[kind.ordinal()];
  }

  /** The counts of the rows that have a value of such columns. */
  private long[] counts(SplitColumn.Rows kind) {
    if (isLead(kind)) {
      return counts;
    }
    int n = 0;
    for (int i = 0; i < size; i++) {
      if (kind.has(counts[i], (int) flags[i])) {
        ownCounts[n++] = counts[i];
      }
    }
    return ownCounts;
  }

  private boolean isStored(int column) {
    return columnEnd[column] > 0;
  }

  /** The values of a stored column, of the rows that have one. */
  private double[] decode(int column) {
    double @Nullable [] into = values[column];
    if (into == null) {
      into = new double[ROWS];
      values[column] = into;
    }
    if (!decoded[column]) {
      decode(column, into);
      decoded[column] = true;
    }
    return into;
  }

  private void decode(int column, double[] into) {
    SplitColumn.Rows kind = SplitColumn.rows(column);
    int n = number(kind);
    in.reset(columnAt[column], columnEnd[column]);
    if (n > 0) {
      int modelAt = in.position();
      int model = in.readByte();
      switch (model) {
        case SplitColumn.PLAIN -> ValueColumn.decode(in, into, 0, n, scratch);
        case SplitColumn.EQUAL -> System.arraycopy(earlier(column), 0, into, 0, n);
        case SplitColumn.RELATIVE, SplitColumn.PREVIOUS, SplitColumn.MIDDLE, SplitColumn.HALF -> {
          double[] some = earlier(column);
          double[] others = model == SplitColumn.MIDDLE ? earlier(column) : some;
          int scale = in.readVarint("scale", 0, DecimalScale.MAX);
          SplitColumn.predict(model, scale, some, others, counts(kind), n, predicted);
          SplitColumn.decodeRelative(in, scale, predicted, n, into, scratch);
        }
        default ->
            throw ByteArrayReader.corrupt(modelAt, "model " + model + " of a column is not known");
      }
    }
    checkEnd();
  }

  /** Reads the number of a column before this one with the same rows, and decodes that. */
  private double[] earlier(int column) {
    int at = in.position();
    int number = in.readVarint("number of a column", 0, column - 1);
    if (!isStored(number)
        || number <= Part.LAST_TIME.ordinal()
        || SplitColumn.rows(number) != SplitColumn.rows(column)) {
      throw ByteArrayReader.corrupt(
          at, "column " + column + " is relative to " + number + ", which has other rows");
    }
    int position = in.position();
    int limit = in.limit();
    double[] found = decode(number);
    in.reset(position, limit);
    return found;
  }

  private void copyRows(
      long granularityMillis, long splitStart, long fromMillis, long toMillis, AggregateRows into) {
    int from = 0;
    while (from < size && splitStart + indices[from] * granularityMillis < fromMillis) {
      from++;
    }
    int to = size;
    while (to > from && splitStart + indices[to - 1] * granularityMillis > toMillis) {
      to--;
    }
    if (from == to) {
      return;
    }
    int first = into.size;
    into.ensureCapacity(first + to - from);
    into.size += to - from;
    long[] starts = into.startsMillis;
    for (int i = from, row = first; i < to; i++, row++) {
      starts[row] = splitStart + indices[i] * granularityMillis;
      into.flags[row] = (byte) flags[i];
    }
    System.arraycopy(counts, from, into.integers(Part.COUNT), first, to - from);
    copyTimes(Part.FIRST_TIME, granularityMillis, from, to, into, first);
    copyTimes(Part.LAST_TIME, granularityMillis, from, to, into, first);
    for (int target = 0; target < into.doubleColumns(); target++) {
      double[] column = into.doubleColumn(target);
      if (column.length > 0) {
        copyDoubles(target, source(into.schema(), target), from, to, column, first);
      }
    }
  }

  /** Which of this split's columns is the same as a column of rows; -1 if it has none. */
  private int source(AggregateSchema wanted, int target) {
    int index = target - Part.number();
    if (index < 0) {
      return isStored(target) ? target : -1;
    }
    int percentiles = wanted.numberOfPercentiles();
    if (index < percentiles) {
      int found = schema.percentileIndex(wanted.percentileAt(index));
      return found < 0 ? -1 : Part.number() + found;
    }
    int found =
        schema.differencePercentileIndex(wanted.differencePercentileAt(index - percentiles));
    return found < 0 ? -1 : Part.number() + schema.numberOfPercentiles() + found;
  }

  private void copyTimes(
      Part part, long granularityMillis, int from, int to, AggregateRows into, int first) {
    long[] target = into.integers(part);
    if (target.length == 0) {
      return;
    }
    int n = 0;
    if (isStored(part.ordinal())) {
      n = number(SplitColumn.Rows.INTERIOR);
      in.reset(columnAt[part.ordinal()], columnEnd[part.ordinal()]);
      readIntegers(scratch, n, AggregateRows.NO_TIME, granularityMillis - 1);
    }
    if (n > 0 && isLead(SplitColumn.Rows.INTERIOR)) {
      int copied = Math.max(0, Math.min(n, to) - from);
      System.arraycopy(scratch, from, target, first, copied);
      Arrays.fill(target, first + copied, first + to - from, AggregateRows.NO_TIME);
      return;
    }
    Arrays.fill(target, first, first + to - from, AggregateRows.NO_TIME);
    for (int i = 0, next = 0; i < to && next < n; i++) {
      if (counts[i] > 0) {
        if (i >= from) {
          target[first + i - from] = scratch[next];
        }
        next++;
      }
    }
  }

  private void copyDoubles(int part, int column, int from, int to, double[] target, int first) {
    SplitColumn.Rows kind = column < 0 ? SplitColumn.Rows.ANY : SplitColumn.rows(column);
    int n = number(kind);
    double[] source = column < 0 ? NONES : decode(column);
    if (isLead(kind)) {
      int copied = Math.max(0, Math.min(n, to) - from);
      System.arraycopy(source, from, target, first, copied);
      Arrays.fill(target, first + copied, first + to - from, AggregateRows.emptyValue(part));
      return;
    }
    Arrays.fill(target, first, first + to - from, AggregateRows.emptyValue(part));
    for (int i = 0, next = 0; i < to && next < n; i++) {
      if (kind.has(counts[i], (int) flags[i])) {
        if (i >= from) {
          target[first + i - from] = source[next];
        }
        next++;
      }
    }
  }
}
