package orzo.promql.exec.window;

import java.util.Arrays;
import orzo.fold.AggregateRows;
import orzo.fold.Part;

/**
 * Runs of samples of one series of which only sums and extremes are known, ascending by time: a
 * border of a row of aggregates is a run of one sample, an interior is a run of all its samples. A
 * run belongs to the windows that its last sample belongs to.
 *
 * <p>Where windows begin and end at those of the rows, a run is either in a window with all its
 * samples, or with none. Then an interior and the border at its end are in the same windows, and
 * make one run, which halves their number for samples on full minutes.
 */
public final class Stretches {
  private static final double[] NOT_THERE = {};

  /** How many runs there are. */
  int size;

  /** When the last sample of a run was; the last millisecond it may have been if not known. */
  final long[] times;

  /** When the first sample of a run was; of no meaning if not known. */
  final long[] firstTimes;

  final double[] counts;
  // These are empty if the rows lack the column.
  final double[] sums;
  final double[] mins;
  final double[] maxs;
  final double[] firsts;
  final double[] lasts;
  final double[] moments;
  final double[] drops;

  private boolean doubtful;

  /**
   * The runs of rows.
   *
   * @param granularityMillis length of the rows' windows
   * @param whole whether the windows that are evaluated begin and end at those of the rows
   */
  public Stretches(AggregateRows rows, long granularityMillis, boolean whole) {
    long interiorEnd = Long.MIN_VALUE; // of the last run, if it is an interior
    int capacity = 2 * rows.size;
    times = new long[capacity];
    firstTimes = new long[capacity];
    counts = new double[capacity];
    sums = column(rows, Part.SUM, capacity);
    mins = column(rows, Part.MIN, capacity);
    maxs = column(rows, Part.MAX, capacity);
    firsts = column(rows, Part.FIRST, capacity);
    lasts = column(rows, Part.LAST, capacity);
    moments = column(rows, Part.SECOND_MOMENT, capacity);
    drops = column(rows, Part.DROPS, capacity);
    for (int row = 0; row < rows.size; row++) {
      long start = rows.startsMillis[row];
      if (rows.is(row, AggregateRows.HAS_BORDER)) {
        double value = rows.doubles(Part.BORDER)[row];
        if (whole && interiorEnd == start) {
          extend(start, value);
        } else {
          add(start, value);
        }
      }
      if (rows.integers(Part.COUNT)[row] > 0) {
        interiorEnd =
            addInterior(rows, row, granularityMillis) ? start + granularityMillis : Long.MIN_VALUE;
      }
    }
  }

  private static double[] column(AggregateRows rows, Part part, int capacity) {
    return rows.schema().has(part) ? new double[capacity] : NOT_THERE;
  }

  /** Adds a run of one sample. */
  private void add(long millis, double value) {
    times[size] = millis;
    firstTimes[size] = millis;
    counts[size] = 1;
    set(sums, value);
    set(mins, value);
    set(maxs, value);
    set(firsts, value);
    set(lasts, value);
    size++;
  }

  /** Adds a sample to the last run. */
  private void extend(long millis, double value) {
    int run = size - 1;
    double count = counts[run];
    if (moments.length > 0) {
      // Welford: Note on a method for calculating corrected sums of squares and products.
      double delta = value - sums[run] / count;
      moments[run] += delta * delta * (count / (count + 1));
    }
    if (sums.length > 0) {
      sums[run] += value;
    }
    if (mins.length > 0 && (value < mins[run] || Double.isNaN(mins[run]))) {
      mins[run] = value;
    }
    if (maxs.length > 0 && (value > maxs[run] || Double.isNaN(maxs[run]))) {
      maxs[run] = value;
    }
    if (drops.length > 0 && value < lasts[run]) {
      drops[run] += lasts[run];
    }
    if (lasts.length > 0) {
      lasts[run] = value;
    }
    times[run] = millis;
    counts[run] = count + 1;
  }

  /** Adds an interior; false if something of it is not known. */
  private boolean addInterior(AggregateRows rows, int row, long granularityMillis) {
    boolean known =
        copy(rows, Part.SUM, row, sums)
            && copy(rows, Part.MIN, row, mins)
            && copy(rows, Part.MAX, row, maxs)
            && copy(rows, Part.FIRST, row, firsts)
            && copy(rows, Part.LAST, row, lasts)
            && copy(rows, Part.SECOND_MOMENT, row, moments)
            && copy(rows, Part.DROPS, row, drops);
    if (!known) {
      doubtful = true;
      return false;
    }
    doubtful |= sums.length > 0 && Double.isInfinite(sums[size]);
    long start = rows.startsMillis[row];
    long[] last = rows.integers(Part.LAST_TIME);
    long[] first = rows.integers(Part.FIRST_TIME);
    times[size] =
        last.length == 0 || last[row] < 0 ? start + granularityMillis - 1 : start + last[row];
    firstTimes[size] = first.length == 0 || first[row] < 0 ? times[size] : start + first[row];
    counts[size] = rows.integers(Part.COUNT)[row];
    size++;
    return true;
  }

  private void set(double[] column, double value) {
    if (column.length > 0) {
      column[size] = value;
    }
  }

  /** Copies a value; false if it is not known. */
  private boolean copy(AggregateRows rows, Part part, int row, double[] to) {
    if (to.length == 0) {
      return true;
    }
    to[size] = rows.doubles(part)[row];
    return !AggregateRows.isNone(to[size]);
  }

  /**
   * Whether samples may give another answer than these: runs are left out, because their split was
   * written when the columns were not asked for, or a sum has grown beyond all numbers, of which
   * samples in another order may not.
   */
  public boolean isDoubtful() {
    return doubtful;
  }

  /** How many samples all runs up to one have together, none for the first: for differences. */
  double[] countsBefore() {
    double[] before = Arrays.copyOf(counts, size + 1);
    double total = 0;
    for (int i = 0; i <= size; i++) {
      double count = i < size ? counts[i] : 0;
      before[i] = total;
      total += count;
    }
    return before;
  }
}
