package orzo.upkeep;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import orzo.fold.Tier;
import orzo.index.CatalogFollower;
import orzo.index.SeriesIndex;
import orzo.metric.ArchivePolicy;
import orzo.metric.SeriesRef;
import orzo.storage.SplitKey;
import orzo.storage.Upkeep;

/**
 * One pass over all splits: remembers which series have some, and removes those that belong to
 * nothing. For one thread.
 *
 * <p>What is removed can't be of a living series: a series' integer is never given out twice, so
 * what is deleted once stays deleted. A split of a series that this node does not know at all is
 * left alone: the catalog knew it when it was written, and lost it since.
 */
final class Sweep {
  /** Splits of one kind and sack that are removed in one call. */
  private static final int BATCH = 500;

  private final Upkeep upkeep;
  private final SeriesIndex index;
  private final CatalogFollower follower;
  private final Function<String, Optional<ArchivePolicy>> policies;
  private final JanitorProgress progress;
  private final List<BitSet> seen;
  private final List<Map<JanitorProgress.Removed, List<SplitKey>>> condemned;
  private final Map<ArchivePolicy, Set<Long>> granularities = new HashMap<>();
  private final BitSet caughtUp = new BitSet(); // sacks whose catalog was read for unknown series

  Sweep(
      Upkeep upkeep,
      int sacks,
      SeriesIndex index,
      CatalogFollower follower,
      Function<String, Optional<ArchivePolicy>> policies,
      JanitorProgress progress) {
    this.upkeep = upkeep;
    this.index = index;
    this.follower = follower;
    this.policies = policies;
    this.progress = progress;
    seen = new ArrayList<>(sacks);
    condemned = new ArrayList<>(sacks);
    for (int sack = 0; sack < sacks; sack++) {
      seen.add(new BitSet());
      condemned.add(new EnumMap<>(JanitorProgress.Removed.class));
    }
  }

  /** The series of a sack that have splits. */
  BitSet seen(int sack) {
    return seen.get(sack);
  }

  /** Takes what a scan shows. */
  void take(Upkeep.Page page) {
    caughtUp.clear();
    for (Upkeep.FoundSplit split : page.found()) {
      take(split.sack(), split.key());
    }
    progress.scanned(page.keys(), page.found().size());
  }

  private void take(int sack, SplitKey key) {
    long ref = SeriesRef.of(sack, key.series());
    Optional<String> policy = index.policy(ref);
    if (policy.isEmpty()) {
      if (index.isDeleted(ref)) {
        condemn(JanitorProgress.Removed.DELETED_SERIES, sack, key);
        return;
      }
      // Written by others a moment ago; or registered here, and not read from the catalog yet.
      if (!caughtUp.get(sack)) {
        follower.catchUp(sack);
        caughtUp.set(sack);
        take(sack, key);
        return;
      }
      progress.foundUnknown();
    }
    seen.get(sack).set(key.series());
    if (!key.isRaw() && policy.isPresent() && !keeps(policy.get(), key.granularityMillis())) {
      condemn(JanitorProgress.Removed.DROPPED_GRANULARITY, sack, key);
    }
  }

  /** Whether a policy has a granularity; one that is not known here may have any. */
  private boolean keeps(String name, long granularityMillis) {
    Optional<ArchivePolicy> policy = policies.apply(name);
    return policy.isEmpty()
        || granularities
            .computeIfAbsent(policy.get(), Sweep::granularities)
            .contains(granularityMillis);
  }

  private static Set<Long> granularities(ArchivePolicy policy) {
    Set<Long> granularities = new HashSet<>();
    for (Tier tier : Tier.of(policy)) {
      granularities.add(tier.granularityMillis());
    }
    return granularities;
  }

  private void condemn(JanitorProgress.Removed kind, int sack, SplitKey key) {
    List<SplitKey> batch = condemned.get(sack).computeIfAbsent(kind, _ -> new ArrayList<>(BATCH));
    batch.add(key);
    if (batch.size() == BATCH) {
      remove(kind, sack, batch);
    }
  }

  private void remove(JanitorProgress.Removed kind, int sack, List<SplitKey> batch) {
    if (!batch.isEmpty()) {
      progress.removed(kind, upkeep.remove(sack, List.copyOf(batch)));
      batch.clear();
    }
  }

  /** Removes what is left to be removed. */
  void finish() {
    for (int sack = 0; sack < condemned.size(); sack++) {
      int one = sack;
      condemned.get(sack).forEach((kind, batch) -> remove(kind, one, batch));
    }
  }
}
