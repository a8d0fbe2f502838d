package orzo.policy;

import java.time.Duration;
import java.util.List;

/** Why a change of policies or rules was not made. */
public sealed interface PolicyRefusal {
  /** There is no policy of that name. */
  record NoSuchPolicy(String name) implements PolicyRefusal {}

  /** There is no rule of that name. */
  record NoSuchRule(String name) implements PolicyRefusal {}

  /** There is a policy of that name already. */
  record PolicyExists(String name) implements PolicyRefusal {}

  /** There is a rule of that name already. */
  record RuleExists(String name) implements PolicyRefusal {}

  /**
   * A policy that something uses cannot be deleted.
   *
   * @param metrics how many metrics have it
   * @param rules the names of the rules that choose it
   */
  record PolicyInUse(String name, long metrics, List<String> rules) implements PolicyRefusal {}

  /**
   * There are as many as there may be.
   *
   * @param what policies or rules, in the plural
   */
  record TooMany(String what, int limit) implements PolicyRefusal {}

  /** The number of granularities of a policy cannot change. */
  record GranularitiesAddedOrDropped(String policy, int before, int after)
      implements PolicyRefusal {}

  /** The length of a granularity cannot change. */
  record GranularityChanged(String policy, Duration before, Duration after)
      implements PolicyRefusal {}
}
