package orzo.read;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateSchema;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.policy.SeriesPolicies;
import orzo.split.RawSplit;
import orzo.storage.SplitStore;
import orzo.storage.SplitsAtHand;

/**
 * Reads series from stored splits and, for the sacks that this node owns, from what is not flushed
 * yet, so that on one node a sample is seen as soon as its write was acknowledged.
 */
public final class StoredSeriesReader implements SeriesReader {
  /** Series that are read in one call and decoded by one task. */
  private static final int CHUNK_SERIES = 128;

  /** Processors that help the calling thread. */
  private static final int HELPERS = Runtime.getRuntime().availableProcessors() - 1;

  private final SeriesIndex index;
  private final SplitSource stored;
  private final SplitSource atHand;
  private final ExecutorService processors;
  private final SeriesPolicies policies;
  private final LongSupplier nowMillis;

  /** Creates a reader that knows nothing without reading it. */
  public StoredSeriesReader(
      SeriesIndex index,
      SplitStore splits,
      Tails tails,
      ExecutorService processors,
      SeriesPolicies policies,
      LongSupplier nowMillis) {
    this(index, splits, SplitsAtHand.NONE, tails, processors, policies, nowMillis);
  }

  /**
   * Creates a reader.
   *
   * @param splits where they are read
   * @param atHand what is known of them without reading
   * @param processors where series are decoded and visited, besides the calling thread; a scan
   *     waits for it, so never call one from there
   * @param policies what is kept of each series
   * @param nowMillis the clock that ages are counted by, epoch milliseconds
   */
  public StoredSeriesReader(
      SeriesIndex index,
      SplitStore splits,
      SplitsAtHand atHand,
      Tails tails,
      ExecutorService processors,
      SeriesPolicies policies,
      LongSupplier nowMillis) {
    this.index = index;
    this.stored = new StoredSource(splits, tails);
    this.atHand = new SourceAtHand(atHand, tails);
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
    public Selection part(int from, int to) {
      return new StoredSelection(series.subList(from, to));
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
      if (scan.isEmpty()) {
        return ReadCounts.NONE;
      }
      Reading reading = scan.raw(size());
      return scan.run(SackSeries.parts(series, _ -> 0, 1, CHUNK_SERIES), reading);
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
      if (scan.isEmpty()) {
        return ReadCounts.NONE;
      }
      List<Reading> readings = new ArrayList<>(sources.size());
      for (int archive = 0; archive < sources.size(); archive++) {
        readings.add(
            switch (sources.get(archive)) {
              case Source.Raw _ -> scan.raw(size());
              case Source.Windows(long granularity) -> scan.windows(granularity, wanted, size());
              case Source.RawElseWindows(long granularity) ->
                  scan.rawElseWindows(
                      granularity, wanted, archives().get(archive).rawFromMillis(), size());
            });
      }
      return scan.run(
          SackSeries.parts(series, this::archive, Math.max(1, sources.size()), CHUNK_SERIES),
          (some, splits) -> readings.get(archive(some.places()[0])).read(some, splits));
    }
  }

  /** How a chunk is read. */
  private interface Reading {
    /** Reads a chunk; null if the source would have to wait. */
    @Nullable Chunk read(SackSeries some, SplitSource splits);
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

    boolean isEmpty() {
      return fromMillis > toMillis;
    }

    ReadCounts run(List<SackSeries> parts, Reading reading) {
      ScanAtHand inMemory =
          new ScanAtHand(
              parts,
              part -> {
                budget.charge(0);
                return reading.read(part, atHand);
              },
              processors,
              HELPERS);
      try (ParallelScan scan = new ParallelScan(processors)) {
        for (SackSeries part : inMemory.run()) {
          budget.charge(0);
          scan.add(() -> requireNonNull(reading.read(part, stored), "chunk"));
        }
        scan.finish();
      }
      return target.meter().counts();
    }

    Reading raw(int series) {
      long[] starts = SplitStarts.ofRaw(fromMillis, toMillis, series);
      return (some, splits) -> RawChunk.read(some, starts, fromMillis, toMillis, splits, target);
    }

    Reading windows(long granularity, AggregateSchema wanted, int series) {
      WindowRange range = WindowRange.of(granularity, fromMillis, toMillis, wanted, series);
      return (some, splits) -> WindowChunk.read(some, range, splits, target);
    }

    Reading rawElseWindows(
        long granularity, AggregateSchema wanted, long rawFromMillis, int series) {
      long[] starts = SplitStarts.ofRaw(fromMillis, toMillis, series);
      long lastExpired = RawSplit.startOf(rawFromMillis) + RawSplit.SPAN_MILLIS - 1;
      if (lastExpired < fromMillis) {
        return raw(series);
      }
      WindowRange range =
          WindowRange.of(granularity, fromMillis, Math.min(toMillis, lastExpired), wanted, series);
      return (some, splits) ->
          RawElseWindowChunk.read(some, range, starts, fromMillis, toMillis, splits, target);
    }
  }
}
