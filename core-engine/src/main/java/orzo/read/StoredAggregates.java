package orzo.read;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.AggregateSplit;
import orzo.fold.Tier;
import orzo.fold.WindowFold;
import orzo.index.IndexedSeries;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.Labels;
import orzo.metric.SeriesRef;
import orzo.policy.SeriesPolicies;
import orzo.storage.SplitStore;
import orzo.storage.SplitsAtHand;

/**
 * Reads aggregates from stored splits and, for windows that no stored split has yet, from the
 * samples: of raw splits that are open, and of the sacks that this node owns also what is not
 * flushed yet.
 */
public final class StoredAggregates implements AggregateReader {
  /** Metrics that are read in one call and decoded by one task. */
  private static final int CHUNK_SERIES = 128;

  /** Processors that help the calling thread. */
  private static final int HELPERS = Runtime.getRuntime().availableProcessors() - 1;

  private final SplitSource stored;
  private final SplitSource atHand;
  private final ExecutorService processors;
  private final SeriesPolicies policies;

  /**
   * Creates a reader.
   *
   * @param splits where they are read
   * @param atHand what is known of them without reading
   * @param processors where windows are decoded, besides the calling thread; a call waits for it,
   *     so never make one from there
   * @param policies what is kept of each metric
   */
  public StoredAggregates(
      SplitStore splits,
      SplitsAtHand atHand,
      Tails tails,
      ExecutorService processors,
      SeriesPolicies policies) {
    this.stored = new StoredSource(splits, tails);
    this.atHand = new SourceAtHand(atHand, tails);
    this.processors = processors;
    this.policies = policies;
  }

  @Override
  public List<List<Points>> read(long[] refs, Query query, ReadBudget budget) {
    Reading reading = new Reading(query, refs.length, budget);
    for (int place = 0; place < refs.length; place++) {
      reading.add(place, refs[place]);
    }
    return reading.points();
  }

  /** How a chunk is read. */
  private interface ChunkReading {
    /** Reads a chunk; null if the source would have to wait. */
    @Nullable Chunk read(SackSeries some, SplitSource splits);
  }

  /** One call. */
  private final class Reading {
    private final Query query;
    private final ReadBudget budget;
    private final long storedMillis;
    private final long firstMillis; // of the first window that is asked for
    private final long lastMillis; // of the last one
    private final List<AggregationMethod> merged = new ArrayList<>();
    private final List<AggregationMethod> folded = new ArrayList<>();
    private final long[] keptMillis;
    private final List<List<Points>> results = new ArrayList<>();
    private final List<IndexedSeries> series = new ArrayList<>();
    private final int[] places; // of those series among all that are asked for

    Reading(Query query, int metrics, ReadBudget budget) {
      this.query = query;
      this.budget = budget;
      long granularity = query.granularityMillis();
      storedMillis = Tier.storedGranularity(granularity);
      firstMillis = AggregateSplit.windowOf(granularity, SplitStarts.clamp(query.fromMillis()));
      lastMillis = lastMillis(query);
      for (AggregationMethod method : query.methods()) {
        (storedMillis != granularity && AggregateSchema.isPercentile(method) ? folded : merged)
            .add(method);
      }
      keptMillis = new long[metrics];
      places = new int[metrics];
      for (int i = 0; i < metrics; i++) {
        results.add(new ArrayList<>());
        query.methods().forEach(_ -> results.getLast().add(Points.NONE));
      }
    }

    private static long lastMillis(Query query) {
      if (query.endMillis() == BEGINNING) {
        return BEGINNING;
      }
      long granularity = query.granularityMillis();
      long last = SplitStarts.clamp(query.endMillis() - 1);
      return AggregateSplit.windowOf(granularity, last) + granularity - 1;
    }

    /** Adds a metric if its policy has the granularity. */
    void add(int place, long ref) {
      ArchivePolicy policy = policies.policy(SeriesRef.sack(ref), SeriesRef.series(ref));
      for (ArchivePolicy.Definition definition : policy.definitions()) {
        if (definition.granularityMillis() == query.granularityMillis()) {
          keptMillis[place] = definition.timespanMillis().orElse(Long.MAX_VALUE);
          places[series.size()] = place;
          series.add(new IndexedSeries(ref, Labels.EMPTY));
        }
      }
    }

    List<List<Points>> points() {
      if (firstMillis > lastMillis || series.isEmpty()) {
        return results;
      }
      if (!merged.isEmpty()) {
        WindowRange range =
            WindowRange.ofAny(
                storedMillis, readFromMillis(), lastMillis, AggregateSchema.of(merged));
        ScanTarget target =
            target((_, _) -> {}, (place, rows) -> put(place, rows, merged, storedMillis));
        scan((some, splits) -> WindowChunk.read(some, range, splits, target));
      }
      if (!folded.isEmpty()) {
        AggregateSchema schema = AggregateSchema.of(folded);
        ScanTarget target =
            target(
                (place, samples) -> {
                  AggregateRows rows = new AggregateRows(schema);
                  new WindowFold(schema)
                      .fold(samples, 0, samples.size, query.granularityMillis(), rows);
                  put(place, rows, folded, query.granularityMillis());
                },
                (_, _) -> {});
        scan(
            (some, splits) -> RawChunk.readAny(some, readFromMillis(), lastMillis, splits, target));
      }
      return results;
    }

    private ScanTarget target(Selection.Visitor visitor, Selection.RowVisitor rowVisitor) {
      return new ScanTarget(budget, new ReadMeter(), visitor, rowVisitor);
    }

    /** Rates look at the window before the first; it is seldom far away. */
    private long readFromMillis() {
      boolean needsBefore =
          query.methods().stream()
              .anyMatch(method ->
                  method.rate() || method.function() == AggregationMethod.Function.INCREASE);
      return needsBefore
          ? SplitStarts.clamp(firstMillis - AggregateSplit.spanMillis(storedMillis))
          : firstMillis;
    }

    private void scan(ChunkReading reading) {
      ScanAtHand inMemory =
          new ScanAtHand(
              SackSeries.parts(series, _ -> 0, 1, CHUNK_SERIES),
              some -> {
                budget.charge(0);
                return reading.read(some, atHand);
              },
              processors,
              HELPERS);
      try (ParallelScan scan = new ParallelScan(processors)) {
        for (SackSeries some : inMemory.run()) {
          budget.charge(0);
          scan.add(() -> requireNonNull(reading.read(some, stored), "chunk"));
        }
        scan.finish();
      }
    }

    /** Called once for each metric by each scan, at the same time for several of them. */
    private void put(int at, AggregateRows rows, List<AggregationMethod> methods, long rowMillis) {
      int place = places[at];
      Query part =
          new Query(query.granularityMillis(), methods, query.fromMillis(), query.endMillis());
      List<Points> points =
          new WindowPoints(rows.size).of(rows, part, rowMillis, firstMillis, keptMillis[place]);
      List<Points> result = results.get(place);
      for (int i = 0; i < methods.size(); i++) {
        result.set(query.methods().indexOf(methods.get(i)), points.get(i));
      }
    }
  }
}
