package orzo.http.gnocchi;

import io.vertx.core.Context;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import orzo.http.access.Authentication;

/**
 * Asks who calls {@code /v1/prometheus/write} before remote write, which asks nobody, takes the
 * request. To be mounted before it.
 */
public final class WriteGate {
  private final Authentication authentication;

  /** Creates the gate. */
  public WriteGate(Authentication authentication) {
    this.authentication = authentication;
  }

  /** Adds the route. */
  public void mount(Router router) {
    router.route("/v1/prometheus/write").handler(this::ask);
  }

  private void ask(RoutingContext routing) {
    Context context = routing.vertx().getOrCreateContext();
    routing.request().pause();
    Thread.startVirtualThread(() -> { // because asking may block
      boolean isKnown = authentication.caller(routing.request().headers()).isPresent();
      context.runOnContext(_ -> {
        if (isKnown) {
          routing.next();
        } else {
          Exchange.refuse(routing, ApiError.unauthorized());
        }
        routing.request().resume();
      });
    });
  }
}
