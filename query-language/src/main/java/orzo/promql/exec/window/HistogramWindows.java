package orzo.promql.exec.window;

import org.jspecify.annotations.Nullable;
import orzo.histogram.HistogramMean;
import orzo.histogram.HistogramSum;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetDetection;
import orzo.histogram.ResetHint;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.exec.histogram.HistogramNote;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.split.SampleBuffer;

/**
 * The windows of a series that has histograms, perhaps among floats. Functions of floats get the
 * floats alone; what windows with histograms are to them is decided here. For one call and one
 * thread. Source: Prometheus's promql/functions.go.
 */
final class HistogramWindows {
  private final RangeCall call;
  private final HistogramNotes notes;
  private final String metricName;
  private final SampleBuffer samples;
  private final TimeGrid grid;
  private final WindowTimes times;
  private final SeriesBlock result;
  private final Windows windows; // of all samples
  private final @Nullable NativeHistogram[] histograms; // null in the place of floats
  private final int[] histogramsBefore; // how many histograms come before each sample

  HistogramWindows(
      RangeCall call,
      SampleBuffer samples,
      @Nullable NativeHistogram[] histograms,
      TimeGrid grid,
      WindowTimes times,
      SeriesBlock result) {
    this.call = call;
    this.samples = samples;
    this.histograms = histograms;
    this.grid = grid;
    this.times = times;
    this.result = result;
    notes = call.notes();
    metricName = result.labels().metricName();
    windows = windowsOf(samples);
    histogramsBefore = new int[samples.size + 1];
    for (int i = 0; i < samples.size; i++) {
      histogramsBefore[i + 1] = histogramsBefore[i] + (histograms[i] == null ? 0 : 1);
    }
  }

  private Windows windowsOf(SampleBuffer some) {
    return call.windows(some, grid, times);
  }

  void evaluate() {
    switch (call.function()) {
      case ExtendedRate rate -> extendedRates(rate);
      case AnchoredTransitions(RangeBorders borders, boolean resetsOnly) ->
          AnchoredTransitions.evaluate(borders, windows, countUpTo(resetsOnly), result);
      default -> evaluatePlain();
    }
  }

  private void evaluatePlain() {
    switch (call.name()) {
      case "count_over_time",
          "present_over_time",
          "absent_over_time",
          "ts_of_first_over_time",
          "ts_of_last_over_time" ->
          call.function().evaluate(windows, result); // looks at no value
      case "first_over_time" -> ends(true);
      case "last_over_time" -> ends(false);
      case "rate" -> rates(true, true);
      case "increase" -> rates(true, false);
      case "delta" -> rates(false, false);
      case "irate" -> lastTwo(true);
      case "idelta" -> lastTwo(false);
      case "sum_over_time" -> unmixed(this::sum);
      case "avg_over_time" -> unmixed(this::mean);
      case "resets" -> Transitions.evaluate(windows, countUpTo(true), result);
      case "changes" -> Transitions.evaluate(windows, countUpTo(false), result);
      default -> floatsOnly();
    }
  }

  /** How many of the samples in the current window are histograms. */
  private int histogramsInWindow() {
    return histogramsBefore[windows.to] - histogramsBefore[windows.from];
  }

  private int floatsInWindow() {
    return windows.to - windows.from - histogramsInWindow();
  }

  private boolean isMixed() {
    return histogramsInWindow() > 0 && floatsInWindow() > 0;
  }

  /** A histogram that is known to be there. */
  private NativeHistogram histogram(int i) {
    NativeHistogram histogram = histograms[i];
    if (histogram == null) {
      throw new IllegalStateException("sample " + i + ": a float (expected: a histogram)");
    }
    return histogram;
  }

  /** What the function gives for the floats alone. */
  private SeriesBlock ofFloats() {
    SampleBuffer floats = new SampleBuffer(samples.size);
    for (int i = 0; i < samples.size; i++) {
      if (histograms[i] == null) {
        floats.add(samples.timestampsMillis[i], samples.values[i], startMillis(i), null);
      }
    }
    SeriesBlock block = new SeriesBlock(result.labels(), result.nameDropped(), grid.steps());
    call.function().evaluate(windowsOf(floats), block);
    return block;
  }

  private long startMillis(int i) {
    return windows.starts == null ? 0 : windows.starts[i];
  }

  private void setIfPresent(SeriesBlock block) {
    if (block.has(windows.step)) {
      result.set(windows.step, block.values[windows.step]);
    }
  }

  private void floatsOnly() {
    SeriesBlock floats = ofFloats();
    while (windows.next()) {
      if (isMixed()) {
        notes.add(HistogramNote.ignoredInRange(metricName));
      }
      setIfPresent(floats);
    }
  }

  private void ends(boolean first) {
    while (windows.next()) {
      int i = first ? windows.from : windows.to - 1;
      NativeHistogram histogram = histograms[i];
      if (histogram == null) {
        result.set(windows.step, samples.values[i]);
      } else {
        result.set(windows.step, histogram);
      }
    }
  }

  private void rates(boolean counter, boolean perSecond) {
    HistogramRate rate =
        new HistogramRate(windows, histograms, counter, perSecond, metricName, notes);
    unmixed(() -> {
      NativeHistogram value = rate.current();
      if (call.function() instanceof ExtrapolatedRate ofFloats && rate.startsOverlap()) {
        ofFloats.noteOverlap(metricName);
      }
      return value;
    });
  }

