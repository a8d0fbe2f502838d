package orzo.storage;

import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicyRule;

/** One change of what a {@link PolicyStore} holds. */
public sealed interface PolicyChange {
  /** Stores a policy, in place of one of the same name if there is one. */
  record PutPolicy(ArchivePolicy policy) implements PolicyChange {}

  /** Removes the policy of that name, if there is one. */
  record RemovePolicy(String name) implements PolicyChange {}

  /** Stores a rule, in place of one of the same name if there is one. */
  record PutRule(ArchivePolicyRule rule) implements PolicyChange {}

  /** Removes the rule of that name, if there is one. */
  record RemoveRule(String name) implements PolicyChange {}
}
