package orzo.read;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.index.FoundSeries;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.Periods;
import orzo.index.SeriesFinder;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.policy.SeriesPolicies;
import orzo.split.RawSplit;
import orzo.split.SampleBuffer;
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

  private final SeriesFinder finder;
  private final SplitSource stored;
  private final SplitSource atHand;
  private final ExecutorService processors;
  private final SeriesPolicies policies;
  private final LongSupplier nowMillis;

  /** Creates a reader that knows nothing without reading it. */
  public StoredSeriesReader(
      SeriesFinder finder,
      SplitStore splits,
      Tails tails,
      ExecutorService processors,
      SeriesPolicies policies,
      LongSupplier nowMillis) {
    this(finder, splits, SplitsAtHand.NONE, tails, processors, policies, nowMillis);
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
      SeriesFinder finder,
      SplitStore splits,
      SplitsAtHand atHand,
      Tails tails,
      ExecutorService processors,
      SeriesPolicies policies,
      LongSupplier nowMillis) {
    this.finder = finder;
    this.stored = new StoredSource(splits, tails);
    this.atHand = new SourceAtHand(atHand, tails);
    this.processors = processors;
    this.policies = policies;
    this.nowMillis = nowMillis;
  }

  @Override
  public Selection select(Tenant tenant, List<Matcher> matchers) {
    return new StoredSelection(finder.find(tenant, matchers));
  }

  private final class StoredSelection implements Selection {
    private final FoundSeries found;
    private final List<IndexedSeries> series;
    private @Nullable SelectionArchives archives; // found when first asked for

    StoredSelection(FoundSeries found) {
      this.found = found;
      this.series = found.series();
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
      return new StoredSelection(found.part(from, to));
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
      SelectionArchives known = archives;
      if (known == null) {
        known = SelectionArchives.of(series, policies, nowMillis.getAsLong());
        archives = known;
      }
      return known;
    }

    /** A visitor that gets the samples of the time when a series has its labels. */
    private Visitor samplesWithin(Visitor visitor) {
      return found.periods().isEmpty()
          ? visitor
          : (i, samples) -> {
            Periods periods = found.periods(i);
            SampleBuffer own = periods.isAlways() ? samples : LabelPeriods.cut(samples, periods);
            if (own.size > 0) {
              visitor.visit(i, own);
            }
          };
    }

    /** A visitor that gets the windows of the time when a series has its labels. */
    private RowVisitor rowsWithin(RowVisitor visitor) {
      return found.periods().isEmpty()
          ? visitor
          : (i, rows) -> {
            Periods periods = found.periods(i);
            AggregateRows own = periods.isAlways() ? rows : LabelPeriods.cut(rows, periods);
            if (own.size > 0) {
              visitor.visit(i, own);
            }
          };
    }

    @Override
    public ReadCounts scan(long fromMillis, long toMillis, ReadBudget budget, Visitor visitor) {
      Scan scan = new Scan(fromMillis, toMillis, budget, samplesWithin(visitor), (_, _) -> {});
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
      Scan scan =
          new Scan(fromMillis, toMillis, budget, samplesWithin(visitor), rowsWithin(rowVisitor));
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
      if (found.periods().isEmpty()) {
        return scan.run(
            SackSeries.parts(series, this::archive, Math.max(1, sources.size()), CHUNK_SERIES),
            (some, splits) -> readings.get(archive(some.places()[0])).read(some, splits));
      }
      // Labels may change within a window, so samples are read where there are samples.
      int kinds = Math.max(1, sources.size());
      Reading raw = scan.raw(size());
      return scan.run(
          SackSeries.parts(
              series,
              i -> archive(i) + (isRaw(i, fromMillis) ? kinds : 0),
              2 * kinds,
              CHUNK_SERIES),
          (some, splits) -> {
            int first = some.places()[0];
            return (isRaw(first, fromMillis) ? raw : readings.get(archive(first)))
                .read(some, splits);
          });
    }

    private boolean isRaw(int i, long fromMillis) {
      return !found.periods(i).isAlways()
          && archives().get(archive(i)).rawFromMillis() <= fromMillis;
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
