package orzo.promql.exec;

import orzo.promql.syntax.Expr;

/**
 * A query that was read and looked through, to be evaluated any number of times. Safe for many
 * threads.
 */
public final class PreparedQuery {
  final Expr expr;
  final String text;
  final StepInvariance invariance;
  final CommonParts common;

  private PreparedQuery(Expr expr, String text, StepInvariance invariance, CommonParts common) {
    this.expr = expr;
    this.text = text;
    this.invariance = invariance;
    this.common = common;
  }

  /**
   * Looks through an expression whose types were checked.
   *
   * @param text the query as written, which positions in annotations refer to
   * @throws orzo.query.QueryException when it nests too deep
   */
  public static PreparedQuery of(Expr expr, String text) {
    var _ = StepInvariance.of(expr); // first: it bounds how deep others recurse
    Expr folded = ConstantFolding.fold(expr);
    return new PreparedQuery(folded, text, StepInvariance.of(folded), CommonParts.of(folded));
  }

  /** The same, with each part evaluated wherever it is written. */
  static PreparedQuery asWritten(Expr expr, String text) {
    return new PreparedQuery(expr, text, StepInvariance.of(expr), CommonParts.none());
  }
}
