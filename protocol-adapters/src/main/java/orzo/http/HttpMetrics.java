package orzo.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;

/** Counts and times requests by endpoint. */
final class HttpMetrics implements Handler<RoutingContext> {
  /** What nginx calls a request whose client went away before the answer. */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private final Counter requests;
  private final Histogram durations;

  HttpMetrics(PrometheusRegistry registry) {
    requests =
        Counter.builder()
            .name("orzo_http_requests_total")
            .help("HTTP requests by endpoint and status; 499: the client went away.")
            .labelNames("endpoint", "status")
            .register(registry);
    durations =
        Histogram.builder()
            .name("orzo_http_request_duration_seconds")
            .help("From the head of a request to the end of its answer, by endpoint.")
            .unit(Unit.SECONDS)
            .labelNames("endpoint")
            .classicOnly()
            .classicUpperBounds(
                .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 120)
            .register(registry);
  }

  @Override
  public void handle(RoutingContext context) {
    long startNanos = System.nanoTime();
    context.addEndHandler(end -> {
      int status = end.succeeded() ? context.response().getStatusCode() : CLIENT_CLOSED_REQUEST;
      String endpoint = endpoint(context);
      requests.labelValues(endpoint, Integer.toString(status)).inc();
      durations.labelValues(endpoint).observe(Unit.nanosToSeconds(System.nanoTime() - startNanos));
    });
    context.next();
  }

  /** The path of the route, not of the request: how many there are is known beforehand. */
  private static String endpoint(RoutingContext context) {
    Route route = context.currentRoute();
    String path = route == null ? null : route.getPath();
    return path == null ? "other" : path;
  }
}
