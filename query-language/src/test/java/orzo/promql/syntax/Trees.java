package orzo.promql.syntax;

import java.util.List;
import java.util.OptionalDouble;
import orzo.promql.syntax.Expr.Cardinality;
import orzo.promql.syntax.Expr.DurationExpr;
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

  /**
   * The same tree as if it had been read: signs belong to numbers, every position is the same, and
   * nothing is known of how durations were written.
   */
  static Expr withoutPositions(Expr expression) {
    return switch (expression) {
      case Expr.NumberLiteral number -> new Expr.NumberLiteral(number.value(), NOWHERE);
      case Expr.StringLiteral string -> new Expr.StringLiteral(string.value(), NOWHERE);
      case Expr.Paren paren -> new Expr.Paren(withoutPositions(paren.inner()), NOWHERE);
      case Expr.Unary unary -> signed(unary.negative(), withoutPositions(unary.operand()));
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
          new Expr.MatrixSelector(withoutPosition(matrix.vector()), plain(matrix.range()), NOWHERE);
      case Expr.Subquery subquery ->
          new Expr.Subquery(
              withoutPositions(subquery.operand()),
              plain(subquery.range()),
              subquery.step().map(Trees::plain),
              plain(subquery.modifiers()),
              NOWHERE);
    };
  }

  private static Expr.VectorSelector withoutPosition(Expr.VectorSelector selector) {
    return new Expr.VectorSelector(
        selector.name(), selector.matchers(), plain(selector.modifiers()), NOWHERE);
  }

  private static Expr signed(boolean negative, Expr operand) {
    return operand instanceof Expr.NumberLiteral number
        ? new Expr.NumberLiteral(negative ? -number.value() : number.value(), NOWHERE)
        : new Expr.Unary(negative, operand, NOWHERE);
  }

  private static Expr.Modifiers plain(Expr.Modifiers modifiers) {
    return new Expr.Modifiers(plain(modifiers.offset()), modifiers.at(), modifiers.extension());
  }

  private static DurationExpr plain(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal(double millis, _) -> new DurationExpr.Literal(millis);
      case DurationExpr.Paren(DurationExpr inner) -> plain(inner);
      case DurationExpr.Step _, DurationExpr.Range _ -> duration;
      case DurationExpr.Negated(DurationExpr operand) ->
          plain(operand) instanceof DurationExpr.Literal(double millis, _)
              ? new DurationExpr.Literal(-millis)
              : new DurationExpr.Negated(plain(operand));
      case DurationExpr.Arithmetic(
              BinaryOperator operator,
              DurationExpr left,
              DurationExpr right) ->
          new DurationExpr.Arithmetic(operator, plain(left), plain(right));
      case DurationExpr.Extreme(boolean max, DurationExpr left, DurationExpr right) ->
          new DurationExpr.Extreme(max, plain(left), plain(right));
    };
  }
}
