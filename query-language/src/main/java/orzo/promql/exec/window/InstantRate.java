package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;

/** {@code irate} and {@code idelta}: what the last two samples of a window say. */
record InstantRate(boolean counter) implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    while (windows.next()) {
      int last = windows.to - 1;
      if (last == windows.from) {
        continue;
      }
      double value = windows.values[last];
      double before = windows.values[last - 1];
      if (!counter) {
        result.set(windows.step, value - before);
        continue;
      }
      boolean reset =
          value < before
              || windows.starts != null && StartTimes.isReset(windows.starts, windows.times, last);
      double increase = reset ? value : value - before;
      long millis = windows.times[last] - windows.times[last - 1];
      result.set(windows.step, increase / (millis / 1000.0));
    }
  }
}
