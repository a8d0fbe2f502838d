package orzo.http.gnocchi;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.List;
import orzo.http.AllowedMethods;
import orzo.http.gnocchi.Exchange.Endpoint;

/** Takes the routes of a part of the API. A segment that starts with a colon is a parameter. */
public final class Routes {
  private static final int MAX_BODY_BYTES = 1 << 20;

  private final Router router;
  private final GnocchiSettings settings;

  Routes(Router router, GnocchiSettings settings) {
    this.router = router;
    this.settings = settings;
  }

  GnocchiSettings settings() {
    return settings;
  }

  Routes get(String path, Endpoint endpoint) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> Exchange.serve(context, settings, 0, endpoint));
    return this;
  }

  /** A path that answers those, too, of whom it is not known who they are. */
  Routes getOpen(String path, Endpoint endpoint) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> Exchange.serve(context, settings, 0, true, endpoint));
    return this;
  }

  /** All methods of all paths that nothing else answers. */
  Routes rest(String paths, Endpoint endpoint) {
    router
        .route(paths)
        .handler(context -> Exchange.serve(context, settings, MAX_BODY_BYTES, true, endpoint));
    return this;
  }

  /** The methods that a path has an answer to, whether a slash ends it or not. */
  List<String> methods(String path) {
    return AllowedMethods.of(
        router, path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
  }

  Routes post(String path, Endpoint endpoint) {
    return post(path, MAX_BODY_BYTES, endpoint);
  }

  Routes post(String path, int maxBodyBytes, Endpoint endpoint) {
    return add(HttpMethod.POST, path, maxBodyBytes, endpoint);
  }

  Routes patch(String path, Endpoint endpoint) {
    return add(HttpMethod.PATCH, path, MAX_BODY_BYTES, endpoint);
  }

  Routes delete(String path, Endpoint endpoint) {
    return add(HttpMethod.DELETE, path, MAX_BODY_BYTES, endpoint);
  }

  private Routes add(HttpMethod method, String path, int maxBodyBytes, Endpoint endpoint) {
    router
        .route(method, path)
        .handler(context -> Exchange.serve(context, settings, maxBodyBytes, endpoint));
    return this;
  }
}
