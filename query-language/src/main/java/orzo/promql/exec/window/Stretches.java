package orzo.promql.exec.window;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.Part;

/**
 * Runs of samples of one series of which only sums and extremes are known, ascending by time: a
 * border of a row of aggregates is a run of one sample, an interior is a run of all its samples. A
 * run belongs to the windows that its last sample belongs to.
 *
 * <p>Where windows begin and end at those of the rows, a run is either in a window with all its
 * samples, or with none. Then an interior and the border at its end are in the same windows, and
 * make one run, which halves their number for samples on full minutes.
 *
 * <p>Not safe for many threads. Columns may be longer than there are runs.
 */
public final class Stretches {
  /** The columns of interiors, each of them known or not. */
  private static final List<Part> COLUMNS =
      List.of(Part.SUM, Part.MIN, Part.MAX, Part.FIRST, Part.LAST, Part.SECOND_MOMENT, Part.DROPS);

  private static final double[] NOT_THERE = {};
  private static final long[] NO_TIMES = {};
  private static final int NO_RUN = Integer.MIN_VALUE;

  /** How many runs there are. */
  int size;

  /** When the last sample of a run was; the last millisecond it may have been if not known. */
  long[] times = NO_TIMES;

  /** When the first sample of a run was, as far as known; empty if the rows lack the column. */
  long[] firstTimes = NO_TIMES;

  double[] counts = NOT_THERE;
  // These are empty if the rows lack the column.
  double[] sums = NOT_THERE;
  double[] mins = NOT_THERE;
  double[] maxs = NOT_THERE;
  double[] firsts = NOT_THERE;
  double[] lasts = NOT_THERE;
  double[] moments = NOT_THERE;
  double[] drops = NOT_THERE;

  private AggregateRows rows = new AggregateRows(AggregateSchema.ofParts(Set.of()));
  private int[] interiorRuns = {}; // the run that a row's interior is, or NO_RUN
  private int[] borderRuns = {}; // that its border is; ~run when it is the last sample of one
  private boolean doubtful;
  private boolean regular;
  private long granularityMillis;

  /** Creates it without any runs. */
  public Stretches() {}

  /**
   * Takes the runs of rows in the place of those before.
   *
   * @param newRows not to be changed while this is used; all with the same schema
   * @param newGranularityMillis length of the rows' windows
   * @param whole whether the windows that are evaluated begin and end at those of the rows
   */
  public void take(AggregateRows newRows, long newGranularityMillis, boolean whole) {
    rows = newRows;
    granularityMillis = newGranularityMillis;
    if (interiorRuns.length < rows.size) {
      interiorRuns = new int[rows.size];
      borderRuns = new int[rows.size];
    }
    boolean someUnknown = markUnknown();
    doubtful = someUnknown || hasInfiniteSum();
    regular = whole && !someUnknown && isRegular();
    if (regular) {
      takeRegular();
      return;
    }
    size = divide(whole);
    if (times.length < size) {
      times = new long[size];
      counts = new double[size];
    }
    tellTimes();
    if (rows.schema().has(Part.FIRST_TIME)) {
      tellFirstTimes();
    }
    takeColumns();
    if (whole) {
      addBorders();
    }
  }

  private void takeColumns() {
    sums = column(Part.SUM, sums);
    mins = column(Part.MIN, mins);
    maxs = column(Part.MAX, maxs);
    firsts = column(Part.FIRST, firsts);
    lasts = column(Part.LAST, lasts);
    moments = column(Part.SECOND_MOMENT, moments);
    drops = column(Part.DROPS, drops);
  }

  /**
   * Whether each row has a border and, but for the last one, an interior, and is followed by the
   * next without a gap; and whether the columns are sums and extremes, of which each can be told
   * without the others. Samples at equal distances make such rows.
   */
  private boolean isRegular() {
    int last = rows.size - 1;
    AggregateSchema schema = rows.schema();
    if (last < 0
        || schema.has(Part.SECOND_MOMENT)
        || schema.has(Part.DROPS)
        || schema.has(Part.FIRST_TIME)) {
      return false;
    }
    long[] rowCounts = rows.integers(Part.COUNT);
    long[] starts = rows.startsMillis;
    int borders = rows.flags[last] & AggregateRows.HAS_BORDER;
    boolean interiors = true;
    for (int row = 0; row < last; row++) {
      borders &= rows.flags[row];
      interiors &= rowCounts[row] > 0;
    }
    // Starts ascend by the granularity at least.
    return borders != 0 && interiors && starts[last] - starts[0] == last * granularityMillis;
  }

