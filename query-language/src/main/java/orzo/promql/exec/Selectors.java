package orzo.promql.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.promql.exec.window.BorderValues;
import orzo.promql.exec.window.LastOfWindows;
import orzo.promql.exec.window.LastSamples;
import orzo.promql.exec.window.RangeBorders;
import orzo.promql.exec.window.RangeCall;
import orzo.promql.exec.window.ResetHints;
import orzo.promql.exec.window.SmoothedHistograms;
import orzo.promql.exec.window.Smoothing;
import orzo.promql.exec.window.StretchFunctions;
import orzo.promql.exec.window.Stretches;
import orzo.promql.exec.window.WindowTimes;
import orzo.promql.plan.Demand;
import orzo.promql.syntax.Expr;
import orzo.query.Explanation;
import orzo.query.QueryException;
import orzo.query.QueryValue;
import orzo.read.ReadCounts;
import orzo.read.Selection;
import orzo.split.SampleBuffer;

/**
 * Reads what selectors select. Series are scanned in parallel; each is evaluated for all steps
 * while what is read of it is at hand, so that only results stay in memory.
 */
final class Selectors {
  /** The bits of the NaN that marks where a series ends. */
  private static final long STALE = 0x7ff0000000000002L;

  private final QueryContext context;
  private final Durations durations;

  Selectors(QueryContext context, Durations durations) {
    this.context = context;
    this.durations = durations;
  }

  /** What an instant selector shows of a sample. */
  enum Shown {
    VALUE,
    TIMESTAMP_SECONDS,
    /** The time of a sample of an info metric, which must not be a histogram. */
    INFO_TIMESTAMP_SECONDS,
    /** The start timestamp, 0 when it is not known. */
    START_SECONDS;

    double of(SampleBuffer samples, int i) {
      return switch (this) {
        case VALUE -> samples.values[i];
        case TIMESTAMP_SECONDS, INFO_TIMESTAMP_SECONDS -> samples.timestampsMillis[i] / 1000.0;
        case START_SECONDS -> {
          long[] starts = samples.startsMillis();
          yield starts == null ? 0 : starts[i] / 1000.0;
        }
      };
    }
  }

  /** An instant vector selector: at each step the last sample within the lookback. */
  List<SeriesBlock> instant(Expr.VectorSelector selector, TimeGrid grid, Shown shown) {
    if (selector.modifiers().extension() == Expr.Extension.SMOOTHED && shown == Shown.VALUE) {
      return smoothed(selector, grid);
    }
    DataTimes times = DataTimes.of(grid, selector.modifiers(), durations, context);
    WindowTimes windows =
        new WindowTimes(times.firstMillis(), times.stepMillis(), context.lookbackMillis());
    Selection selection = select(selector);
    return new TieredScan(
            context,
            selector,
            selection,
            // Windows know no start timestamps.
            demand(
                shown == Shown.START_SECONDS ? "start_timestamp" : "",
                times,
                context.lookbackMillis()),
            (i, samples) -> {
              var block = new SeriesBlock(selection.labels(i), false, grid.steps());
              lookBack(samples, times, shown, block);
              return block;
            },
            (i, rows, granularity, whole, doubtful) -> {
              var block = new SeriesBlock(selection.labels(i), false, grid.steps());
              if (whole && shown != Shown.START_SECONDS) {
                LastOfWindows last = new LastOfWindows(rows, granularity);
                last.show(windows, shown != Shown.VALUE, block);
                setIf(last.isDoubtful(), doubtful);
              } else {
                setIf(whole, doubtful); // windows know of no start timestamps
                LastSamples last = new LastSamples(rows, granularity);
                lookFurtherBack(last, granularity, times, shown, block);
              }
              return block;
            })
        .run();
  }

  /** A smoothed instant vector selector: what it shows may depend on samples to come. */
  private List<SeriesBlock> smoothed(Expr.VectorSelector selector, TimeGrid grid) {
    DataTimes times = DataTimes.of(grid, selector.modifiers(), durations, context);
    long lookback = context.lookbackMillis();
    Selection selection = select(selector);
    Demand demand =
        new Demand(
            "a smoothed selector",
            times.firstMillis() + lookback,
            times.stepMillis(),
            times.lastMillis() + lookback,
            2 * lookback);
    HistogramNotes notes = context.annotations().at(selector.position());
    return new TieredScan(
            context,
            selector,
            selection,
            demand,
            (i, samples) -> smooth(selection.labels(i), samples, times, grid, notes),
            (i, rows, granularity, _, _) ->
                smooth(
                    selection.labels(i),
                    new LastSamples(rows, granularity).samples,
                    times,
                    grid,
                    notes))
        .run();
  }

