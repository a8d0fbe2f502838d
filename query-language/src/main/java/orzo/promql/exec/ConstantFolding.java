package orzo.promql.exec;

import orzo.promql.exec.binary.ScalarOperation;
import orzo.promql.syntax.BinaryOperator;
import orzo.promql.syntax.Expr;

/**
 * Computes what is made of written numbers alone, such as {@code 4 * 3600}, once for a query and
 * not for each of its steps. A number that comes of it stands where its expression stood, so that
 * annotations name the same place.
 */
final class ConstantFolding {
  private ConstantFolding() {}

  /** The expression with its constant parts computed; its types must have been checked. */
  static Expr fold(Expr expr) {
    return switch (expr) {
      case Expr.Paren paren -> paren(paren);
      case Expr.Unary unary -> unary(unary);
      case Expr.Binary binary -> binary(binary);
      case Expr.Aggregate aggregate -> aggregate(aggregate);
      case Expr.Call call -> call(call);
      case Expr.Subquery subquery -> subquery(subquery);
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.VectorSelector _,
          Expr.MatrixSelector _ ->
          expr;
    };
  }

  private static Expr paren(Expr.Paren paren) {
    Expr inner = fold(paren.inner());
    if (inner instanceof Expr.NumberLiteral number) {
      return new Expr.NumberLiteral(number.value(), paren.position());
    }
    return new Expr.Paren(inner, paren.position());
  }

  private static Expr unary(Expr.Unary unary) {
    Expr operand = fold(unary.operand());
    if (operand instanceof Expr.NumberLiteral number) {
      double value = unary.negative() ? -number.value() : number.value();
      return new Expr.NumberLiteral(value, unary.position());
    }
    return new Expr.Unary(unary.negative(), operand, unary.position());
  }

  private static Expr binary(Expr.Binary binary) {
    Expr left = fold(binary.left());
    Expr right = fold(binary.right());
    BinaryOperator operator = binary.operator();
    if (left instanceof Expr.NumberLiteral first
        && right instanceof Expr.NumberLiteral second
        && !operator.isSet()
        && !operator.isTrim()) {
      double[] value =
          ScalarOperation.betweenScalars(
              operator, new double[] {first.value()}, new double[] {second.value()});
      return new Expr.NumberLiteral(value[0], binary.position());
    }
    return new Expr.Binary(
        operator, left, right, binary.returnBool(), binary.matching(), binary.position());
  }

  private static Expr aggregate(Expr.Aggregate aggregate) {
    return new Expr.Aggregate(
        aggregate.operator(),
        aggregate.parameter().map(ConstantFolding::fold),
        fold(aggregate.operand()),
        aggregate.grouping(),
        aggregate.without(),
        aggregate.position());
  }

  private static Expr call(Expr.Call call) {
    return new Expr.Call(
        call.function(),
        call.arguments().stream().map(ConstantFolding::fold).toList(),
        call.position());
  }

  private static Expr subquery(Expr.Subquery subquery) {
    return new Expr.Subquery(
        fold(subquery.operand()),
        subquery.range(),
        subquery.step(),
        subquery.modifiers(),
        subquery.position());
  }
}
