package orzo.remotewrite;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;

class RemoteWriteRouteTest extends RemoteWriteContract {
  private final Vertx vertx = Vertx.vertx();

  @Override
  int start() {
    Router router = Router.router(vertx);
    new RemoteWriteRoute(receiver, TENANT_HEADER).mount(router);
    HttpServer server =
        vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0));
    return server.requestHandler(router).listen().await().actualPort();
  }

  @Override
  void stop() {
    vertx.close().await();
  }

  @Override
  String otherPath() {
    return "/v1/prometheus/write";
  }
}
