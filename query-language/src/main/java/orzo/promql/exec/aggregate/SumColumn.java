package orzo.promql.exec.aggregate;

import orzo.promql.exec.math.KahanSum;

/** {@code sum}, compensated. */
final class SumColumn extends Column {
  private final double[] compensations;

  SumColumn(int steps) {
    super(steps);
    compensations = new double[steps];
  }

  @Override
  void first(int step, double value) {
    values[step] = value;
  }

  @Override
  void next(int step, double value) {
    double sum = values[step];
    double total = sum + value;
    compensations[step] = KahanSum.compensation(sum, compensations[step], value, total);
    values[step] = total;
  }

  @Override
  void finish() {
    for (int step = 0; step < values.length; step++) {
      values[step] += compensations[step];
    }
  }
}
