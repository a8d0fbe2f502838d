package orzo.promql.exec.binary;

import java.util.ArrayList;
import java.util.List;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
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
   */
  public static List<SeriesBlock> withVector(
      BinaryOperator operator,
      List<SeriesBlock> vector,
      double[] scalar,
      boolean scalarLeft,
      boolean returnBool) {
    List<SeriesBlock> results = new ArrayList<>(vector.size());
    for (SeriesBlock block : vector) {
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
}
