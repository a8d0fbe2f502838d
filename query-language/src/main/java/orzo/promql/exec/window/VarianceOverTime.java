package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.math.KahanSum;

/**
 * {@code stdvar_over_time} and {@code stddev_over_time}: Welford's recurrence with compensated
 * sums.
 */
record VarianceOverTime(boolean root) implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    KahanSum mean = new KahanSum();
    KahanSum squares = new KahanSum();
    while (windows.next()) {
      mean.reset();
      squares.reset();
      double count = 0;
      for (int i = windows.from; i < windows.to; i++) {
        double value = windows.values[i];
        count++;
        double delta = value - mean.total();
        mean.add(delta / count);
        squares.add(delta * (value - mean.total()));
      }
      double variance = squares.total() / count;
      result.set(windows.step, root ? Math.sqrt(variance) : variance);
    }
  }
}
