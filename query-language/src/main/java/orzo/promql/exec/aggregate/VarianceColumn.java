package orzo.promql.exec.aggregate;

/** {@code stdvar} and {@code stddev}, by Welford's recurrence. */
final class VarianceColumn extends Column {
  private final boolean root;
  private final double[] means;
  private final long[] counts;

  VarianceColumn(int steps, boolean root) {
    super(steps);
    this.root = root;
    means = new double[steps];
    counts = new long[steps];
  }

  @Override
  void first(int step, double value) {
    values[step] = Double.isNaN(value) || Double.isInfinite(value) ? Double.NaN : 0;
    means[step] = value;
    counts[step] = 1;
  }

  @Override
  void next(int step, double value) {
    double delta = value - means[step];
    means[step] += delta / ++counts[step];
    values[step] += delta * (value - means[step]);
  }

  @Override
  void finish() {
    for (int step = 0; step < values.length; step++) {
      double variance = values[step] / counts[step];
      values[step] = root ? Math.sqrt(variance) : variance;
    }
  }
}
