package orzo.storage;

import java.util.List;
import java.util.UUID;
import orzo.metric.Metric;

/**
 * Which series exist, per sack. Safe for many threads. Calls block.
 *
 * <p>A series' integer is given out once: a metric that is deleted and registered again is another
 * series. Deletions of a sack are numbered from 1 without gaps, so that whoever follows them
 * notices when it missed some.
 */
public interface Catalog {
  /** Stands for the integer of a metric that is not registered. */
  int UNKNOWN = -1;

  /**
   * Registers metrics of one sack: a metric whose UUID is known keeps its integer, another gets the
   * sack's next one. Nodes that register the same metric at once get the same integer.
   *
   * @return the integers, in the order of {@code metrics}
   */
  int[] register(int sack, List<Metric> metrics);

  /**
   * Finds registered metrics of one sack.
   *
   * @return the integers, in the order of {@code ids}; {@link #UNKNOWN} for those that are not
   *     registered
   */
  int[] find(int sack, List<UUID> ids);

  /**
   * Reads the sack's entries from the integer {@code from} on, in order, at most {@code
   * maxEntries}. Entries of deleted series are there until {@link Upkeep#forget} removes them; from
   * then on their integers are missing.
   */
  List<CatalogEntry> read(int sack, int from, int maxEntries);

  /**
   * Deletes series: their metrics are known no more, and what was accepted of them up to now is not
   * to be kept. Splits are not touched. Series that are deleted already count for nothing.
   *
   * @return how many of the series were there
   */
  int delete(int sack, int[] series);

  /**
   * Reads the deletions of a sack behind number {@code after}, in order, at most {@code
   * maxDeletions}. The last one is always there; the oldest ones may be forgotten, see {@link
   * Upkeep#forget}.
   */
  List<Deletion> deletions(int sack, long after, int maxDeletions);
}
