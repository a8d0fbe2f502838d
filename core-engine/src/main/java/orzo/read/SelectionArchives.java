package orzo.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import orzo.fold.Tier;
import orzo.index.IndexedSeries;
import orzo.metric.ArchivePolicy;
import orzo.metric.SeriesRef;
import orzo.policy.SeriesPolicies;

/**
 * What is kept of the series of a selection.
 *
 * @param archives each of them once
 * @param ofSeries the place in {@code archives} of each series
 */
record SelectionArchives(List<Archive> archives, int[] ofSeries) {
  static SelectionArchives of(List<IndexedSeries> series, SeriesPolicies policies, long nowMillis) {
    // Policies are looked up by identity first: to compare a million records takes its time.
    IdentityHashMap<ArchivePolicy, Integer> seen = new IdentityHashMap<>();
    Map<ArchivePolicy, Integer> places = new HashMap<>();
    List<Archive> archives = new ArrayList<>(1);
    int[] ofSeries = new int[series.size()];
    for (int i = 0; i < ofSeries.length; i++) {
      long ref = series.get(i).ref();
      ArchivePolicy policy = policies.policy(SeriesRef.sack(ref), SeriesRef.series(ref));
      Integer place = seen.get(policy);
      if (place == null) {
        place = places.get(policy);
        if (place == null) {
          place = archives.size();
          archives.add(archive(policy, nowMillis));
          places.put(policy, place);
        }
        seen.put(policy, place);
      }
      ofSeries[i] = place;
    }
    return new SelectionArchives(List.copyOf(archives), ofSeries);
  }

  private static Archive archive(ArchivePolicy policy, long nowMillis) {
    List<Resolution> resolutions = new ArrayList<>();
    for (Tier tier : Tier.of(policy)) {
      long from =
          tier.timespanMillis().isPresent()
              ? nowMillis - tier.timespanMillis().getAsLong()
              : Long.MIN_VALUE;
      resolutions.add(new Resolution(tier.granularityMillis(), tier.schema().parts(), from));
    }
    return new Archive(policy.name(), nowMillis - policy.rawTimespan().toMillis(), resolutions);
  }
}
