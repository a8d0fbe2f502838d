package orzo.http.prometheus;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.http.FormParameters;
import orzo.http.ResponseStream;
import orzo.http.TenantHeader;
import orzo.index.SeriesLister;
import orzo.query.QueryEngine;
import orzo.query.QueryException;
import orzo.read.Exemplars;
import orzo.storage.GatewayException;
import orzo.storage.MetadataStore;

/**
 * The Prometheus HTTP API, as of Prometheus {@link BuildInfo#PROMETHEUS_VERSION}. The event loop
 * reads a request, a virtual thread of its own answers it; when the client goes away, its query is
 * cancelled.
 */
public final class PrometheusApi {
  /** Where the API is; Mimir and what is set up for it use the longer path. */
  private static final List<String> PREFIXES = List.of("/api/v1", "/prometheus/api/v1");

  private static final Logger LOG = LoggerFactory.getLogger(PrometheusApi.class);
  private static final int MAX_FORM_BYTES = 10 << 20; // as Go's servers
  private static final int CONTENT_TOO_LARGE = 413;

  private final QueryEndpoints queries;
  private final SyntaxEndpoints syntaxes;
  private final SeriesEndpoints series;
  private final StatusEndpoints status;
  private final ExemplarEndpoint exemplars;
  private final TenantHeader tenantHeader;
  private final ThreadFactory threads = Thread.ofVirtual().name("prometheus-api-", 0).factory();

  /**
   * Creates the API.
   *
   * @param registry where queries are counted and timed
   * @param clock what "now" is for a query without a time
   */
  public PrometheusApi(
      QueryEngine engine,
      SeriesLister lister,
      MetadataStore metadata,
      Exemplars exemplars,
      PromQlSyntax syntax,
      QueryLimits limits,
      TenantHeader tenantHeader,
      BuildInfo build,
      PrometheusRegistry registry,
      InstantSource clock) {
    QueryGate gate = new QueryGate(limits, registry);
    queries = new QueryEndpoints(engine, limits, gate, clock);
    syntaxes = new SyntaxEndpoints(syntax, limits, gate);
    series = new SeriesEndpoints(lister, syntax, limits, gate);
    status = new StatusEndpoints(metadata, limits, gate, build, clock);
    this.exemplars = new ExemplarEndpoint(exemplars, syntax, limits, gate);
    this.tenantHeader = tenantHeader;
  }

  /** Adds the routes. */
  public void mount(Router router) {
    for (String prefix : PREFIXES) {
      getAndPost(router, prefix + "/query", queries::query);
      getAndPost(router, prefix + "/query_range", queries::queryRange);
      getAndPost(router, prefix + "/format_query", syntaxes::formatQuery);
      getAndPost(router, prefix + "/parse_query", syntaxes::parseQuery);
      getAndPost(router, prefix + "/query_exemplars", exemplars::queryExemplars);
      getAndPost(router, prefix + "/labels", series::labels);
      getAndPost(router, prefix + "/series", series::series);
      get(router, prefix + "/label/:name/values", series::labelValues);
      get(router, prefix + "/metadata", status::metadata);
      get(router, prefix + "/rules", status::rules);
      get(router, prefix + "/alerts", status::alerts);
      get(router, prefix + "/status/buildinfo", status::buildInfo);
      get(router, prefix + "/status/runtimeinfo", status::runtimeInfo);
    }
  }

  private void getAndPost(Router router, String path, Endpoint endpoint) {
    get(router, path, endpoint);
    router.post(path).handler(context -> readForm(context, endpoint));
  }

  private void get(Router router, String path, Endpoint endpoint) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> start(context, endpoint, ""));
  }

  /**
   * Collects the body, which is a form or nothing; other content is ignored, as Go's servers do.
   */
  private void readForm(RoutingContext context, Endpoint endpoint) {
    HttpServerRequest request = context.request();
    String type = request.getHeader("Content-Type");
    String plainType = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    boolean form = plainType.equals("application/x-www-form-urlencoded");
    Buffer body = Buffer.buffer();
    AtomicBoolean refused = new AtomicBoolean();
    request.handler(chunk -> {
      if (!form || refused.get()) {
        return;
      }
      if (body.length() + chunk.length() > MAX_FORM_BYTES) {
        refused.set(true);
        refuse(context);
      } else {
        body.appendBuffer(chunk);
      }
    });
    request.endHandler(_ -> {
      if (!refused.get()) {
        start(context, endpoint, body.toString(StandardCharsets.UTF_8));
      }
    });
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue().onFailure(gone -> LOG.debug("not sent", gone));
    }
  }

  private void refuse(RoutingContext context) {
    context.response().putHeader("Connection", "close");
    ApiException tooLarge =
        new ApiException(
            ApiException.Type.BAD_DATA,
            "error parsing form values: more than " + MAX_FORM_BYTES + " bytes of form");
    threads.newThread(() -> sendError(context, CONTENT_TOO_LARGE, tooLarge)).start();
  }

  private void start(RoutingContext context, Endpoint endpoint, String form) {
    AtomicBoolean gone = new AtomicBoolean();
    context.addEndHandler(_ -> gone.set(true));
    threads.newThread(() -> serve(context, endpoint, form, gone)).start();
  }

  private void serve(RoutingContext context, Endpoint endpoint, String form, AtomicBoolean gone) {
    Answer answer;
    try {
      answer = endpoint.answer(request(context, form, gone));
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
    send(context, 200, answer::write);
  }

  private ApiRequest request(RoutingContext context, String form, AtomicBoolean gone) {
    HttpServerRequest request = context.request();
    FormParameters parameters = new FormParameters();
    try {
      parameters.add(form);
      String query = request.query();
      parameters.add(query == null ? "" : query);
    } catch (GatewayException e) {
      throw new ApiException(
          ApiException.Type.BAD_DATA, "error parsing form values: " + e.getMessage());
    }
    String name = context.pathParam("name");
    return new ApiRequest(
        tenantHeader.tenant(request.headers()), parameters, name == null ? "" : name, gone::get);
  }

  private static void sendError(RoutingContext context, ApiException error) {
    sendError(context, error.type().status(), error);
  }

  private static void sendError(RoutingContext context, int status, ApiException error) {
    String message = String.valueOf(error.getMessage());
    send(context, status, json -> Answer.writeError(json, error.type(), message));
  }

  private static void send(RoutingContext context, int status, Answer.Data content) {
    HttpServerResponse response = context.response();
    if (response.closed()) {
      return;
    }
    response.setStatusCode(status).putHeader("Content-Type", "application/json");
    try (ResponseStream body = new ResponseStream(context.request())) {
      JsonWriter json = new JsonWriter(body);
      content.write(json);
      json.drain();
      body.finish();
    } catch (IOException e) {
      LOG.debug("{} not answered: {}", context.request().path(), e.getMessage());
    } catch (RuntimeException e) { // closing the stream has told the client
      LOG.error("{} {}: answer", context.request().method(), context.request().uri(), e);
    }
  }
}
