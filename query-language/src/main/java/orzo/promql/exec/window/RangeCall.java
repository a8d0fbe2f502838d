package orzo.promql.exec.window;

import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.split.SampleBuffer;

/**
 * A call of a function of range vectors. Safe for many threads.
 *
 * @param name the function's name
 * @param function what it does with floats
 * @param notes told of what histograms lead to
 * @param usesStarts whether start timestamps tell of counter resets
 */
public record RangeCall(
    String name, RangeFunction function, HistogramNotes notes, boolean usesStarts) {
  /**
   * Evaluates all windows of a series into an empty block.
   *
   * @param live the samples, without stale markers
   */
  public void evaluate(SampleBuffer live, TimeGrid grid, WindowTimes times, SeriesBlock result) {
    @Nullable NativeHistogram[] histograms = live.histograms();
    if (histograms == null) {
      function.evaluate(windows(live, grid, times), result);
    } else {
      new HistogramWindows(this, live, histograms, grid, times, result).evaluate();
    }
  }

  /** The windows of samples. */
  Windows windows(SampleBuffer live, TimeGrid grid, WindowTimes times) {
    return new Windows(
        live.timestampsMillis,
        live.values,
        usesStarts ? live.startsMillis() : null,
        live.size,
        grid,
        times);
  }
}
