package orzo.promql.exec.aggregate;

import orzo.promql.exec.block.Presence;
import orzo.promql.exec.math.KahanSum;

/**
 * {@code avg}: the compensated sum divided by the count; at steps whose sum would overflow, the
 * mean is carried along from there on (as {@link orzo.promql.exec.math.KahanMean} does for one
 * series).
 */
final class MeanColumn extends Column {
  private final double[] compensations;
  private final long[] counts;
  private final long[] incremental; // steps whose value is a mean, not a sum

  MeanColumn(int steps) {
    super(steps);
    compensations = new double[steps];
    counts = new long[steps];
    incremental = Presence.none(steps);
  }

  @Override
  void first(int step, double value) {
    values[step] = value;
    counts[step] = 1;
  }

  @Override
  void next(int step, double value) {
    double count = ++counts[step];
    if (!Presence.has(incremental, step)) {
      double total = values[step] + value;
      if (!Double.isInfinite(total)) {
        fold(step, values[step], compensations[step], value);
        return;
      }
      Presence.add(incremental, step);
      values[step] /= count - 1;
      compensations[step] /= count - 1;
    }
    double kept = (count - 1) / count;
    fold(step, kept * values[step], kept * compensations[step], value / count);
  }

  private void fold(int step, double sum, double compensation, double value) {
    double total = sum + value;
    compensations[step] = KahanSum.compensation(sum, compensation, value, total);
    values[step] = total;
  }

  @Override
  void finish() {
    for (int step = 0; step < values.length; step++) {
      double count = counts[step];
      values[step] =
          Presence.has(incremental, step)
              ? values[step] + compensations[step]
              : values[step] / count + compensations[step] / count;
    }
  }
}
