package orzo.http.gnocchi;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metrics as Gnocchi shows them. */
final class MetricJson {
  private MetricJson() {}

  /** A metric that names its policy and its resource, as the answer to its creation does. */
  static Map<String, @Nullable Object> named(MetricView metric) {
    Map<String, @Nullable Object> json = start(metric);
    json.put("resource_id", metric.resource() == null ? null : metric.resource().toString());
    json.put("archive_policy_name", metric.policy());
    return end(metric, json);
  }

  /**
   * A metric in a list.
   *
   * @param policy its archive policy as JSON
   */
  static Map<String, @Nullable Object> listed(MetricView metric, Object policy) {
    Map<String, @Nullable Object> json = start(metric);
    json.put("resource_id", metric.resource() == null ? null : metric.resource().toString());
    json.put("archive_policy", policy);
    return end(metric, json);
  }

  /**
   * A metric that was asked for.
   *
   * @param policy its archive policy as JSON
   * @param resource its resource as JSON, null if it has none
   */
  static Map<String, @Nullable Object> shown(
      MetricView metric, Object policy, @Nullable Object resource) {
    Map<String, @Nullable Object> json = start(metric);
    json.put("resource", resource);
    json.put("archive_policy", policy);
    return end(metric, json);
  }

  private static Map<String, @Nullable Object> start(MetricView metric) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", metric.id().toString());
    json.put("creator", metric.creator());
    json.put("name", metric.name());
    json.put("unit", metric.unit());
    return json;
  }

  private static Map<String, @Nullable Object> end(
      MetricView metric, Map<String, @Nullable Object> json) {
    String creator = metric.creator();
    if (creator == null) {
      json.put("created_by_user_id", null);
      json.put("created_by_project_id", null);
    } else {
      int colon = creator.indexOf(':');
      json.put("created_by_user_id", colon < 0 ? creator : creator.substring(0, colon));
      json.put("created_by_project_id", colon < 0 ? "" : creator.substring(colon + 1));
    }
    return json;
  }
}
