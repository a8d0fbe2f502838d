package orzo.promql.exec.binary;

import orzo.promql.exec.block.Presence;
import orzo.promql.exec.math.GoMath;
import orzo.promql.syntax.BinaryOperator;
import orzo.query.QueryException;

/** Binary operators on whole columns; absent steps are computed too, and mean nothing. */
final class Kernels {
  private Kernels() {}

  /** An arithmetic operator. */
  static double[] arithmetic(BinaryOperator operator, double[] left, double[] right) {
    double[] result = new double[left.length];
    switch (operator) {
      case ADD -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = left[i] + right[i];
        }
      }
      case SUB -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = left[i] - right[i];
        }
      }
      case MUL -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = left[i] * right[i];
        }
      }
      case DIV -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = left[i] / right[i];
        }
      }
      case MOD -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = left[i] % right[i];
        }
      }
      case POW -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = GoMath.pow(left[i], right[i]);
        }
      }
      case ATAN2 -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = Math.atan2(left[i], right[i]);
        }
      }
      case EQUAL,
          NOT_EQUAL,
          LESS,
          GREATER,
          LESS_OR_EQUAL,
          GREATER_OR_EQUAL,
          TRIM_UPPER,
          TRIM_LOWER,
          AND,
          OR,
          UNLESS ->
          throw new QueryException(
              QueryException.Type.EXECUTION,
              "operator \"" + operator.symbol() + "\" not allowed for Scalar operations");
    }
    return result;
  }

  /** The steps at which a comparison holds. */
  static long[] comparison(BinaryOperator operator, double[] left, double[] right) {
    long[] holds = Presence.none(left.length);
    for (int i = 0; i < left.length; i++) {
      if (holds(operator, left[i], right[i])) {
        Presence.add(holds, i);
      }
    }
    return holds;
  }

  private static boolean holds(BinaryOperator operator, double left, double right) {
    return switch (operator) {
      case EQUAL -> left == right;
      case NOT_EQUAL -> left != right;
      case LESS -> left < right;
      case GREATER -> left > right;
      case LESS_OR_EQUAL -> left <= right;
      case GREATER_OR_EQUAL -> left >= right;
      case ADD, SUB, MUL, DIV, MOD, POW, ATAN2, TRIM_UPPER, TRIM_LOWER, AND, OR, UNLESS ->
          throw new IllegalArgumentException(operator + " is no comparison");
    };
  }

  /** One for each step of the set, zero for the others. */
  static double[] zeroOrOne(long[] steps, int length) {
    double[] result = new double[length];
    for (int step = Presence.next(steps, 0); step >= 0; step = Presence.next(steps, step + 1)) {
      result[step] = 1;
    }
    return result;
  }
}
