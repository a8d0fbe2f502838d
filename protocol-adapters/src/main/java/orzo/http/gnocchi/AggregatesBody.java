package orzo.http.gnocchi;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orzo.gnocchi.operations.InvalidOperations;
import orzo.gnocchi.operations.Operation;
import orzo.gnocchi.operations.OperationsParser;

/**
 * The body of a request for dynamic aggregates.
 *
 * @param resourceType the type of the resources whose metrics are named; empty where metrics are
 *     told by their ids
 * @param search which resources, a filter in one of its two forms; null where there is no type
 */
record AggregatesBody(Operation operation, Optional<String> resourceType, @Nullable Object search) {
  private static final String OPERATIONS = "operations";
  private static final String RESOURCE_TYPE = "resource_type";
  private static final String SEARCH = "search";
  private static final OperationsParser PARSER = new OperationsParser(AggregatesBody::timespan);

  private static Optional<Duration> timespan(String text) {
    return Timespan.parse(text);
  }

  /** Reads a body. */
  static AggregatesBody of(@Nullable Object json) {
    if (!(json instanceof JsonObject body)) {
      throw ApiError.invalid("expected a dictionary", List.of());
    }
    for (String name : body.fieldNames()) {
      if (!name.equals(OPERATIONS) && !name.equals(RESOURCE_TYPE) && !name.equals(SEARCH)) {
        throw wrong("extra keys not allowed", name);
      }
    }
    require(body, OPERATIONS);
    Operation operation = operation(body);
    if (operation.selectors().isEmpty()) {
      throw ApiError.described(
          400,
          "Operations is invalid",
          "At least one 'metric' is required",
          plain(body.getValue(OPERATIONS)));
    }
    if (!body.containsKey(RESOURCE_TYPE) && !body.containsKey(SEARCH)) {
      return new AggregatesBody(operation, Optional.empty(), null);
    }
    require(body, RESOURCE_TYPE);
    require(body, SEARCH);
    if (!(body.getValue(RESOURCE_TYPE) instanceof String type)) {
      throw ApiError.missing(
          "Resource type does not exist", String.valueOf(body.getValue(RESOURCE_TYPE)));
    }
    return new AggregatesBody(operation, Optional.of(type), body.getValue(SEARCH));
  }

  private static void require(JsonObject body, String name) {
    if (!body.containsKey(name)) {
      throw wrong("required key not provided", name);
    }
  }

  private static Operation operation(JsonObject body) {
    try {
      return PARSER.parse(body.getMap().get(OPERATIONS));
    } catch (InvalidOperations e) {
      throw switch (e.kind()) {
        case TEXT ->
            ApiError.described(
                400, "Invalid operations", "Fail to parse the operations string", e.reason());
        case FORM -> invalid(e);
      };
    }
  }

  private static ApiError invalid(InvalidOperations refusal) {
    if (refusal.path().isEmpty()) {
      return wrong(refusal.reason() + " for dictionary value", OPERATIONS);
    }
    StringBuilder reason =
        new StringBuilder(refusal.reason()).append(" @ data['").append(OPERATIONS).append("']");
    List<String> path = new ArrayList<>();
    path.add(OPERATIONS);
    for (int position : refusal.path()) {
      reason.append('[').append(position).append(']');
      path.add(Integer.toString(position));
    }
    return ApiError.invalid(reason.toString(), path);
  }

  private static ApiError wrong(String reason, String name) {
    return ApiError.invalid(reason + " @ data['" + name + "']", List.of(name));
  }

  /** Stated operations as a part of an answer. */
  private static Object plain(@Nullable Object stated) {
    return stated == null ? "" : stated;
  }
}
