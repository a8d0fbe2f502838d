package orzo.http.prometheus;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.http.FormParameters;
import orzo.http.ResponseStream;
import orzo.http.TenantHeader;
import orzo.http.access.AccessGate;
import orzo.query.QueryException;
import orzo.remoteread.ReadRequest;
import orzo.storage.GatewayException;

/**
 * The Prometheus HTTP API, as of Prometheus {@link BuildInfo#PROMETHEUS_VERSION}. The event loop
 * reads a request, a virtual thread of its own answers it; when the client goes away, its query is
 * cancelled.
 */
public final class PrometheusApi {
  private static final Logger LOG = LoggerFactory.getLogger(PrometheusApi.class);
  private static final int MAX_FORM_BYTES = 10 << 20; // as Go's servers
  private static final int CONTENT_TOO_LARGE = 413;

  private final Routes routes = new Routes();
  private final TenantHeader tenantHeader;
  private final ThreadFactory threads = Thread.ofVirtual().name("prometheus-api-", 0).factory();

  /**
   * Creates the API.
   *
   * @param registry where queries are counted and timed
   * @param clock what "now" is for a query without a time
   */
  public PrometheusApi(
      ApiBackend backend,
      PromQlSyntax syntax,
      ApiSettings settings,
      PrometheusRegistry registry,
      InstantSource clock) {
    tenantHeader = settings.tenantHeader();
    QueryLimits limits = settings.limits();
    QueryGate gate = new QueryGate(limits, registry);
    QueryEndpoints queries = new QueryEndpoints(backend.engine(), limits, gate, clock);
    SyntaxEndpoints syntaxes = new SyntaxEndpoints(syntax, limits, gate);
    SeriesEndpoints series =
        new SeriesEndpoints(backend.lister(), backend.presence(), syntax, limits, gate);
    StatusEndpoints status = new StatusEndpoints(backend, settings, gate, clock);
    TargetEndpoints targets = new TargetEndpoints(backend, syntax, limits, gate);
    AdminEndpoints admin =
        new AdminEndpoints(backend.removal(), series::selectors, settings, gate, clock);
    FederationEndpoint federation =
        new FederationEndpoint(backend.reader(), series::anySelectors, limits, gate, clock);
    RemoteReadEndpoint reads =
        new RemoteReadEndpoint(backend.reader(), settings.reads(), limits, registry);
    routes
        .getAndPost("/query", queries::query)
        .getAndPost("/query_range", queries::queryRange)
        .getAndPost(
            "/query_exemplars",
            new ExemplarEndpoint(backend.exemplars(), syntax, limits, gate)::queryExemplars)
        .getAndPost("/format_query", syntaxes::formatQuery)
        .getAndPost("/parse_query", syntaxes::parseQuery)
        .get("/labels", series::labels, series::fewLabels)
        .post("/labels", series::labels)
        .get("/label/:name/values", series::labelValues, series::fewLabelValues)
        .getAndPost("/series", series::series)
        .bytes("/read", reads::read)
        .beside("/federate", federation::federate)
        .get("/metadata", status::metadata)
        .get("/targets", targets::targets)
        .get("/targets/metadata", targets::metadata)
        .get("/targets/relabel_steps", targets::poolConfiguration)
        .get("/scrape_pools", targets::pools)
        .get("/scrape_pools/config", targets::poolConfiguration)
        .get("/alertmanagers", targets::alertmanagers)
        .get("/rules", targets::rules)
        .get("/alerts", targets::alerts)
        .get("/status/buildinfo", status::buildInfo)
        .get("/status/runtimeinfo", status::runtimeInfo)
        .get("/status/config", status::configuration)
        .get("/status/flags", status::flags)
        .get("/status/tsdb", status::tsdb)
        .get("/status/tsdb/blocks", status::blocks)
        .get("/status/walreplay", status::walReplay)
        .get("/notifications", status::notifications)
        .get("/notifications/live", _ -> new Reply.Nothing())
        .change("/admin/tsdb/delete_series", admin::deleteSeries)
        .change("/admin/tsdb/clean_tombstones", admin::cleanTombstones)
        .change("/admin/tsdb/snapshot", admin::snapshot)
        .get("/openapi.yaml", OpenApiDescription::answer);
  }