  private SeriesBlock smooth(
      Labels labels, SampleBuffer samples, DataTimes times, TimeGrid grid, HistogramNotes notes) {
    var block = new SeriesBlock(labels, false, grid.steps());
    SampleBuffer live = withoutStale(samples);
    @Nullable NativeHistogram[] histograms = live.histograms();
    if (histograms != null) {
      long lookback = context.lookbackMillis();
      WindowTimes windows =
          new WindowTimes(times.firstMillis() + lookback, times.stepMillis(), 2 * lookback);
      SmoothedHistograms.evaluate(live, histograms, grid, windows, notes, block);
      return block;
    }
    Smoothing.evaluate(
        live, times.firstMillis(), times.stepMillis(), context.lookbackMillis(), block);
    return block;
  }

  private static Demand demand(String function, DataTimes times, long windowMillis) {
    return new Demand(
        function, times.firstMillis(), times.stepMillis(), times.lastMillis(), windowMillis);
  }

  private static Demand demand(String function, WindowTimes windows, TimeGrid grid) {
    return new Demand(
        function,
        windows.firstEndMillis(),
        windows.stepMillis(),
        windows.endMillis(grid.steps() - 1),
        windows.rangeMillis());
  }

  /** How the ranges of a selector look beyond their borders, if they do. */
  Optional<RangeBorders> borders(Expr.MatrixSelector selector) {
    long range = durations.positiveMillis(selector.range());
    return switch (selector.vector().modifiers().extension()) {
      case NONE -> Optional.empty();
      case ANCHORED -> Optional.of(new RangeBorders(false, range, context.lookbackMillis()));
      case SMOOTHED -> Optional.of(new RangeBorders(true, range, context.lookbackMillis()));
    };
  }

  private static void setIf(boolean condition, AtomicBoolean flag) {
    if (condition) {
      flag.set(true);
    }
  }

  /** Looks back, and as much further as the next window may take to show its own last sample. */
  private void lookFurtherBack(
      LastSamples last, long granularityMillis, DataTimes times, Shown shown, SeriesBlock block) {
    long[] timestamps = last.samples.timestampsMillis;
    int after = 0;
    for (int step = 0; step < block.values.length; step++) {
      long time = times.firstMillis() + step * times.stepMillis();
      while (after < last.samples.size && timestamps[after] <= time) {
        after++;
      }
      int found = after - 1;
      if (found < 0 || isStale(last.samples.values[found])) {
        continue;
      }
      long lookback =
          context.lookbackMillis() + (last.hasUnknownNext[found] ? granularityMillis : 0);
      if (timestamps[found] > time - lookback) {
        block.set(step, shown.of(last.samples, found));
      }
    }
  }

  private void lookBack(SampleBuffer samples, DataTimes times, Shown shown, SeriesBlock block) {
    long[] timestamps = samples.timestampsMillis;
    int size = samples.size;
    int after = 0; // index of the first sample later than the step's time
    for (int step = 0; step < block.values.length; step++) {
      long time = times.firstMillis() + step * times.stepMillis();
      while (after < size && timestamps[after] <= time) {
        after++;
      }
      int last = after - 1;
      if (last >= 0
          && timestamps[last] > time - context.lookbackMillis()
          && !isStale(samples.values[last])) {
        block.set(step, shown.of(samples, last));
      }
    }
    @Nullable NativeHistogram[] histograms = samples.histograms();
    if (histograms != null && shown == Shown.VALUE) {
      addHistograms(samples, histograms, times, block);
    } else if (histograms != null && shown == Shown.INFO_TIMESTAMP_SECONDS) {
      throw new QueryException(
          QueryException.Type.EXECUTION,
          "this should be an info metric, with float samples: " + block.labels());
    }
  }

  /** Puts histograms in the place of their sums. */
  private static void addHistograms(
      SampleBuffer samples,
      @Nullable NativeHistogram[] histograms,
      DataTimes times,
      SeriesBlock block) {
    int after = 0;
    for (int step = 0; step < block.values.length; step++) {
      long time = times.firstMillis() + step * times.stepMillis();
      while (after < samples.size && samples.timestampsMillis[after] <= time) {
        after++;
      }
      NativeHistogram histogram = after == 0 ? null : histograms[after - 1];
      if (histogram != null && block.has(step)) {
        block.set(step, ResetHints.hinted(histogram, after == 1 ? null : histograms[after - 2]));
      }
    }
  }

