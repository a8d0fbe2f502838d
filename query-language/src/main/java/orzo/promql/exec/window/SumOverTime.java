package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.math.KahanMean;
import orzo.promql.exec.math.KahanSum;

/** {@code sum_over_time} and {@code avg_over_time}. */
record SumOverTime(boolean mean) implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    if (mean) {
      means(windows, result);
    } else {
      sums(windows, result);
    }
  }

  private static void sums(Windows windows, SeriesBlock result) {
    KahanSum sum = new KahanSum();
    while (windows.next()) {
      sum.reset();
      for (int i = windows.from; i < windows.to; i++) {
        sum.add(windows.values[i]);
      }
      result.set(windows.step, Double.isInfinite(sum.sum()) ? sum.sum() : sum.total());
    }
  }

  private static void means(Windows windows, SeriesBlock result) {
    KahanMean mean = new KahanMean();
    while (windows.next()) {
      mean.reset(windows.values[windows.from]);
      for (int i = windows.from + 1; i < windows.to; i++) {
        mean.add(windows.values[i]);
      }
      result.set(windows.step, mean.mean());
    }
  }
}
