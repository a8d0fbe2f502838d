package orzo.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicy.Definition;
import orzo.metric.ArchivePolicyRule;
import orzo.policy.PolicyRefusal.GranularitiesAddedOrDropped;
import orzo.policy.PolicyRefusal.GranularityChanged;
import orzo.policy.PolicyRefusal.NoSuchPolicy;
import orzo.policy.PolicyRefusal.NoSuchRule;
import orzo.policy.PolicyRefusal.PolicyExists;
import orzo.policy.PolicyRefusal.PolicyInUse;
import orzo.policy.PolicyRefusal.RuleExists;
import orzo.policy.PolicyRefusal.TooMany;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.PolicyChange;
import orzo.storage.PolicyChange.PutPolicy;
import orzo.storage.PolicyChange.PutRule;
import orzo.storage.PolicyChange.RemovePolicy;
import orzo.storage.PolicyChange.RemoveRule;
import orzo.storage.PolicyStore;
import orzo.storage.StoredPolicies;

/**
 * Changes policies and rules within the limits that Gnocchi sets. Each change is decided on what is
 * stored, and made only if that is what it was decided on; when another node was faster, it is
 * decided anew. A change that was made counts in the {@link PolicyBook} of this node when the call
 * returns. Safe for many threads; calls block.
 *
 * <p>Every method returns why nothing was changed, or nothing when the change was made. All throw
 * {@link GatewayException} when storage fails; after {@link Kind#UNAVAILABLE} the change may have
 * been made nevertheless.
 */
public final class PolicyEditor {
  /** How many policies, and how many rules, there may be: all are in every node's memory. */
  public static final int MAX_ENTRIES = 10_000;

  /** How often a change is decided anew because others change something at the same time. */
  private static final int ATTEMPTS = 100;

  private final PolicyStore store;
  private final PolicyBook book;
  private final ToLongFunction<String> metricsOf;

  /** What to do with what is stored: a reason not to, or the changes. */
  private record Decision(Optional<PolicyRefusal> refusal, List<PolicyChange> changes) {
    static Decision refuse(PolicyRefusal refusal) {
      return new Decision(Optional.of(refusal), List.of());
    }

    static Decision make(PolicyChange... changes) {
      return new Decision(Optional.empty(), List.of(changes));
    }
  }

  /**
   * Creates an editor.
   *
   * @param metricsOf how many registered metrics have the policy of that name; may block
   */
  public PolicyEditor(PolicyStore store, PolicyBook book, ToLongFunction<String> metricsOf) {
    this.store = store;
    this.book = book;
    this.metricsOf = metricsOf;
  }

  /** Creates a policy, unless there is one of that name. */
  public Optional<PolicyRefusal> create(ArchivePolicy policy) {
    return change(stored -> {
      if (policy(stored, policy.name()).isPresent()) {
        return Decision.refuse(new PolicyExists(policy.name()));
      }
      return stored.policies().size() < MAX_ENTRIES
          ? Decision.make(new PutPolicy(policy))
          : Decision.refuse(new TooMany("archive policies", MAX_ENTRIES));
    });
  }

  /**
   * Changes how long a policy keeps what. Number and lengths of its granularities must stay: what
   * is stored is of these. So must the aggregation methods.
   *
   * @param definitions the granularities in any order, with their new points, if they are to change
   * @param backWindow the new back window, if it is to change
   * @param raw the new time for raw measures, if it is to change
   */
  public Optional<PolicyRefusal> update(
      String name,
      Optional<List<Definition>> definitions,
      OptionalInt backWindow,
      Optional<Duration> raw) {
    return change(stored -> {
      Optional<ArchivePolicy> found = policy(stored, name);
      if (found.isEmpty()) {
        return Decision.refuse(new NoSuchPolicy(name));
      }
      ArchivePolicy before = found.get();
      List<Definition> stated = definitions.orElse(before.definitions());
      int granularities = before.definitions().size();
      if (stated.size() != granularities) {
        return Decision.refuse(new GranularitiesAddedOrDropped(name, granularities, stated.size()));
      }
      ArchivePolicy after =
          new ArchivePolicy(
              name,
              raw.orElse(before.raw()),
              backWindow.orElse(before.backWindow()),
              before.methods(),
              stated);
      for (int i = 0; i < granularities; i++) {
        Duration was = before.definitions().get(i).granularity();
        Duration is = after.definitions().get(i).granularity();
        if (!was.equals(is)) {
          return Decision.refuse(new GranularityChanged(name, was, is));
        }
      }
      return after.equals(before) ? Decision.make() : Decision.make(new PutPolicy(after));
    });
  }

