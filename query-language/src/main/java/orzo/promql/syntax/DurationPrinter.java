package orzo.promql.syntax;

import orzo.promql.syntax.Expr.DurationExpr;

/** Writes duration expressions with the parentheses they need. */
final class DurationPrinter {
  private static final int SUM = 1;
  private static final int PRODUCT = 2;
  private static final int POWER = 3;
  private static final int ATOM = 4;

  private static final long DAY_MILLIS = 86_400_000;

  private final StringBuilder out = new StringBuilder();

  private DurationPrinter() {}

  /** Writes a range or a step; a bare number as the duration that it is. */
  static String print(DurationExpr duration) {
    if (duration instanceof DurationExpr.Literal(double millis, _)) {
      return literal(millis);
    }
    DurationPrinter printer = new DurationPrinter();
    printer.write(duration, SUM);
    return printer.out.toString();
  }

  /** Writes an offset: one value, signed or not, or parentheses around all of it. */
  static String printOffset(DurationExpr offset) {
    DurationExpr value = offset;
    StringBuilder signs = new StringBuilder();
    while (value instanceof DurationExpr.Negated(DurationExpr operand)) {
      signs.append('-');
      value = operand;
    }
    if (value instanceof DurationExpr.Literal(double millis, _)) {
      return signs + literal(millis);
    }
    DurationPrinter printer = new DurationPrinter();
    printer.write(value, ATOM);
    return signs.append(printer.out).toString();
  }

  private void write(DurationExpr duration, int tightness) {
    boolean parentheses = tightness(duration) < tightness;
    out.append(parentheses ? "(" : "");
    switch (duration) {
      case DurationExpr.Literal(double millis, boolean isNumber) ->
          out.append(isNumber ? PromQlPrinter.number(millis / 1000) : literal(millis));
      case DurationExpr.Paren(DurationExpr inner) -> {
        out.append('(');
        write(inner, SUM);
        out.append(')');
      }
      case DurationExpr.Step() -> out.append("step()");
      case DurationExpr.Range() -> out.append("range()");
      case DurationExpr.Negated(DurationExpr operand) -> {
        out.append('-');
        write(operand, operand instanceof DurationExpr.Negated ? PRODUCT : POWER);
      }
      case DurationExpr.Extreme(boolean max, DurationExpr left, DurationExpr right) -> {
        out.append(max ? "max_of(" : "min_of(");
        write(left, SUM);
        out.append(", ");
        write(right, SUM);
        out.append(')');
      }
      case DurationExpr.Arithmetic(
              BinaryOperator operator,
              DurationExpr left,
              DurationExpr right) -> {
        boolean power = operator == BinaryOperator.POW;
        int own = tightness(duration);
        write(left, power ? ATOM : own);
        out.append(' ').append(operator.symbol()).append(' ');
        if (isSigned(right) && own >= PRODUCT) {
          write(right, PRODUCT);
        } else {
          write(right, power ? POWER : own + 1);
        }
      }
    }
    out.append(parentheses ? ")" : "");
  }

  private static boolean isSigned(DurationExpr duration) {
    return duration instanceof DurationExpr.Negated
        || duration instanceof DurationExpr.Literal(double millis, _) && millis < 0;
  }

  private static int tightness(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal(double millis, _) -> millis < 0 ? PRODUCT : ATOM;
      case DurationExpr.Step _,
          DurationExpr.Range _,
          DurationExpr.Extreme _,
          DurationExpr.Paren _ ->
          ATOM;
      case DurationExpr.Negated _ -> PRODUCT;
      case DurationExpr.Arithmetic(BinaryOperator operator, _, _) ->
          switch (operator) {
            case ADD, SUB -> SUM;
            case MUL, DIV, MOD -> PRODUCT;
            case POW -> POWER;
            default -> throw new IllegalArgumentException("no operator of durations: " + operator);
          };
    };
  }

  /** As Prometheus writes it (prometheus/common, model/time.go): years and weeks only alone. */
  static String literal(double millis) {
    if (millis != Math.rint(millis) || Math.abs(millis) >= 0x1p53) {
      return PromQlPrinter.number(millis / 1000);
    }
    if (millis == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder(millis < 0 ? "-" : "");
    long rest = (long) Math.abs(millis);
    if (rest % (365 * DAY_MILLIS) == 0) {
      return text.append(rest / (365 * DAY_MILLIS)).append('y').toString();
    }
    if (rest % (7 * DAY_MILLIS) == 0) {
      return text.append(rest / (7 * DAY_MILLIS)).append('w').toString();
    }
    String[] units = {"d", "h", "m", "s", "ms"};
    long[] millisOf = {DAY_MILLIS, 3_600_000, 60_000, 1_000, 1};
    for (int i = 0; i < units.length; i++) {
      if (rest >= millisOf[i]) {
        text.append(rest / millisOf[i]).append(units[i]);
        rest %= millisOf[i];
      }
    }
    return text.toString();
  }
}
