package orzo.fold;

import static orzo.fold.AggregateRows.NONE;
import static orzo.fold.AggregateRows.isNone;

import orzo.metric.AggregationMethod;
import orzo.metric.AggregationMethod.Function;

/**
 * The values that aggregation methods have for single windows {@code [start, start + granularity)}.
 * Not safe for many threads.
 */
public final class WindowValues {
  private final RowMerge merge = new RowMerge();

  /** Creates one. */
  public WindowValues() {}

  /**
   * The value of a method for the window of a row; {@link AggregateRows#NONE} if there is none, for
   * want of samples or because the row's split was written without what the method needs.
   *
   * @param rows with the columns of {@link AggregateSchema#of} the method. For an increase or a
   *     rate the nearest row before that has samples is looked at too, if there is one
   */
  public double value(AggregationMethod method, AggregateRows rows, int row) {
    int percentile = AggregateSchema.percentile(method);
    if (percentile > 0) {
      double[] column =
          method.rate() ? rows.differencePercentiles(percentile) : rows.percentiles(percentile);
      return column.length == 0 ? NONE : column[row];
    }
    return merged(method, rows, row);
  }

  /**
   * The values of a method for the windows of all rows from one on, each as {@link #value} has it,
   * in the order of rows.
   *
   * @param into takes them, the first at 0
   */
  public void values(AggregationMethod method, AggregateRows rows, int from, double[] into) {
    if (method.rate()) {
      each(method, rows, from, into);
      return;
    }
    switch (method.function()) {
      case MEAN, SUM -> sums(method, rows, from, into);
      case MIN, MAX -> extremes(method.function() == Function.MIN, rows, from, into);
      case COUNT -> counts(rows, from, into);
      case LAST, STD, FIRST, INCREASE, MEDIAN, PERCENTILE -> each(method, rows, from, into);
    }
  }

  private void each(AggregationMethod method, AggregateRows rows, int from, double[] into) {
    for (int row = from; row < rows.size; row++) {
      into[row - from] = value(method, rows, row);
    }
  }

  // What follows says of one window what RowMerge and Moments say, and rounds as they do.

  private void sums(AggregationMethod method, AggregateRows rows, int from, double[] into) {
    boolean mean = method.function() == Function.MEAN;
    long[] counts = rows.integers(Part.COUNT);
    double[] sums = rows.doubles(Part.SUM);
    if (sums.length == 0) {
      each(method, rows, from, into);
      return;
    }
    double[] borders = rows.doubles(Part.BORDER);
    for (int row = from; row < rows.size; row++) {
      boolean hasBorder = (rows.flags[row] & AggregateRows.HAS_BORDER) != 0;
      boolean hasInterior = counts[row] > 0;
      double border = 0.0 + (hasBorder ? borders[row] : 0); // 0 for -0
      double interior = hasInterior ? sums[row] : 0;
      double total = border + interior;
      if (Double.isFinite(total)) {
        total +=
            Math.abs(border) >= Math.abs(interior)
                ? border - total + interior
                : interior - total + border;
      }
      long count = counts[row] + (hasBorder ? 1 : 0);
      boolean isKnown = count > 0 && !isNone(interior) && !(hasBorder && isNone(borders[row]));
      into[row - from] = !isKnown ? NONE : mean ? total / count : total;
    }
  }

  private static void extremes(boolean least, AggregateRows rows, int from, double[] into) {
    long[] counts = rows.integers(Part.COUNT);
    double[] extremes = rows.doubles(least ? Part.MIN : Part.MAX);
    double[] borders = rows.doubles(Part.BORDER);
    for (int row = from; row < rows.size; row++) {
      boolean hasBorder = (rows.flags[row] & AggregateRows.HAS_BORDER) != 0;
      double border = hasBorder ? borders[row] : NONE;
      double found = border;
      if (counts[row] > 0) {
        double interior = extremes.length == 0 ? NONE : extremes[row];
        boolean replaces = least ? interior < border : interior > border;
        found = replaces || Double.isNaN(border) || isNone(interior) ? interior : border;
        found = hasBorder && isNone(border) ? NONE : found;
      }
      into[row - from] = found;
    }
  }

  private static void counts(AggregateRows rows, int from, double[] into) {
    long[] counts = rows.integers(Part.COUNT);
    for (int row = from; row < rows.size; row++) {
      long count = counts[row] + (rows.flags[row] & AggregateRows.HAS_BORDER);
      into[row - from] = count == 0 ? NONE : count;
    }
  }

  private double merged(AggregationMethod method, AggregateRows rows, int row) {
    merge.clear();
    if (method.rate() || method.function() == Function.INCREASE) {
      merge.startAfterRowsBefore(rows, row);
    }
    merge.addBorder(rows, row);
    merge.addInterior(rows, row);
    return merge.value(method);
  }
}
