package orzo.http.gnocchi;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orzo.book.AttributeType;
import orzo.book.AttributeValue;
import orzo.book.ResourceType;
import orzo.book.ResourceType.Attribute;

/**
 * Reads resource types from JSON.
 *
 * @param type the type
 * @param fills the values that resources get which have none of an attribute
 * @param withoutFill the required attributes for which no such value is stated
 */
record ResourceTypeInput(
    ResourceType type, Map<String, AttributeValue> fills, Set<String> withoutFill) {
  private static final int MAX_NAME = 63;
  private static final int MAX_TYPE_NAME = 255;
  private static final int MAX_TEXT = 256;

  /** What every resource has. */
  private static final Set<String> TAKEN_NAMES =
      Set.of(
          "id",
          "type",
          "metrics",
          "revision",
          "revision_start",
          "revision_end",
          "started_at",
          "ended_at",
          "user_id",
          "project_id",
          "created_by_user_id",
          "created_by_project_id",
          "get_metric",
          "creator",
          "original_resource_id");

  /** As Gnocchi has it, the beginning of a name alone decides. */
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_]*");

  /** A type as it is to be created. */
  static ResourceType created(@Nullable Object body) {
    return read(body, false, Instant.EPOCH).type;
  }

  /**
   * A type as it is to be from now on.
   *
   * @param now what times are relative to
   */
  static ResourceTypeInput updated(JsonObject next, Instant now) {
    return read(next, true, now);
  }

  private static ResourceTypeInput read(@Nullable Object body, boolean isUpdate, Instant now) {
    if (!(body instanceof JsonObject members)) {
      throw Place.BODY.wrong("expected a dictionary");
    }
    for (String name : members.fieldNames()) {
      if (!name.equals("name") && !name.equals("attributes")) {
        throw Place.BODY.member(name).wrongName("extra keys not allowed");
      }
    }
    if (!members.containsKey("name")) {
      throw Place.BODY.member("name").wrongName("required key not provided");
    }
    if (!(members.getValue("name") instanceof String name)) {
      throw Place.BODY.member("name").wrong("expected str");
    }
    if (name.isEmpty() || name.length() > MAX_TYPE_NAME) {
      throw ApiError.of(400, "Invalid input: the name of a resource type has 1 to 255 characters");
    }
    Place place = Place.BODY.member("attributes");
    Object stated = members.getValue("attributes", new JsonObject());
    if (!(stated instanceof JsonObject definitions)) {
      throw place.wrong("expected a dictionary");
    }
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    Map<String, AttributeValue> fills = new LinkedHashMap<>();
    Map<String, Boolean> withoutFill = new LinkedHashMap<>();
    for (String attribute : definitions.fieldNames()) {
      if (!(definitions.getValue(attribute) instanceof JsonObject definition)) {
        throw place.member(attribute).wrong("expected a dictionary");
      }
      attributes.put(
          attribute, new AttributeInput(definition, place.member(attribute), isUpdate).attribute());
      checkName(attribute);
      if (isUpdate) {
        fill(attribute, attributes.get(attribute), definition, now)
            .ifPresentOrElse(
                value -> fills.put(attribute, value), () -> withoutFill.put(attribute, true));
      }
    }
    return new ResourceTypeInput(
        new ResourceType(name, attributes), fills, Set.copyOf(withoutFill.keySet()));
  }

  private static void checkName(String name) {
    if (name.length() > MAX_NAME || TAKEN_NAMES.contains(name) || !NAME.matcher(name).lookingAt()) {
      throw ApiError.of(400, "Invalid input: Resource attribute name " + name + " is invalid");
    }
  }

  private static Optional<AttributeValue> fill(
      String name, @Nullable Attribute attribute, JsonObject definition, Instant now) {
    if (attribute == null
        || !(definition.getValue("options") instanceof JsonObject options)
        || options.getValue("fill") == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          AttributeValues.parse(attribute.type(), options.getValue("fill"), Place.BODY, now));
    } catch (ApiError e) {
      throw invalidFill(name, e.reason());
    }
  }

  /** What is wrong with the value that fills the gaps of an attribute. */
  static ApiError invalidFill(String attribute, String reason) {
    return ApiError.of(
        400,
        "Invalid input: Option 'fill' of resource attribute "
            + attribute
            + " is invalid: "
            + reason);
  }

  /** The definition of one attribute. */
  private record AttributeInput(JsonObject definition, Place place, boolean isUpdate) {
    Attribute attribute() {
      String type = definition.getValue("type") instanceof String name ? name : "";
      if (!definition.containsKey("type")) {
        throw place.member("type").wrongName("required key not provided");
      }
      Object required = definition.getValue("required", true);
      if (!(required instanceof Boolean isRequired)) {
        throw place.member("required").wrong("expected bool");
      }
      return new Attribute(
          switch (type) {
            case "string" -> text();
            case "uuid" -> plain(new AttributeType.Id());
            case "number" -> number();
            case "bool" -> plain(new AttributeType.Bool());
            case "datetime" -> plain(new AttributeType.Time());
            default -> throw place.member("type").wrong("not a valid value");
          },
          isRequired);
    }

    private AttributeType plain(AttributeType type) {
      allowOnly();
      return type;
    }

    private AttributeType text() {
      allowOnly("min_length", "max_length");
      int least = length("min_length", 0, 0);
      int most = length("max_length", 1, MAX_TEXT);
      if (least > most) {
        throw outOfOrder(Integer.toString(least), Integer.toString(most));
      }
      return new AttributeType.Text(least, most);
    }

    private int length(String name, int least, int otherwise) {
      Object stated = definition.getValue(name, otherwise);
      if (!(stated instanceof Integer length)) {
        throw place.member(name).wrong("expected int");
      }
      if (length < least) {
        throw place.member(name).wrong("value must be at least " + least);
      }
      if (length > MAX_TEXT) {
        throw place.member(name).wrong("value must be at most " + MAX_TEXT);
      }
      return length;
    }

    private AttributeType number() {
      allowOnly("min", "max");
      Double least = bound("min");
      Double most = bound("max");
      if (least != null && most != null && least > most) {
        throw outOfOrder(AttributeValues.show(least), AttributeValues.show(most));
      }
      return new AttributeType.Real(least, most);
    }

    private @Nullable Double bound(String name) {
      return switch (definition.getValue(name)) {
        case null -> null;
        case Number bound -> bound.doubleValue();
        default -> throw place.member(name).wrong("not a valid value");
      };
    }

    private void allowOnly(String... names) {
      Set<String> allowed = Set.of(names);
      for (String name : definition.fieldNames()) {
        boolean known =
            name.equals("type")
                || name.equals("required")
                || isUpdate && name.equals("options")
                || allowed.contains(name);
        if (!known) {
          throw place.member(name).wrongName("extra keys not allowed");
        }
      }
      if (isUpdate && definition.containsKey("options")) {
        Place options = place.member("options");
        if (!(definition.getValue("options") instanceof JsonObject stated)) {
          throw options.wrong("expected a dictionary");
        }
        for (String name : stated.fieldNames()) {
          if (!name.equals("fill")) {
            throw options.member(name).wrongName("extra keys not allowed");
          }
        }
      }
    }

    private static ApiError outOfOrder(String least, String most) {
      return ApiError.of(
          400,
          "Invalid input: Resource attribute value min (or min_length) "
              + least
              + " must be less  than or equal to max (or max_length) "
              + most
              + "!");
    }
  }
}
