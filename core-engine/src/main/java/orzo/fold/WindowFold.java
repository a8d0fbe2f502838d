package orzo.fold;

import org.jspecify.annotations.Nullable;
import orzo.column.ValueColumn;
import orzo.histogram.NativeHistogram;
import orzo.split.SampleBuffer;

/**
 * Folds samples into rows of aggregates. Holds scratch space and allocates nothing per sample: one
 * instance per thread.
 */
public final class WindowFold {
  private static final double STALE = Double.longBitsToDouble(ValueColumn.STALE_MARKER);

  private final AggregateSchema schema;
  private final boolean withMoment;
  private final boolean withDifferenceMoment;
  private final boolean withPercentiles;
  private final ColumnFold fold = new ColumnFold();
  private final PercentileFold percentiles;
  private final SampleBuffer unmarked = new SampleBuffer(64);
  private double[] differences = new double[64];

  /** Creates a fold that fills the columns of a schema. */
  public WindowFold(AggregateSchema schema) {
    this.schema = schema;
    withMoment = schema.has(Part.SECOND_MOMENT);
    withDifferenceMoment = schema.has(Part.DIFFERENCE_SECOND_MOMENT);
    percentiles = new PercentileFold(schema);
    withPercentiles = percentiles.any();
  }

  /** What is filled. */
  public AggregateSchema schema() {
    return schema;
  }

  /**
   * Folds the samples {@code [from, to)} and adds a row for each of their windows at the end of
   * {@code into}. Samples before {@code from} are looked at only for the first difference of
   * percentiles of differences; what other methods need of the window before is found when rows are
   * read.
   *
   * @param samples ascending; staleness markers and native histograms among them are not
   *     aggregated, only flagged. Those of the window that begins before {@link Long#MIN_VALUE} are
   *     left out
   * @param granularityMillis length of a window, at least 1
   * @param into of this fold's schema, its rows before the first window
   */
  public void fold(
      SampleBuffer samples, int from, int to, long granularityMillis, AggregateRows into) {
    if (!into.schema().equals(schema)) {
      throw new IllegalArgumentException(
          "schema of the rows: " + into.schema() + " (expected: " + schema + ")");
    }
    @Nullable NativeHistogram @Nullable [] histograms = samples.histograms();
    if (histograms != null) {
      foldWithHistograms(samples, histograms, from, to, granularityMillis, into);
      return;
    }
    long[] millis = samples.timestampsMillis;
    int length = 1;
    int start = from;
    while (start < to) {
      long window = AggregateSplit.windowOf(granularityMillis, millis[start]);
      if (window > millis[start]) {
        start++;
        continue;
      }
      // As many as in the window before: what regular series have.
      int end = Math.min(to, start + length);
      if (!inWindow(millis[end - 1], window, granularityMillis)
          || end < to && inWindow(millis[end], window, granularityMillis)) {
        end = start + 1;
        while (end < to && inWindow(millis[end], window, granularityMillis)) {
          end++;
        }
      }
      length = end - start;
      foldWindow(samples, start, end, into, into.add(window));
      start = end;
    }
  }

  private void foldWithHistograms(
      SampleBuffer samples,
      @Nullable NativeHistogram[] histograms,
      int from,
      int to,
      long granularityMillis,
      AggregateRows into) {
    SampleBuffer floats = new SampleBuffer(samples.size);
    for (int i = 0; i < samples.size; i++) {
      floats.add(samples.timestampsMillis[i], histograms[i] == null ? samples.values[i] : STALE);
    }
    int row = into.size;
    fold(floats, from, to, granularityMillis, into);
    for (int i = from; i < to; i++) {
      if (histograms[i] != null) {
        while (row < into.size
            && !inWindow(samples.timestampsMillis[i], into.startsMillis[row], granularityMillis)) {
          row++;
        }
        if (row == into.size) {
          row = 0; // a sample of a window that is left out
        } else {
          into.flags[row] |= AggregateRows.HISTOGRAMS;
        }
      }
    }
  }

