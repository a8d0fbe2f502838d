package orzo.fold;

import static orzo.fold.AggregateRows.NONE;
import static orzo.fold.AggregateRows.isNone;

import orzo.metric.AggregationMethod;

/**
 * Accumulates rows, in order of time, to what is known of a longer stretch of time made of whole
 * windows: {@code [start, end)} or {@code (start, end]}. Not safe for many threads.
 *
 * <p>Results are {@link AggregateRows#NONE} where there is no sample, or where a part that they
 * need is not in the schema of a row. {@code NaN} is a value.
 */
public final class RowMerge {
  /** What {@link #firstMillis} and {@link #lastMillis} are where that is not known. */
  public static final long NO_TIME_MILLIS = Long.MIN_VALUE;

  private final Moments values = new Moments();
  private final Moments differences = new Moments();
  private double drops;
  private boolean dropsKnown;
  private boolean hasPrevious;
  private double previous;
  private boolean startsAfter;
  private double base;
  private long firstMillis;
  private long lastMillis;
  private boolean stale;

  /** Creates one that has accumulated nothing. */
  public RowMerge() {
    clear();
  }

  /** Forgets everything. */
  public void clear() {
    values.clear();
    differences.clear();
    drops = 0;
    dropsKnown = true;
    hasPrevious = false;
    startsAfter = false;
    firstMillis = NO_TIME_MILLIS;
    lastMillis = NO_TIME_MILLIS;
    stale = false;
  }

  /**
   * Tells the value of the last sample before what will be added. Differences and the increase then
   * start from it. To be called right after {@link #clear}, or not at all.
   */
  public void startAfter(double value) {
    hasPrevious = true;
    previous = value;
    startsAfter = true;
    base = value;
  }

  /** Tells the value of the last sample before a row, if a row before it has one. */
  public void startAfterRowsBefore(AggregateRows rows, int row) {
    for (int before = row - 1; before >= 0; before--) {
      if (rows.integers(Part.COUNT)[before] > 0) {
        startAfter(at(rows.doubles(Part.LAST), before));
        return;
      }
      if (rows.is(before, AggregateRows.HAS_BORDER)) {
        startAfter(rows.doubles(Part.BORDER)[before]);
        return;
      }
    }
  }

  /**
   * Adds the rows from index {@code from} on whose windows make up {@code (startMillis,
   * endMillis]}, both of them starts of windows, and returns the index of the first row that starts
   * at the end or after it: where the next such stretch begins.
   */
  public int addLeftOpen(AggregateRows rows, int from, long startMillis, long endMillis) {
    int row = from;
    while (row < rows.size && rows.startsMillis[row] < startMillis) {
      row++;
    }
    for (; row < rows.size && rows.startsMillis[row] < endMillis; row++) {
      if (rows.startsMillis[row] > startMillis) {
        addBorder(rows, row);
      }
      addInterior(rows, row);
    }
    if (row < rows.size && rows.startsMillis[row] == endMillis) {
      addBorder(rows, row);
    }
    return row;
  }

  /**
   * Adds the rows from index {@code from} on whose windows make up {@code [startMillis,
   * endMillis)}, both of them starts of windows, and returns the index of the first row after them.
   */
  public int addRightOpen(AggregateRows rows, int from, long startMillis, long endMillis) {
    int row = from;
    while (row < rows.size && rows.startsMillis[row] < startMillis) {
      row++;
    }
    for (; row < rows.size && rows.startsMillis[row] < endMillis; row++) {
      addBorder(rows, row);
      addInterior(rows, row);
    }
    return row;
  }

  /** Adds the sample or the staleness marker at the start of a row's window, if there is one. */
  public void addBorder(AggregateRows rows, int row) {
    if (!rows.is(row, AggregateRows.HAS_BORDER)) {
      stale |= rows.is(row, AggregateRows.BORDER_STALE);
      return;
    }
    double value = rows.doubles(Part.BORDER)[row];
    long millis = rows.startsMillis[row];
    join(value);
    firstMillis = values.count() == 0 ? millis : firstMillis;
    lastMillis = millis;
    values.add(value);
    previous = value;
    hasPrevious = true;
    stale = false;
  }

