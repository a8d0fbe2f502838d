package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.math.KahanSum;

/**
 * {@code deriv} and {@code predict_linear}: the straight line through a window's samples by least
 * squares, its slope or its value some seconds after the time of evaluation.
 */
final class Regression implements RangeFunction {
  private final boolean predicts;
  private final double[] secondsAhead; // for each step, when predicting

  private Regression(boolean predicts, double[] secondsAhead) {
    this.predicts = predicts;
    this.secondsAhead = secondsAhead;
  }

  static Regression slope() {
    return new Regression(false, new double[0]);
  }

  static Regression prediction(double[] secondsAhead) {
    return new Regression(true, secondsAhead);
  }

  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    Line line = new Line();
    while (windows.next()) {
      if (windows.to - windows.from < 2) {
        continue;
      }
      if (predicts) {
        line.fit(windows, windows.evaluationMillis());
        result.set(windows.step, line.slope * secondsAhead[windows.step] + line.intercept);
      } else {
        // Any time near the samples will do; a far one, such as 1970, would cost precision.
        line.fit(windows, windows.times[windows.from]);
        result.set(windows.step, line.slope);
      }
    }
  }

  /** A line, with the sums that fit it, for one thread. */
  private static final class Line {
    final KahanSum x = new KahanSum();
    final KahanSum y = new KahanSum();
    final KahanSum xy = new KahanSum();
    final KahanSum xx = new KahanSum();
    double slope;
    double intercept;

    /** Fits the line to the current window; the intercept is its value at {@code originMillis}. */
    void fit(Windows windows, long originMillis) {
      x.reset();
      y.reset();
      xy.reset();
      xx.reset();
      double firstValue = windows.values[windows.from];
      boolean constant = true;
      for (int i = windows.from; i < windows.to; i++) {
        double value = windows.values[i];
        constant &= i == windows.from || value == firstValue;
        double seconds = (windows.times[i] - originMillis) / 1e3;
        x.add(seconds);
        y.add(value);
        xy.add(seconds * value);
        xx.add(seconds * seconds);
      }
      if (constant) {
        boolean infinite = Double.isInfinite(firstValue);
        slope = infinite ? Double.NaN : 0;
        intercept = infinite ? Double.NaN : firstValue;
        return;
      }
      double n = windows.to - windows.from;
      double covariance = xy.total() - x.total() * y.total() / n;
      double variance = xx.total() - x.total() * x.total() / n;
      slope = covariance / variance;
      intercept = y.total() / n - slope * x.total() / n;
    }
  }
}
