package orzo.http.gnocchi;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.AttributeValue;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.book.ResourceType.Attribute;
import orzo.http.gnocchi.MetricDefinitions.Definition;
import orzo.resource.ResourceIds;

/** What a request says of a resource. What it does not say is to stay as it is. */
final class ResourceInput {
  /** The longest id that is no UUID, as Gnocchi has it. */
  private static final int MAX_ID = 289;

  private final Instant now;
  private @Nullable String id;
  private @Nullable Instant startedAt;
  private @Nullable Instant endedAt;
  private final Map<String, @Nullable String> owners = new HashMap<>(); // user and project
  private final Map<String, AttributeValue> attributes = new LinkedHashMap<>();
  private @Nullable Map<String, Definition> metrics;
  private @Nullable ApiError firstError;

  private ResourceInput(Instant now) {
    this.now = now;
  }

  /** Reads a resource that is to be created, with all that its type requires. */
  static ResourceInput created(
      @Nullable Object body, ResourceType type, MetricDefinitions definitions, Instant now) {
    ResourceInput input = read(body, type, definitions, true, now);
    if (input.id == null) {
      input.fail(Place.BODY.member("id").wrongName("required key not provided"));
    }
    type.attributes()
        .forEach((name, attribute) -> {
          if (attribute.required() && !input.attributes.containsKey(name)) {
            input.fail(Place.BODY.member(name).wrongName("required key not provided"));
          }
        });
    input.throwFirst();
    if (input.endedAt != null && input.startedAt().isAfter(input.endedAt)) {
      throw ApiError.of(400, "Start timestamp cannot be after end timestamp");
    }
    return input;
  }

  /** Reads changes of a resource. */
  static ResourceInput changed(
      @Nullable Object body, ResourceType type, MetricDefinitions definitions, Instant now) {
    ResourceInput input = read(body, type, definitions, false, now);
    input.throwFirst();
    return input;
  }

  private static ResourceInput read(
      @Nullable Object body,
      ResourceType type,
      MetricDefinitions definitions,
      boolean hasId,
      Instant now) {
    if (!(body instanceof JsonObject members)) {
      throw Place.BODY.wrong("expected a dictionary");
    }
    ResourceInput input = new ResourceInput(now);
    for (String name : members.fieldNames()) {
      Place place = Place.BODY.member(name);
      try {
        input.read(name, members.getValue(name), place, type, definitions, hasId);
      } catch (ApiError e) {
        if (!e.isInvalidInput()) {
          throw e; // such are told at once, whatever else is wrong
        }
        input.fail(e);
      }
    }
    return input;
  }

  private void fail(ApiError error) {
    if (firstError == null) {
      firstError = error;
    }
  }

  private void throwFirst() {
    if (firstError != null) {
      throw firstError;
    }
  }

  private void read(
      String name,
      @Nullable Object value,
      Place place,
      ResourceType type,
      MetricDefinitions definitions,
      boolean hasId) {
    switch (name) {
      case "id" -> {
        if (!hasId) {
          throw place.wrongName("extra keys not allowed");
        }
        id = id(value, place);
      }
      case "started_at" -> startedAt = time(value, place);
      case "ended_at" -> endedAt = time(value, place);
      case "user_id", "project_id" -> {
        if (value != null && !(value instanceof String)) {
          throw place.wrong("not a valid value");
        }
        owners.put(name, (String) value);
      }
      case "metrics" -> metrics = definitions.parse(value, place);
      default -> {
        Attribute attribute = type.attributes().get(name);
        if (attribute == null) {
          throw place.wrongName("extra keys not allowed");
        }
        attributes.put(name, AttributeValues.parse(attribute.type(), value, place, now));
      }
    }
  }

  private Instant time(@Nullable Object value, Place place) {
    return ResourceTimes.parse(value, now).orElseThrow(() -> place.wrong("not a valid value"));
  }

  /** An id as somebody states it: a UUID, or a text that a UUID is made from. */
  static String id(@Nullable Object value, Place place) {
    if (!(value instanceof String text) || text.isEmpty()) {
      throw place.wrong("not a valid value");
    }
    if (text.contains("/")) {
      throw place.wrong("'/' is not supported in resource id");
    }
    if (text.length() > MAX_ID && Uuids.parse(text).isEmpty()) {
      throw place.wrong("transformable resource id >289 max allowed characters");
    }
    return text;
  }

  /** The metrics that the resource is to have, if that is said. */
  Optional<Map<String, Definition>> metrics() {
    return Optional.ofNullable(metrics);
  }

  private Instant startedAt() {
    return startedAt == null ? now : startedAt;
  }

  /** The resource that is to be created. */
  ResourceState create(ResourceType type, String creator) {
    if (id == null) {
      throw new IllegalStateException("no id (expected: that of a resource to be created)");
    }
    return new ResourceState(
        uuid(creator),
        id,
        type.name(),
        creator,
        owners.get("user_id"),
        owners.get("project_id"),
        startedAt(),
        endedAt,
        now,
        null,
        ResourceState.CURRENT,
        attributes);
  }

  private UUID uuid(String creator) {
    return ResourceIds.uuid(String.valueOf(id), creator);
  }

  /** Whether the resource is to be another than it is; its metrics do not count. */
  boolean changes(ResourceState before) {
    boolean same =
        (startedAt == null || startedAt.equals(before.startedAt()))
            && (endedAt == null || endedAt.equals(before.endedAt()))
            && isSame("user_id", before.userId())
            && isSame("project_id", before.projectId())
            && attributes.entrySet().stream()
                .allMatch(
                    stated -> stated.getValue().equals(before.attributes().get(stated.getKey())));
    return !same;
  }

  private boolean isSame(String owner, @Nullable String before) {
    return !owners.containsKey(owner) || Objects.equals(owners.get(owner), before);
  }

  /**
   * The resource as it is to be.
   *
   * @throws ApiError when it would end before it starts
   */
  ResourceState change(ResourceState before) {
    Instant start = startedAt == null ? before.startedAt() : startedAt;
    Instant end = endedAt == null ? before.endedAt() : endedAt;
    if (end != null && start.isAfter(end)) {
      throw ApiError.of(
          400,
          "Value "
              + ResourceTimes.show(end).replace('T', ' ')
              + " for attribute ended_at on resource type "
              + before.type()
              + " is invalid");
    }
    Map<String, AttributeValue> values = new HashMap<>(before.attributes());
    values.putAll(attributes);
    // A revision never starts when the one before did: that tells them apart.
    Instant next = before.revisionStart().plusNanos(1_000);
    return new ResourceState(
        before.id(),
        before.originalId(),
        before.type(),
        before.creator(),
        owners.containsKey("user_id") ? owners.get("user_id") : before.userId(),
        owners.containsKey("project_id") ? owners.get("project_id") : before.projectId(),
        start,
        end,
        now.isAfter(next) ? now : next,
        null,
        ResourceState.CURRENT,
        values);
  }
}