  /** Adds what lies inside a row's window, its start excluded. */
  public void addInterior(AggregateRows rows, int row) {
    long count = rows.integers(Part.COUNT)[row];
    if (count > 0) {
      double first = at(rows.doubles(Part.FIRST), row);
      join(first);
      long start = rows.startsMillis[row];
      firstMillis =
          values.count() == 0 ? time(start, rows.integers(Part.FIRST_TIME), row) : firstMillis;
      lastMillis = time(start, rows.integers(Part.LAST_TIME), row);
      addParts(rows, row, count, first);
      stale = false;
    }
    stale |= rows.is(row, AggregateRows.INTERIOR_STALE);
  }

  /** Adds the parts of an interior, but not what happens between it and the samples before. */
  private void addParts(AggregateRows rows, int row, long count, double first) {
    double last = at(rows.doubles(Part.LAST), row);
    values.add(
        count,
        at(rows.doubles(Part.SUM), row),
        at(rows.doubles(Part.MIN), row),
        at(rows.doubles(Part.MAX), row),
        at(rows.doubles(Part.SECOND_MOMENT), row),
        first,
        last);
    double itsDrops = at(rows.doubles(Part.DROPS), row);
    dropsKnown &= !isNone(itsDrops);
    drops += itsDrops;
    if (count > 1 && rows.schema().hasDifferences()) {
      differences.add(
          count - 1,
          at(rows.doubles(Part.DIFFERENCE_SUM), row),
          at(rows.doubles(Part.DIFFERENCE_MIN), row),
          at(rows.doubles(Part.DIFFERENCE_MAX), row),
          at(rows.doubles(Part.DIFFERENCE_SECOND_MOMENT), row),
          at(rows.doubles(Part.DIFFERENCE_FIRST), row),
          at(rows.doubles(Part.DIFFERENCE_LAST), row));
    }
    previous = last;
    hasPrevious = true;
  }

  private static double at(double[] column, int row) {
    return column.length == 0 ? NONE : column[row];
  }

  private static long time(long start, long[] column, int row) {
    return column.length == 0 || column[row] < 0 ? NO_TIME_MILLIS : start + column[row];
  }

  private void join(double next) {
    if (!hasPrevious) {
      return;
    }
    if (isNone(previous) || isNone(next)) {
      dropsKnown = false;
      differences.forgetSums();
      return;
    }
    if (next < previous) {
      drops += previous;
    }
    differences.add(next - previous);
  }

  /**
   * Merges an interior and another one's samples, all of them new, which may lie between its own.
   */
  void addInteriors(AggregateRows some, int row, AggregateRows others, int otherRow) {
    long start = some.startsMillis[row];
    long first = time(start, some.integers(Part.FIRST_TIME), row);
    long last = time(start, some.integers(Part.LAST_TIME), row);
    long otherFirst = time(start, others.integers(Part.FIRST_TIME), otherRow);
    long otherLast = time(start, others.integers(Part.LAST_TIME), otherRow);
    boolean known = first != NO_TIME_MILLIS && last != NO_TIME_MILLIS;
    known &= otherFirst != NO_TIME_MILLIS && otherLast != NO_TIME_MILLIS;
    if (known && last < otherFirst) {
      addInterior(some, row);
      addInterior(others, otherRow);
      return;
    }
    if (known && otherLast < first) {
      addInterior(others, otherRow);
      addInterior(some, row);
      return;
    }
    double someFirst = at(some.doubles(Part.FIRST), row);
    double someLast = at(some.doubles(Part.LAST), row);
    addParts(some, row, some.integers(Part.COUNT)[row], someFirst);
    double itsFirst = at(others.doubles(Part.FIRST), otherRow);
    double itsLast = at(others.doubles(Part.LAST), otherRow);
    addParts(others, otherRow, others.integers(Part.COUNT)[otherRow], itsFirst);
    boolean startsEarlier = otherFirst != NO_TIME_MILLIS && otherFirst < first;
    boolean endsLater = last != NO_TIME_MILLIS && otherLast > last;
    values.setEnds(startsEarlier ? itsFirst : someFirst, endsLater ? itsLast : someLast);
    firstMillis = startsEarlier ? otherFirst : first;
    lastMillis = endsLater ? otherLast : last;
    stale =
        (endsLater ? others : some).is(endsLater ? otherRow : row, AggregateRows.INTERIOR_STALE);
  }

  /** How many samples there are. */
  public long count() {
    return values.count();
  }

