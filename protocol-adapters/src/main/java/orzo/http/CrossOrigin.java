package orzo.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Allows pages of other origins to call. A request of an origin that is not allowed is answered all
 * the same, without the headers: it is the browser that keeps the answer from the page. Its
 * question beforehand, an OPTIONS request, is answered here for every path.
 */
final class CrossOrigin implements Handler<RoutingContext> {
  private static final Logger LOG = LoggerFactory.getLogger(CrossOrigin.class);

  /** The methods that some path has. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS");

  private final Set<String> allowed;
  private final boolean all;
  private final String requestHeaders;

  CrossOrigin(HttpConfig config) {
    allowed = Set.copyOf(config.allowedOrigins());
    all = allowed.contains("*");
    requestHeaders = "Accept, Authorization, Content-Type, Origin, " + config.tenantHeader();
  }

  @Override
  public void handle(RoutingContext context) {
    if (!allowed.isEmpty()) {
      MultiMap headers = context.response().headers();
      headers.add("Vary", "Origin");
      String origin = context.request().getHeader("Origin");
      if (origin != null && (all || allowed.contains(origin))) {
        headers.set("Access-Control-Allow-Origin", all ? "*" : origin);
        headers.set("Access-Control-Allow-Headers", requestHeaders);
        String asked = context.request().getHeader("Access-Control-Request-Method");
        headers.set(
            "Access-Control-Allow-Methods",
            asked != null && METHODS.contains(asked) ? asked : "GET, POST, OPTIONS");
      }
    }
    if (context.request().method().equals(HttpMethod.OPTIONS)) {
      // What is Gnocchi's answers as OpenStack's services do.
      int status = context.normalizedPath().startsWith("/v1/") ? 200 : 204;
      context.response().setStatusCode(status).end().onFailure(gone -> LOG.debug("not sent", gone));
    } else {
      context.next();
    }
  }
}
