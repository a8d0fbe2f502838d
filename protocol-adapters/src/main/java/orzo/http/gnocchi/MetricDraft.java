package orzo.http.gnocchi;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.MetricRecord;
import orzo.policy.PolicyBook;

/**
 * A metric that is to be created: its name, unit and archive policy are as they should be.
 *
 * @param name its name, null for none
 * @param unit the unit of its values, null when that was not said
 * @param policy the name of an archive policy, which may be gone
 */
record MetricDraft(@Nullable String name, @Nullable String unit, String policy) {
  private static final int MAX_NAME_LENGTH = 255;

  /** How many characters a unit has at most. */
  static final int MAX_UNIT_LENGTH = 31;

  /**
   * Checks what a request says of a metric, and chooses its policy if it says none.
   *
   * @throws ApiError in the words of Gnocchi
   */
  static MetricDraft of(
      PolicyBook policies,
      @Nullable String name,
      @Nullable String unit,
      Optional<String> statedPolicy) {
    if (name != null) {
      requireName(name);
    }
    if (unit != null && unit.codePointCount(0, unit.length()) > MAX_UNIT_LENGTH) {
      throw ApiError.invalid(
          "length of value must be at most "
              + MAX_UNIT_LENGTH
              + " for dictionary value @ data['unit']",
          List.of("unit"));
    }
    return new MetricDraft(name, unit, statedPolicy.orElseGet(() -> policyByRule(policies, name)));
  }

  /** Refuses names that Gnocchi's API cannot show or its database not hold. */
  static void requireName(String name) {
    if (name.contains("/")) {
      throw ApiError.of(400, "'/' is not supported in metric name");
    }
    if (name.length() > MAX_NAME_LENGTH) {
      throw ApiError.of(
          400, "a metric name of more than " + MAX_NAME_LENGTH + " characters is not supported");
    }
  }

  /** The archive policy that a rule gives to a metric of the API, for which none is stated. */
  static String policyByRule(PolicyBook policies, @Nullable String name) {
    return policies
        .ruleFor(Metrics.labels(new UUID(0, 0), name))
        .orElseThrow(() ->
            ApiError.of(
                400,
                "No archive policy name specified and no archive policy rule found matching the"
                    + " metric name "
                    + (name == null ? "None" : name)));
  }

  /** Reads the body that asks for a metric; its resource is not looked at. */
  static MetricDraft of(PolicyBook policies, JsonInput body) {
    body.allowOnly("archive_policy_name", "resource_id", "name", "unit");
    Optional<String> policy =
        body.states("archive_policy_name")
            ? Optional.of(body.text("archive_policy_name"))
            : Optional.empty();
    String unit = body.states("unit") ? body.text("unit") : null;
    return of(policies, body.states("name") ? body.text("name") : null, unit, policy);
  }

  /** Refuses a policy that does not exist. */
  MetricDraft requirePolicy(PolicyBook policies) {
    if (policies.find(policy).isEmpty()) {
      policies.refresh(); // another node may just have created it
    }
    if (policies.find(policy).isEmpty()) {
      throw ApiError.of(400, "Archive policy " + policy + " does not exist");
    }
    return this;
  }

  /** What the book keeps of it. */
  MetricRecord record(UUID id, String creator, @Nullable UUID resource) {
    return new MetricRecord(id, creator, name, unit, policy, resource);
  }
}
