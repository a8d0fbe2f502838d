package orzo.promql.exec;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.Part;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.window.WindowTimes;
import orzo.promql.plan.Demand;
import orzo.promql.plan.TierChoice;
import orzo.promql.syntax.Expr;
import orzo.query.Explanation;
import orzo.query.QueryException;
import orzo.read.Archive;
import orzo.read.ReadCounts;
import orzo.read.Selection;
import orzo.read.Source;
import orzo.split.SampleBuffer;

/**
 * Evaluates the series of one selector, each from the tier that is chosen for it, in parallel. When
 * what was read turns out not to give the answer that samples would, samples are read after all.
 */
final class TieredScan {
  /** Evaluates a series from samples. */
  interface OfSamples {
    SeriesBlock evaluate(int i, SampleBuffer samples);
  }

  /** Evaluates a series from windows. */
  interface OfRows {
    /**
     * Evaluates a series.
     *
     * @param granularityMillis length of the windows
     * @param whole whether the windows make up what each step looks at
     * @param doubtful to be set when samples may give another value
     */
    SeriesBlock evaluate(
        int i, AggregateRows rows, long granularityMillis, boolean whole, AtomicBoolean doubtful);
  }

  private final QueryContext context;
  private final Expr selector;
  private final Selection selection;
  private final Demand demand;
  private final OfSamples ofSamples;
  private final OfRows ofRows;

  TieredScan(
      QueryContext context,
      Expr selector,
      Selection selection,
      Demand demand,
      OfSamples ofSamples,
      OfRows ofRows) {
    this.context = context;
    this.selector = selector;
    this.selection = selection;
    this.demand = demand;
    this.ofSamples = ofSamples;
    this.ofRows = ofRows;
  }

  /** The series that have a value at some step. */
  List<SeriesBlock> run() {
    if (demand.firstMillis() > demand.lastMillis()) {
      return List.of();
    }
    List<TierChoice> choices = new ArrayList<>();
    for (Archive archive : selection.archives()) {
      choices.add(TierChoice.choose(archive, demand, context.resolution()));
    }
    long held = context.budget().held();
    AtomicBoolean doubtful = new AtomicBoolean();
    @Nullable SeriesBlock[] blocks = scan(choices, doubtful);
    if (doubtful.get() && rawReachesBack()) {
      context.budget().keepOnly(held, 0);
      List<TierChoice> raw = new ArrayList<>();
      for (TierChoice choice : choices) {
        raw.add(
            TierChoice.raw(
                choice.tier() + " has a sum beyond all numbers, or lacks a part or histograms"));
      }
      blocks = scan(raw, doubtful);
    }
    List<SeriesBlock> found = new ArrayList<>(blocks.length);
    for (SeriesBlock block : blocks) {
      if (block != null) {
        found.add(block);
      }
    }
    return found;
  }

  private boolean rawReachesBack() {
    return selection.archives().stream()
        .allMatch(archive -> archive.rawFromMillis() <= demand.fromMillis());
  }

  private @Nullable SeriesBlock[] scan(List<TierChoice> choices, AtomicBoolean doubtful) {
    @Nullable SeriesBlock[] blocks = new SeriesBlock[selection.size()];
    List<Source> sources = choices.stream().map(TierChoice::source).toList();
    ReadCounts counts;
    if (sources.stream().allMatch(source -> source instanceof Source.Raw)) {
      counts =
          selection.scan(
              demand.fromMillis(),
              demand.lastMillis(),
              context.budget(),
              (i, samples) -> keep(blocks, i, () -> evaluate(i, samples)));
    } else {
      long granularity = 0;
      Set<Part> parts = EnumSet.of(Part.COUNT);
      for (TierChoice choice : choices) {
        granularity = Math.max(granularity, granularityMillis(choice));
        parts.addAll(choice.parts());
      }
      // Where a window's one value is all that is known, that of the window before lasts longer.
      boolean further = demand.isInstant() && !choices.stream().allMatch(TierChoice::exact);
      counts =
          selection.scan(
              demand.fromMillis() - (further ? granularity : 0),
              demand.lastMillis(),
              sources,
              AggregateSchema.ofParts(parts),
              context.budget(),
              (i, samples) -> keep(blocks, i, () -> evaluate(i, samples)),
              (i, rows) -> {
                TierChoice choice = choices.get(selection.archive(i));
                if (hasHistograms(rows)) {
                  doubtful.set(true);
                }
                keep(blocks, i, () -> evaluate(i, rows, choice, doubtful));
              });
    }
    SampleCounts sampleCounts = context.counts();
    if (sampleCounts != null) {
      sampleCounts.addRead(counts);
    }
    explain(choices, counts);
    return blocks;
  }

  private SeriesBlock evaluate(int i, SampleBuffer samples) {
    SeriesBlock block = ofSamples.evaluate(i, samples);
    SampleCounts counts = context.counts();
    if (counts != null && demand.isInstant()) {
      counts.addPresent(block);
    } else if (counts != null) {
      counts.addWindows(
          samples.timestampsMillis,
          samples.size,
          new WindowTimes(demand.firstMillis(), demand.stepMillis(), demand.windowMillis()),
          block.values.length);
    }
    return block;
  }

  private SeriesBlock evaluate(
      int i, AggregateRows rows, TierChoice choice, AtomicBoolean doubtful) {
    SeriesBlock block =
        ofRows.evaluate(i, rows, granularityMillis(choice), choice.exact(), doubtful);
    SampleCounts counts = context.counts();
    if (counts != null) {
      counts.addPresent(block);
    }
    return block;
  }

  /** Whether samples have histograms, which windows have not. */
  private static boolean hasHistograms(AggregateRows rows) {
    for (int row = 0; row < rows.size; row++) {
      if (rows.is(row, AggregateRows.HISTOGRAMS)) {
        return true;
      }
    }
    return false;
  }

  private static long granularityMillis(TierChoice choice) {
    return switch (choice.source()) {
      case Source.Raw _ -> 0;
      case Source.Windows(long granularity) -> granularity;
      case Source.RawElseWindows(long granularity) -> granularity;
    };
  }

  /** Evaluates a block. */
  private interface Evaluation {
    SeriesBlock evaluate();
  }

  /** Storage passes on its own exceptions only, so a query's own travel inside one of those. */
  private void keep(@Nullable SeriesBlock[] blocks, int i, Evaluation evaluation) {
    try {
      context.budget().check();
      SeriesBlock block = evaluation.evaluate();
      if (!block.isEmpty()) {
        context.budget().hold(block.cells());
        blocks[i] = block;
      }
    } catch (QueryException e) {
      throw QueryBudget.carrier(e);
    }
  }

  private void explain(List<TierChoice> choices, ReadCounts counts) {
    ScanRecord scans = context.scans();
    if (scans == null) {
      return;
    }
    int[] series = new int[choices.size()];
    for (int i = 0; i < selection.size(); i++) {
      series[selection.archive(i)]++;
    }
    List<Explanation.TierUse> tiers = new ArrayList<>();
    for (int i = 0; i < series.length; i++) {
      TierChoice choice = choices.get(i);
      tiers.add(
          new Explanation.TierUse(
              selection.archives().get(i).policy(), series[i], choice.tier(), choice.reason()));
    }
    scans.add(selector, new Explanation.Scan(selection.size(), counts, tiers));
  }
}
