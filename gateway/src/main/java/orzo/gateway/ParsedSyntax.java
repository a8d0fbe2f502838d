package orzo.gateway;

import java.util.List;
import java.util.Set;
import orzo.http.prometheus.PromQlSyntax;
import orzo.index.Matcher;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.PromQlFeature;
import orzo.promql.syntax.PromQlParser;

/**
 * Lends the PromQL parser to the HTTP API.
 *
 * @param features what is on of that which can be switched off
 */
record ParsedSyntax(Set<PromQlFeature> features) implements PromQlSyntax {
  @Override
  public List<Matcher> selector(String text) {
    return PromQlParser.parseSelector(text).matchers();
  }

  @Override
  public Expr expression(String text) {
    return PromQlParser.parse(text, features);
  }
}