  private static boolean inWindow(long millis, long start, long granularityMillis) {
    return Long.compareUnsigned(millis - start, granularityMillis) < 0;
  }

  private void foldWindow(SampleBuffer samples, int from, int to, AggregateRows into, int row) {
    long window = into.startsMillis[row];
    int interior = from;
    if (samples.timestampsMillis[from] == window) {
      interior++;
      if (isStale(samples.values[from])) {
        into.flags[row] = AggregateRows.BORDER_STALE;
      } else {
        into.flags[row] = AggregateRows.HAS_BORDER;
        into.doubles(Part.BORDER)[row] = samples.values[from];
      }
    }
    if (interior < to) {
      foldInterior(samples, interior, to, into, row);
    }
    if (withPercentiles) {
      percentiles.fold(samples.values, from, to, into, row);
    }
  }

  private void foldInterior(SampleBuffer samples, int from, int to, AggregateRows into, int row) {
    if (isStale(samples.values[to - 1])) {
      into.flags[row] |= AggregateRows.INTERIOR_STALE;
    }
    fold.fold(samples.values, from, to);
    if (fold.nans() == 0) {
      store(samples, from, to, into, row);
      return;
    }
    unmarked.clear();
    for (int i = from; i < to; i++) {
      if (!isStale(samples.values[i])) {
        unmarked.add(samples.timestampsMillis[i], samples.values[i]);
      }
    }
    if (unmarked.size > 0) {
      fold.fold(unmarked.values, 0, unmarked.size);
      store(unmarked, 0, unmarked.size, into, row);
    }
  }

  /** Stores what was folded of these samples, at least one and no staleness marker among them. */
  private void store(SampleBuffer samples, int from, int to, AggregateRows into, int row) {
    long window = into.startsMillis[row];
    into.integers(Part.COUNT)[row] = (long) to - from;
    store(into.integers(Part.FIRST_TIME), row, samples.timestampsMillis[from] - window);
    store(into.integers(Part.LAST_TIME), row, samples.timestampsMillis[to - 1] - window);
    store(into.doubles(Part.SUM), row, fold.sum());
    store(into.doubles(Part.MIN), row, fold.min());
    store(into.doubles(Part.MAX), row, fold.max());
    store(into.doubles(Part.FIRST), row, samples.values[from]);
    store(into.doubles(Part.LAST), row, samples.values[to - 1]);
    store(into.doubles(Part.DROPS), row, fold.drops());
    if (withMoment) {
      into.doubles(Part.SECOND_MOMENT)[row] =
          ColumnFold.secondMoment(samples.values, from, to, fold.sum());
    }
    if (schema.hasDifferences() && to - from > 1) {
      storeDifferences(samples.values, from, to, into, row);
    }
  }

  private void storeDifferences(double[] values, int from, int to, AggregateRows into, int row) {
    int count = to - from - 1;
    if (count > differences.length) {
      differences = new double[Math.max(count, 2 * differences.length)];
    }
    for (int i = 0; i < count; i++) {
      differences[i] = values[from + i + 1] - values[from + i];
    }
    fold.fold(differences, 0, count);
    store(into.doubles(Part.DIFFERENCE_SUM), row, fold.sum());
    store(into.doubles(Part.DIFFERENCE_MIN), row, fold.min());
    store(into.doubles(Part.DIFFERENCE_MAX), row, fold.max());
    store(into.doubles(Part.DIFFERENCE_FIRST), row, differences[0]);
    store(into.doubles(Part.DIFFERENCE_LAST), row, differences[count - 1]);
    if (withDifferenceMoment) {
      into.doubles(Part.DIFFERENCE_SECOND_MOMENT)[row] =
          ColumnFold.secondMoment(differences, 0, count, fold.sum());
    }
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

  static boolean isStale(double value) {
    return Double.doubleToRawLongBits(value) == ValueColumn.STALE_MARKER;
  }
}