  /** Takes such rows: one run is the first border, the others are interiors and what follows. */
  private void takeRegular() {
    int last = rows.size - 1;
    long[] rowCounts = rows.integers(Part.COUNT);
    boolean isOpen = rowCounts[last] > 0; // the last row has an interior, which nothing follows
    size = rows.size + (isOpen ? 1 : 0);
    if (times.length < size) {
      times = new long[size];
      counts = new double[size];
    }
    System.arraycopy(rows.startsMillis, 0, times, 0, rows.size);
    counts[0] = 1;
    for (int row = 0; row < last; row++) {
      counts[row + 1] = rowCounts[row] + 1;
    }
    if (isOpen) {
      long[] lastTimes = rows.integers(Part.LAST_TIME);
      boolean isTold = lastTimes.length > 0 && lastTimes[last] >= 0;
      times[size - 1] =
          rows.startsMillis[last] + (isTold ? lastTimes[last] : granularityMillis - 1);
      counts[size - 1] = rowCounts[last];
    }
    double[] borders = rows.doubles(Part.BORDER);
    sums = regularColumn(Part.SUM, sums);
    mins = regularColumn(Part.MIN, mins);
    maxs = regularColumn(Part.MAX, maxs);
    firsts = regularColumn(Part.FIRST, firsts);
    lasts = regularColumn(Part.LAST, lasts);
    if (sums.length > 0) {
      for (int row = 1; row <= last; row++) {
        sums[row] += borders[row];
      }
    }
    if (mins.length > 0) {
      for (int row = 1; row <= last; row++) {
        mins[row] = lesser(mins[row], borders[row]);
      }
    }
    if (maxs.length > 0) {
      for (int row = 1; row <= last; row++) {
        maxs[row] = greater(maxs[row], borders[row]);
      }
    }
    if (lasts.length > 0) {
      System.arraycopy(borders, 1, lasts, 1, last);
    }
  }

  private double[] regularColumn(Part part, double[] before) {
    double[] source = rows.doubles(part);
    if (source.length == 0) {
      return NOT_THERE;
    }
    double[] column = before.length < size ? new double[size] : before;
    column[0] = rows.doubles(Part.BORDER)[0];
    System.arraycopy(source, 0, column, 1, size - 1);
    return column;
  }

  /** The lesser number, of equal ones the first; NaN only where there is nothing else. */
  private static double lesser(double value, double next) {
    return next < value || Double.isNaN(value) ? next : value;
  }

  /** The greater number, of equal ones the first; NaN only where there is nothing else. */
  private static double greater(double value, double next) {
    return next > value || Double.isNaN(value) ? next : value;
  }

  /** Marks the interiors of which something is not known; returns whether there are any. */
  private boolean markUnknown() {
    Arrays.fill(interiorRuns, 0, rows.size, 0);
    long[] rowCounts = rows.integers(Part.COUNT);
    boolean found = false;
    for (Part part : COLUMNS) {
      double[] column = rows.doubles(part);
      if (column.length > 0 && rows.hasNone(column)) {
        for (int row = 0; row < rows.size; row++) {
          if (rowCounts[row] > 0 && AggregateRows.isNone(column[row])) {
            interiorRuns[row] = NO_RUN;
            found = true;
          }
        }
      }
    }
    return found;
  }

  private boolean hasInfiniteSum() {
    double[] column = rows.doubles(Part.SUM);
    int infinite = 0;
    for (int row = 0; row < Math.min(rows.size, column.length); row++) {
      infinite += Math.abs(column[row]) == Double.POSITIVE_INFINITY ? 1 : 0;
    }
    return infinite > 0;
  }

