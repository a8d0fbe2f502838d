package orzo.fold;

import static orzo.fold.AggregateRows.NONE;

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
    merge.clear();
    if (method.rate() || method.function() == Function.INCREASE) {
      merge.startAfterRowsBefore(rows, row);
    }
    merge.addBorder(rows, row);
    merge.addInterior(rows, row);
    return merge.value(method);
  }
}
