package orzo.http.gnocchi;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON Patch (RFC 6902) as far as resource types may be changed by it: attributes come and go. */
final class ResourceTypePatch {
  private static final Set<String> MEMBERS = Set.of("op", "path", "value");

  private ResourceTypePatch() {}

  /**
   * Applies a patch.
   *
   * @param target the type as JSON; is changed
   */
  static void apply(@Nullable Object body, JsonObject target) {
    if (!(body instanceof JsonArray operations)) {
      throw Place.BODY.wrong("expected a list");
    }
    for (int i = 0; i < operations.size(); i++) {
      check(operations.getValue(i), Place.BODY.element(i));
    }
    for (int i = 0; i < operations.size(); i++) {
      JsonObject operation = operations.getJsonObject(i);
      apply(operation, operation.getString("path"), target);
    }
  }

  private static void check(@Nullable Object stated, Place place) {
    if (!(stated instanceof JsonObject operation)) {
      throw place.wrong("expected a dictionary");
    }
    for (String name : operation.fieldNames()) {
      if (!MEMBERS.contains(name)) {
        throw place.member(name).wrongName("extra keys not allowed");
      }
    }
    for (String name : List.of("op", "path")) {
      if (!operation.containsKey(name)) {
        throw place.member(name).wrongName("required key not provided");
      }
    }
    Object op = operation.getValue("op");
    if (!"add".equals(op) && !"remove".equals(op)) {
      throw place.member("op").wrong("not a valid value");
    }
    if (!(operation.getValue("path") instanceof String path) || !path.startsWith("/attributes")) {
      throw place.member("path").wrong("not a valid value");
    }
    if (operation.containsKey("value") && !(operation.getValue("value") instanceof JsonObject)) {
      throw place.member("value").wrong("expected dict");
    }
  }

  private static void apply(JsonObject operation, String path, JsonObject target) {
    String[] steps = path.substring(1).split("/", -1);
    JsonObject parent = target;
    for (int i = 0; i < steps.length - 1; i++) {
      if (!(parent.getValue(unescaped(steps[i])) instanceof JsonObject inner)) {
        throw ApiError.of(400, "member '" + unescaped(steps[i]) + "' not found in " + path);
      }
      parent = inner;
    }
    String name = unescaped(steps[steps.length - 1]);
    if (operation.getString("op").equals("add")) {
      if (!operation.containsKey("value")) {
        throw ApiError.of(400, "The operation does not contain a 'value' member");
      }
      parent.put(name, operation.getJsonObject("value").copy());
    } else if (parent.containsKey(name)) {
      parent.remove(name);
    } else {
      throw ApiError.of(400, "can't remove a non-existent object '" + name + "'");
    }
  }

  /** RFC 6901 section 4. */
  private static String unescaped(String step) {
    return step.replace("~1", "/").replace("~0", "~");
  }
}
