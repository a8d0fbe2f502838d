package orzo.fold;

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
 */
public final class AggregateSplitCodec {
  /** The version of the format, a split's first byte. */
  static final int VERSION = 1;

  static final int CHECKSUM_BYTES = 4;

  private final ByteArrayReader in;
  private AggregateSchema schema = AggregateSchema.ofParts(Set.of());
  private int size;
  private long[] indices = {};
  private long[] flags = {};
  private long[] counts = {};
  private long[] scratch = {};
  private long[] predicted = {};
  private long[] ownCounts = {};
  private int[] columnAt = {};
  private int[] columnEnd = {};
  private double[] @Nullable [] decoded = {};

  private AggregateSplitCodec(byte[] split) {
    in = new ByteArrayReader(split, 0, split.length);
  }

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
  public static void decode(
      long granularityMillis,
      long splitStart,
      byte[] split,
      long fromMillis,
      long toMillis,
      AggregateRows into) {
    int size = into.size;
    try {
      AggregateSplitCodec codec = new AggregateSplitCodec(split);
      codec.readHeader(split);
      codec.readRows();
      codec.copyRows(granularityMillis, splitStart, fromMillis, toMillis, into);
    } catch (GatewayException e) {
      into.size = size;
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
    int version = in.readByte();
    if (version != VERSION) {
      throw ByteArrayReader.corrupt(0, "version is " + version + " (expected: " + VERSION + ")");
    }
    int checksumAt = split.length - CHECKSUM_BYTES;
    CRC32C checksum = new CRC32C();
    checksum.update(split, 0, checksumAt);
    if ((int) checksum.getValue() != LittleEndian.getInt(split, checksumAt)) {
      throw ByteArrayReader.corrupt(checksumAt, "checksum does not match the split");
    }
    in.reset(1, checksumAt);
    schema = AggregateSchema.read(in);
    size = in.readVarint("number of rows", 1, AggregateSplit.WINDOWS);
  }

  /** Reads what is known of all rows, and where the other columns are. */
  private void readRows() {
    scratch = new long[size];
    predicted = new long[size];
    ownCounts = new long[size];
    indices = readIntegers(size, 0, AggregateSplit.WINDOWS - 1L);
    flags = readIntegers(size, 0, AggregateRows.KNOWN_FLAGS);
    counts = readIntegers(size, 0, Long.MAX_VALUE);
    for (int i = 1; i < size; i++) {
      if (indices[i] <= indices[i - 1]) {
        throw ByteArrayReader.corrupt(in.position(), "windows do not ascend");
      }
    }
    int columns =
        Part.number() + schema.numberOfPercentiles() + schema.numberOfDifferencePercentiles();
    columnAt = new int[columns];
    columnEnd = new int[columns];
    decoded = new double[columns][];
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

  /** Reads a column of {@code count} integers, all of {@code [min, max]}, with its length. */
  private long[] readIntegers(int count, long min, long max) {
    int limit = in.limit();
    int length = in.readVarint("length of a column", 0, in.remaining());
    in.reset(in.position(), in.position() + length);
    long[] integers = new long[count];
    if (count > 0) {
      LongColumn.decode(in, in.readZigzag(), integers, 0, count);
    }
    checkEnd();
    for (long integer : integers) {
      if (integer < min || integer > max) {
        throw ByteArrayReader.corrupt(
            in.position(), integer + " in a column (expected: " + min + ".." + max + ")");
      }
    }
    in.reset(in.position(), limit);
    return integers;
  }

  private void checkEnd() {
    if (in.remaining() > 0) {
      throw ByteArrayReader.corrupt(
          in.position(), in.remaining() + " bytes are left after the last value of a column");
    }
  }

  private int number(SplitColumn.Rows kind) {
    int n = 0;
    for (int i = 0; i < size; i++) {
      if (kind.has(counts[i], (int) flags[i])) {
        ownCounts[n++] = counts[i];
      }
    }
    return n;
  }

  private boolean isStored(int column) {
    return columnEnd[column] > 0;
  }

  /** The values of a stored column, of the rows that have one. */
  private double[] decode(int column) {
    double @Nullable [] before = decoded[column];
    if (before != null) {
      return before;
    }
    double[] values = decodeAnew(column);
    decoded[column] = values;
    return values;
  }

  private double[] decodeAnew(int column) {
    SplitColumn.Rows kind = SplitColumn.rows(column);
    int n = number(kind);
    double[] values = new double[n];
    in.reset(columnAt[column], columnEnd[column]);
    if (n > 0) {
      int modelAt = in.position();
      int model = in.readByte();
      switch (model) {
        case SplitColumn.PLAIN -> ValueColumn.decode(in, values, 0, n, scratch);
        case SplitColumn.EQUAL -> {
          double[] other = earlier(column);
          System.arraycopy(other, 0, values, 0, n);
        }
        case SplitColumn.RELATIVE, SplitColumn.PREVIOUS, SplitColumn.MIDDLE, SplitColumn.HALF -> {
          double[] some = earlier(column);
          double[] others = model == SplitColumn.MIDDLE ? earlier(column) : some;
          int scale = in.readVarint("scale", 0, DecimalScale.MAX);
          number(kind); // decoding others may have changed it
          SplitColumn.predict(model, scale, some, others, ownCounts, n, predicted);
          SplitColumn.decodeRelative(in, scale, predicted, n, values, scratch);
        }
        default ->
            throw ByteArrayReader.corrupt(modelAt, "model " + model + " of a column is not known");
      }
    }
    checkEnd();
    return values;
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
    double[] values = decode(number);
    in.reset(position, limit);
    return values;
  }

  private void copyRows(
      long granularityMillis, long splitStart, long fromMillis, long toMillis, AggregateRows into) {
    int from = 0;
    while (from < size && splitStart + indices[from] * granularityMillis < fromMillis) {
      from++;
    }
    int to = from;
    while (to < size && splitStart + indices[to] * granularityMillis <= toMillis) {
      to++;
    }
    if (from == to) {
      return;
    }
    int first = into.addEmpty(to - from);
    long[] counted = into.integers(Part.COUNT);
    for (int i = from, row = first; i < to; i++, row++) {
      into.startsMillis[row] = splitStart + indices[i] * granularityMillis;
      into.flags[row] = (byte) flags[i];
      counted[row] = counts[i];
    }
    copyTimes(Part.FIRST_TIME, granularityMillis, from, to, into.integers(Part.FIRST_TIME), first);
    copyTimes(Part.LAST_TIME, granularityMillis, from, to, into.integers(Part.LAST_TIME), first);
    for (int target = 0; target < into.doubleColumns(); target++) {
      if (into.doubleColumn(target).length > 0) {
        copyDoubles(source(into.schema(), target), from, to, into.doubleColumn(target), first);
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
      Part part, long granularityMillis, int from, int to, long[] target, int first) {
    if (target.length == 0 || !isStored(part.ordinal())) {
      return;
    }
    int n = number(SplitColumn.Rows.INTERIOR);
    long[] times = new long[n];
    in.reset(columnAt[part.ordinal()], columnEnd[part.ordinal()]);
    if (n > 0) {
      LongColumn.decode(in, in.readZigzag(), times, 0, n);
    }
    checkEnd();
    int next = 0;
    for (int i = 0; i < to; i++) {
      if (counts[i] > 0) {
        long time = times[next++];
        if (time < AggregateRows.NO_TIME || time >= granularityMillis) {
          throw ByteArrayReader.corrupt(
              columnAt[part.ordinal()],
              part + " is " + time + " (expected: -1.." + (granularityMillis - 1) + ")");
        }
        if (i >= from) {
          target[first + i - from] = time;
        }
      }
    }
  }

  private void copyDoubles(int column, int from, int to, double[] target, int first) {
    double @Nullable [] values = column < 0 ? null : decode(column);
    SplitColumn.Rows kind = column < 0 ? SplitColumn.Rows.ANY : SplitColumn.rows(column);
    int next = 0;
    for (int i = 0; i < to; i++) {
      if (kind.has(counts[i], (int) flags[i])) {
        if (i >= from) {
          target[first + i - from] = values == null ? AggregateRows.NONE : values[next];
        }
        next++;
      }
    }
  }
}
