package orzo.http.gnocchi;

import io.vertx.ext.web.Router;
import java.util.List;

/** The Gnocchi REST API below {@code /v1}. */
public final class GnocchiApi {
  private final GnocchiSettings settings;
  private final List<GnocchiPart> parts;

  /**
   * Creates the API.
   *
   * @param parts earlier ones win where two have an answer
   */
  public GnocchiApi(GnocchiSettings settings, List<GnocchiPart> parts) {
    this.settings = settings;
    this.parts = List.copyOf(parts);
  }

  /** Adds the routes. */
  public void mount(Router router) {
    Versions versions = new Versions(settings);
    router.get("/").handler(versions::root);
    router.get("/healthcheck").handler(versions::health);
    Routes routes = new Routes(router, settings);
    routes.getOpen("/v1", Versions::first);
    parts.forEach(part -> part.mount(routes));
  }
}
