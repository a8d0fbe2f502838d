package orzo.http.gnocchi;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.http.gnocchi.MetricDefinitions.Definition.Existing;
import orzo.http.gnocchi.MetricDefinitions.Definition.New;
import orzo.policy.PolicyBook;

/** Reads which metrics a resource is to have: new ones, and such that are there. */
final class MetricDefinitions {
  private static final Set<String> MEMBERS =
      Set.of("archive_policy_name", "resource_id", "name", "unit");

  private final PolicyBook policies;

  /** A metric that a resource is to have. */
  sealed interface Definition {
    /** One that is there. */
    record Existing(UUID id) implements Definition {}

    /** One to be made. */
    record New(String archivePolicy, @Nullable String unit) implements Definition {}
  }

  MetricDefinitions(PolicyBook policies) {
    this.policies = policies;
  }

  /** Metrics by their names at the resource. */
  Map<String, Definition> parse(@Nullable Object value, Place place) {
    if (!(value instanceof JsonObject members)) {
      throw place.wrong("expected a dictionary");
    }
    policies.refresh();
    Map<String, Definition> metrics = new LinkedHashMap<>();
    for (String name : members.fieldNames()) {
      metrics.put(name, metric(name, members.getValue(name), place.member(name)));
    }
    return metrics;
  }

  private Definition metric(String name, @Nullable Object value, Place place) {
    if (value instanceof String text) {
      return new Existing(Uuids.parse(text).orElseThrow(() -> place.wrong("not a valid value")));
    }
    if (!(value instanceof JsonObject definition)) {
      throw place.wrong("not a valid value");
    }
    for (String member : definition.fieldNames()) {
      Object stated = definition.getValue(member);
      if (!MEMBERS.contains(member)) {
        throw place.member(member).wrongName("extra keys not allowed");
      }
      if (!(stated instanceof String text)) {
        throw place.member(member).wrong("expected str");
      }
      if (member.equals("unit")
          && text.codePointCount(0, text.length()) > MetricDraft.MAX_UNIT_LENGTH) {
        throw place
            .member(member)
            .wrong("length of value must be at most " + MetricDraft.MAX_UNIT_LENGTH);
      }
    }
    MetricDraft.requireName(name);
    String policy = definition.getString("archive_policy_name");
    return new New(
        policy == null ? MetricDraft.policyByRule(policies, name) : existing(policy),
        definition.getString("unit"));
  }

  private String existing(String policy) {
    if (policies.find(policy).isEmpty()) {
      throw ApiError.of(400, "Archive policy " + policy + " does not exist");
    }
    return policy;
  }
}
