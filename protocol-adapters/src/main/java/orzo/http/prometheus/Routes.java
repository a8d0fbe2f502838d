package orzo.http.prometheus;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All paths of the API with what answers them; the OpenAPI description names the same ones. */
final class Routes {
  /** Where the API is; Mimir and what is set up for it use the longer path. */
  static final List<String> BASES = List.of("", "/prometheus");

  /** What a request brings besides its URL. */
  enum Input {
    NOTHING,
    FORM,
    BYTES
  }

  /**
   * A path.
   *
   * @param path behind one of {@link #BASES}, with the API's prefix
   * @param methods how it may be asked
   * @param quick is asked first, if there is one
   */
  record Route(
      String path,
      List<HttpMethod> methods,
      Input input,
      Endpoint endpoint,
      Optional<QuickEndpoint> quick) {}

  private static final String API = "/api/v1";
  private static final List<HttpMethod> GET = List.of(HttpMethod.GET, HttpMethod.HEAD);

  private final List<Route> routes = new ArrayList<>();

  /** All of them. */
  List<Route> all() {
    return List.copyOf(routes);
  }

  /** A path of the API that is asked by GET. */
  Routes get(String path, Endpoint endpoint) {
    return add(API + path, GET, Input.NOTHING, endpoint);
  }

  /** A path of the API that is asked by GET, and that may have its answer at hand. */
  Routes get(String path, Endpoint endpoint, QuickEndpoint quick) {
    routes.add(new Route(API + path, GET, Input.NOTHING, endpoint, Optional.of(quick)));
    return this;
  }

  /** A path of the API that is asked by GET, or by POST with a form. */
  Routes getAndPost(String path, Endpoint endpoint) {
    return get(path, endpoint).post(path, endpoint);
  }

  /** A path of the API that is asked by POST with a form. */
  Routes post(String path, Endpoint endpoint) {
    return add(API + path, List.of(HttpMethod.POST), Input.FORM, endpoint);
  }

  /** A path of the API that changes something: POST or PUT, with a form. */
  Routes change(String path, Endpoint endpoint) {
    return add(API + path, List.of(HttpMethod.POST, HttpMethod.PUT), Input.FORM, endpoint);
  }

  /** A path of the API that takes bytes. */
  Routes bytes(String path, Endpoint endpoint) {
    return add(API + path, List.of(HttpMethod.POST), Input.BYTES, endpoint);
  }

  /** A path beside the API that is asked by GET. */
  Routes beside(String path, Endpoint endpoint) {
    return add(path, GET, Input.NOTHING, endpoint);
  }

  private Routes add(String path, List<HttpMethod> methods, Input input, Endpoint endpoint) {
    routes.add(new Route(path, methods, input, endpoint, Optional.empty()));
    return this;
  }
}
