package orzo.index;

import java.util.List;
import orzo.metric.Tenant;

/** Counts what series and labels there are. Safe for many threads. */
public interface SeriesStatistics {
  /** A thing, and how many of it there are. */
  record Count(String name, long value) {}

  /**
   * What a tenant has; lists are descending by number, then ascending by name.
   *
   * @param series how many series
   * @param labelPairs how many different pairs of a label's name and value
   * @param seriesByName the names that most series have
   * @param valuesByLabel the labels with most values
   * @param bytesByLabel the labels whose values, written with each series, are longest together
   * @param seriesByPair the labels' values, as {@code name=value}, that most series have
   */
  record Statistics(
      long series,
      long labelPairs,
      List<Count> seriesByName,
      List<Count> valuesByLabel,
      List<Count> bytesByLabel,
      List<Count> seriesByPair) {}

  /** The statistics of a tenant, with at most {@code limit} elements in each list. */
  Statistics statistics(Tenant tenant, int limit);
}
