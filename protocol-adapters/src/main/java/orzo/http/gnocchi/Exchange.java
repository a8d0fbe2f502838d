package orzo.http.gnocchi;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.http.FormParameters;
import orzo.http.ResponseStream;
import orzo.http.access.Caller;
import orzo.http.access.Permission;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;

/**
 * One request to this API, and how it is answered: the event loop reads it, a virtual thread of its
 * own does what it asks for, and errors are JSON for clients that like it better than text. What is
 * asked of a request here is for that thread, and throws an {@link ApiError} if it is not as it
 * should be.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final int RETRY_AFTER_SECONDS = 5;
  private static final Caller NOBODY = new Caller("", Optional.empty(), Set.of(), true);
  private static final ThreadFactory THREADS = Thread.ofVirtual().name("gnocchi-api-", 0).factory();

  private final RoutingContext context;
  private final GnocchiSettings settings;
  private final Caller caller;
  private final Tenant tenant;
  private final ReceivedBody body;

  /** Answers a request. */
  interface Endpoint {
    /** Runs on a thread of its own, and may block. */
    Reply answer(Exchange exchange);
  }

  private Exchange(
      RoutingContext context,
      GnocchiSettings settings,
      Caller caller,
      Tenant tenant,
      ReceivedBody body) {
    this.context = context;
    this.settings = settings;
    this.caller = caller;
    this.tenant = tenant;
    this.body = body;
  }

  /** Answers a request; to be called on the event loop. */
  static void serve(
      RoutingContext context, GnocchiSettings settings, int maxBodyBytes, Endpoint endpoint) {
    serve(context, settings, maxBodyBytes, false, endpoint);
  }

  /**
   * Answers a request; to be called on the event loop.
   *
   * @param isOpen whether those are answered, too, of whom it is not known who they are
   */
  static void serve(
      RoutingContext context,
      GnocchiSettings settings,
      int maxBodyBytes,
      boolean isOpen,
      Endpoint endpoint) {
    HttpServerRequest request = context.request();
    HttpMethod method = request.method();
    if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      start(context, settings, new ReceivedBody(0, settings.bodies()), isOpen, endpoint);
      return;
    }
    ReceivedBody body = new ReceivedBody(maxBodyBytes, settings.bodies());
    request.handler(body::add);
    request.endHandler(_ -> {
      body.complete();
      start(context, settings, body, isOpen, endpoint);
    });
    request.exceptionHandler(_ -> body.abandon());
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue().onFailure(gone -> LOG.debug("not sent", gone));
    }
  }

  private static void start(
      RoutingContext context,
      GnocchiSettings settings,
      ReceivedBody body,
      boolean isOpen,
      Endpoint endpoint) {
    THREADS
        .newThread(() -> {
          try {
            answer(context, settings, body, isOpen, endpoint);
          } finally {
            body.release();
          }
        })
        .start();
  }

  private static void answer(
      RoutingContext context,
      GnocchiSettings settings,
      ReceivedBody body,
      boolean isOpen,
      Endpoint endpoint) {
    Accept accept = new Accept(context.request().headers().getAll("Accept"));
    Reply reply;
    try {
      if (!accept.takesJson()) {
        throw ApiError.of(406, "this answer is application/json, which Accept leaves out");
      }
      Caller caller =
          settings
              .authentication()
              .caller(context.request().headers())
              .or(() -> isOpen ? Optional.of(NOBODY) : Optional.empty())
              .orElseThrow(ApiError::unauthorized);
      Tenant tenant = settings.tenantHeader().tenant(context.request().headers());
      reply = endpoint.answer(new Exchange(context, settings, caller, tenant, body));
    } catch (ApiError e) {
      send(context, accept, e);
      return;
    } catch (GatewayException e) {
      send(context, accept, ApiError.of(e));
      return;
    } catch (RuntimeException e) {
      LOG.error("{} {}", context.request().method(), context.request().uri(), e);
      send(context, accept, ApiError.of(500, "unexpected error: " + e));
      return;
    }
    send(context, reply);
  }

  /** Who asks. */
  Caller caller() {
    return caller;
  }

  /** Checks that the caller may do something, whatever it is done to. */
  void require(Permission permission) {
    if (!caller.may(permission)) {
      throw ApiError.forbidden();
    }
  }

  /** Whose data the request is about. */
  Tenant tenant() {
    return tenant;
  }

  /** A parameter of the path, decoded. */
  String path(String name) {
    String value = context.pathParam(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " (expected: a parameter of the route's path)");
    }
    return value;
  }

  /** The parameters after the question mark. */
  FormParameters parameters() {
    String query = context.request().query();
    return new FormParameters().add(query == null ? "" : query);
  }

  /** A header's first value. */
  Optional<String> header(String name) {
    return Optional.ofNullable(context.request().getHeader(name));
  }

  /**
   * The URL of something on this server, as the client knows it.
   *
   * @param path with the slash at its start, percent-encoded
   */
  String url(String path) {
    return PublicAddress.of(context.request(), settings.believesProxies()) + path;
  }

  /** The URL that was asked for, without its parameters. */
  String url() {
    return url(Objects.requireNonNullElse(context.request().path(), ""));
  }

  /** The path that was asked for, decoded. */
  String path() {
    return Objects.requireNonNullElse(context.normalizedPath(), "");
  }

  /** Whether the body is stated to be a form. */
  boolean isForm() {
    return isOf("application/x-www-form-urlencoded", context.request().getHeader("Content-Type"));
  }

  /** The body, which must be {@code application/json}. */
  @Nullable Object json() {
    return json("application/json");
  }

  /** The bytes of the body, which must be {@code application/json}. */
  byte[] jsonBytes() {
    if (!isOf("application/json", context.request().getHeader("Content-Type"))) {
      throw ApiError.of(415, "Unsupported Media Type (expected: application/json)");
    }
    if (body.length() == 0) {
      throw ApiError.undecodable("Expected object or value");
    }
    return body.bytes();
  }

  /** The body, which must be JSON that is stated to be of a media type. */
  @Nullable Object json(String mediaType) {
    if (!isOf(mediaType, context.request().getHeader("Content-Type"))) {
      throw ApiError.of(415, "Unsupported Media Type (expected: " + mediaType + ")");
    }
    Buffer text = body();
    if (text.length() == 0) {
      throw ApiError.undecodable("Expected object or value");
    }
    try {
      return Json.decodeValue(text);
    } catch (DecodeException e) {
      throw ApiError.undecodable(String.valueOf(e.getMessage()));
    }
  }

  /** The body, which must be an object in JSON. */
  JsonInput object() {
    return JsonInput.of(json());
  }

  /** The body as it was sent. */
  Buffer body() {
    return Buffer.buffer(body.bytes());
  }

  private static boolean isOf(String mediaType, @Nullable String contentType) {
    return contentType != null
        && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(mediaType);
  }

  /** How this API is served. */
  GnocchiSettings settings() {
    return settings;
  }

  /**
   * Answers a request with an error; the body is not looked at. May be called on the event loop.
   */
  static void refuse(RoutingContext context, ApiError error) {
    Accept accept = new Accept(context.request().headers().getAll("Accept"));
    HttpServerResponse response = head(context, error);
    response
        .setStatusCode(error.status())
        .putHeader("Content-Type", contentType(accept))
        .end(Buffer.buffer(text(accept, error)))
        .onFailure(gone -> LOG.debug("answer not sent", gone));
  }

  private static void send(RoutingContext context, Accept accept, ApiError error) {
    HttpServerResponse _ = head(context, error);
    byte[] text = text(accept, error);
    send(context, Reply.stream(error.status(), contentType(accept), out -> out.write(text)));
  }

  private static HttpServerResponse head(RoutingContext context, ApiError error) {
    HttpServerResponse response = context.response();
    switch (error.status()) {
      case 405 -> response.putHeader("Allow", String.join(", ", error.allowedMethods()));
      case 401 -> response.putHeader("WWW-Authenticate", "Basic realm=\"orzo\"");
      case 503 -> response.putHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
      default -> {} // the status says it all
    }
    return response;
  }

  private static byte[] text(Accept accept, ApiError error) {
    return accept.prefersJson()
        ? JsonText.bytes(error.toJson())
        : error.toText().getBytes(StandardCharsets.UTF_8);
  }

  private static String contentType(Accept accept) {
    return accept.prefersJson() ? "application/json" : "text/plain; charset=utf-8";
  }

  private static void send(RoutingContext context, Reply reply) {
    HttpServerResponse response = context.response();
    if (response.closed()) {
      return;
    }
    response.setStatusCode(reply.status());
    reply.headers().forEach(response::putHeader);
    if (reply.body().isEmpty()) {
      response.end().onFailure(gone -> LOG.debug("answer not sent", gone));
      return;
    }
    try (ResponseStream out = new ResponseStream(context.request())) {
      reply.body().get().write(out);
      out.finish();
    } catch (IOException e) {
      LOG.debug("{} not answered: {}", context.request().path(), e.getMessage());
    } catch (RuntimeException e) { // closing the stream has told the client
      LOG.error("{} {}: answer", context.request().method(), context.request().uri(), e);
    }
  }
}
