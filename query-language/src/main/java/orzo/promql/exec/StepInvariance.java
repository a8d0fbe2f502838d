package orzo.promql.exec;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import orzo.promql.syntax.Expr;
import orzo.query.QueryException;

/**
 * Which parts of an expression have the same value at every step, because {@code @} fixes all their
 * selectors: they are evaluated once. Also bounds how deep expressions nest, for all that recurse
 * over them later.
 */
final class StepInvariance {
  private static final int MAX_DEPTH = 1000;

  private final Set<Expr> invariant = Collections.newSetFromMap(new IdentityHashMap<>());

  private StepInvariance() {}

  /**
   * Looks at all parts of an expression.
   *
   * @throws QueryException when it nests too deep
   */
  static StepInvariance of(Expr expr) {
    StepInvariance invariance = new StepInvariance();
    invariance.visit(expr, 0);
    return invariance;
  }

  /** Whether a part of the expression has the same value at every step. */
  boolean holds(Expr part) {
    return invariant.contains(part);
  }

  private boolean visit(Expr expr, int depth) {
    if (depth > MAX_DEPTH) {
      throw new QueryException(
          QueryException.Type.EXECUTION,
          "expression is nested more than " + MAX_DEPTH + " levels deep");
    }
    boolean holds =
        switch (expr) {
          case Expr.NumberLiteral _, Expr.StringLiteral _ -> true;
          case Expr.Paren paren -> visit(paren.inner(), depth + 1);
          case Expr.Unary unary -> visit(unary.operand(), depth + 1);
          case Expr.Binary binary -> {
            boolean left = visit(binary.left(), depth + 1);
            boolean right = visit(binary.right(), depth + 1);
            yield left && right;
          }
          case Expr.Aggregate aggregate -> {
            boolean parameter =
                aggregate.parameter().isEmpty() || visit(aggregate.parameter().get(), depth + 1);
            boolean operand = visit(aggregate.operand(), depth + 1);
            yield operand && parameter;
          }
          case Expr.Call call -> visitCall(call, depth);
          case Expr.VectorSelector selector -> isFixed(selector.modifiers());
          case Expr.MatrixSelector selector -> visit(selector.vector(), depth + 1);
          case Expr.Subquery subquery -> {
            visit(subquery.operand(), depth + 1);
            yield isFixed(subquery.modifiers());
          }
        };
    if (holds) {
      invariant.add(expr);
    }
    return holds;
  }

  private boolean visitCall(Expr.Call call, int depth) {
    boolean arguments = true;
    for (Expr argument : call.arguments()) {
      arguments &= visit(argument, depth + 1);
    }
    return arguments
        && switch (call.function()) {
          case "time", "predict_linear" -> false;
          case "timestamp" -> unwrap(call.arguments().getFirst()) instanceof Expr.VectorSelector;
          case "minute",
              "hour",
              "day_of_week",
              "day_of_month",
              "day_of_year",
              "days_in_month",
              "month",
              "year" ->
              !call.arguments().isEmpty();
          default -> true;
        };
  }

  private static boolean isFixed(Expr.Modifiers modifiers) {
    return !(modifiers.at() instanceof Expr.At.EvaluationTime);
  }

  /** An expression without the parentheses around it. */
  static Expr unwrap(Expr expr) {
    Expr inner = expr;
    while (inner instanceof Expr.Paren paren) {
      inner = paren.inner();
    }
    return inner;
  }
}
