package orzo.promql.exec;

import orzo.promql.exec.math.GoMath;
import orzo.promql.syntax.BinaryOperator;
import orzo.promql.syntax.Expr.DurationExpr;
import orzo.query.QueryException;

/** Durations as numbers: those of a query may be computed from its own step and range. */
final class Durations {
  /** Beyond this Prometheus can't count nanoseconds in 64 bits. */
  private static final double MAX_SECONDS = 0x1p63 / 1e9;

  private final long stepMillis;
  private final long rangeMillis;

  Durations(QueryContext context) {
    this.stepMillis = context.stepMillis();
    this.rangeMillis = context.endMillis() - context.startMillis();
  }

  /** An offset: any sign. */
  long offsetMillis(DurationExpr expr) {
    return millis(expr);
  }

  /** A range or a step: more than zero. */
  long positiveMillis(DurationExpr expr) {
    double seconds = seconds(expr);
    if (seconds <= 0) {
      throw bad("duration must be greater than 0");
    }
    return millis(expr);
  }

  private long millis(DurationExpr expr) {
    double seconds = seconds(expr);
    if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
      throw bad("duration is NaN or infinite");
    }
    if (Math.abs(seconds) > MAX_SECONDS) {
      throw bad("duration is out of range");
    }
    // A written duration is exact to the nanosecond; a computed one is cut to milliseconds.
    return expr instanceof DurationExpr.Literal(double millis, _)
        ? Math.round(millis * 1e6) / 1_000_000
        : (long) (seconds * 1000);
  }

  private double seconds(DurationExpr expr) {
    return switch (expr) {
      case DurationExpr.Literal(double millis, _) -> millis / 1000;
      case DurationExpr.Paren(DurationExpr inner) -> seconds(inner);
      case DurationExpr.Step _ -> stepMillis / 1000.0;
      case DurationExpr.Range _ -> rangeMillis / 1000.0;
      case DurationExpr.Negated(DurationExpr operand) -> -seconds(operand);
      case DurationExpr.Extreme(boolean max, DurationExpr left, DurationExpr right) ->
          max
              ? GoMath.max(seconds(left), seconds(right))
              : GoMath.min(seconds(left), seconds(right));
      case DurationExpr.Arithmetic(
              BinaryOperator operator,
              DurationExpr left,
              DurationExpr right) ->
          arithmetic(operator, seconds(left), seconds(right));
    };
  }

  private static double arithmetic(BinaryOperator operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUB -> left - right;
      case MUL -> left * right;
      case DIV -> left / nonZero(right, "division by zero");
      case MOD -> left % nonZero(right, "modulo by zero");
      case POW -> GoMath.pow(left, right);
      case ATAN2,
          EQUAL,
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
          throw bad("operator " + operator.symbol() + " between durations");
    };
  }

  private static double nonZero(double value, String otherwise) {
    if (value == 0) {
      throw bad(otherwise);
    }
    return value;
  }

  private static QueryException bad(String message) {
    return new QueryException(QueryException.Type.BAD_DATA, message);
  }
}
