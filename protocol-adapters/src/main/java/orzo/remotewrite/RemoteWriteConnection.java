package orzo.remotewrite;

import static io.netty.handler.codec.http.HttpHeaderNames.ALLOW;
import static io.netty.handler.codec.http.HttpHeaderNames.AUTHORIZATION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_ENCODING;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderNames.RETRY_AFTER;
import static io.netty.handler.codec.http.HttpHeaderNames.WWW_AUTHENTICATE;
import static io.netty.handler.codec.http.HttpHeaderValues.CLOSE;
import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.access.Doorkeeper;
import orzo.access.User;
import orzo.access.Verdict;
import orzo.metric.Tenant;

/**
 * One connection of a sender: takes requests one after the other, so that replies leave in order.
 * While a request waits for storage nothing is read from the socket.
 */
final class RemoteWriteConnection extends SimpleChannelInboundHandler<HttpObject> {
  /** Asks a connection to close as soon as it owes no reply. */
  static final Object STOP = new Object();

  private static final Logger log = LoggerFactory.getLogger(RemoteWriteConnection.class);
  private static final Set<String> PATHS = Set.of("/api/v1/write", "/api/v1/receive");

  private static final ThreadFactory THREADS =
      Thread.ofVirtual().name("remote-write-access-", 0).factory();

  /** A connection without requests is closed after this many times the request timeout. */
  private static final int IDLE_TIMEOUTS = 10;

  private final RemoteWriteReceiver receiver;
  private final String tenantHeader;
  private final Doorkeeper doorkeeper;
  private final RequestBody body;

  // The request being received.
  private State state = State.IDLE;
  private Tenant tenant = Tenant.DEFAULT;
  private WriteProtocol protocol = WriteProtocol.V1;
  private @Nullable FullHttpResponse refusal;
  private long refusedBytes;
  private boolean keepAlive = true;
  private boolean stopping;
  private @Nullable Future<?> timeout;
  private @Nullable ChannelHandlerContext ownContext;

  private enum State {
    /** No byte of a request is there. */
    IDLE,
    /** A request has begun and is not complete. */
    RECEIVING,
    /** A request has begun, and who sends it is being found out; nothing is read. */
    ASKING,
    /** A request is complete and its reply is on its way; nothing is read. */
    ANSWERING
  }

