package orzo.promql.syntax;

import orzo.query.QueryException;

/** The types of expressions. */
public final class Types {
  private Types() {}

  /** The type of an expression whose types are right. */
  public static ValueType of(Expr expression) {
    return switch (expression) {
      case Expr.NumberLiteral _ -> ValueType.SCALAR;
      case Expr.StringLiteral _ -> ValueType.STRING;
      case Expr.VectorSelector _, Expr.Aggregate _ -> ValueType.VECTOR;
      case Expr.MatrixSelector _, Expr.Subquery _ -> ValueType.MATRIX;
      case Expr.Paren paren -> of(paren.inner());
      case Expr.Unary unary -> of(unary.operand());
      case Expr.Binary binary ->
          of(binary.left()) == ValueType.SCALAR && of(binary.right()) == ValueType.SCALAR
              ? ValueType.SCALAR
              : ValueType.VECTOR;
      case Expr.Call call ->
          Functions.find(call.function())
              .orElseThrow(
                  () -> new IllegalArgumentException("unknown function: " + call.function()))
              .returnType();
    };
  }

  /**
   * Checks an expression that was not read but made. What {@link PromQlParser#parse} returns is
   * checked already.
   *
   * @throws QueryException {@code BAD_DATA} when an operand, an argument or a modifier is not of
   *     the kind that its place asks for; {@code EXECUTION} for {@code anchored} and {@code
   *     smoothed} in a function that can't use them
   */
  public static void check(Expr expression) {
    try {
      TypeChecker.check(expression);
    } catch (SyntaxException e) {
      throw new QueryException(QueryException.Type.BAD_DATA, "parse error: " + e.getMessage(), e);
    }
  }
}
