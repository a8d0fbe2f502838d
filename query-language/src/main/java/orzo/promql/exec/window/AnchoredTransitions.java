package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;

/**
 * {@code changes} and {@code resets} of anchored ranges: the last sample at or before the start
 * counts as the first one of the range.
 */
record AnchoredTransitions(RangeBorders borders, boolean resetsOnly) implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    evaluate(borders, windows, Transitions.countUpTo(windows, resetsOnly), result);
  }

  /** Evaluates all windows. */
  static void evaluate(RangeBorders borders, Windows windows, int[] countUpTo, SeriesBlock result) {
    int inside = 0; // index of the first sample later than the range's start
    while (windows.next()) {
      long start = borders.endMillis(windows) - borders.rangeMillis();
      inside = Math.max(inside, windows.from);
      while (inside < windows.to && windows.times[inside] <= start) {
        inside++;
      }
      if (inside < windows.to) {
        int anchor = Math.max(windows.from, inside - 1);
        result.set(windows.step, countUpTo[windows.to - 1] - countUpTo[anchor]);
      }
    }
  }
}
