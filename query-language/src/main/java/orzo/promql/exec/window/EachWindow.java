package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;

/** A function that looks at one window after the other, and at nothing but its samples. */
record EachWindow(Reduction reduction) implements RangeFunction {
  /** Makes one number of a window. */
  interface Reduction {
    /** The number for the samples {@code from} to {@code to}, the latter excluded; at least one. */
    double reduce(long[] times, double[] values, int from, int to);
  }

  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    while (windows.next()) {
      result.set(
          windows.step, reduction.reduce(windows.times, windows.values, windows.from, windows.to));
    }
  }
}