  /** The sum. */
  public double sum() {
    return values.sum();
  }

  /** Sum divided by count. */
  public double mean() {
    return values.mean();
  }

  /** The least value. */
  public double min() {
    return values.min();
  }

  /** The greatest value. */
  public double max() {
    return values.max();
  }

  /** The first value. */
  public double first() {
    return values.first();
  }

  /** The last value. */
  public double last() {
    return values.last();
  }

  /** When the first sample was, epoch milliseconds, or {@link #NO_TIME_MILLIS}. */
  public long firstMillis() {
    return firstMillis;
  }

  /** When the last sample was, epoch milliseconds, or {@link #NO_TIME_MILLIS}. */
  public long lastMillis() {
    return lastMillis;
  }

  /** Whether a staleness marker comes after the last sample, or there is nothing but one. */
  public boolean endsStale() {
    return stale;
  }

  /** The standard deviation of a sample, with n - 1, as Gnocchi has it. */
  public double sampleDeviation() {
    return values.deviation();
  }

  /** The sum of the squared distances from the mean, divided by n, as PromQL has it. */
  public double populationVariance() {
    double moment = values.secondMoment();
    return isNone(moment) ? NONE : moment / values.count();
  }

  /**
   * By how much a counter grew up to the last sample, from the value of {@link #startAfter}, or the
   * first sample without it: the difference, and for each fall the value before it, as in PromQL
   * before it extrapolates.
   */
  public double increase() {
    double from = startsAfter ? base : first();
    double to = last();
    return isNone(from) || isNone(to) || !dropsKnown ? NONE : to - from + drops;
  }

  /**
   * The value of an aggregation method; {@link AggregateRows#NONE} for percentiles and medians,
   * which do not follow from those of parts.
   */
  public double value(AggregationMethod method) {
    Moments of = method.rate() ? differences : values;
    return switch (method.function()) {
      case MEAN -> of.mean();
      case SUM -> of.sum();
      case LAST -> of.last();
      case MAX -> of.max();
      case MIN -> of.min();
      case STD -> of.deviation();
      case FIRST -> of.first();
      case COUNT -> of.count() == 0 ? NONE : of.count();
      case INCREASE -> increase();
      case MEDIAN, PERCENTILE -> NONE;
    };
  }

  /** Stores what was accumulated as the interior of a row. */
  void storeInterior(AggregateRows rows, int row) {
    long start = rows.startsMillis[row];
    store(rows.integers(Part.COUNT), row, count());
    store(rows.integers(Part.FIRST_TIME), row, offset(firstMillis, start));
    store(rows.integers(Part.LAST_TIME), row, offset(lastMillis, start));
    store(rows.doubles(Part.SUM), row, sum());
    store(rows.doubles(Part.MIN), row, min());
    store(rows.doubles(Part.MAX), row, max());
    store(rows.doubles(Part.FIRST), row, first());
    store(rows.doubles(Part.LAST), row, last());
    store(rows.doubles(Part.SECOND_MOMENT), row, values.secondMoment());
    store(rows.doubles(Part.DROPS), row, dropsKnown ? drops : NONE);
    if (differences.count() > 0) {
      store(rows.doubles(Part.DIFFERENCE_SUM), row, differences.sum());
      store(rows.doubles(Part.DIFFERENCE_MIN), row, differences.min());
      store(rows.doubles(Part.DIFFERENCE_MAX), row, differences.max());
      store(rows.doubles(Part.DIFFERENCE_FIRST), row, differences.first());
      store(rows.doubles(Part.DIFFERENCE_LAST), row, differences.last());
      store(rows.doubles(Part.DIFFERENCE_SECOND_MOMENT), row, differences.secondMoment());
    }
    rows.flags[row] &= (byte) ~AggregateRows.INTERIOR_STALE;
    rows.flags[row] |= (byte) (stale ? AggregateRows.INTERIOR_STALE : 0);
  }

  private static long offset(long millis, long start) {
    return millis == NO_TIME_MILLIS ? AggregateRows.NO_TIME : millis - start;
  }

  private static void store(double[] column, int row, double value) {
    if (column.length > 0) {
      column[row] = value;
    }
  }

  private static void store(long[] column, int row, long value) {
    if (column.length > 0) {
      column[row] = value;
    }
  }
}
