package orzo.http.gnocchi;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.http.ResponseStream;
import orzo.storage.GatewayException;

/**
 * How every request of this API is answered: the event loop reads it, a virtual thread of its own
 * does what it asks for, and errors are JSON for clients that like it better than text.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final int RETRY_AFTER_SECONDS = 5;
  private static final ThreadFactory THREADS = Thread.ofVirtual().name("gnocchi-api-", 0).factory();

  /** Answers a request that has no body. */
  interface Asked {
    Reply answer(String name);
  }

  /** Answers a request with a body. */
  interface Told {
    Reply answer(String name, JsonInput body);
  }

  private Exchange() {}

  /**
   * Answers a request that has no body.
   *
   * @param asked gets the parameter {@code name} of the path, empty if it has none
   */
  static void ask(RoutingContext context, Asked asked) {
    String name = name(context);
    THREADS.newThread(() -> answer(context, () -> asked.answer(name))).start();
  }

  /** Reads a request's body, then answers. */
  static void tell(RoutingContext context, Told told) {
    HttpServerRequest request = context.request();
    String name = name(context);
    boolean json = isJson(request.getHeader("Content-Type"));
    Buffer body = Buffer.buffer();
    AtomicBoolean tooLarge = new AtomicBoolean();
    request.handler(chunk -> {
      if (body.length() + chunk.length() > MAX_BODY_BYTES) {
        tooLarge.set(true); // read to its end, so that the sender sees why it was refused
      } else if (json && !tooLarge.get()) {
        body.appendBuffer(chunk);
      }
    });
    request.endHandler(_ ->
        THREADS
            .newThread(() ->
                answer(
                    context,
                    () -> {
                      if (!json) {
                        throw ApiError.of(
                            415, "Unsupported Media Type (expected: application/json)");
                      }
                      if (tooLarge.get()) {
                        throw ApiError.of(413, "a body of more than " + MAX_BODY_BYTES + " bytes");
                      }
                      return told.answer(name, JsonInput.of(decode(body)));
                    }))
            .start());
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue().onFailure(gone -> LOG.debug("not sent", gone));
    }
  }

  private static String name(RoutingContext context) {
    String name = context.pathParam("name");
    return name == null ? "" : name;
  }

  private static boolean isJson(@Nullable String contentType) {
    return contentType != null
        && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
  }

  private static @Nullable Object decode(Buffer body) {
    try {
      return Json.decodeValue(body);
    } catch (DecodeException e) {
      throw ApiError.undecodable(String.valueOf(e.getMessage()));
    }
  }

  private interface Work {
    Reply answer();
  }

  private static void answer(RoutingContext context, Work work) {
    Accept accept = new Accept(context.request().headers().getAll("Accept"));
    Reply reply;
    try {
      if (!accept.takesJson()) {
        throw ApiError.of(406, "this answer is application/json, which Accept leaves out");
      }
      reply = work.answer();
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
    HttpServerResponse response = context.response();
    reply
        .location()
        .ifPresent(path -> response.putHeader("Location", origin(context.request()) + path));
    if (reply.json().isPresent()) {
      send(context, reply.status(), "application/json", JsonText.of(reply.json().get()));
    } else {
      response
          .setStatusCode(reply.status())
          .end()
          .onFailure(gone -> LOG.debug("answer not sent", gone));
    }
  }

  /** What stands before the path of this server's URLs, as the client knows them. */
  private static String origin(HttpServerRequest request) {
    String host = request.getHeader("Host");
    return host == null ? "" : request.scheme() + "://" + host;
  }

  private static void send(RoutingContext context, Accept accept, ApiError error) {
    if (error.status() == 503) {
      context.response().putHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
    }
    if (accept.prefersJson()) {
      send(context, error.status(), "application/json", JsonText.of(error.toJson()));
    } else {
      send(context, error.status(), "text/plain; charset=utf-8", error.toText());
    }
  }

  private static void send(RoutingContext context, int status, String type, String text) {
    HttpServerResponse response = context.response();
    if (response.closed()) {
      return;
    }
    response.setStatusCode(status).putHeader("Content-Type", type);
    try (ResponseStream body = new ResponseStream(context.request())) {
      body.write(text.getBytes(StandardCharsets.UTF_8));
      body.finish();
    } catch (IOException e) {
      LOG.debug("{} not answered: {}", context.request().path(), e.getMessage());
    }
  }
}