  /** Divides the rows into runs; returns how many. */
  private int divide(boolean whole) {
    long[] rowCounts = rows.integers(Part.COUNT);
    long[] starts = rows.startsMillis;
    byte[] flags = rows.flags;
    long interiorEnd = Long.MIN_VALUE; // of the last run, if it is an interior
    int run = 0;
    for (int row = 0; row < rows.size; row++) {
      long start = starts[row];
      if ((flags[row] & AggregateRows.HAS_BORDER) == 0) {
        borderRuns[row] = NO_RUN;
      } else if (whole && interiorEnd == start) {
        borderRuns[row] = ~(run - 1);
      } else {
        borderRuns[row] = run++;
      }
      if (rowCounts[row] == 0) {
        interiorRuns[row] = NO_RUN;
      } else if (interiorRuns[row] != NO_RUN) {
        interiorRuns[row] = run++;
        interiorEnd = start + granularityMillis;
      }
    }
    return run;
  }

  private void tellTimes() {
    long[] starts = rows.startsMillis;
    long[] rowCounts = rows.integers(Part.COUNT);
    long[] last = rows.integers(Part.LAST_TIME);
    for (int row = 0; row < rows.size; row++) {
      int run = interiorRuns[row];
      if (run >= 0) {
        counts[run] = rowCounts[row];
        times[run] =
            last.length == 0 || last[row] < 0
                ? starts[row] + granularityMillis - 1
                : starts[row] + last[row];
      }
      int border = borderRuns[row];
      if (border >= 0) {
        counts[border] = 1;
        times[border] = starts[row];
      }
    }
  }

  private void tellFirstTimes() {
    if (firstTimes.length < size) {
      firstTimes = new long[size];
    }
    System.arraycopy(times, 0, firstTimes, 0, size);
    long[] first = rows.integers(Part.FIRST_TIME);
    for (int row = 0; row < rows.size; row++) {
      if (interiorRuns[row] >= 0 && first[row] >= 0) {
        firstTimes[interiorRuns[row]] = rows.startsMillis[row] + first[row];
      }
    }
  }

  /** A column of all runs, as long as no interior has been given the border at its end. */
  private double[] column(Part part, double[] before) {
    double[] source = rows.doubles(part);
    if (source.length == 0) {
      return NOT_THERE;
    }
    double[] column = before.length < size ? new double[size] : before;
    double[] borders = rows.doubles(Part.BORDER);
    boolean isZeroForOne = part == Part.SECOND_MOMENT || part == Part.DROPS;
    for (int row = 0; row < rows.size; row++) {
      if (interiorRuns[row] >= 0) {
        column[interiorRuns[row]] = source[row];
      }
      if (borderRuns[row] >= 0) {
        column[borderRuns[row]] = isZeroForOne ? 0 : borders[row];
      }
    }
    return column;
  }

  /** Adds to interiors the samples at their ends. */
  private void addBorders() {
    double[] borders = rows.doubles(Part.BORDER);
    for (int row = 0; row < rows.size; row++) {
      int run = borderRuns[row];
      if (run < 0 && run != NO_RUN) {
        add(rows.startsMillis[row], borders[row], ~run);
      }
    }
  }

  private void add(long millis, double value, int run) {
    double count = counts[run];
    if (moments.length > 0) {
      // Welford: Note on a method for calculating corrected sums of squares and products.
      double delta = value - sums[run] / count;
      moments[run] += delta * delta * (count / (count + 1));
    }
    if (sums.length > 0) {
      sums[run] += value;
    }
    if (mins.length > 0) {
      mins[run] = lesser(mins[run], value);
    }
    if (maxs.length > 0) {
      maxs[run] = greater(maxs[run], value);
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

  /**
   * The first of the runs of which each window has exactly one, and the window after the next one;
   * negative unless windows are as long as those of the rows, and none of these is missing.
   */
  int runOfFirst(WindowTimes windows) {
    long distance = windows.firstEndMillis() - times[0];
    boolean each =
        regular
            && windows.stepMillis() == granularityMillis
            && windows.rangeMillis() == granularityMillis
            && distance >= 0
            && distance % granularityMillis == 0
            && distance / granularityMillis < size;
    return each ? (int) (distance / granularityMillis) : -1;
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
