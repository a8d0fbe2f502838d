package orzo.fold;

import java.util.Arrays;

/**
 * Rows of aggregates as columns, one row for each window that has samples or a staleness marker,
 * ascending. A row describes the window {@code [start, start + granularity)} as the sample at its
 * very start, the border, and the samples after that, the interior, see {@link Part}. So both
 * {@code [start, end)} and {@code (start, end]} are exact sums of rows, see {@link RowMerge}.
 *
 * <p>Arrays are open because hot loops index them; only the first {@link #size} elements mean
 * anything, and only until a call that adds. Not safe for many threads.
 */
public final class AggregateRows {
  /** There is a sample at the very start of the window. */
  public static final int HAS_BORDER = 1;

  /** There is a staleness marker at the very start of the window. */
  public static final int BORDER_STALE = 2;

  /** The last that happened in the interior is a staleness marker. */
  public static final int INTERIOR_STALE = 4;

  /**
   * There are native histograms in the window. They are not aggregated; each ends the floats before
   * it as a staleness marker does.
   */
  public static final int HISTOGRAMS = 8;

  static final int KNOWN_FLAGS = HAS_BORDER | BORDER_STALE | INTERIOR_STALE | HISTOGRAMS;

  /** What an integer column holds where nothing is known. */
  public static final long NO_TIME = -1;

  private static final long NONE_BITS = 0x7ff8_0000_6e6f_6e65L;

  /** No value, a {@code NaN} of its own: see {@link #isNone}. */
  public static final double NONE = Double.longBitsToDouble(NONE_BITS);

  private static final double[] NO_DOUBLES = {};
  private static final long[] NO_INTEGERS = {};
  private static final int PARTS = Part.number();

  /** Starts of windows, epoch milliseconds, strictly ascending. */
  public long[] startsMillis = NO_INTEGERS;

  /**
   * {@link #HAS_BORDER}, {@link #BORDER_STALE}, {@link #INTERIOR_STALE} and {@link #HISTOGRAMS} of
   * each row.
   */
  public byte[] flags = {};

  /** How many rows there are. */
  public int size;

  private final AggregateSchema schema;
  private final long[][] integers = new long[PARTS][];
  private final double[][] doubles;

  /** Creates an empty set of rows with the columns of a schema. */
  public AggregateRows(AggregateSchema schema) {
    this.schema = schema;
    doubles =
        new double[PARTS + schema.numberOfPercentiles() + schema.numberOfDifferencePercentiles()][];
    Arrays.fill(integers, NO_INTEGERS);
    Arrays.fill(doubles, NO_DOUBLES);
    ensureCapacity(8);
  }

  /** Whether a value is {@link #NONE}: not known, or none for want of samples. */
  public static boolean isNone(double value) {
    return Double.doubleToRawLongBits(value) == NONE_BITS;
  }

  /** Whether a column of these rows has {@link #NONE} anywhere. */
  public boolean hasNone(double[] column) {
    long all = -1;
    for (int row = 0; row < size; row++) {
      long difference = Double.doubleToRawLongBits(column[row]) ^ NONE_BITS;
      all &= difference | -difference; // the highest bit is lost where there is no difference
    }
    return all >= 0;
  }

  /** Which columns there are. */
  public AggregateSchema schema() {
    return schema;
  }

  /**
   * The column of a part with doubles; empty if not in the schema. A row has {@link #NONE} where it
   * has no border, or no sample or difference in its interior to tell of (sums are 0 then), or
   * where its split was written when the part was not asked for.
   */
  public double[] doubles(Part part) {
    return doubles[part.ordinal()];
  }

  /**
   * The column of a part with integers; empty if not in the schema. Times may be {@link #NO_TIME}.
   */
  public long[] integers(Part part) {
    return integers[part.ordinal()];
  }

  /**
   * The column of a percentile, of all samples of {@code [start, start + granularity)}; empty if
   * not in the schema.
   */
  public double[] percentiles(int percentile) {
    int index = schema.percentileIndex(percentile);
    return index < 0 ? NO_DOUBLES : doubles[PARTS + index];
  }

  /**
   * The column of a percentile of differences, each of which belongs to the window of its later
   * sample; empty if not in the schema.
   */
  public double[] differencePercentiles(int percentile) {
    int index = schema.differencePercentileIndex(percentile);
    return index < 0 ? NO_DOUBLES : doubles[PARTS + schema.numberOfPercentiles() + index];
  }

  /** Forgets all rows and keeps the room. */
  public void clear() {
    size = 0;
  }

  /** Makes room for {@code capacity} rows in all. */
  public void ensureCapacity(int capacity) {
    if (capacity <= startsMillis.length) {
      return;
    }
    int grown = Math.max(capacity, startsMillis.length + (startsMillis.length >> 1) + 8);
    startsMillis = Arrays.copyOf(startsMillis, grown);
    flags = Arrays.copyOf(flags, grown);
    for (int column = 0; column < doubles.length; column++) {
      if (column >= PARTS || schema.has(Part.of(column)) && !Part.of(column).isInteger()) {
        doubles[column] = Arrays.copyOf(doubles[column], grown);
      } else if (schema.has(Part.of(column))) {
        integers[column] = Arrays.copyOf(integers[column], grown);
      }
    }
  }

  /** Adds a row without samples at the end, and returns its index. */
  public int add(long startMillis) {
    if (size == startsMillis.length) {
      ensureCapacity(size + 1);
    }
    int row = size++;
    startsMillis[row] = startMillis;
    empty(row);
    return row;
  }

  private void empty(int row) {
    flags[row] = 0;
    for (int column = 0; column < PARTS; column++) {
      if (integers[column].length > 0) {
        integers[column][row] = column == Part.COUNT.ordinal() ? 0 : NO_TIME;
      }
    }
    for (int column = 0; column < doubles.length; column++) {
      if (doubles[column].length > 0) {
        doubles[column][row] = emptyValue(column);
      }
    }
  }