  /** The paths there are. */
  List<Routes.Route> routes() {
    return routes.all();
  }

  /** Adds the routes. */
  public void mount(Router router) {
    for (String base : Routes.BASES) {
      for (Routes.Route route : routes.all()) {
        Route mounted = router.route(base + route.path());
        for (HttpMethod method : route.methods()) {
          mounted.method(method);
        }
        switch (route.input()) {
          case NOTHING -> mounted.handler(context -> start(context, route, Buffer.buffer()));
          case FORM -> mounted.handler(context -> readForm(context, route));
          case BYTES -> mounted.handler(context -> readBytes(context, route));
        }
      }
    }
  }

  /**
   * Collects the body, which is a form or nothing; other content is ignored, as Go's servers do.
   */
  private void readForm(RoutingContext context, Routes.Route route) {
    String type = context.request().getHeader("Content-Type");
    String plainType = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    boolean form = plainType.equals("application/x-www-form-urlencoded");
    read(
        context,
        route,
        form,
        MAX_FORM_BYTES,
        () ->
            sendError(
                context,
                CONTENT_TOO_LARGE,
                new ApiException(
                    ApiException.Type.BAD_DATA,
                    "error parsing form values: more than " + MAX_FORM_BYTES + " bytes of form")));
  }

  private void readBytes(RoutingContext context, Routes.Route route) {
    read(
        context,
        route,
        true,
        ReadRequest.MAX_BYTES,
        () ->
            send(
                context,
                Reply.Content.text(
                    CONTENT_TOO_LARGE,
                    "body of more than " + ReadRequest.MAX_BYTES + " bytes (expected: less)")));
  }

