package orzo.http.gnocchi;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orzo.inventory.Inventory;

/**
 * What is answered below {@code /v1} where there is nothing: 405 where other methods have an
 * answer, else 404. The last part of the API.
 */
public final class UnknownPaths implements GnocchiPart {
  /** Paths that name a resource type. What is below a type that is not there is not there. */
  private static final Pattern OF_TYPE =
      Pattern.compile("/v1/(?:resource|search/resource|aggregation/resource)/([^/]+)(?:/.*)?");

  /**
   * Where Gnocchi's clients are told that nothing can be done with what is there. Where four parts
   * follow {@code aggregation}, they are looked up, so that wrong ones are not there.
   */
  private static final Pattern WITHOUT_METHODS =
      Pattern.compile(
          "/v1/(?:aggregation(?:(?:/[^/]*){0,3}|/resource/[^/]+/metric/[^/]+)"
              + "|(?:influxdb|search/metric|search/resource|aggregates)(?:/.*)?)");

  private final Inventory inventory;

  /**
   * Creates the part.
   *
   * @param inventory tells which resource types there are
   */
  public UnknownPaths(Inventory inventory) {
    this.inventory = inventory;
  }

  @Override
  public void mount(Routes routes) {
    routes.rest("/v1/*", exchange -> answer(exchange, routes));
  }

  private Reply answer(Exchange exchange, Routes routes) {
    String path = exchange.path();
    Matcher ofType = OF_TYPE.matcher(path);
    if (ofType.matches() && inventory.current(exchange.tenant()).type(ofType.group(1)).isEmpty()) {
      throw BookRefusals.noSuchType(ofType.group(1));
    }
    List<String> allowed = routes.methods(path);
    if (allowed.size() > 1 || WITHOUT_METHODS.matcher(path).matches()) {
      throw ApiError.notAllowed(allowed);
    }
    throw ApiError.of(404, "");
  }
}
