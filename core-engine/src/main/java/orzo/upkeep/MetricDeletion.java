package orzo.upkeep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import orzo.index.CatalogFollower;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.storage.Catalog;
import orzo.storage.GatewayException;

/**
 * Deletes metrics with all that belongs to them. Safe for many threads; calls block.
 *
 * <p>What was accepted before the call is deleted, wherever it is on its way. What a client writes
 * afterwards is a new metric that starts empty, on every node. On this node queries do not see the
 * metrics any more when the call returns; on others within half a second. Their splits are removed
 * by a {@link Janitor} later.
 */
public final class MetricDeletion {
  /** Series in one deletion: what a node hears of is of this size at the most. */
  private static final int CHUNK = 500;

  private final Catalog catalog;
  private final SeriesIndex index;
  private final CatalogFollower follower;

  /**
   * Creates it.
   *
   * @param follower the one that fills {@code index}
   */
  public MetricDeletion(Catalog catalog, SeriesIndex index, CatalogFollower follower) {
    this.catalog = catalog;
    this.index = index;
    this.follower = follower;
  }

  /**
   * Deletes the metrics of a tenant that satisfy all matchers of at least one of the selectors.
   *
   * @return how many there were
   * @throws GatewayException when storage fails; some of the metrics may be deleted then, and the
   *     same call deletes the others
   */
  public long delete(Tenant tenant, List<List<Matcher>> selectors) {
    follower.catchUp();
    Map<Integer, SortedSet<Integer>> bySack = new TreeMap<>();
    for (List<Matcher> matchers : selectors) {
      for (IndexedSeries series : index.select(tenant, matchers)) {
        bySack
            .computeIfAbsent(SeriesRef.sack(series.ref()), _ -> new TreeSet<>())
            .add(SeriesRef.series(series.ref()));
      }
    }
    return delete(bySack);
  }

  /**
   * Deletes metrics; those that are deleted already change nothing.
   *
   * @param refs which, see {@link SeriesRef}
   * @return how many there were
   * @throws GatewayException when storage fails; some of the metrics may be deleted then
   */
  public long delete(long... refs) {
    Map<Integer, SortedSet<Integer>> bySack = new TreeMap<>();
    for (long ref : refs) {
      bySack.computeIfAbsent(SeriesRef.sack(ref), _ -> new TreeSet<>()).add(SeriesRef.series(ref));
    }
    bySack.keySet().forEach(follower::catchUp);
    return delete(bySack);
  }

  private long delete(Map<Integer, SortedSet<Integer>> bySack) {
    long deleted = 0;
    List<Integer> touched = new ArrayList<>(bySack.size());
    try {
      for (Map.Entry<Integer, SortedSet<Integer>> sack : bySack.entrySet()) {
        int[] all = sack.getValue().stream().mapToInt(Integer::intValue).toArray();
        touched.add(sack.getKey());
        for (int from = 0; from < all.length; from += CHUNK) {
          deleted +=
              catalog.delete(
                  sack.getKey(), Arrays.copyOfRange(all, from, Math.min(all.length, from + CHUNK)));
        }
      }
    } finally {
      touched.forEach(follower::catchUp);
    }
    return deleted;
  }
}
