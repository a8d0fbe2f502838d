package orzo.http.gnocchi;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orzo.policy.PolicyRefusal;

/** Refused changes of policies and rules as Gnocchi answers them; its tests compare the words. */
final class Refusals {
  private Refusals() {}

  /** Throws what a refusal is answered with, if there is one. */
  static void check(Optional<PolicyRefusal> refusal) {
    if (refusal.isPresent()) {
      throw error(refusal.get());
    }
  }

  static ApiError error(PolicyRefusal refusal) {
    return switch (refusal) {
      case PolicyRefusal.NoSuchPolicy(String name) ->
          ApiError.of(404, "Archive policy " + name + " does not exist");
      case PolicyRefusal.NoSuchRule(String name) ->
          ApiError.of(404, "Archive policy rule " + name + " does not exist");
      case PolicyRefusal.PolicyExists(String name) ->
          ApiError.of(409, "Archive policy " + name + " already exists");
      case PolicyRefusal.RuleExists(String name) ->
          ApiError.of(409, "Archive policy rule " + name + " already exists");
      case PolicyRefusal.PolicyInUse(String name, long metrics, List<String> rules) ->
          ApiError.of(
              400,
              "Archive policy "
                  + name
                  + " is still in use by "
                  + metrics
                  + " metrics and "
                  + (rules.isEmpty() ? "no rules" : "the rules " + String.join(", ", rules)));
      case PolicyRefusal.GranularitiesAddedOrDropped(String policy, int before, int after) ->
          unsupported(
              policy,
              "Cannot add or drop granularities (it has " + before + ", given: " + after + ")");
      case PolicyRefusal.GranularityChanged(String policy, Duration before, Duration after) ->
          unsupported(
              policy,
              Timespan.showSeconds(before)
                  + " granularity interval was changed to "
                  + Timespan.showSeconds(after));
      case PolicyRefusal.TooMany(String what, int limit) ->
          ApiError.of(400, "There are " + limit + " " + what + ", and there cannot be more");
    };
  }

  private static ApiError unsupported(String policy, String why) {
    return ApiError.of(400, "Archive policy " + policy + " does not support change: " + why);
  }

  /** A name as the last part of a path. */
  static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