  /** What a column of doubles holds where there is no sample to tell of. */
  static double emptyValue(int column) {
    return column < PARTS && isSum(Part.of(column)) ? 0 : NONE;
  }

  static boolean isSum(Part part) {
    return switch (part) {
      case SUM, SECOND_MOMENT, DROPS, DIFFERENCE_SUM, DIFFERENCE_SECOND_MOMENT -> true;
      default -> false;
    };
  }

  /**
   * Adds the rows {@code [from, to)} of others at the end. Columns that only the others have are
   * left out, those that the others lack are {@link #NONE}.
   */
  public void addAll(AggregateRows others, int from, int to) {
    int at = size;
    ensureCapacity(size + to - from);
    size += to - from;
    copy(others, from, at, to - from);
  }

  /** The first row of a window at or after a time; {@link #size} if there is none. */
  public int indexOf(long startMillis) {
    int found = Arrays.binarySearch(startsMillis, 0, size, startMillis);
    return found >= 0 ? found : -found - 1;
  }

  /** Puts other rows in place of those whose windows start in {@code [fromMillis, toMillis)}. */
  public void replace(long fromMillis, long toMillis, AggregateRows others) {
    int from = indexOf(fromMillis);
    int to = Math.max(from, indexOf(toMillis));
    int otherFrom = others.indexOf(fromMillis);
    int count = Math.max(0, others.indexOf(toMillis) - otherFrom);
    move(to, from + count);
    copy(others, otherFrom, from, count);
  }

  /**
   * Merges the rows {@code [from, to)} of others, of samples that came too late to be folded with
   * the others of their windows, all samples being new. Count, sum, least, greatest, second moment
   * and border are exact. First and last are, where their times are in the schema. Resets and
   * differences are where the late samples of a window are all before or all after the others;
   * between them, each side keeps its own. Percentiles stay those of the side with more samples.
   */
  public void mergeLate(AggregateRows late, int from, int to) {
    for (int i = from; i < to; i++) {
      long start = late.startsMillis[i];
      int row = indexOf(start);
      if (row < size && startsMillis[row] == start) {
        LateRows.merge(late, i, this, row);
      } else {
        move(row, row + 1);
        copy(late, i, row, 1);
      }
    }
  }

  /** Moves the rows from one index on to another, and with them the end. */
  private void move(int from, int to) {
    int count = size - from;
    ensureCapacity(to + count);
    System.arraycopy(startsMillis, from, startsMillis, to, count);
    System.arraycopy(flags, from, flags, to, count);
    for (long[] column : integers) {
      if (column.length > 0) {
        System.arraycopy(column, from, column, to, count);
      }
    }
    for (double[] column : doubles) {
      if (column.length > 0) {
        System.arraycopy(column, from, column, to, count);
      }
    }
    size = to + count;
  }

  private void copy(AggregateRows others, int from, int at, int count) {
    System.arraycopy(others.startsMillis, from, startsMillis, at, count);
    System.arraycopy(others.flags, from, flags, at, count);
    copyColumns(others, from, at, count, 0, doubles.length);
  }

  /** Copies all parts but the border of a row over those of one of the same window. */
  void copyInterior(AggregateRows others, int otherRow, int row) {
    double[] borders = doubles[Part.BORDER.ordinal()];
    double border = borders[row];
    copyColumns(others, otherRow, row, 1, 0, PARTS);
    borders[row] = border;
    flags[row] = (byte) (flags[row] & ~INTERIOR_STALE | others.flags[otherRow] & INTERIOR_STALE);
  }

  /** Copies the percentiles of either kind. */
  void copyPercentiles(AggregateRows others, int otherRow, int row) {
    copyColumns(others, otherRow, row, 1, PARTS, doubles.length);
  }

  private void copyColumns(
      AggregateRows others, int from, int at, int count, int fromColumn, int toColumn) {
    for (int column = fromColumn; column < PARTS; column++) {
      if (integers[column].length == 0) {
        continue;
      }
      if (others.integers[column].length == 0) {
        Arrays.fill(integers[column], at, at + count, NO_TIME);
      } else {
        System.arraycopy(others.integers[column], from, integers[column], at, count);
      }
    }
    for (int column = fromColumn; column < toColumn; column++) {
      if (doubles[column].length == 0) {
        continue;
      }
      double[] source = others.sameColumn(this, column);
      if (source.length == 0) {
        Arrays.fill(doubles[column], at, at + count, NONE);
      } else {
        System.arraycopy(source, from, doubles[column], at, count);
      }
    }
  }

  /** This object's column that is the same as a column of doubles of others. */
  private double[] sameColumn(AggregateRows others, int column) {
    if (column < PARTS || schema.equals(others.schema)) {
      return doubles[column];
    }
    int index = column - PARTS;
    int percentiles = others.schema.numberOfPercentiles();
    return index < percentiles
        ? percentiles(others.schema.percentileAt(index))
        : differencePercentiles(others.schema.differencePercentileAt(index - percentiles));
  }

  /** Whether a window has native histograms, and nothing that was aggregated. */
  public boolean isOnlyHistograms(int row) {
    return (flags[row] & (HISTOGRAMS | HAS_BORDER)) == HISTOGRAMS
        && integers[Part.COUNT.ordinal()][row] == 0;
  }

  /** Whether a row has a flag. */
  public boolean is(int row, int flag) {
    return (flags[row] & flag) != 0;
  }

  /** How many columns of doubles there may be: parts first, then percentiles of either kind. */
  int doubleColumns() {
    return doubles.length;
  }

  double[] doubleColumn(int column) {
    return doubles[column];
  }
}
