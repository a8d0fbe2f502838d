package orzo.read;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import orzo.index.FoundSeries;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.SeriesFinder;
import orzo.index.SeriesPresence;
import orzo.metric.Labels;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.policy.SeriesPolicies;
import orzo.split.RawSplit;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.StoredSplit;

/**
 * Finds which series have data by their raw splits: which are open is known at once, others are
 * looked up, the newest first, until one is found. A series that may have aggregates of a time
 * whose samples are gone counts as one that has data.
 */
public final class StoredSeriesPresence implements SeriesPresence {
  /** The most splits that one call looks up; what is not known then is taken to be there. */
  private static final int MAX_LOOKUPS = 200_000;

  /** The most spans that are looked up; 166 days. */
  private static final int MAX_SPANS = 1000;

  private static final int CHUNK = 1024;

  private final SeriesFinder finder;
  private final SplitStore splits;
  private final Tails tails;
  private final SeriesPolicies policies;
  private final LongSupplier nowMillis;

  /**
   * Creates it.
   *
   * @param policies what is kept of each series
   * @param nowMillis the clock that ages are counted by, epoch milliseconds
   */
  public StoredSeriesPresence(
      SeriesFinder finder,
      SplitStore splits,
      Tails tails,
      SeriesPolicies policies,
      LongSupplier nowMillis) {
    this.finder = finder;
    this.splits = splits;
    this.tails = tails;
    this.policies = policies;
    this.nowMillis = nowMillis;
  }

  @Override
  public List<Labels> present(
      Tenant tenant, List<List<Matcher>> selectors, long fromMillis, long toMillis) {
    FoundSeries found = finder.findAny(tenant, selectors);
    List<IndexedSeries> series = found.series();
    BitSet present = new BitSet(series.size());
    if (fromMillis <= toMillis) {
      Lookup lookup = new Lookup(series, fromMillis, toMillis, present);
      lookup.run();
    }
    List<Labels> labels = new ArrayList<>(present.cardinality());
    present.stream()
        .filter(i -> found.periods(i).touch(fromMillis, toMillis))
        .forEach(i -> labels.add(series.get(i).labels()));
    labels.sort(Comparator.naturalOrder());
    return labels;
  }

  /** One call. */
  private final class Lookup {
    private final List<IndexedSeries> series;
    private final long fromMillis;
    private final long toMillis;
    private final BitSet present;
    private int lookups;

    Lookup(List<IndexedSeries> series, long fromMillis, long toMillis, BitSet present) {
      this.series = series;
      this.fromMillis = SplitStarts.clamp(fromMillis);
      this.toMillis = SplitStarts.clamp(toMillis);
      this.present = present;
    }

    void run() {
      markAggregated();
      Map<Integer, List<Integer>> bySack = new TreeMap<>();
      for (int i = present.nextClearBit(0); i < series.size(); i = present.nextClearBit(i + 1)) {
        bySack.computeIfAbsent(SeriesRef.sack(series.get(i).ref()), _ -> new ArrayList<>()).add(i);
      }
      bySack.forEach(this::lookUp);
    }

    /** Series that may have windows of times of which there are no samples any more. */
    private void markAggregated() {
      SelectionArchives archives = SelectionArchives.of(series, policies, nowMillis.getAsLong());
      for (int i = 0; i < series.size(); i++) {
        Archive archive = archives.archives().get(archives.ofSeries()[i]);
        if (archive.rawFromMillis() > fromMillis
            && archive.resolutions().stream().anyMatch(one -> one.fromMillis() <= toMillis)) {
          present.set(i);
        }
      }
    }

    private void lookUp(int sack, List<Integer> places) {
      tails.catchUp(sack);
      long first = RawSplit.startOf(fromMillis);
      long last = RawSplit.startOf(toMillis);
      for (OpenSpan open : splits.openSplits(sack)) {
        if (open.startMillis() >= first && open.startMillis() <= last) {
          for (int i : places) {
            if (open.series().get(SeriesRef.series(series.get(i).ref()))) {
              present.set(i);
            }
          }
        }
      }
      List<Integer> unknown = unknown(places);
      // No split of a time to come is closed, so all of these are known already.
      last = Math.min(last, RawSplit.startOf(nowMillis.getAsLong()));
      if ((last - first) / RawSplit.SPAN_MILLIS >= MAX_SPANS) {
        unknown.forEach(present::set);
        return;
      }
      for (int from = 0; from < unknown.size(); from += CHUNK) {
        List<Integer> some = unknown.subList(from, Math.min(unknown.size(), from + CHUNK));
        // Tails before splits: what is flushed in between is then in both, never in neither.
        markUnflushed(sack, some);
        lookUpSplits(sack, unknown(some), first, last);
      }
    }

    private List<Integer> unknown(List<Integer> places) {
      return places.stream().filter(i -> !present.get(i)).toList();
    }

    private void markUnflushed(int sack, List<Integer> places) {
      int[] integers =
          places.stream().mapToInt(i -> SeriesRef.series(series.get(i).ref())).toArray();
      List<@Nullable Tail> held = tails.copy(sack, integers, fromMillis, toMillis);
      for (int i = 0; i < integers.length; i++) {
        Tail tail = held.get(i);
        if (tail != null && tail.samples().size > 0) {
          present.set(places.get(i));
        }
      }
    }

    private void lookUpSplits(int sack, List<Integer> places, long first, long last) {
      List<Integer> left = places;
      for (long start = last; start >= first && !left.isEmpty(); start -= RawSplit.SPAN_MILLIS) {
        lookups += left.size();
        if (lookups > MAX_LOOKUPS) {
          left.forEach(present::set);
          return;
        }
        Map<Integer, Integer> bySeries = new TreeMap<>();
        List<SplitKey> keys = new ArrayList<>(left.size());
        for (int i : left) {
          int one = SeriesRef.series(series.get(i).ref());
          bySeries.put(one, i);
          keys.add(new SplitKey(one, start));
        }
        for (StoredSplit found : splits.read(sack, keys)) {
          Integer place = bySeries.get(found.key().series());
          if (place != null) {
            present.set(place);
          }
        }
        left = unknown(left);
      }
    }
  }
}
