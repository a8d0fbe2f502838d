package orzo.promql.syntax;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.promql.syntax.Expr.At;
import orzo.promql.syntax.Expr.Cardinality;
import orzo.promql.syntax.Expr.Extension;
import orzo.promql.syntax.Expr.Modifiers;
import orzo.promql.syntax.Expr.VectorMatching;

/**
 * Writes a syntax tree as a query, in the canonical form of Prometheus (promql/parser/printer.go):
 * grouping before the operand, matchers sorted, one space around operators.
 *
 * <p>What {@link PromQlParser} reads comes out as a query that it reads to the same tree, but for
 * positions and the order of matchers. A duration expression that was made, not read, gets the
 * parentheses it needs.
 */
public final class PromQlPrinter {
  private final StringBuilder out = new StringBuilder();
  private final int limit;
  private int offsetStart;
  private int offsetEnd = -1;

  private PromQlPrinter(int limit) {
    this.limit = limit;
  }

  /** Writes an expression. */
  public static String print(Expr expression) {
    PromQlPrinter printer = new PromQlPrinter(Integer.MAX_VALUE);
    printer.expression(expression);
    return printer.out.toString();
  }

  /** Whether an expression takes more bytes of UTF-8; finds out without writing much more. */
  static boolean isLongerThan(int bytes, Expr expression) {
    PromQlPrinter printer = new PromQlPrinter(bytes);
    printer.expression(expression);
    return printer.out.length() > bytes
        || printer.out.toString().getBytes(StandardCharsets.UTF_8).length > bytes;
  }

  /** What stands before the operand of an aggregation. */
  static String head(Expr.Aggregate aggregate) {
    PromQlPrinter printer = new PromQlPrinter(Integer.MAX_VALUE);
    printer.aggregateHead(aggregate);
    return printer.out.toString();
  }

  /** What stands between the operands of a binary operation, without the spaces around it. */
  static String operator(Expr.Binary binary) {
    PromQlPrinter printer = new PromQlPrinter(Integer.MAX_VALUE);
    printer.operatorAndMatching(binary);
    return printer.out.toString();
  }

  /** What follows the operand of a subquery. */
  static String suffix(Expr.Subquery subquery) {
    PromQlPrinter printer = new PromQlPrinter(Integer.MAX_VALUE);
    printer.subquerySuffix(subquery);
    return printer.out.toString();
  }

  private void expression(Expr expression) {
    if (out.length() > limit) {
      return;
    }
    switch (expression) {
      case Expr.NumberLiteral(double value, boolean isDuration, _) ->
          out.append(isDuration ? DurationPrinter.literal(value * 1000) : number(value));
      case Expr.StringLiteral(String value, _) -> quoted(value);
      case Expr.Paren(Expr inner, _) -> {
        out.append('(');
        expression(inner);
        out.append(')');
      }
      case Expr.Unary unary -> {
        out.append(unary.negative() ? '-' : '+');
        expression(unary.operand());
      }
      case Expr.Binary binary -> binary(binary);
      case Expr.Aggregate aggregate -> aggregate(aggregate);
      case Expr.Call(String function, List<Expr> arguments, _) -> {
        out.append(function);
        arguments(arguments);
      }
      case Expr.VectorSelector selector -> {
        selector(selector);
        at(selector.modifiers());
        extension(selector.modifiers());
        offset(selector.modifiers());
      }
      case Expr.MatrixSelector matrix -> {
        selector(matrix.vector());
        out.append('[').append(DurationPrinter.print(matrix.range())).append(']');
        extension(matrix.vector().modifiers());
        at(matrix.vector().modifiers());
        offset(matrix.vector().modifiers());
      }
      case Expr.Subquery subquery -> {
        expression(subquery.operand());
        subquerySuffix(subquery);
      }
    }
  }

  private void subquerySuffix(Expr.Subquery subquery) {
    out.append('[').append(DurationPrinter.print(subquery.range())).append(':');
    subquery.step().ifPresent(step -> out.append(DurationPrinter.print(step)));
    out.append(']');
    at(subquery.modifiers());
    offset(subquery.modifiers());
  }

  private void arguments(List<Expr> arguments) {
    out.append('(');
    for (int i = 0; i < arguments.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      expression(arguments.get(i));
    }
    out.append(')');
  }

  private void aggregateHead(Expr.Aggregate aggregate) {
    out.append(aggregate.operator().symbol());
    if (aggregate.without() || !aggregate.grouping().isEmpty()) {
      out.append(aggregate.without() ? " without " : " by ");
      labels(aggregate.grouping());
      out.append(' ');
    }
  }

  private void aggregate(Expr.Aggregate aggregate) {
    aggregateHead(aggregate);
    List<Expr> arguments = new ArrayList<>();
    aggregate.parameter().ifPresent(arguments::add);
    arguments.add(aggregate.operand());
    arguments(arguments);
  }

