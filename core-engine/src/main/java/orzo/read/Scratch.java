package orzo.read;

import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.AggregateSplitDecoder;
import orzo.fold.WindowFold;

/**
 * What decoding works on, so that all chunks that a thread decodes use the same arrays: a chunk has
 * few series, and arrays for a split's rows are large. For one scan and one thread.
 */
final class Scratch {
  final SpanSamples samples = new SpanSamples();
  private @Nullable ForWindows forWindows;

  /**
   * What windows are decoded and computed with.
   *
   * @param wanted the columns; the same with every call
   */
  ForWindows forWindows(AggregateSchema wanted) {
    ForWindows found = forWindows;
    if (found == null) {
      found = new ForWindows(wanted);
      forWindows = found;
    }
    return found;
  }

  /** The part that only scans of windows need. */
  static final class ForWindows {
    final AggregateSplitDecoder decoder = new AggregateSplitDecoder();
    final WindowFold fold;
    final AggregateRows rows;
    final AggregateRows computed;
    final AggregateRows result;

    private ForWindows(AggregateSchema wanted) {
      fold = new WindowFold(wanted);
      rows = new AggregateRows(wanted);
      computed = new AggregateRows(wanted);
      result = new AggregateRows(wanted);
    }
  }
}
