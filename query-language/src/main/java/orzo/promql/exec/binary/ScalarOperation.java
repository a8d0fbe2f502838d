package orzo.promql.exec.binary;

import java.util.ArrayList;
import java.util.List;
import orzo.histogram.NativeHistogram;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.promql.syntax.BinaryOperator;

/** Binary operations with a scalar on at least one side. */
public final class ScalarOperation {
  private ScalarOperation() {}

  /** Two scalars; a comparison gives 0 or 1. */
  public static double[] betweenScalars(BinaryOperator operator, double[] left, double[] right) {
    return operator.isComparison()
        ? Kernels.zeroOrOne(Kernels.comparison(operator, left, right), left.length)
        : Kernels.arithmetic(operator, left, right);
  }

  /**
   * A vector and a scalar. A comparison that filters keeps the vector's values, on whichever side
   * the vector stands.
   *
   * @param scalarLeft whether the scalar is the left side
   * @param returnBool whether a comparison gives 0 and 1 instead of filtering
   * @param notes told of histograms that the operator makes nothing of
   */
  public static List<SeriesBlock> withVector(
      BinaryOperator operator,
      List<SeriesBlock> vector,
      double[] scalar,
      boolean scalarLeft,
      boolean returnBool,
      HistogramNotes notes) {
    List<SeriesBlock> results = new ArrayList<>(vector.size());
    for (SeriesBlock any : vector) {
      SeriesBlock block = any;
      if (HistogramOperation.applies(operator, any.hasHistograms())) {
        SeriesBlock changed =
            changed(new HistogramOperation(operator, notes), any, scalar, scalarLeft);
        if (!operator.isComparison()) {
          if (!changed.isEmpty()) {
            results.add(changed);
          }
          continue;
        }
        block = any.floats(); // a histogram is neither more nor less than a number
      }
      double[] left = scalarLeft ? scalar : block.values;
      double[] right = scalarLeft ? block.values : scalar;
      if (!operator.isComparison()) {
        results.add(
            new SeriesBlock(
                block.labels(), true, Kernels.arithmetic(operator, left, right), block.presence));
        continue;
      }
      long[] holds = Kernels.comparison(operator, left, right);
      if (returnBool) {
        results.add(
            new SeriesBlock(
                block.labels(), true, Kernels.zeroOrOne(holds, left.length), block.presence));
      } else {
        SeriesBlock kept = block.masked(Presence.and(block.presence, holds));
        if (!kept.isEmpty()) {
          results.add(kept);
        }
      }
    }
    return results;
  }

  /** A series of which some samples are histograms, changed by an arithmetic operator. */
  private static SeriesBlock changed(
      HistogramOperation operation, SeriesBlock block, double[] scalar, boolean scalarLeft) {
    BinaryOperator operator = operation.operator();
    long[] steps = operator.isTrim() ? block.presence : block.histogramSteps();
    double[] left = scalarLeft ? scalar : block.values;
    double[] right = scalarLeft ? block.values : scalar;
    SeriesBlock result =
        operator.isTrim() || operator.isComparison()
            ? new SeriesBlock(block.labels(), block.nameDropped(), scalar.length)
            : new SeriesBlock(
                block.labels(),
                true,
                Kernels.arithmetic(operator, left, right),
                Presence.andNot(block.presence, steps));
    for (int step = Presence.next(steps, 0); step >= 0; step = Presence.next(steps, step + 1)) {
      NativeHistogram histogram = block.histogram(step);
      HistogramOperation.Outcome outcome =
          operation.apply(
              scalarLeft ? null : histogram,
              left[step],
              scalarLeft ? histogram : null,
              right[step]);
      if (outcome != null) {
        result.set(step, outcome.histogram());
      }
    }
    return result;
  }
}
