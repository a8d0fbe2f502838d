package orzo.policy;

import orzo.metric.ArchivePolicy;
import orzo.storage.GatewayException;

/** Knows the archive policy of every registered series. Safe for many threads. */
@FunctionalInterface
public interface SeriesPolicies {
  /**
   * The archive policy of a series, as it is now. Does not block for a series that was asked for
   * before; for another one it may read the catalog.
   *
   * @throws GatewayException when the catalog has to be read and can't be
   */
  ArchivePolicy policy(int sack, int series);
}
