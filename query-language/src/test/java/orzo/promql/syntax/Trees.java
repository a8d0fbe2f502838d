package orzo.promql.syntax;

import java.util.List;
import java.util.OptionalDouble;
import orzo.promql.syntax.Expr.Cardinality;
import orzo.promql.syntax.Expr.VectorMatching;

/** Trees for tests to compare. */
final class Trees {
  static final Position NOWHERE = new Position(0, 0);

  /** How set operators match when nothing is written. */
  static final VectorMatching MANY_TO_MANY =
      new VectorMatching(
          Cardinality.MANY_TO_MANY,
          false,
          List.of(),
          List.of(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  private Trees() {}

  /** The same tree with every position the same. */
  static Expr withoutPositions(Expr expression) {
    return switch (expression) {
      case Expr.NumberLiteral number -> new Expr.NumberLiteral(number.value(), NOWHERE);
      case Expr.StringLiteral string -> new Expr.StringLiteral(string.value(), NOWHERE);
      case Expr.Paren paren -> new Expr.Paren(withoutPositions(paren.inner()), NOWHERE);
      case Expr.Unary unary ->
          new Expr.Unary(unary.negative(), withoutPositions(unary.operand()), NOWHERE);
      case Expr.Binary binary ->
          new Expr.Binary(
              binary.operator(),
              withoutPositions(binary.left()),
              withoutPositions(binary.right()),
              binary.returnBool(),
              binary.matching(),
              NOWHERE);
      case Expr.Aggregate aggregate ->
          new Expr.Aggregate(
              aggregate.operator(),
              aggregate.parameter().map(Trees::withoutPositions),
              withoutPositions(aggregate.operand()),
              aggregate.grouping(),
              aggregate.without(),
              NOWHERE);
      case Expr.Call call ->
          new Expr.Call(
              call.function(),
              call.arguments().stream().map(Trees::withoutPositions).toList(),
              NOWHERE);
      case Expr.VectorSelector selector -> withoutPosition(selector);
      case Expr.MatrixSelector matrix ->
          new Expr.MatrixSelector(withoutPosition(matrix.vector()), matrix.range(), NOWHERE);
      case Expr.Subquery subquery ->
          new Expr.Subquery(
              withoutPositions(subquery.operand()),
              subquery.range(),
              subquery.step(),
              subquery.modifiers(),
              NOWHERE);
    };
  }

  private static Expr.VectorSelector withoutPosition(Expr.VectorSelector selector) {
    return new Expr.VectorSelector(
        selector.name(), selector.matchers(), selector.modifiers(), NOWHERE);
  }
}
