package orzo.promql.exec.window;

import orzo.fold.AggregateRows;
import orzo.fold.Part;
import orzo.split.SampleBuffer;

/**
 * One sample for each border and each interior of rows of aggregates: the last one, which is all
 * that an instant selector sees of them at the end of a window. Where the last value is not known
 * it is the mean.
 */
public final class LastSamples {
  private static final double STALE = Double.longBitsToDouble(0x7ff0_0000_0000_0002L);

  /** The samples, ascending; staleness markers among them. */
  public final SampleBuffer samples;

  /**
   * Whether a sample is of a window with an interior, so that others may follow it within the
   * length of a window without being known one by one; for the same indices.
   */
  public final boolean[] hasUnknownNext;

  /** The last samples of rows whose windows are so long. */
  public LastSamples(AggregateRows rows, long granularityMillis) {
    samples = new SampleBuffer(2 * rows.size);
    hasUnknownNext = new boolean[2 * rows.size];
    boolean lasts = rows.schema().has(Part.LAST);
    double[] values = lasts ? rows.doubles(Part.LAST) : rows.doubles(Part.SUM);
    long[] times = rows.integers(Part.LAST_TIME);
    for (int row = 0; row < rows.size; row++) {
      long start = rows.startsMillis[row];
      long count = rows.integers(Part.COUNT)[row];
      hasUnknownNext[samples.size] = count > 0;
      if (rows.is(row, AggregateRows.HAS_BORDER)) {
        samples.add(start, rows.doubles(Part.BORDER)[row]);
      } else if (rows.is(row, AggregateRows.BORDER_STALE)) {
        samples.add(start, STALE);
      }
      boolean stale = rows.is(row, AggregateRows.INTERIOR_STALE);
      if (count == 0 && !stale) {
        continue;
      }
      long end = start + granularityMillis - 1;
      long time = times.length == 0 || times[row] < 0 ? end : start + times[row];
      double value = stale ? STALE : lasts ? values[row] : values[row] / count;
      if (!AggregateRows.isNone(value)) {
        hasUnknownNext[samples.size] = true;
        samples.add(time, value);
      }
    }
  }
}
