package orzo.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the answer to a wrong method must name, RFC 9110 section 15.5.6. */
public final class AllowedMethods {
  private AllowedMethods() {}

  /** The methods of all routes to a path, sorted, and {@code OPTIONS}, which every path has. */
  public static List<String> of(Router router, String path) {
    Set<String> allowed = new TreeSet<>(Set.of(HttpMethod.OPTIONS.name()));
    for (Route route : router.getRoutes()) {
      String pattern = route.getPath();
      Set<HttpMethod> methods = route.methods();
      if (pattern != null && methods != null && matches(pattern, path)) {
        methods.forEach(method -> allowed.add(method.name()));
      }
    }
    return List.copyOf(allowed);
  }

  /** Segment by segment; one that starts with a colon stands for any. */
  private static boolean matches(String pattern, String path) {
    String[] expected = pattern.split("/", -1);
    String[] given = path.split("/", -1);
    if (expected.length != given.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (!expected[i].startsWith(":") && !expected[i].equals(given[i])) {
        return false;
      }
    }
    return true;
  }
}
