package orzo.read;

import java.util.Arrays;
import orzo.column.ValueColumn;
import orzo.fold.AggregateRows;
import orzo.index.Periods;
import orzo.split.SampleBuffer;

/**
 * Takes from a series what falls into periods of time. Where a period ends and the series goes on
 * under other labels, a staleness marker stands at the time of the first sample that it has there,
 * so that there is neither a gap nor a time with both.
 */
final class LabelPeriods {
  private LabelPeriods() {}

  /** The samples that are within periods. */
  static SampleBuffer cut(SampleBuffer samples, Periods periods) {
    SampleBuffer cut = new SampleBuffer(samples.size + periods.size());
    int end = samples.size; // of what was taken last
    for (int i = 0; i < periods.size(); i++) {
      int from = indexOf(samples, periods.fromMillis(i));
      int to = indexOf(samples, periods.toMillis(i));
      if (to > from) {
        if (from > end) {
          mark(samples, end, cut);
        }
        cut.addAll(samples, from, to);
        end = to;
      }
    }
    if (end < samples.size) {
      mark(samples, end, cut);
    }
    return cut;
  }

  private static void mark(SampleBuffer samples, int i, SampleBuffer cut) {
    cut.add(samples.timestampsMillis[i], Double.longBitsToDouble(ValueColumn.STALE_MARKER));
  }

  private static int indexOf(SampleBuffer samples, long millis) {
    int found = Arrays.binarySearch(samples.timestampsMillis, 0, samples.size, millis);
    return found >= 0 ? found : -found - 1;
  }

  /** The windows that begin within periods. */
  static AggregateRows cut(AggregateRows rows, Periods periods) {
    AggregateRows cut = new AggregateRows(rows.schema());
    int end = rows.size; // of what was taken last
    for (int i = 0; i < periods.size(); i++) {
      int from = rows.indexOf(periods.fromMillis(i));
      int to = rows.indexOf(periods.toMillis(i));
      if (to > from) {
        if (from > end) {
          mark(rows, end, cut);
        }
        cut.addAll(rows, from, to);
        end = to;
      }
    }
    if (end < rows.size) {
      mark(rows, end, cut);
    }
    return cut;
  }

  private static void mark(AggregateRows rows, int i, AggregateRows cut) {
    int row = cut.add(rows.startsMillis[i]);
    cut.flags[row] |= AggregateRows.BORDER_STALE;
  }
}
