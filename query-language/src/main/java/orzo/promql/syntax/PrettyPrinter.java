package orzo.promql.syntax;

import java.util.List;

/**
 * Writes a query on several lines where one would be too long, as Prometheus's {@code format_query}
 * does: what fits is written as {@link PromQlPrinter} writes it. Source: promql/parser/prettier.go.
 */
public final class PrettyPrinter {
  /** What takes more bytes is split. */
  private static final int MAX_LINE_BYTES = 100;

  private static final String INDENT = "  ";

  private final StringBuilder out = new StringBuilder();

  private PrettyPrinter() {}

  /** Writes an expression. */
  public static String print(Expr expression) {
    PrettyPrinter printer = new PrettyPrinter();
    printer.write(expression, 0);
    return printer.out.toString();
  }

  /** Writes an expression that begins a line. */
  private void write(Expr expression, int level) {
    if (!PromQlPrinter.isLongerThan(MAX_LINE_BYTES, expression)) {
      // Prometheus forgets to indent a subquery that fits.
      indent(expression instanceof Expr.Subquery ? 0 : level);
      out.append(PromQlPrinter.print(expression));
      return;
    }
    switch (expression) {
      case Expr.Binary binary -> {
        write(binary.left(), level + 1);
        out.append('\n');
        indent(level);
        out.append(PromQlPrinter.operator(binary)).append('\n');
        write(binary.right(), level + 1);
      }
      case Expr.Aggregate aggregate -> {
        indent(level);
        out.append(PromQlPrinter.head(aggregate));
        inParentheses(
            aggregate.parameter().isPresent()
                ? List.of(aggregate.parameter().get(), aggregate.operand())
                : List.of(aggregate.operand()),
            level);
      }
      case Expr.Call call -> {
        indent(level);
        out.append(call.function());
        inParentheses(call.arguments(), level);
      }
      case Expr.Paren paren -> {
        indent(level);
        inParentheses(List.of(paren.inner()), level);
      }
      case Expr.Subquery subquery -> {
        write(subquery.operand(), level);
        out.append(PromQlPrinter.suffix(subquery));
      }
      case Expr.Unary unary -> {
        indent(level);
        int start = out.length();
        write(unary.operand(), level);
        stripFrom(start);
        out.insert(start, unary.negative() ? '-' : '+');
      }
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.VectorSelector _,
          Expr.MatrixSelector _ -> {
        indent(level);
        out.append(PromQlPrinter.print(expression));
      }
    }
  }

  private void inParentheses(List<Expr> parts, int level) {
    out.append("(\n");
    for (int i = 0; i < parts.size(); i++) {
      out.append(i == 0 ? "" : ",\n");
      write(parts.get(i), level + 1);
    }
    out.append('\n');
    indent(level);
    out.append(')');
  }

  private void indent(int level) {
    out.repeat(INDENT, level);
  }

  /** Takes the spaces away that an operand was indented with, for its sign stands before them. */
  private void stripFrom(int start) {
    int end = start;
    while (end < out.length() && out.charAt(end) == ' ') {
      end++;
    }
    out.delete(start, end);
  }
}
