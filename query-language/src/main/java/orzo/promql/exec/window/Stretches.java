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
 * samples, or with none.
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

  /** The runs of rows whose windows are so long. */
  public Stretches(AggregateRows rows, long granularityMillis) {
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
      if (rows.is(row, AggregateRows.HAS_BORDER)) {
        addBorder(rows, row);
      }
      if (rows.integers(Part.COUNT)[row] > 0) {
        addInterior(rows, row, granularityMillis);
      }
    }
  }

  private static double[] column(AggregateRows rows, Part part, int capacity) {
    return rows.schema().has(part) ? new double[capacity] : NOT_THERE;
  }

  private void addBorder(AggregateRows rows, int row) {
    double value = rows.doubles(Part.BORDER)[row];
    times[size] = rows.startsMillis[row];
    firstTimes[size] = rows.startsMillis[row];
    counts[size] = 1;
    set(sums, value);
    set(mins, value);
    set(maxs, value);
    set(firsts, value);
    set(lasts, value);
    size++;
  }

  private void addInterior(AggregateRows rows, int row, long granularityMillis) {
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
      return;
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
