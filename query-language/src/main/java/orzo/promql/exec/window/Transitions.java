package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;

/**
 * {@code changes} and {@code resets}: how many samples of a window differ from, or are smaller
 * than, the one before. Counted once for the series; a window's count is then a difference of two.
 */
record Transitions(boolean resetsOnly) implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    evaluate(windows, countUpTo(windows, resetsOnly), result);
  }

  /** Evaluates all windows. */
  static void evaluate(Windows windows, int[] countUpTo, SeriesBlock result) {
    while (windows.next()) {
      result.set(windows.step, countUpTo[windows.to - 1] - countUpTo[windows.from]);
    }
  }

  /** How many samples count up to each, the first one never. */
  static int[] countUpTo(Windows windows, boolean resetsOnly) {
    double[] values = windows.values;
    long[] starts = resetsOnly ? windows.starts : null;
    int[] countUpTo = new int[windows.size()];
    for (int i = 1; i < countUpTo.length; i++) {
      boolean counts =
          counts(values[i - 1], values[i], resetsOnly)
              || starts != null && StartTimes.isReset(starts, windows.times, i);
      countUpTo[i] = countUpTo[i - 1] + (counts ? 1 : 0);
    }
    return countUpTo;
  }

  /** Whether a value counts after another. */
  static boolean counts(double before, double value, boolean resetsOnly) {
    return resetsOnly
        ? value < before
        : value != before && !(Double.isNaN(value) && Double.isNaN(before));
  }
}