  private void binary(Expr.Binary binary) {
    expression(binary.left());
    if (offsetEnd == out.length() && out.charAt(offsetStart) == '(') {
      // Without a sign, an operator after it would be taken for a part of the offset.
      out.insert(offsetStart, '+');
    }
    out.append(' ');
    operatorAndMatching(binary);
    out.append(' ');
    expression(binary.right());
  }

  private void operatorAndMatching(Expr.Binary binary) {
    out.append(binary.operator().symbol());
    out.append(binary.returnBool() ? " bool" : "");
    matching(binary.matching());
  }

  private void matching(VectorMatching matching) {
    boolean grouped =
        switch (matching.cardinality()) {
          case MANY_TO_ONE, ONE_TO_MANY -> true;
          case ONE_TO_ONE, MANY_TO_MANY -> false;
        };
    if (grouped || matching.on() || !matching.labels().isEmpty()) {
      out.append(matching.on() ? " on " : " ignoring ");
      labels(matching.labels());
    }
    if (grouped) {
      out.append(
          matching.cardinality() == Cardinality.MANY_TO_ONE ? " group_left " : " group_right ");
      labels(matching.include());
    }
    if (matching.fillLeft().isPresent() && matching.fillLeft().equals(matching.fillRight())) {
      fill(" fill", matching.fillLeft());
    } else {
      fill(" fill_left", matching.fillLeft());
      fill(" fill_right", matching.fillRight());
    }
  }

  private void fill(String keyword, OptionalDouble value) {
    if (value.isPresent()) {
      out.append(keyword).append(" (").append(number(value.getAsDouble())).append(')');
    }
  }

  private void labels(List<String> names) {
    out.append('(');
    for (int i = 0; i < names.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      label(names.get(i));
    }
    out.append(')');
  }

  private void label(String name) {
    if (isBareLabel(name)) {
      out.append(name);
    } else {
      quoted(name);
    }
  }

  private static boolean isBareLabel(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private void selector(Expr.VectorSelector selector) {
    out.append(selector.name());
    List<String> matchers = new ArrayList<>();
    for (Matcher matcher : selector.matchers()) {
      boolean isName =
          !selector.name().isEmpty()
              && matcher.operation() == Matcher.Operation.EQUAL
              && matcher.name().equals(Labels.NAME)
              && matcher.value().equals(selector.name());
      if (!isName) {
        PromQlPrinter one = new PromQlPrinter(limit);
        one.label(matcher.name());
        one.out.append(matcher.operation().symbol());
        one.quoted(matcher.value());
        matchers.add(one.out.toString());
      }
    }
    Collections.sort(matchers);
    if (!matchers.isEmpty() || selector.name().isEmpty()) {
      out.append('{').append(String.join(",", matchers)).append('}');
    }
  }

  private void at(Modifiers modifiers) {
    out.append(
        switch (modifiers.at()) {
          case At.EvaluationTime _ -> "";
          case At.Start _ -> " @ start()";
          case At.End _ -> " @ end()";
          case At.Instant(long millis) -> " @ " + BigDecimal.valueOf(millis, 3).toPlainString();
        });
  }

  private void extension(Modifiers modifiers) {
    if (modifiers.extension() != Extension.NONE) {
      out.append(' ').append(modifiers.extension().name().toLowerCase(Locale.ROOT));
    }
  }

  private void offset(Modifiers modifiers) {
    if (modifiers.hasOffset()) {
      out.append(" offset ");
      offsetStart = out.length();
      out.append(DurationPrinter.printOffset(modifiers.offset()));
      offsetEnd = out.length();
    }
  }

  /** A number without exponent, as Go's {@code strconv} writes it with {@code 'f'}. */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    return decimal.toPlainString();
  }

  private void quoted(String text) {
    out.append('"');
    for (int i = 0; i < text.length() && out.length() <= limit; ) {
      int c = text.codePointAt(i);
      quotedCharacter(c);
      i += Character.charCount(c);
    }
    out.append('"');
  }

  private void quotedCharacter(int c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case 7 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 11 -> out.append("\\v");
      default -> {
        if (c < 0x20 || c == 0x7F) {
          out.append(String.format(Locale.ROOT, "\\x%02x", c));
        } else if (Literals.isEscapedByte(c)) {
          out.append(String.format(Locale.ROOT, "\\x%02x", c & 0xFF));
        } else if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else if (c < 0x10000) {
          out.append(String.format(Locale.ROOT, "\\u%04x", c));
        } else {
          out.append(String.format(Locale.ROOT, "\\U%08x", c));
        }
      }
    }
  }

  /** Letters, marks, digits, punctuation and symbols; of the spaces only the plain one. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> c != 0xFFFD;
    };
  }
}
