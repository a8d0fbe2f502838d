package orzo.read;

import java.util.List;
import orzo.metric.AggregationMethod;

/** Reads the aggregates that archive policies keep of metrics. Safe for many threads. */
public interface AggregateReader {
  /** The earliest time that can be asked for: before all samples. */
  long BEGINNING = Long.MIN_VALUE;

  /** The latest time that can be asked for: after all samples. */
  long END = Long.MAX_VALUE;

  /**
   * What is to be read.
   *
   * @param granularityMillis length of a window
   * @param methods how windows become values
   * @param fromMillis the first window is the one that this time falls into, or begins with it;
   *     {@link #BEGINNING} for all
   * @param endMillis the last window begins before this; {@link #END} for all
   */
  record Query(
      long granularityMillis, List<AggregationMethod> methods, long fromMillis, long endMillis) {
    /** Checks the granularity, and keeps a copy of the methods. */
    public Query {
      if (granularityMillis < 1) {
        throw new IllegalArgumentException(
            "granularityMillis: " + granularityMillis + " (expected: >= 1)");
      }
      methods = List.copyOf(methods);
    }
  }

  /**
   * Reads windows, those that are not over included: whatever was acknowledged on this node before
   * the call is in them. A metric whose policy lacks the granularity has no points. Of a
   * granularity of which only some windows are kept, no more than these are shown, counted back
   * from the newest one that was read.
   *
   * <p>A rate needs the sample before the first of a range; it is looked for in the 480 windows
   * before. Percentiles and medians of granularities that do not divide four hours are computed
   * from raw measures, and end where these do.
   *
   * @param refs which metrics, see {@link orzo.metric.SeriesRef}
   * @param budget is charged for every window and sample that is read
   * @return for each of {@code refs}, for each method, its points. Windows for which a method has
   *     no value, as the deviation of one sample, are left out
   * @throws orzo.storage.GatewayException from storage or the budget
   */
  List<List<Points>> read(long[] refs, Query query, ReadBudget budget);
}
