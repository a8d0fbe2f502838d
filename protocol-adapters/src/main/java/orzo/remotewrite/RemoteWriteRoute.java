package orzo.remotewrite;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.metric.Tenant;

/**
 * Remote write on the gateway's HTTP server, beside the other APIs: {@code POST /api/v1/write} and
 * {@code /v1/prometheus/write}.
 */
public final class RemoteWriteRoute {
  private static final String PATH_OF_GNOCCHI = "/v1/prometheus/write";
  private static final List<String> PATHS = List.of("/api/v1/write", PATH_OF_GNOCCHI);

  private final RemoteWriteReceiver receiver;
  private final String tenantHeader;

  /**
   * Creates the route.
   *
   * @param tenantHeader the header that names the tenant
   */
  public RemoteWriteRoute(RemoteWriteReceiver receiver, String tenantHeader) {
    this.receiver = receiver;
    this.tenantHeader = tenantHeader;
  }

  /**
   * Adds the paths to a router. They must come before a handler that reads request bodies: this one
   * reads the body itself, within its own limits.
   */
  public void mount(Router router) {
    for (String path : PATHS) {
      router
          .route(path)
          .handler(routing -> new Exchange(routing.vertx(), routing.request()).begin());
    }
  }

  /** One request and its reply, on the request's event loop. */
  private final class Exchange {
    private final Vertx vertx;
    private final Context context;
    private final HttpServerRequest request;
    private final RequestBody body = new RequestBody(receiver);
    private Tenant tenant = Tenant.DEFAULT;
    private WriteProtocol protocol = WriteProtocol.V1;
    private @Nullable WriteReply refusal;
    private long refusedBytes;
    private long timer;
    private boolean received;

    Exchange(Vertx vertx, HttpServerRequest request) {
      this.vertx = vertx;
      this.context = vertx.getOrCreateContext();
      this.request = request;
    }

    void begin() {
      judge();
      timer = vertx.setTimer(receiver.limits().requestTimeout().toMillis(), _ -> timedOut());
      request.exceptionHandler(_ -> finishReceiving());
      request.handler(this::add);
      request.endHandler(_ -> complete());
      if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
        WriteReply refused = refusal;
        if (refused == null) {
          var _ = request.response().writeContinue();
        } else {
          answerAndClose(refused); // whether the body comes nevertheless can't be known
        }
      }
    }

    private void judge() {
      if (!request.method().equals(HttpMethod.POST)) {
        request.response().putHeader(HttpHeaders.ALLOW, HttpMethod.POST.name());
        refusal = WriteReply.notAllowed(request.method().name());
        return;
      }
      String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
      WriteRequestHead head =
          WriteRequestHead.of(
              receiver,
              request.getHeader(tenantHeader),
              request.getHeader(HttpHeaders.CONTENT_TYPE),
              request.getHeader(HttpHeaders.CONTENT_ENCODING),
              length == null ? -1 : Long.parseLong(length)); // checked by Vert.x
      tenant = head.tenant();
      protocol = head.protocol();
      WriteReply refused = head.refusal();
      if (refused != null) {
        refuse(refused);
      }
    }

    private void add(Buffer bytes) {
      if (received) {
        return;
      }
      WriteReply refused = refusal;
      if (refused == null) {
        switch (body.reserve(bytes.length())) {
          case ACCEPTED -> {
            bytes.getBytes(body.bytes(), body.length());
            body.advance(bytes.length());
          }
          case TOO_LARGE -> refuse(receiver.tooLarge());
          case OVERLOADED -> refuse(receiver.noMemory());
        }
        return;
      }
      // Read to its end, so that the sender sees the reply; within reason.
      refusedBytes += bytes.length();
      if (refusedBytes > 4L * receiver.limits().compressedBytes()) {
        answerAndClose(refused);
      }
    }

    private void refuse(WriteReply reply) {
      refusal = receiver.refuse(reply);
      body.release();
    }

    private void complete() {
      if (received) {
        return;
      }
      WriteReply refused = refusal;
      if (refused != null) {
        finishReceiving();
        var _ = answer(refused);
        return;
      }
      var _ =
          receiver
              .receive(tenant, protocol, body.bytes(), body.length())
              .whenComplete((reply, _) -> context.runOnContext(_ -> answer(reply)));
      finishReceiving();
    }

    private void timedOut() {
      if (!received) {
        WriteReply refused = refusal;
        answerAndClose(refused != null ? refused : receiver.refuse(receiver.tooSlow()));
      }
    }

    private void answerAndClose(WriteReply reply) {
      if (!received) {
        finishReceiving();
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        var _ = answer(reply).onComplete(_ -> request.connection().close());
      }
    }

    private void finishReceiving() {
      received = true;
      vertx.cancelTimer(timer);
      body.release();
    }

    /** Gnocchi's way of saying at its path what Prometheus says by 204. */
    private int status(WriteReply reply) {
      return reply.status() == 204 && PATH_OF_GNOCCHI.equals(request.path()) ? 202 : reply.status();
    }

    private Future<Void> answer(WriteReply reply) {
      HttpServerResponse response = request.response();
      if (response.ended() || response.closed()) {
        return Future.succeededFuture();
      }
      response.setStatusCode(status(reply));
      response.putHeader(WriteRequestHead.VERSION_HEADER, WriteRequestHead.VERSION);
      WriteReply.Written written = reply.written();
      if (written != null) {
        written.setHeaders(response::putHeader);
      }
      if (reply.hasRetryAfter()) {
        response.putHeader(
            HttpHeaders.RETRY_AFTER, Long.toString(receiver.limits().retryAfter().toSeconds()));
      }
      if (reply.text().isEmpty()) {
        return response.end();
      }
      response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
      return response.end(reply.text() + "\n");
    }
  }
}