  private void read(
      RoutingContext context, Routes.Route route, boolean keep, int limit, Runnable refusal) {
    HttpServerRequest request = context.request();
    Buffer body = Buffer.buffer();
    AtomicBoolean refused = new AtomicBoolean();
    request.handler(chunk -> {
      if (!keep || refused.get()) {
        return;
      }
      if (body.length() + chunk.length() > limit) {
        refused.set(true);
        context.response().putHeader("Connection", "close");
        threads.newThread(refusal).start();
      } else {
        body.appendBuffer(chunk);
      }
    });
    request.endHandler(_ -> {
      if (!refused.get()) {
        start(context, route, body);
      }
    });
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue().onFailure(gone -> LOG.debug("not sent", gone));
    }
  }

  private void start(RoutingContext context, Routes.Route route, Buffer body) {
    AtomicBoolean gone = new AtomicBoolean();
    if (route.quick().isPresent()) {
      Answer answer = quickAnswer(route.quick().get(), context, route, body);
      if (answer != null) {
        send(context, 200, answer::write, ResponseStream::finishAtOnce);
        return;
      }
    }
    context.addEndHandler(_ -> gone.set(true));
    threads
        .newThread(() -> AccessGate.runAs(context, () -> serve(context, route, body, gone)))
        .start();
  }

  private @Nullable Answer quickAnswer(
      QuickEndpoint endpoint, RoutingContext context, Routes.Route route, Buffer body) {
    try {
      return endpoint.answer(request(context, route, body, new AtomicBoolean()));
    } catch (ApiException | GatewayException refusal) { // the other endpoint says it, too
      LOG.trace("not answered at once", refusal);
      return null;
    }
  }

  private void serve(RoutingContext context, Routes.Route route, Buffer body, AtomicBoolean gone) {
    Reply reply;
    try {
      reply = route.endpoint().answer(request(context, route, body, gone));
    } catch (ApiException e) {
      sendError(context, e);
      return;
    } catch (QueryException e) {
      sendError(context, ApiException.of(e));
      return;
    } catch (GatewayException e) {
      sendError(context, ApiException.of(e));
      return;
    } catch (RuntimeException e) {
      LOG.error("{} {}", context.request().method(), context.request().uri(), e);
      sendError(context, new ApiException(ApiException.Type.INTERNAL, "unexpected error: " + e));
      return;
    }
    switch (reply) {
      case Answer answer -> send(context, 200, answer::write);
      case Reply.Content content -> send(context, content);
      case Reply.Nothing _ -> sendNothing(context);
    }
  }

  private ApiRequest request(
      RoutingContext context, Routes.Route route, Buffer body, AtomicBoolean gone) {
    HttpServerRequest request = context.request();
    boolean form = route.input() == Routes.Input.FORM;
    FormParameters parameters = new FormParameters();
    try {
      parameters.add(form ? body.toString(StandardCharsets.UTF_8) : "");
      String query = request.query();
      parameters.add(query == null ? "" : query);
    } catch (GatewayException e) {
      throw new ApiException(
          ApiException.Type.BAD_DATA, "error parsing form values: " + e.getMessage());
    }
    String name = context.pathParam("name");
    return new ApiRequest(
        tenantHeader.tenant(request.headers()),
        parameters,
        name == null ? "" : name,
        gone::get,
        request.headers(),
        form ? new byte[0] : body.getBytes());
  }

  private static void sendError(RoutingContext context, ApiException error) {
    sendError(context, error.type().status(), error);
  }

  private static void sendError(RoutingContext context, int status, ApiException error) {
    String message = String.valueOf(error.getMessage());
    send(context, status, json -> Answer.writeError(json, error.type(), message));
  }

  private static void send(RoutingContext context, int status, Answer.Data content) {
    send(context, status, content, ResponseStream::finish);
  }

  /** Completes an answer. */
  private interface Finish {
    void finish(ResponseStream body) throws IOException;
  }

  private static void send(RoutingContext context, int status, Answer.Data content, Finish finish) {
    HttpServerResponse response = context.response();
    if (response.closed()) {
      return;
    }
    response.setStatusCode(status).putHeader("Content-Type", "application/json");
    try (ResponseStream body = new ResponseStream(context.request())) {
      JsonWriter json = new JsonWriter(body);
      content.write(json);
      json.drain();
      finish.finish(body);
    } catch (IOException e) {
      LOG.debug("{} not answered: {}", context.request().path(), e.getMessage());
    } catch (RuntimeException e) { // closing the stream has told the client
      LOG.error("{} {}: answer", context.request().method(), context.request().uri(), e);
    }
  }

  private static void sendNothing(RoutingContext context) {
    context
        .response()
        .setStatusCode(204)
        .end()
        .onFailure(gone -> LOG.debug("{} not answered", context.request().path(), gone));
  }

  private static void send(RoutingContext context, Reply.Content content) {
    HttpServerResponse response = context.response();
    if (response.closed()) {
      return;
    }
    ResponseStream body =
        content.compressible()
            ? new ResponseStream(context.request())
            : ResponseStream.asItIs(context.request());
    try {
      response.setStatusCode(content.status()).putHeader("Content-Type", content.type());
      content.headers().forEach(response::putHeader);
      content.body().write(body);
      body.finish();
    } catch (GatewayException e) {
      if (response.headWritten()) {
        LOG.warn("{} broken off: {}", context.request().path(), e.getMessage());
      } else {
        List.copyOf(content.headers().keySet()).forEach(response.headers()::remove);
        send(context, TextErrors.of(e));
        return;
      }
    } catch (IOException e) {
      LOG.debug("{} not answered: {}", context.request().path(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("{} {}: answer", context.request().method(), context.request().uri(), e);
    }
    body.close();
  }
}
