package orzo.http.operations;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.http.ResponseStream;

/** Health, readiness, the gateway's own metrics, and a page that names what can be asked. */
public final class OperationsApi {
  private static final Logger LOG = LoggerFactory.getLogger(OperationsApi.class);
  private static final String TEXT = "text/plain; charset=utf-8";

  private final PrometheusRegistry registry;
  private final Supplier<Optional<String>> notReady;
  private final String startPage;
  private final ExpositionFormats formats = ExpositionFormats.init();

  /**
   * Creates the API.
   *
   * @param notReady why requests cannot be served just now, empty when they can; must not block
   * @param version shown on the start page
   */
  public OperationsApi(
      PrometheusRegistry registry, Supplier<Optional<String>> notReady, String version) {
    this.registry = registry;
    this.notReady = notReady;
    startPage = StartPage.html(version);
  }

  /** Adds the routes. */
  public void mount(Router router) {
    read(router, "/-/healthy").handler(context -> text(context, 200, "Orzo is Healthy.\n"));
    read(router, "/-/ready").handler(this::ready);
    read(router, "/metrics").handler(this::metrics);
    read(router, "/").handler(context -> send(context, 200, "text/html; charset=utf-8", startPage));
  }

  private static Route read(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  private void ready(RoutingContext context) {
    Optional<String> reason = notReady.get();
    if (reason.isEmpty()) {
      text(context, 200, "Orzo is Ready.\n");
    } else {
      text(context, 503, "Orzo is not ready: " + reason.get() + "\n");
    }
  }

  /** Collecting runs callbacks of unknown cost, so it is done off the event loop. */
  private void metrics(RoutingContext context) {
    Thread.ofVirtual().name("metrics").start(() -> writeMetrics(context));
  }

  private void writeMetrics(RoutingContext context) {
    ExpositionFormatWriter format = formats.findWriter(context.request().getHeader("Accept"));
    MetricSnapshots snapshots;
    try {
      snapshots = registry.scrape();
    } catch (RuntimeException e) {
      context.fail(e);
      return;
    }
    context.response().putHeader("Content-Type", format.getContentType());
    try (ResponseStream body = new ResponseStream(context.request())) {
      format.write(body, snapshots);
      body.finish();
    } catch (IOException e) {
      LOG.debug("metrics not sent: {}", e.getMessage());
    }
  }

  private static void text(RoutingContext context, int status, String text) {
    send(context, status, TEXT, text);
  }

  private static void send(RoutingContext context, int status, String type, String text) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", type)
        .end(text)
        .onFailure(gone -> LOG.debug("answer not sent", gone));
  }
}
