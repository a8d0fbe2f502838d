package orzo.sack;

import orzo.metric.ArchivePolicy;

/** Tells the archive policies of series. Safe for many threads. */
public interface SeriesPolicies {
  /**
   * The archive policy of a series that is registered.
   *
   * @throws orzo.storage.GatewayException when it is unknown here and storage does not tell it
   */
  ArchivePolicy policy(int sack, int series);
}
