package orzo.storage;

import java.util.List;
import orzo.metric.Metric;

/** Which series exist, per sack. Safe for many threads. Calls block. */
public interface Catalog {
  /**
   * Registers metrics of one sack: a metric whose UUID is known keeps its integer, another gets the
   * sack's next one. Nodes that register the same metric at once get the same integer.
   *
   * @return the integers, in the order of {@code metrics}
   */
  int[] register(int sack, List<Metric> metrics);

  /**
   * Reads the sack's entries from the integer {@code from} on, in order, at most {@code
   * maxEntries}.
   */
  List<CatalogEntry> read(int sack, int from, int maxEntries);
}
