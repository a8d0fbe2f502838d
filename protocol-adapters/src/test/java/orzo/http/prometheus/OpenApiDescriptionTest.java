package orzo.http.prometheus;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class OpenApiDescriptionTest {
  /** Answered by remote write's own route, which is mounted before the API. */
  private static final String WRITE = "post /api/v1/write";

  private static Map<?, ?> map(@Nullable Object node) {
    return (Map<?, ?>) requireNonNull(node);
  }

  @Test
  void description_namesEveryRouteAndNoOther() {
    try (ApiUnderTest api = new ApiUnderTest(QueryLimits.DEFAULT)) {
      HttpResponse<String> response = api.get("/api/v1/openapi.yaml");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type"))
          .contains("application/yaml; charset=utf-8");
      Object document = new Load(LoadSettings.builder().build()).loadFromString(response.body());
      TreeSet<String> described = new TreeSet<>();
      map(map(document).get("paths"))
          .forEach((path, operations) ->
              map(operations)
                  .forEach((method, operation) -> {
                    described.add(method + " " + path);
                    assertThat(map(operation).get("summary")).isNotNull();
                  }));
      TreeSet<String> routes = new TreeSet<>();
      routes.add(WRITE);
      for (Routes.Route route : api.api.routes()) {
        for (HttpMethod method : route.methods()) {
          if (!method.equals(HttpMethod.HEAD)) {
            routes.add(
                method.name().toLowerCase(Locale.ROOT)
                    + " "
                    + route.path().replaceAll(":([a-z]+)", "{$1}"));
          }
        }
      }
      assertThat(described).isEqualTo(routes);
      assertReferences(document, document);
    }
  }

  /** Checks that each reference leads somewhere. */
  private static void assertReferences(Object root, Object node) {
    if (node instanceof Map<?, ?> map) {
      if (map.get("$ref") instanceof String reference) {
        Object target = root;
        for (String step : reference.substring("#/".length()).split("/", -1)) {
          target = target == null ? null : map(target).get(step);
        }
        assertThat(target).as(reference).isNotNull();
      }
      map.values().forEach(value -> assertReferences(root, value));
    } else if (node instanceof Collection<?> list) {
      list.forEach(value -> assertReferences(root, value));
    }
  }
}
