package orzo.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongPredicate;
import orzo.metric.Metric;
import orzo.metric.SeriesRef;
import orzo.storage.Catalog;

/**
 * Finds the references of registered metrics by their UUIDs: those that were asked for lately in
 * memory, others in the catalog. Safe for many threads; calls block.
 */
public final class MetricRefs {
  /** Stands for the reference of a metric that is not registered. */
  public static final long UNREGISTERED = -1;

  /** References that are remembered, of some 80 bytes each. */
  private static final int REMEMBERED = 200_000;

  private final Catalog catalog;
  private final int sacks;
  private final LongPredicate isDeleted;
  private final Cache<UUID, Long> known = Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  /**
   * Creates it.
   *
   * @param isDeleted tells references that are of no use any more
   */
  public MetricRefs(Catalog catalog, int sacks, LongPredicate isDeleted) {
    this.catalog = catalog;
    this.sacks = sacks;
    this.isDeleted = isDeleted;
  }

  /** The reference of a metric, or {@link #UNREGISTERED}. */
  public long find(UUID id) {
    return find(List.of(id))[0];
  }

  /**
   * The references of metrics, {@link #UNREGISTERED} for those that are not registered.
   *
   * @throws orzo.storage.GatewayException when storage fails
   */
  public long[] find(List<UUID> ids) {
    long[] refs = new long[ids.size()];
    Arrays.fill(refs, UNREGISTERED);
    Map<Integer, List<Integer>> missing = new TreeMap<>();
    for (int i = 0; i < refs.length; i++) {
      Long ref = known.getIfPresent(ids.get(i));
      if (ref != null && !isDeleted.test(ref)) {
        refs[i] = ref;
      } else {
        missing.computeIfAbsent(Metric.sack(ids.get(i), sacks), _ -> new ArrayList<>()).add(i);
      }
    }
    missing.forEach((sack, places) -> {
      int[] found = catalog.find(sack, places.stream().map(ids::get).toList());
      for (int i = 0; i < found.length; i++) {
        if (found[i] != Catalog.UNKNOWN) {
          refs[places.get(i)] = SeriesRef.of(sack, found[i]);
          known.put(ids.get(places.get(i)), refs[places.get(i)]);
        }
      }
    });
    return refs;
  }
}
