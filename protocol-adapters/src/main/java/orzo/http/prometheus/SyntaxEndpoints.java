package orzo.http.prometheus;

import orzo.promql.syntax.Expr;
import orzo.promql.syntax.PrettyPrinter;

/** {@code format_query} and {@code parse_query}: what can be said of a query without data. */
final class SyntaxEndpoints {
  private final PromQlSyntax syntax;
  private final QueryLimits limits;
  private final QueryGate gate;

  SyntaxEndpoints(PromQlSyntax syntax, QueryLimits limits, QueryGate gate) {
    this.syntax = syntax;
    this.limits = limits;
    this.gate = gate;
  }

  Answer formatQuery(ApiRequest request) {
    String query = ParameterValues.query(request.parameters());
    String formatted =
        gate.pass(
            "format_query", limits.timeout(), _ -> PrettyPrinter.print(syntax.expression(query)));
    return Answer.of(json -> json.string(formatted));
  }

  Answer parseQuery(ApiRequest request) {
    String query = ParameterValues.query(request.parameters());
    Expr expression = gate.pass("parse_query", limits.timeout(), _ -> syntax.expression(query));
    return Answer.of(json -> ExprJson.write(json, expression));
  }
}
