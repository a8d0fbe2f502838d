package orzo.promql.exec.window;

import java.util.function.DoubleConsumer;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.math.Quantile;

/**
 * {@code quantile_over_time}.
 *
 * @param quantile the quantile wanted, for each step
 * @param outOfRange told of a quantile outside [0, 1] that was used
 */
record QuantileOverTime(double[] quantile, DoubleConsumer outOfRange) implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    double[] scratch = new double[windows.size()];
    while (windows.next()) {
      double q = quantile[windows.step];
      if (!(q >= 0 && q <= 1)) {
        outOfRange.accept(q);
      }
      int size = windows.to - windows.from;
      System.arraycopy(windows.values, windows.from, scratch, 0, size);
      result.set(windows.step, Quantile.of(q, scratch, size));
    }
  }
}