  /** A function of a range vector selector. */
  List<SeriesBlock> range(
      Expr.MatrixSelector selector, TimeGrid grid, RangeCall call, boolean dropsName) {
    String name = call.name();
    Expr.VectorSelector vector = selector.vector();
    WindowTimes ranges = windowTimes(selector.range(), grid, vector.modifiers());
    Optional<RangeBorders> borders = borders(selector);
    WindowTimes windows = borders.isPresent() ? borders.get().widened(ranges) : ranges;
    Queue<Stretches> spare = new ConcurrentLinkedQueue<>(); // one for each thread that evaluates
    Selection selection = select(vector);
    return new TieredScan(
            context,
            selector,
            selection,
            demand(borders.isPresent() ? "an extended " + name : name, windows, grid),
            (i, samples) -> {
              var block = new SeriesBlock(selection.labels(i), dropsName, grid.steps());
              call.evaluate(withoutStale(samples), grid, windows, block);
              return block;
            },
            (i, rows, granularity, whole, doubtful) -> {
              var block = new SeriesBlock(selection.labels(i), dropsName, grid.steps());
              Stretches stretches = Objects.requireNonNullElseGet(spare.poll(), Stretches::new);
              stretches.take(rows, granularity, whole);
              if (StretchFunctions.has(name, stretches)) {
                StretchFunctions.evaluate(name, stretches, whole, grid, windows, block);
                setIf(whole && stretches.isDoubtful(), doubtful);
              } else {
                SampleBuffer samples = new LastSamples(rows, granularity).samples;
                call.evaluate(withoutStale(samples), grid, windows, block);
              }
              spare.add(stretches);
              return block;
            })
        .run();
  }

  /** Where in the data a range of this length and with these modifiers lies. */
  WindowTimes windowTimes(Expr.DurationExpr range, TimeGrid grid, Expr.Modifiers modifiers) {
    DataTimes times = DataTimes.of(grid, modifiers, durations, context);
    return new WindowTimes(
        times.firstMillis(), times.stepMillis(), durations.positiveMillis(range));
  }

  /** The samples themselves, for a query that is nothing but a range vector selector. */
  QueryValue.Matrix samples(Expr.MatrixSelector selector, TimeGrid instant) {
    Expr.VectorSelector vector = selector.vector();
    WindowTimes range = windowTimes(selector.range(), instant, vector.modifiers());
    Optional<RangeBorders> borders = borders(selector);
    WindowTimes window = borders.isPresent() ? borders.get().widened(range) : range;
    Selection selection = select(vector);
    SampleBuffer[] found = new SampleBuffer[selection.size()];
    long end = window.endMillis(0);
    ReadCounts counts =
        selection.scan(
            end - window.rangeMillis() + 1,
            end,
            context.budget(),
            (i, samples) -> {
              try {
                SampleBuffer live = copyOfLive(samples);
                found[i] = borders.isPresent() ? withBorders(live, range, borders.get()) : live;
              } catch (QueryException e) {
                // Storage passes on its own exceptions only.
                throw QueryBudget.carrier(e);
              }
            });
    SampleCounts sampleCounts = context.counts();
    if (sampleCounts != null) {
      sampleCounts.addRead(counts);
    }
    ScanRecord scans = context.scans();
    if (scans != null) {
      scans.add(selector, new Explanation.Scan(selection.size(), counts, List.of()));
    }
    List<Labels> labels = new ArrayList<>();
    List<SampleBuffer> samples = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (found[i] != null && found[i].size > 0) {
        labels.add(selection.labels(i));
        samples.add(found[i]);
        if (sampleCounts != null) {
          sampleCounts.addWindows(found[i].timestampsMillis, found[i].size, window, 1);
        }
      }
    }
    return new QueryValue.Matrix(labels, samples);
  }

  private SampleBuffer copyOfLive(SampleBuffer samples) {
    context.budget().hold(samples.size + samples.cells(0, samples.size));
    SampleBuffer copy = new SampleBuffer(samples.size);
    int from = 0;
    for (int i = 0; i <= samples.size; i++) {
      if (i == samples.size || isStale(samples.values[i])) {
        copy.addAll(samples, from, i);
        from = i + 1;
      }
    }
    return copy;
  }

  private static SampleBuffer withBorders(
      SampleBuffer live, WindowTimes range, RangeBorders borders) {
    long end = range.endMillis(0);
    return BorderValues.samples(live, end - range.rangeMillis(), end, borders.smoothed());
  }

  private Selection select(Expr.VectorSelector selector) {
    Selection selection = context.reader().select(context.tenant(), selector.matchers());
    context.budget().select(selection.size());
    return selection;
  }

  /** The samples without stale markers; a copy only if there are any. */
  private static SampleBuffer withoutStale(SampleBuffer samples) {
    @Nullable NativeHistogram[] histograms = samples.histograms();
    if (histograms != null) {
      return ResetHints.hinted(samples, histograms);
    }
    int kept = 0;
    while (kept < samples.size && !isStale(samples.values[kept])) {
      kept++;
    }
    if (kept == samples.size) {
      return samples;
    }
    SampleBuffer live = new SampleBuffer(samples.size);
    int from = 0;
    for (int i = kept; i <= samples.size; i++) {
      if (i == samples.size || isStale(samples.values[i])) {
        live.addAll(samples, from, i);
        from = i + 1;
      }
    }
    return live;
  }

  private static boolean isStale(double value) {
    return Double.doubleToRawLongBits(value) == STALE;
  }
}
