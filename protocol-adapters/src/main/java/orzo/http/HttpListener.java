package orzo.http;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * The HTTP server: one port, one event loop for each processor, and the routes of all APIs that are
 * mounted on it. {@link #start()} and {@link #close()} are for one thread.
 */
public final class HttpListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

  // What Go's servers, and with them Prometheus, take for a request's head.
  private static final int MAX_HEAD_BYTES = 1 << 20;

  // Vert.x counts a connection as idle while a query is being evaluated, so this must be longer
  // than
  // any query takes. Peers that died are found by TCP's keep-alive.
  private static final int IDLE_SECONDS = 3600;

  private final HttpConfig config;
  private final HttpMetrics metrics;
  private final List<Consumer<Router>> mounts;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private @Nullable Vertx vertx;
  private int port;

  /**
   * Creates a server that does not listen yet.
   *
   * @param registry where requests are counted
   * @param mounts each adds the routes of one API; earlier ones win. A route that reads bodies
   *     answers {@code Expect: 100-continue} itself
   */
  public HttpListener(
      HttpConfig config, PrometheusRegistry registry, List<Consumer<Router>> mounts) {
    this.config = config;
    this.metrics = new HttpMetrics(registry);
    this.mounts = List.copyOf(mounts);
  }

  /**
   * Listens; returns when connections are accepted.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} when the address cannot be bound
   */
  public void start() {
    if (vertx != null) {
      throw new IllegalStateException("already started");
    }
    int eventLoops = Runtime.getRuntime().availableProcessors();
    Vertx started =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setPreferNativeTransport(true)); // epoll costs fewer calls of the system
    vertx = started;
    try {
      deploy(started, router(started), eventLoops);
      port = servers.getFirst().actualPort();
    } catch (Throwable e) { // whatever the future failed with
      close();
      throw new GatewayException(
          Kind.UNAVAILABLE,
          "HTTP: cannot listen on " + config.host() + ":" + config.port() + ": " + e.getMessage(),
          e);
    }
  }

  private void deploy(Vertx started, Router router, int instances) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxInitialLineLength(MAX_HEAD_BYTES)
            .setMaxHeaderSize(MAX_HEAD_BYTES)
            .setTcpKeepAlive(true)
            .setIdleTimeout(IDLE_SECONDS);
    started
        .deployVerticle(
            () -> new Listening(router, options), new DeploymentOptions().setInstances(instances))
        .await();
  }

  /** The port that is listened on. */
  public int port() {
    return port;
  }

  private Router router(Vertx started) {
    Router router = Router.router(started);
    router.route().handler(metrics);
    router.route().handler(new CrossOrigin(config));
    for (Consumer<Router> mount : mounts) {
      mount.accept(router);
    }
    router.errorHandler(404, context -> plain(context, 404, "404 page not found\n"));
    router.errorHandler(
        405,
        context -> {
          String allowed = String.join(", ", AllowedMethods.of(router, context.normalizedPath()));
          context.response().putHeader("Allow", allowed);
          plain(context, 405, "Method Not Allowed\n");
        });
    router.errorHandler(
        500,
        context -> {
          LOG.error(
              "{} {}", context.request().method(), context.request().path(), context.failure());
          plain(context, 500, "Internal Server Error\n");
        });
    return router;
  }

  private static void plain(RoutingContext context, int status, String text) {
    if (!context.response().headWritten()) {
      context
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "text/plain; charset=utf-8")
          .putHeader("X-Content-Type-Options", "nosniff")
          .end(text)
          .onFailure(gone -> LOG.debug("answer not sent", gone));
    }
  }

  /** Accepts no more connections, lets running requests finish for the grace time, then stops. */
  @Override
  public void close() {
    Vertx started = vertx;
    if (started == null) {
      return;
    }
    vertx = null;
    long graceMillis = config.closeGrace().toMillis();
    List<Future<Void>> stopped = new ArrayList<>();
    for (HttpServer server : servers) {
      stopped.add(server.shutdown(graceMillis, TimeUnit.MILLISECONDS));
    }
    try {
      Future.join(stopped).otherwiseEmpty().await(graceMillis + 1000, TimeUnit.MILLISECONDS);
      started.close().await(1, TimeUnit.SECONDS);
    } catch (Exception e) {
      LOG.warn("HTTP server did not stop in time", e);
    }
    servers.clear();
  }

  /** One event loop's share of the listening. */
  private final class Listening extends VerticleBase {
    private final Router router;
    private final HttpServerOptions options;

    Listening(Router router, HttpServerOptions options) {
      this.router = router;
      this.options = options;
    }

    @Override
    public Future<?> start() {
      HttpServer server = vertx.createHttpServer(options).requestHandler(router);
      servers.add(server);
      // Instances share the port; a free one is shared by those that ask for it with the same id.
      return server.listen(
          config.port() == 0
              ? SocketAddress.sharedRandomPort(1, config.host())
              : SocketAddress.inetSocketAddress(config.port(), config.host()));
    }
  }
}
