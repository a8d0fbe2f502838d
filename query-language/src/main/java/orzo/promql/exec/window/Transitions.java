package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;

/**
 * {@code changes} and {@code resets}: how many samples of a window differ from, or are smaller
 * than, the one before. Counted once for the series; a window's count is then a difference of two.
 */
record Transitions(boolean resetsOnly) implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    int[] countUpTo = countUpTo(windows, resetsOnly);
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
      double before = values[i - 1];
      double value = values[i];
      boolean counts =
          resetsOnly
              ? value < before || starts != null && StartTimes.isReset(starts, windows.times, i)
              : value != before && !(Double.isNaN(value) && Double.isNaN(before));
      countUpTo[i] = countUpTo[i - 1] + (counts ? 1 : 0);
    }
    return countUpTo;
  }
}