  RemoteWriteConnection(RemoteWriteReceiver receiver, String tenantHeader, Doorkeeper doorkeeper) {
    super(true);
    this.receiver = receiver;
    this.tenantHeader = tenantHeader;
    this.doorkeeper = doorkeeper;
    this.body = new RequestBody(receiver);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ownContext = context;
    awaitRequest(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    cancelTimeout();
    body.release();
    super.channelInactive(context);
  }

  /** Called for the first bytes of a request, before they make a complete head. */
  void bytesArrived() {
    if (state == State.IDLE) {
      state = State.RECEIVING;
      schedule(requireNonNull(ownContext, "ownContext"), 1);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (message.decoderResult().isFailure()) {
      keepAlive = false;
      answer(context, badHttp(message.decoderResult().cause()));
      return;
    }
    if (message instanceof HttpRequest request) {
      begin(context, request);
    }
    if (message instanceof HttpContent content && state == State.RECEIVING) {
      add(context, content.content());
      if (message instanceof LastHttpContent && state == State.RECEIVING) {
        complete(context);
      }
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    bytesArrived();
    keepAlive = HttpUtil.isKeepAlive(request);
    refusedBytes = 0;
    String authorization = request.headers().get(AUTHORIZATION);
    String token = request.headers().get(Doorkeeper.TOKEN_HEADER);
    Optional<Verdict> known = doorkeeper.verdictAtOnce(authorization, token);
    if (known.isPresent()) {
      judge(context, request, known.get());
      return;
    }
    state = State.ASKING;
    context.channel().config().setAutoRead(false);
    THREADS
        .newThread(() -> {
          Verdict verdict = doorkeeper.verdict(authorization, token);
          context.executor().execute(() -> go(context, request, verdict));
        })
        .start();
  }

  private void go(ChannelHandlerContext context, HttpRequest request, Verdict verdict) {
    if (state == State.ASKING && context.channel().isActive()) {
      state = State.RECEIVING;
      judge(context, request, verdict);
      if (state == State.RECEIVING) {
        context.channel().config().setAutoRead(true);
      }
    }
  }

  private void judge(ChannelHandlerContext context, HttpRequest request, Verdict verdict) {
    refusal =
        switch (verdict) {
          case Verdict.Admitted(User user) -> judge(request, user);
          case Verdict.Refused _ -> {
            FullHttpResponse refused =
                response(401, "remote write: name a user and a password, or a token");
            refused.headers().add(WWW_AUTHENTICATE, Doorkeeper.CHALLENGES);
            yield refused;
          }
          case Verdict.Busy _ ->
              response(
                  WriteReply.unavailable("remote write: too many passwords are being looked at"));
        };
    if (HttpUtil.is100ContinueExpected(request)) {
      FullHttpResponse refused = refusal;
      if (refused == null) {
        var _ =
            context.writeAndFlush(
                new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
      } else {
        keepAlive = false; // whether the body comes nevertheless can't be known
        answer(context, refused);
      }
    }
  }

  private @Nullable FullHttpResponse judge(HttpRequest request, User user) {
    FullHttpResponse wrongTarget = refuseTarget(request);
    if (wrongTarget != null) {
      return wrongTarget;
    }
    var headers = request.headers();
    Optional<String> named = user.tenant(headers.get(tenantHeader));
    if (named.isEmpty()) {
      return response(
          403, "remote write: header " + tenantHeader + ": a tenant that is not of this user");
    }
    WriteRequestHead head =
        WriteRequestHead.of(
            receiver,
            named.get(),
            headers.get(CONTENT_TYPE),
            headers.get(CONTENT_ENCODING),
            HttpUtil.getContentLength(request, -1L));
    tenant = head.tenant();
    protocol = head.protocol();
    WriteReply reply = head.refusal();
    return reply == null ? null : response(receiver.refuse(reply));
  }

  private static FullHttpResponse badHttp(Throwable cause) {
    int status =
        switch (cause) {
          case TooLongHttpLineException _ -> 414;
          case TooLongHttpHeaderException _ -> 431;
          default -> 400;
        };
    return response(status, "HTTP: " + cause.getMessage());
  }

  private @Nullable FullHttpResponse refuseTarget(HttpRequest request) {
    String target = request.uri();
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    if (!PATHS.contains(path)) {
      return response(404, "no such path (expected: /api/v1/write or /api/v1/receive)");
    }
    if (!request.method().equals(HttpMethod.POST)) {
      FullHttpResponse response = response(WriteReply.notAllowed(request.method().name()));
      response.headers().set(ALLOW, HttpMethod.POST.name());
      return response;
    }
    return null;
  }

  private void add(ChannelHandlerContext context, ByteBuf bytes) {
    int count = bytes.readableBytes();
    FullHttpResponse refused = refusal;
    if (refused == null) {
      switch (body.reserve(count)) {
        case ACCEPTED -> {
          bytes.readBytes(body.bytes(), body.length(), count);
          body.advance(count);
        }
        case TOO_LARGE -> refuse(receiver.tooLarge());
        case OVERLOADED -> refuse(receiver.noMemory());
      }
      return;
    }
    // Read to its end, so that the sender sees the reply; within reason.
    refusedBytes += count;
    if (refusedBytes > 4L * receiver.limits().compressedBytes()) {
      keepAlive = false;
      answer(context, refused);
    }
  }

  private void refuse(WriteReply reply) {
    refusal = response(receiver.refuse(reply));
    body.release();
  }

  private void complete(ChannelHandlerContext context) {
    FullHttpResponse refused = refusal;
    if (refused != null) {
      answer(context, refused);
      return;
    }
    startAnswering(context);
    var _ =
        receiver
            .receive(tenant, protocol, body.bytes(), body.length())
            .whenComplete((reply, _) -> {
              if (context.executor().inEventLoop()) {
                send(context, response(reply));
              } else {
                context.executor().execute(() -> send(context, response(reply)));
              }
            });
    body.release();
  }

  private void answer(ChannelHandlerContext context, FullHttpResponse response) {
    startAnswering(context);
    body.release();
    send(context, response);
  }

  private void startAnswering(ChannelHandlerContext context) {
    state = State.ANSWERING;
    refusal = null;
    cancelTimeout();
    context.channel().config().setAutoRead(false);
  }

  private void send(ChannelHandlerContext context, FullHttpResponse response) {
    if (!context.channel().isActive()) {
      response.release();
      return;
    }
    boolean close = stopping || !keepAlive;
    if (close) {
      response.headers().set(CONNECTION, CLOSE);
    }
    var written = context.writeAndFlush(response);
    if (close) {
      var _ = written.addListener(ChannelFutureListener.CLOSE);
    } else {
      awaitRequest(context);
      context.channel().config().setAutoRead(true);
    }
  }

  private void awaitRequest(ChannelHandlerContext context) {
    state = State.IDLE;
    schedule(context, IDLE_TIMEOUTS);
  }

  private void schedule(ChannelHandlerContext context, int timeouts) {
    cancelTimeout();
    timeout =
        context
            .executor()
            .schedule(
                () -> timedOut(context),
                receiver.limits().requestTimeout().toNanos() * timeouts,
                TimeUnit.NANOSECONDS);
  }

  private void cancelTimeout() {
    Future<?> pending = timeout;
    if (pending != null) {
      pending.cancel(false);
      timeout = null;
    }
  }

  private void timedOut(ChannelHandlerContext context) {
    switch (state) {
      case IDLE -> {
        var _ = context.close();
      }
      case RECEIVING, ASKING -> {
        keepAlive = false;
        FullHttpResponse refused = refusal;
        answer(context, refused != null ? refused : response(receiver.refuse(receiver.tooSlow())));
      }
      case ANSWERING -> {}
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event == STOP) {
      stopping = true;
      if (state == State.IDLE) {
        var _ = context.close();
      }
    } else {
      super.userEventTriggered(context, event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A sender that goes away mid-request is no event for the log at its usual level.
    log.debug("remote write: connection {} failed", context.channel().remoteAddress(), cause);
    var _ = context.close();
  }

  private FullHttpResponse response(WriteReply reply) {
    FullHttpResponse response = response(reply.status(), reply.text());
    WriteReply.Written written = reply.written();
    if (written != null) {
      written.setHeaders(response.headers()::set);
    }
    if (reply.hasRetryAfter()) {
      response.headers().set(RETRY_AFTER, receiver.limits().retryAfter().toSeconds());
    }
    return response;
  }

  private static FullHttpResponse response(int status, String text) {
    ByteBuf content =
        text.isEmpty()
            ? Unpooled.EMPTY_BUFFER
            : Unpooled.wrappedBuffer((text + "\n").getBytes(StandardCharsets.UTF_8));
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), content);
    response.headers().set(WriteRequestHead.VERSION_HEADER, WriteRequestHead.VERSION);
    if (status != 204) { // RFC 9110, section 8.6: a 204 has no Content-Length
      response.headers().set(CONTENT_LENGTH, content.readableBytes());
      response.headers().set(CONTENT_TYPE, "text/plain; charset=utf-8");
    }
    return response;
  }
}
