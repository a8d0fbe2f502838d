package orzo.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSplit;
import orzo.fold.RowMerge;
import orzo.fold.WindowValues;
import orzo.metric.AggregationMethod;

/**
 * Makes points of windows: of stored ones as they are, of longer ones by merging. Holds scratch
 * space; for one thread.
 */
final class WindowPoints {
  private final WindowValues values = new WindowValues();
  private final RowMerge merge = new RowMerge();
  private final long[] starts;
  private final double[] found;
  private int size;

  /** Creates one that has room for so many windows. */
  WindowPoints(int windows) {
    starts = new long[windows];
    found = new double[windows];
  }

  /**
   * The points of each method.
   *
   * @param rows windows of {@code rowMillis}, or of a length that divides it; those before {@code
   *     fromMillis} tell what rates start from
   * @param fromMillis the start of the first window
   * @param keptMillis how far back from the last window points are shown
   */
  List<Points> of(
      AggregateRows rows,
      AggregateReader.Query query,
      long rowMillis,
      long fromMillis,
      long keptMillis) {
    List<Points> points = new ArrayList<>(query.methods().size());
    for (AggregationMethod method : query.methods()) {
      size = 0;
      if (rowMillis == query.granularityMillis()) {
        take(method, rows, fromMillis);
      } else {
        merge(method, rows, query.granularityMillis(), fromMillis);
      }
      points.add(newest(keptMillis));
    }
    return points;
  }

  private void take(AggregationMethod method, AggregateRows rows, long fromMillis) {
    int first = rows.indexOf(fromMillis);
    values.values(method, rows, first, found);
    // Those that are none are left out, so that no value is written over one not read yet.
    for (int row = first; row < rows.size; row++) {
      add(rows.startsMillis[row], found[row - first]);
    }
  }

  private void merge(
      AggregationMethod method, AggregateRows rows, long granularity, long fromMillis) {
    int row = rows.indexOf(fromMillis);
    while (row < rows.size) {
      long start = AggregateSplit.windowOf(granularity, rows.startsMillis[row]);
      merge.clear();
      if (method.rate() || method.function() == AggregationMethod.Function.INCREASE) {
        merge.startAfterRowsBefore(rows, row);
      }
      row = merge.addRightOpen(rows, row, start, start + granularity);
      add(start, merge.value(method));
    }
  }

  private void add(long start, double value) {
    if (AggregateRows.isNone(value)) {
      return;
    }
    starts[size] = start;
    found[size++] = value;
  }

  private Points newest(long keptMillis) {
    int first = 0;
    while (first < size && starts[size - 1] - starts[first] >= keptMillis) {
      first++;
    }
    return size == first
        ? Points.NONE
        : new Points(
            Arrays.copyOfRange(starts, first, size), Arrays.copyOfRange(found, first, size));
  }
}
