package orzo.promql.syntax;

import java.util.ArrayList;
import java.util.List;

/** The vector selectors of an expression, those of range vectors included. */
public final class VectorSelectors {
  private VectorSelectors() {}

  /** All of them, in the order in which they were written. */
  public static List<Expr.VectorSelector> of(Expr expression) {
    List<Expr.VectorSelector> found = new ArrayList<>();
    collect(expression, found);
    return found;
  }

  private static void collect(Expr expression, List<Expr.VectorSelector> into) {
    switch (expression) {
      case Expr.NumberLiteral _, Expr.StringLiteral _ -> {}
      case Expr.Paren paren -> collect(paren.inner(), into);
      case Expr.Unary unary -> collect(unary.operand(), into);
      case Expr.Binary binary -> {
        collect(binary.left(), into);
        collect(binary.right(), into);
      }
      case Expr.Aggregate aggregate -> {
        aggregate.parameter().ifPresent(parameter -> collect(parameter, into));
        collect(aggregate.operand(), into);
      }
      case Expr.Call call -> call.arguments().forEach(argument -> collect(argument, into));
      case Expr.VectorSelector selector -> into.add(selector);
      case Expr.MatrixSelector matrix -> into.add(matrix.vector());
      case Expr.Subquery subquery -> collect(subquery.operand(), into);
    }
  }
}
