package orzo.http.gnocchi;

import static orzo.http.access.Permission.CREATE_RESOURCE_TYPE;
import static orzo.http.access.Permission.DELETE_RESOURCE_TYPE;
import static orzo.http.access.Permission.GET_RESOURCE_TYPE;
import static orzo.http.access.Permission.LIST_RESOURCE_TYPE;
import static orzo.http.access.Permission.UPDATE_RESOURCE_TYPE;

import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import orzo.book.AttributeType;
import orzo.book.AttributeValue;
import orzo.book.BookRefusal.TypeInUse;
import orzo.book.Draft;
import orzo.book.ResourceType;
import orzo.book.ResourceType.Attribute;
import orzo.inventory.Inventory;

/** {@code /v1/resource_type}. */
public final class ResourceTypeApi implements GnocchiPart {
  private static final String TYPES = "/v1/resource_type";
  private static final String TYPE = TYPES + "/:name";

  private final Inventory inventory;
  private final InstantSource clock;

  /** Creates the part. */
  public ResourceTypeApi(Inventory inventory, InstantSource clock) {
    this.inventory = inventory;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes
        .get(TYPES, this::list)
        .post(TYPES, this::create)
        .get(TYPE, this::get)
        .patch(TYPE, this::update)
        .delete(TYPE, this::delete);
  }

  private Reply list(Exchange exchange) {
    exchange.require(LIST_RESOURCE_TYPE);
    return Reply.ok(
        inventory.current(exchange.tenant()).types().stream().map(ResourceTypeApi::json).toList());
  }

  private Reply get(Exchange exchange) {
    exchange.require(GET_RESOURCE_TYPE);
    return Reply.ok(json(existing(exchange)));
  }

  private ResourceType existing(Exchange exchange) {
    String name = exchange.path("name");
    return inventory
        .current(exchange.tenant())
        .type(name)
        .orElseThrow(() -> BookRefusals.noSuchType(name));
  }

  private Reply create(Exchange exchange) {
    ResourceType type = ResourceTypeInput.created(exchange.json());
    exchange.require(CREATE_RESOURCE_TYPE);
    ResourceType made =
        BookRefusals.answering(() ->
            inventory
                .books()
                .change(
                    exchange.tenant(),
                    draft -> {
                      draft.createType(type);
                      return type;
                    }));
    return Reply.created(json(made), exchange.url(TYPES + "/" + Refusals.segment(made.name())));
  }

  private Reply update(Exchange exchange) {
    ResourceType existing = existing(exchange);
    exchange.require(UPDATE_RESOURCE_TYPE);
    Object patch = exchange.json("application/json-patch+json");
    return Reply.ok(
        json(
            BookRefusals.answering(() ->
                inventory
                    .books()
                    .change(exchange.tenant(), draft -> patched(draft, existing, patch)))));
  }

  /** The type as it is once a patch is applied; the draft makes it so. */
  private ResourceType patched(Draft draft, ResourceType shown, @Nullable Object patch) {
    ResourceType before = draft.type(shown.name()).orElse(shown);
    JsonObject target = new JsonObject(copy(json(before)));
    ResourceTypePatch.apply(patch, target);
    target.remove("state");
    ResourceTypeInput next;
    try {
      next = ResourceTypeInput.updated(target, clock.instant());
    } catch (ApiError e) {
      throw ApiError.of(400, String.valueOf(e.getMessage()));
    }
    if (next.type().attributes().equals(before.attributes())) {
      return before;
    }
    Map<String, AttributeValue> fills = new LinkedHashMap<>();
    next.type()
        .attributes()
        .forEach((name, attribute) -> {
          Attribute old = before.attributes().get(name);
          if (attribute.equals(old)) {
            return;
          }
          if (old != null && !old.type().name().equals(attribute.type().name())) {
            throw ApiError.of(
                400,
                "Type update is not available yet. Changing "
                    + old.type().name()
                    + " to "
                    + attribute.type().name()
                    + " for attribute "
                    + name
                    + " of resource "
                    + before.name());
          }
          if (attribute.required() && next.withoutFill().contains(name)) {
            throw ResourceTypeInput.invalidFill(name, "must not be empty if required=True");
          }
          AttributeValue fill = next.fills().get(name);
          if (fill != null) {
            fills.put(name, fill);
          }
        });
    ResourceType type = new ResourceType(before.name(), next.type().attributes());
    if (draft.type(type.name()).isEmpty()) {
      draft.createType(type);
    } else {
      draft.updateType(type, fills);
    }
    return type;
  }

  private static Map<String, Object> copy(Map<String, Object> json) {
    return new JsonObject(json).copy().getMap();
  }

  private Reply delete(Exchange exchange) {
    String name = existing(exchange).name();
    exchange.require(DELETE_RESOURCE_TYPE);
    if (inventory.current(exchange.tenant()).isImplied(name)) {
      throw BookRefusals.error(new TypeInUse(name));
    }
    return BookRefusals.answering(() ->
        inventory
            .books()
            .change(
                exchange.tenant(),
                draft -> {
                  draft.deleteType(name);
                  return Reply.noContent();
                }));
  }

  private static Map<String, Object> json(ResourceType type) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    type.attributes().forEach((name, attribute) -> attributes.put(name, definition(attribute)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", type.name());
    json.put("attributes", attributes);
    json.put("state", "active");
    return json;
  }

  private static Map<String, Object> definition(Attribute attribute) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", attribute.type().name());
    json.put("required", attribute.required());
    switch (attribute.type()) {
      case AttributeType.Text(int minLength, int maxLength) -> {
        json.put("min_length", minLength);
        json.put("max_length", maxLength);
      }
      case AttributeType.Real(Double min, Double max) -> {
        json.put("min", min == null ? null : AttributeValues.json(min));
        json.put("max", max == null ? null : AttributeValues.json(max));
      }
      case AttributeType.Id _, AttributeType.Bool _, AttributeType.Time _ -> {}
    }
    return json;
  }
}
