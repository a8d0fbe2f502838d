package orzo.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateSchema;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.Labels;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.policy.SeriesPolicies;
import orzo.split.RawSplit;
import orzo.storage.SplitStore;

/**
 * Reads series from stored splits and, for the sacks that this node owns, from what is not flushed
 * yet, so that on one node a sample is seen as soon as its write was acknowledged.
 */
public final class StoredSeriesReader implements SeriesReader {
  /** Series that are read in one call and decoded by one task. */
  private static final int CHUNK_SERIES = 128;

  private final SeriesIndex index;
  private final SplitSource splits;
  private final ExecutorService processors;
  private final SeriesPolicies policies;
  private final LongSupplier nowMillis;

  /**
   * Creates a reader.
   *
   * @param processors where series are decoded and visited; a scan waits for it, so never call one
   *     from there
   * @param policies what is kept of each series
   * @param nowMillis the clock that ages are counted by, epoch milliseconds
   */
  public StoredSeriesReader(
      SeriesIndex index,
      SplitStore splits,
      Tails tails,
      ExecutorService processors,
      SeriesPolicies policies,
      LongSupplier nowMillis) {
    this.index = index;
    this.splits = new SplitSource(splits, tails);
    this.processors = processors;
    this.policies = policies;
    this.nowMillis = nowMillis;
  }

  @Override
  public Selection select(Tenant tenant, List<Matcher> matchers) {
    return new StoredSelection(index.select(tenant, matchers));
  }

  private final class StoredSelection implements Selection {
    private final List<IndexedSeries> series;
    private @Nullable SelectionArchives archives; // found when first asked for

    StoredSelection(List<IndexedSeries> series) {
      this.series = series;
    }

    @Override
    public int size() {
      return series.size();
    }

    @Override
    public Labels labels(int i) {
      return series.get(i).labels();
    }

    @Override
    public List<Archive> archives() {
      return known().archives();
    }

    @Override
    public int archive(int i) {
      return known().ofSeries()[i];
    }

    private synchronized SelectionArchives known() {
      SelectionArchives found = archives;
      if (found == null) {
        found = SelectionArchives.of(series, policies, nowMillis.getAsLong());
        archives = found;
      }
      return found;
    }

    @Override
    public ReadCounts scan(long fromMillis, long toMillis, ReadBudget budget, Visitor visitor) {
      Scan scan = new Scan(fromMillis, toMillis, budget, visitor, (_, _) -> {});
      return scan.run(bySack(_ -> 0).values(), _ -> scan.raw(size()));
    }

    @Override
    public ReadCounts scan(
        long fromMillis,
        long toMillis,
        List<Source> sources,
        AggregateSchema wanted,
        ReadBudget budget,
        Visitor visitor,
        RowVisitor rowVisitor) {
      Scan scan = new Scan(fromMillis, toMillis, budget, visitor, rowVisitor);
      return scan.run(
          bySack(this::archive).values(),
          some -> {
            int archive = archive(some.places()[0]);
            return switch (sources.get(archive)) {
              case Source.Raw _ -> scan.raw(size());
              case Source.Windows(long granularity) -> scan.windows(granularity, wanted, size());
              case Source.RawElseWindows(long granularity) ->
                  scan.rawElseWindows(
                      granularity, wanted, archives().get(archive).rawFromMillis(), size());
            };
          });
    }

    /** The series of each sack, and of those apart that {@code kind} tells apart. */
    private Map<Long, SackSeries> bySack(java.util.function.IntUnaryOperator kind) {
      Map<Long, List<Integer>> groups = new TreeMap<>();
      for (int i = 0; i < series.size(); i++) {
        long group = ((long) SeriesRef.sack(series.get(i).ref()) << 32) + kind.applyAsInt(i);
        groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(i);
      }
      Map<Long, SackSeries> bySack = new TreeMap<>();
      groups.forEach((group, members) -> {
        int[] places = members.stream().mapToInt(Integer::intValue).toArray();
        int[] integers = new int[places.length];
        for (int i = 0; i < places.length; i++) {
          integers[i] = SeriesRef.series(series.get(places[i]).ref());
        }
        bySack.put(group, new SackSeries((int) (group >> 32), places, integers));
      });
      return bySack;
    }
  }

  /** One scan. */
  private final class Scan {
    private final long fromMillis;
    private final long toMillis;
    private final ReadBudget budget;
    private final ScanTarget target;

    Scan(
        long fromMillis,
        long toMillis,
        ReadBudget budget,
        Selection.Visitor visitor,
        Selection.RowVisitor rowVisitor) {
      this.fromMillis = SplitStarts.clamp(fromMillis);
      this.toMillis = SplitStarts.clamp(toMillis);
      this.budget = budget;
      this.target = new ScanTarget(budget, new ReadMeter(), visitor, rowVisitor);
    }

    /** How a chunk is read. */
    private interface Reading extends Function<SackSeries, ParallelScan.Chunk> {}

    ReadCounts run(Iterable<SackSeries> groups, Function<SackSeries, Reading> readings) {
      if (fromMillis > toMillis) {
        return ReadCounts.NONE;
      }
      try (ParallelScan scan = new ParallelScan(processors)) {
        for (SackSeries group : groups) {
          Reading reading = readings.apply(group);
          for (int from = 0; from < group.size(); from += CHUNK_SERIES) {
            SackSeries part = group.part(from, Math.min(group.size(), from + CHUNK_SERIES));
            budget.charge(0);
            scan.add(() -> {
              splits.tails().catchUp(part.sack());
              return reading.apply(part);
            });
          }
        }
        scan.finish();
      }
      return target.meter().counts();
    }

    Reading raw(int series) {
      List<Long> starts = SplitStarts.ofRaw(fromMillis, toMillis, series);
      return some -> RawChunk.read(some, starts, fromMillis, toMillis, splits, target);
    }

    Reading windows(long granularity, AggregateSchema wanted, int series) {
      WindowRange range = WindowRange.of(granularity, fromMillis, toMillis, wanted, series);
      return some -> WindowChunk.read(some, range, splits, target);
    }

    Reading rawElseWindows(
        long granularity, AggregateSchema wanted, long rawFromMillis, int series) {
      List<Long> starts = SplitStarts.ofRaw(fromMillis, toMillis, series);
      long lastExpired = RawSplit.startOf(rawFromMillis) + RawSplit.SPAN_MILLIS - 1;
      if (lastExpired < fromMillis) {
        return raw(series);
      }
      WindowRange range =
          WindowRange.of(granularity, fromMillis, Math.min(toMillis, lastExpired), wanted, series);
      return some ->
          RawElseWindowChunk.read(some, range, starts, fromMillis, toMillis, splits, target);
    }
  }
}
