package orzo.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicyRule;
import orzo.metric.BuiltInPolicies;
import orzo.metric.Labels;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.OutageLog;
import orzo.storage.PolicyChange;
import orzo.storage.PolicyStore;
import orzo.storage.StoredPolicies;
import orzo.time.Heartbeat;

/**
 * The archive policies and rules in force on this node: loaded at the start, then followed, so that
 * what any node changes counts on all of them within the interval. Looking something up neither
 * locks nor blocks. Safe for many threads.
 */
public final class PolicyBook implements PolicyChoice, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PolicyBook.class);

  /** What was read at one version, ready for use. */
  private record Edition(
      long version,
      List<ArchivePolicy> policies,
      Map<String, ArchivePolicy> byName,
      List<CompiledRule> rules) {
    static final Edition NONE = new Edition(-1, List.of(), Map.of(), List.of());

    static Edition of(StoredPolicies stored) {
      Map<String, ArchivePolicy> byName = new HashMap<>();
      stored.policies().forEach(policy -> byName.put(policy.name(), policy));
      List<CompiledRule> compiled = new ArrayList<>();
      for (ArchivePolicyRule rule : stored.rules()) {
        compiled.add(CompiledRule.of(rule));
      }
      return new Edition(stored.version(), stored.policies(), Map.copyOf(byName), compiled);
    }

    Edition newer(Edition other) {
      return other.version > version ? other : this;
    }
  }

  private final PolicyStore store;
  private final String defaultName;
  private final boolean createBuiltIns;
  private final Duration interval;
  private final OutageLog outages;
  private final AtomicReference<Edition> edition = new AtomicReference<>(Edition.NONE);
  private final Set<String> reportedMissing = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Heartbeat heartbeat;

  /**
   * Creates a book without anything in it.
   *
   * @param defaultName the policy of metrics that no rule chooses one for. While it is not stored,
   *     a built-in policy of that name counts in its place
   * @param createBuiltIns whether {@link #start} stores the built-in policies where nothing was
   *     ever stored; one that was deleted does not come back
   * @param interval how often to look for changes that other nodes made
   * @param outages hears of failures of storage while following
   */
  public PolicyBook(
      PolicyStore store,
      String defaultName,
      boolean createBuiltIns,
      Duration interval,
      OutageLog outages) {
    this.store = store;
    this.defaultName = defaultName;
    this.createBuiltIns = createBuiltIns;
    this.interval = interval;
    this.outages = outages;
  }

  /**
   * Loads what is stored, and follows it from now on.
   *
   * @throws GatewayException when it can't be read
   */
  public void start() {
    if (createBuiltIns && store.version() == 0) {
      List<PolicyChange> changes = new ArrayList<>();
      BuiltInPolicies.ALL.forEach(policy -> changes.add(new PolicyChange.PutPolicy(policy)));
      // Whether this node or another was first is the same: what counts is read below.
      boolean _ = store.change(0, changes);
    }
    refresh();
    heartbeat = Heartbeat.start("policies", interval, outages, this::refresh);
  }

  @Override
  public void close() {
    Heartbeat started = heartbeat;
    if (started != null) {
      started.close();
    }
  }

  /**
   * Reads what is stored if it changed.
   *
   * @throws GatewayException when it can't be read
   */
  public void refresh() {
    if (store.version() != edition.get().version) {
      Edition read = Edition.of(store.read());
      edition.accumulateAndGet(read, Edition::newer);
    }
  }

  /** Rises with every change: what was derived from policies is as good as new while it stands. */
  public long version() {
    return edition.get().version;
  }

  /** All policies, sorted by name. */
  public List<ArchivePolicy> policies() {
    return edition.get().policies;
  }

  /** All rules, in the order in which they are tried. */
  public List<ArchivePolicyRule> rules() {
    return edition.get().rules.stream().map(CompiledRule::rule).toList();
  }

  /** The policy of that name, if it is stored. */
  public Optional<ArchivePolicy> find(String name) {
    return Optional.ofNullable(edition.get().byName.get(name));
  }

  /**
   * The policy that counts for metrics which have the policy of that name. It should be stored,
   * since a policy that metrics have cannot be deleted. But a metric may be registered by one node
   * at the moment when another deletes its policy: then the {@linkplain #defaultPolicy default}
   * counts.
   */
  public ArchivePolicy of(String name) {
    ArchivePolicy stored = edition.get().byName.get(name);
    if (stored != null) {
      return stored;
    }
    if (!name.equals(defaultName) && reportedMissing.add(name)) {
      log.warn("archive policy '{}' is gone; its metrics get the default policy", name);
    }
    return defaultPolicy();
  }

  /**
   * The default policy: the stored one of that name; else the built-in one of that name; else, so
   * that there is an answer always, {@link BuiltInPolicies#STANDARD}.
   */
  public ArchivePolicy defaultPolicy() {
    ArchivePolicy stored = edition.get().byName.get(defaultName);
    return stored != null
        ? stored
        : BuiltInPolicies.named(defaultName).orElse(BuiltInPolicies.STANDARD);
  }

  /** The policy of the first rule that fits, if one does. */
  public Optional<String> ruleFor(Labels labels) {
    return chosen(edition.get(), labels);
  }

  private static Optional<String> chosen(Edition now, Labels labels) {
    for (CompiledRule rule : now.rules) {
      if (rule.fits(labels)) {
        return Optional.of(rule.rule().policy());
      }
    }
    return Optional.empty();
  }

  /**
   * The policy of the first rule that fits, else the default one. Rules count for all tenants.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} when no rule fits, and the default policy is
   *     neither stored nor built in: once somebody creates it, the same call succeeds
   */
  @Override
  public String policyFor(Labels labels) {
    Edition now = edition.get();
    Optional<String> chosen = chosen(now, labels);
    if (chosen.isPresent()) {
      return chosen.get();
    }
    if (!now.byName.containsKey(defaultName) && BuiltInPolicies.named(defaultName).isEmpty()) {
      throw new GatewayException(
          Kind.UNAVAILABLE,
          "no rule has an archive policy for "
              + labels
              + ", and the default policy '"
              + defaultName
              + "' does not exist (expected: that it is created, or another is configured)");
    }
    return defaultName;
  }
}
