package orzo.gnocchi.operations;

import java.util.Optional;
import orzo.promql.exec.math.GoMath;

/**
 * Operators that take two values, with NumPy's answers. A comparison gives 1 or 0, and nothing but
 * {@code !=} holds for NaN.
 */
public enum BinaryOperator {
  /** Whether both are equal. */
  EQUAL("=="),
  /** Whether the left is less. */
  LESS("<"),
  /** Whether the left is greater. */
  GREATER(">"),
  /** Whether the left is less, or both are equal. */
  LESS_OR_EQUAL("<="),
  /** Whether the left is greater, or both are equal. */
  GREATER_OR_EQUAL(">="),
  /** Whether they differ. */
  NOT_EQUAL("!="),
  /** What is left of a division rounded down, so with the sign of the divisor. */
  MODULO("%"),
  /** The sum. */
  ADD("+"),
  /** The difference. */
  SUBTRACT("-"),
  /** The product. */
  MULTIPLY("*"),
  /** The quotient; a division by zero gives an infinity, or NaN for 0 / 0. */
  DIVIDE("/"),
  /** The power; of 1 it is 1 whatever the exponent, as for C and Go. */
  POWER("**"),
  /** The left, but no less than the right. */
  CLIP_MIN("clip_min"),
  /** The left, but no greater than the right. */
  CLIP_MAX("clip_max"),
  /** The greater one; a number rather than NaN. */
  MAX("max");

  private final String symbol;

  BinaryOperator(String symbol) {
    this.symbol = symbol;
  }

  static Optional<BinaryOperator> named(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "==", "=", "eq" -> EQUAL;
          case "<", "lt" -> LESS;
          case ">", "gt" -> GREATER;
          case "<=", "≤", "le" -> LESS_OR_EQUAL;
          case ">=", "≥", "ge" -> GREATER_OR_EQUAL;
          case "!=", "≠", "ne" -> NOT_EQUAL;
          case "%", "mod" -> MODULO;
          case "+", "add" -> ADD;
          case "-", "sub" -> SUBTRACT;
          case "*", "×", "mul" -> MULTIPLY;
          case "/", "÷", "div" -> DIVIDE;
          case "**", "^", "pow" -> POWER;
          case "clip_min" -> CLIP_MIN;
          case "clip_max" -> CLIP_MAX;
          case "max" -> MAX;
          default -> null;
        });
  }

  /** Its name; it may have others. */
  public String symbol() {
    return symbol;
  }

  /** The result for one pair of values. */
  public double apply(double left, double right) {
    return switch (this) {
      case EQUAL -> left == right ? 1 : 0;
      case LESS -> left < right ? 1 : 0;
      case GREATER -> left > right ? 1 : 0;
      case LESS_OR_EQUAL -> left <= right ? 1 : 0;
      case GREATER_OR_EQUAL -> left >= right ? 1 : 0;
      case NOT_EQUAL -> left != right ? 1 : 0;
      case MODULO -> modulo(left, right);
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case POWER -> GoMath.pow(left, right);
      case CLIP_MIN -> Math.max(left, right);
      case CLIP_MAX -> Math.min(left, right);
      case MAX -> maximum(left, right);
    };
  }

  private static double modulo(double left, double right) {
    double rest = left % right;
    if (right == 0) {
      return rest;
    }
    if (rest == 0) {
      return Math.copySign(0, right);
    }
    return right < 0 == rest < 0 ? rest : rest + right;
  }

  private static double maximum(double left, double right) {
    if (Double.isNaN(left)) {
      return right;
    }
    return Double.isNaN(right) ? left : Math.max(left, right);
  }
}