  private void extendedRates(ExtendedRate rate) {
    unmixed(new ExtendedHistogramRate(rate, windows, histograms, metricName, notes)::current);
  }

  /** What a function gives for the current window, which has histograms only; null for nothing. */
  private interface OfHistograms {
    @Nullable NativeHistogram current();
  }

  /** Evaluates windows of floats only and of histograms only; others have a note and no value. */
  private void unmixed(OfHistograms ofHistograms) {
    SeriesBlock floats = ofFloats();
    while (windows.next()) {
      if (isMixed()) {
        notes.add(HistogramNote.mixedRange(metricName));
      } else if (histogramsInWindow() == 0) {
        setIfPresent(floats);
      } else {
        NativeHistogram value = ofHistograms.current();
        if (value != null) {
          result.set(windows.step, value);
        }
      }
    }
  }

  private void lastTwo(boolean counter) {
    SeriesBlock floats = ofFloats();
    while (windows.next()) {
      int last = windows.to - 1;
      if (last == windows.from) {
        continue;
      }
      NativeHistogram before = histograms[last - 1];
      NativeHistogram latest = histograms[last];
      if (before == null && latest == null) {
        setIfPresent(floats);
      } else if (before == null || latest == null) {
        notes.add(HistogramNote.mixedRange(metricName));
      } else {
        NativeHistogram difference = difference(before, latest, last, counter);
        if (difference != null) {
          double seconds = (windows.times[last] - windows.times[last - 1]) / 1000.0;
          result.set(windows.step, counter ? difference.dividedBy(seconds) : difference);
        }
      }
    }
  }

  private @Nullable NativeHistogram difference(
      NativeHistogram before, NativeHistogram latest, int i, boolean counter) {
    boolean someGauge =
        before.resetHint() == ResetHint.GAUGE || latest.resetHint() == ResetHint.GAUGE;
    boolean allGauges =
        before.resetHint() == ResetHint.GAUGE && latest.resetHint() == ResetHint.GAUGE;
    if (counter && someGauge) {
      notes.add(HistogramNote.notCounter(metricName));
    } else if (!counter && !allGauges) {
      notes.add(HistogramNote.notGauge(metricName));
    }
    HistogramSum sum = HistogramSum.of(latest);
    if (!counter || !isStart(i) && !ResetDetection.isReset(latest, before)) {
      if (!sum.subtract(before)) {
        notes.add(HistogramNote.mixedSchemas(metricName));
        return null;
      }
      if (sum.boundsReconciled()) {
        notes.add(HistogramNote.reconciledBounds("subtraction"));
      }
    }
    return sum.result().compacted().withResetHint(ResetHint.GAUGE);
  }

  private @Nullable NativeHistogram sum() {
    HistogramSum sum = HistogramSum.compensated(histogram(windows.from));
    boolean isWhole = true;
    for (int i = windows.from + 1; i < windows.to && isWhole; i++) {
      isWhole = sum.add(histogram(i));
    }
    return noteAggregation(isWhole, sum.boundsReconciled()) ? sum.result() : null;
  }

  private @Nullable NativeHistogram mean() {
    HistogramMean mean = new HistogramMean(histogram(windows.from));
    boolean isWhole = true;
    for (int i = windows.from + 1; i < windows.to && isWhole; i++) {
      isWhole = mean.add(histogram(i));
    }
    return noteAggregation(isWhole, mean.boundsReconciled()) ? mean.result() : null;
  }

  /** Says what happened when the histograms of the window were added up; whether they could be. */
  private boolean noteAggregation(boolean isWhole, boolean boundsReconciled) {
    if (!isWhole) {
      notes.add(HistogramNote.mixedSchemas(metricName));
      return false;
    }
    boolean reset = false;
    boolean notReset = false;
    for (int i = windows.from; i < windows.to; i++) {
      ResetHint hint = histogram(i).resetHint();
      reset |= hint == ResetHint.RESET;
      notReset |= hint == ResetHint.NOT_RESET;
    }
    if (reset && notReset) {
      notes.add(HistogramNote.resetCollision("aggregation"));
    }
    if (boundsReconciled) {
      notes.add(HistogramNote.reconciledBounds("aggregation"));
    }
    return true;
  }

  /** How many samples up to each differ from the one before, or come after a reset. */
  private int[] countUpTo(boolean resetsOnly) {
    int[] countUpTo = new int[samples.size];
    for (int i = 1; i < countUpTo.length; i++) {
      NativeHistogram before = histograms[i - 1];
      NativeHistogram now = histograms[i];
      boolean counts;
      if (before == null && now == null) {
        counts =
            Transitions.counts(samples.values[i - 1], samples.values[i], resetsOnly)
                || resetsOnly && isStart(i);
      } else if (before == null || now == null) {
        counts = true;
      } else {
        counts =
            resetsOnly
                ? isStart(i) || ResetDetection.isReset(now, before)
                : !now.hasObservationsOf(before);
      }
      countUpTo[i] = countUpTo[i - 1] + (counts ? 1 : 0);
    }
    return countUpTo;
  }

  /** Whether a sample's start timestamp says that its counter began anew. */
  private boolean isStart(int i) {
    return windows.starts != null && StartTimes.isReset(windows.starts, windows.times, i);
  }
}
