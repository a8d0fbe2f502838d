package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.math.Quantile;

/** {@code mad_over_time}: the median distance from the median; NaN as soon as one sample is NaN. */
record MedianDeviation() implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    double[] scratch = new double[windows.size()];
    while (windows.next()) {
      int size = windows.to - windows.from;
      System.arraycopy(windows.values, windows.from, scratch, 0, size);
      double median = Quantile.of(0.5, scratch, size);
      boolean numbers = true;
      for (int i = 0; i < size; i++) {
        numbers &= !Double.isNaN(scratch[i]);
        scratch[i] = Math.abs(scratch[i] - median);
      }
      result.set(windows.step, numbers ? Quantile.of(0.5, scratch, size) : Double.NaN);
    }
  }
}
