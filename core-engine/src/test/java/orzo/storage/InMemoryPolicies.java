package orzo.storage;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicyRule;

/** What the policy store of an {@link InMemoryStorage} holds; its lock guards this. */
final class InMemoryPolicies {
  private final Map<String, ArchivePolicy> policies = new TreeMap<>();
  private final Map<String, ArchivePolicyRule> rules = new TreeMap<>();
  private long version;

  long version() {
    return version;
  }

  StoredPolicies read() {
    return new StoredPolicies(
        version,
        List.copyOf(policies.values()),
        rules.values().stream().sorted(ArchivePolicyRule.ORDER).toList());
  }

  boolean change(long expected, List<PolicyChange> changes) {
    if (expected != version) {
      return false;
    }
    for (PolicyChange change : changes) {
      switch (change) {
        case PolicyChange.PutPolicy(ArchivePolicy policy) -> policies.put(policy.name(), policy);
        case PolicyChange.RemovePolicy(String name) -> policies.remove(name);
        case PolicyChange.PutRule(ArchivePolicyRule rule) -> rules.put(rule.name(), rule);
        case PolicyChange.RemoveRule(String name) -> rules.remove(name);
      }
    }
    version++;
    return true;
  }
}
