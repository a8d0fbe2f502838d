package orzo.storage;

import java.util.List;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicyRule;

/**
 * What a {@link PolicyStore} holds as of one version.
 *
 * @param version the version, 0 when nothing was ever stored
 * @param policies the policies, sorted by name
 * @param rules the rules, in the order of {@link ArchivePolicyRule#ORDER}
 */
public record StoredPolicies(
    long version, List<ArchivePolicy> policies, List<ArchivePolicyRule> rules) {
  /** Keeps copies. */
  public StoredPolicies {
    policies = List.copyOf(policies);
    rules = List.copyOf(rules);
  }
}
