package orzo.gateway;

import java.util.List;
import orzo.http.prometheus.PromQlSyntax;
import orzo.index.Matcher;
import orzo.promql.syntax.PromQlParser;

/** Lends the PromQL parser to the HTTP API. */
final class ParsedSyntax implements PromQlSyntax {
  @Override
  public List<Matcher> selector(String text) {
    return PromQlParser.parseSelector(text).matchers();
  }

  @Override
  public void checkExpression(String text) {
    PromQlParser.parse(text);
  }
}