  /** Deletes a policy that no metric has and no rule chooses. */
  public Optional<PolicyRefusal> delete(String name) {
    return change(stored -> {
      if (policy(stored, name).isEmpty()) {
        return Decision.refuse(new NoSuchPolicy(name));
      }
      List<String> rules =
          stored.rules().stream()
              .filter(rule -> rule.policy().equals(name))
              .map(ArchivePolicyRule::name)
              .toList();
      long metrics = metricsOf.applyAsLong(name);
      return metrics > 0 || !rules.isEmpty()
          ? Decision.refuse(new PolicyInUse(name, metrics, rules))
          : Decision.make(new RemovePolicy(name));
    });
  }

  /**
   * Creates a rule, unless there is one of that name. Metrics that are there already keep the
   * policies that they have.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for a condition with a regular expression that
   *     is none
   */
  public Optional<PolicyRefusal> createRule(ArchivePolicyRule rule) {
    CompiledRule compiled = CompiledRule.of(rule); // so that what is stored can be compiled
    return change(stored -> {
      if (policy(stored, rule.policy()).isEmpty()) {
        return Decision.refuse(new NoSuchPolicy(rule.policy()));
      }
      if (rule(stored, rule.name()).isPresent()) {
        return Decision.refuse(new RuleExists(rule.name()));
      }
      return stored.rules().size() < MAX_ENTRIES
          ? Decision.make(new PutRule(compiled.rule()))
          : Decision.refuse(new TooMany("archive policy rules", MAX_ENTRIES));
    });
  }

  /** Gives a rule another name, unless another rule has it. */
  public Optional<PolicyRefusal> renameRule(String name, String newName) {
    return change(stored -> {
      Optional<ArchivePolicyRule> found = rule(stored, name);
      if (found.isEmpty()) {
        return Decision.refuse(new NoSuchRule(name));
      }
      if (name.equals(newName)) {
        return Decision.make();
      }
      if (rule(stored, newName).isPresent()) {
        return Decision.refuse(new RuleExists(newName));
      }
      ArchivePolicyRule before = found.get();
      return Decision.make(
          new RemoveRule(name),
          new PutRule(
              new ArchivePolicyRule(
                  newName, before.metricPattern(), before.conditions(), before.policy())));
    });
  }

  /** Deletes a rule. */
  public Optional<PolicyRefusal> deleteRule(String name) {
    return change(stored ->
        rule(stored, name).isEmpty()
            ? Decision.refuse(new NoSuchRule(name))
            : Decision.make(new RemoveRule(name)));
  }

  private Optional<PolicyRefusal> change(Function<StoredPolicies, Decision> decide) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      StoredPolicies stored = store.read();
      Decision decision = decide.apply(stored);
      if (decision.refusal.isPresent()
          || decision.changes.isEmpty()
          || store.change(stored.version(), decision.changes)) {
        book.refresh(); // whatever was seen here is not to be denied by a read afterwards
        return decision.refusal;
      }
    }
    throw new GatewayException(
        Kind.UNAVAILABLE,
        "archive policies: changed by others "
            + ATTEMPTS
            + " times while this change was being made (expected: that it is tried again)");
  }

  private static Optional<ArchivePolicy> policy(StoredPolicies stored, String name) {
    return stored.policies().stream().filter(policy -> policy.name().equals(name)).findFirst();
  }

  private static Optional<ArchivePolicyRule> rule(StoredPolicies stored, String name) {
    return stored.rules().stream().filter(rule -> rule.name().equals(name)).findFirst();
  }
}
