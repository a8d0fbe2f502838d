package orzo.http.prometheus;

import java.util.List;
import orzo.index.Matcher;
import orzo.promql.syntax.Expr;

/**
 * As much of the PromQL parser as request parameters need. Both methods throw a {@link
 * orzo.query.QueryException} of type {@code BAD_DATA} or a {@link orzo.storage.GatewayException} of
 * kind {@code MALFORMED} for text that is none; its message is shown as it is.
 */
public interface PromQlSyntax {
  /** The matchers of a series selector without modifiers, that of a metric name included. */
  List<Matcher> selector(String text);

  /** The tree of an expression. */
  Expr expression(String text);
}
