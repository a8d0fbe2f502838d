package orzo.http.gnocchi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.ResourceState;
import orzo.book.ResourceType;

/** Resources in JSON. */
final class ResourceJson {
  private ResourceJson() {}

  /**
   * A resource with what every resource has, and with the attributes of a type.
   *
   * @param type its own, or the generic one to leave out its attributes
   * @param metrics its metrics by name
   */
  static Map<String, @Nullable Object> of(
      ResourceState state, ResourceType type, Map<String, UUID> metrics) {
    Map<String, @Nullable Object> json = common(state);
    Map<String, Object> shown = new LinkedHashMap<>();
    metrics.forEach((name, id) -> shown.put(name, id.toString()));
    json.put("metrics", shown);
    for (String attribute : type.attributes().keySet()) {
      json.put(attribute, AttributeValues.json(state.attributes().get(attribute)));
    }
    return json;
  }

  /** A resource with what every resource has, but for its metrics. */
  static Map<String, @Nullable Object> common(ResourceState state) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", state.id().toString());
    json.put("original_resource_id", state.originalId());
    json.put("type", state.type());
    json.put("creator", state.creator());
    createdBy(json, state.creator());
    json.put("user_id", state.userId());
    json.put("project_id", state.projectId());
    json.put("started_at", ResourceTimes.show(state.startedAt()));
    json.put("ended_at", state.endedAt() == null ? null : ResourceTimes.show(state.endedAt()));
    json.put("revision_start", ResourceTimes.show(state.revisionStart()));
    json.put(
        "revision_end",
        state.revisionEnd() == null ? null : ResourceTimes.show(state.revisionEnd()));
    return json;
  }

  /** Adds user and project of a creator. */
  static void createdBy(Map<String, @Nullable Object> json, @Nullable String creator) {
    String user = null;
    String project = null;
    if (creator != null) {
      int colon = creator.indexOf(':');
      user = colon < 0 ? creator : creator.substring(0, colon);
      project = colon < 0 ? "" : creator.substring(colon + 1);
    }
    json.put("created_by_user_id", user);
    json.put("created_by_project_id", project);
  }

  /** The same with these members only; with all if none is named. */
  static Map<String, @Nullable Object> only(
      Map<String, @Nullable Object> json, List<String> members) {
    if (!members.isEmpty()) {
      json.keySet().retainAll(members);
    }
    return json;
  }
}
