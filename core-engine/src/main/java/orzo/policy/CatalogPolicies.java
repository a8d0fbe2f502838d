package orzo.policy;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.index.CatalogFollower;
import orzo.index.SeriesIndex;
import orzo.metric.ArchivePolicy;
import orzo.metric.SeriesRef;

/**
 * Finds the policy of a series by its name in the index, and the policy of that name in the book. A
 * series that the index does not have yet is looked for in the catalog. One that is not there
 * either (a Redis that failed over may have lost it) gets the default policy: its samples are kept.
 */
public final class CatalogPolicies implements SeriesPolicies {
  private static final Logger log = LoggerFactory.getLogger(CatalogPolicies.class);

  private final SeriesIndex index;
  private final CatalogFollower follower;
  private final PolicyBook book;

  /**
   * Creates the lookup.
   *
   * @param follower the one that fills {@code index}
   */
  public CatalogPolicies(SeriesIndex index, CatalogFollower follower, PolicyBook book) {
    this.index = index;
    this.follower = follower;
    this.book = book;
  }

  @Override
  public ArchivePolicy policy(int sack, int series) {
    long ref = SeriesRef.of(sack, series);
    Optional<String> name = index.policy(ref);
    if (name.isEmpty()) {
      follower.catchUp(sack);
      name = index.policy(ref);
    }
    if (name.isEmpty()) {
      log.warn(
          "sack {}, series {}: not in the catalog; the default archive policy counts",
          sack,
          series);
      return book.defaultPolicy();
    }
    return book.of(name.get());
  }
}
