package orzo.promql.exec.window;

import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.exec.histogram.HistogramNote;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.split.SampleBuffer;

/**
 * What a smoothed instant selector shows of a series that has histograms: as {@link Smoothing} does
 * for floats; nothing where floats and histograms are both near. Source: Prometheus's
 * promql/engine.go, {@code smoothSeries}.
 */
public final class SmoothedHistograms {
  private SmoothedHistograms() {}

  /**
   * Evaluates all steps of a series into an empty block.
   *
   * @param live the samples, without stale markers
   * @param histograms those of the samples
   * @param times windows that reach as far before and after a time as is looked
   */
  public static void evaluate(
      SampleBuffer live,
      @Nullable NativeHistogram[] histograms,
      TimeGrid grid,
      WindowTimes times,
      HistogramNotes notes,
      SeriesBlock result) {
    long reach = times.rangeMillis() / 2;
    SampleBuffer floats = new SampleBuffer(live.size);
    for (int i = 0; i < live.size; i++) {
      if (histograms[i] == null) {
        floats.add(live.timestampsMillis[i], live.values[i]);
      }
    }
    SeriesBlock ofFloats = new SeriesBlock(result.labels(), false, grid.steps());
    Smoothing.evaluate(floats, times.firstEndMillis() - reach, times.stepMillis(), reach, ofFloats);
    Windows windows = new Windows(live.timestampsMillis, live.values, live.size, grid, times);
    while (windows.next()) {
      int inWindow = 0;
      for (int i = windows.from; i < windows.to; i++) {
        inWindow += histograms[i] == null ? 0 : 1;
      }
      if (inWindow == 0) {
        if (ofFloats.has(windows.step)) {
          result.set(windows.step, ofFloats.values[windows.step]);
        }
      } else if (inWindow < windows.to - windows.from) {
        notes.add(HistogramNote.mixedRange(result.labels().metricName()));
      } else {
        NativeHistogram shown = at(windows.endMillis() - reach, windows, histograms, result, notes);
        if (shown != null) {
          result.set(windows.step, shown);
        }
      }
    }
  }

  private static @Nullable NativeHistogram at(
      long timeMillis,
      Windows windows,
      @Nullable NativeHistogram[] histograms,
      SeriesBlock result,
      HistogramNotes notes) {
    int next = windows.from;
    while (next < windows.to && windows.times[next] < timeMillis) {
      next++;
    }
    NativeHistogram after = next < windows.to ? histograms[next] : null;
    NativeHistogram before = next > windows.from ? histograms[next - 1] : null;
    if (after != null && windows.times[next] == timeMillis) {
      return after;
    } else if (before == null) {
      return null;
    } else if (after == null) {
      return before.withResetHint(ResetHint.UNKNOWN);
    } else if (before.hasCustomBuckets() != after.hasCustomBuckets()) {
      notes.add(HistogramNote.mixedSchemas(result.labels().metricName()));
      return null;
    }
    boolean gauges = before.resetHint() == ResetHint.GAUGE && after.resetHint() == ResetHint.GAUGE;
    return Interpolation.of(
        before, windows.times[next - 1], after, windows.times[next], timeMillis, !gauges, notes);
  }
}
