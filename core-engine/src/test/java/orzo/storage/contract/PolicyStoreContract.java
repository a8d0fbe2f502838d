package orzo.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicy.Definition;
import orzo.metric.ArchivePolicyRule;
import orzo.metric.ArchivePolicyRule.Condition;
import orzo.metric.BuiltInPolicies;
import orzo.storage.PolicyChange;
import orzo.storage.PolicyChange.PutPolicy;
import orzo.storage.PolicyChange.PutRule;
import orzo.storage.PolicyChange.RemovePolicy;
import orzo.storage.PolicyChange.RemoveRule;
import orzo.storage.PolicyStore;
import orzo.storage.StoredPolicies;

/** What every {@link PolicyStore} does. */
public abstract class PolicyStoreContract extends StorageContract {
  private static final ArchivePolicy RAW = ArchivePolicy.RAW;

  @Test
  void read_nothingStored_isEmptyAtVersionZero() {
    assertThat(storage.policies().version()).isZero();
    assertThat(storage.policies().read()).isEqualTo(new StoredPolicies(0, List.of(), List.of()));
  }

  @Test
  void change_ofThisVersion_isMadeAndRaisesIt() {
    ArchivePolicyRule rule = rule("r", "*", "raw");

    assertThat(storage.policies().change(0, List.of(new PutPolicy(RAW), new PutRule(rule))))
        .isTrue();

    assertThat(storage.policies().version()).isEqualTo(1);
    assertThat(storage.policies().read())
        .isEqualTo(new StoredPolicies(1, List.of(RAW), List.of(rule)));
  }

  @Test
  void change_ofAnotherVersion_doesNothing() {
    change(new PutPolicy(RAW));

    assertThat(storage.policies().change(0, List.of(new RemovePolicy("raw")))).isFalse();
    assertThat(storage.policies().change(2, List.of(new RemovePolicy("raw")))).isFalse();

    assertThat(storage.policies().read()).isEqualTo(new StoredPolicies(1, List.of(RAW), List.of()));
  }

  @Test
  void change_none_raisesTheVersionToo() {
    assertThat(storage.policies().change(0, List.of())).isTrue();

    assertThat(storage.policies().version()).isEqualTo(1);
  }

  @Test
  void put_again_replaces() {
    ArchivePolicy longer = new ArchivePolicy("raw", Duration.ofDays(9), 0, List.of(), List.of());
    change(new PutPolicy(RAW), new PutRule(rule("r", "*", "raw")));
    change(new PutPolicy(longer), new PutRule(rule("r", "a*", "raw")));

    assertThat(storage.policies().read())
        .isEqualTo(new StoredPolicies(2, List.of(longer), List.of(rule("r", "a*", "raw"))));
  }

  @Test
  void remove_takesAwayWhatIsThere_andNothingElse() {
    change(new PutPolicy(RAW), new PutPolicy(BuiltInPolicies.LOW));
    change(new PutRule(rule("raw", "*", "raw")), new PutRule(rule("low", "b*", "raw")));
    change(new RemovePolicy("raw"), new RemoveRule("low"), new RemovePolicy("absent"));

    assertThat(storage.policies().read())
        .isEqualTo(
            new StoredPolicies(3, List.of(BuiltInPolicies.LOW), List.of(rule("raw", "*", "raw"))));
  }

  @Test
  void changes_areMadeInOrder() {
    change(
        new PutPolicy(RAW),
        new RemovePolicy("raw"),
        new RemovePolicy("low"),
        new PutPolicy(BuiltInPolicies.LOW));

    assertThat(storage.policies().read().policies()).containsExactly(BuiltInPolicies.LOW);
  }

  @Test
  void read_isSorted() {
    change(
        new PutPolicy(BuiltInPolicies.MEDIUM),
        new PutPolicy(BuiltInPolicies.BOOL),
        new PutRule(rule("any", "*", "low")),
        new PutRule(rule("disk", "disk.*", "low")),
        new PutRule(rule("also-any", "*", "low")),
        new PutRule(
            new ArchivePolicyRule("two", "*", List.of(new Condition("a", "=", "b")), "low")));

    assertThat(storage.policies().read().policies())
        .containsExactly(BuiltInPolicies.BOOL, BuiltInPolicies.MEDIUM);
    assertThat(storage.policies().read().rules())
        .extracting(ArchivePolicyRule::name)
        .containsExactly("disk", "two", "also-any", "any");
  }

  @Test
  void read_anything_comesBackUnchanged() {
    List<ArchivePolicy> policies = new ArrayList<>(BuiltInPolicies.ALL);
    policies.add(
        new ArchivePolicy(
            "✔éñ☃ \"𝄞\"",
            ArchivePolicy.MAX_TIMESPAN,
            Integer.MAX_VALUE,
            AggregationMethod.all(),
            List.of(
                new Definition(Duration.ofMillis(1), OptionalLong.empty()),
                new Definition(Duration.ofMillis(2), OptionalLong.of(1L << 40)))));
    policies.sort((a, b) -> a.name().compareTo(b.name()));
    ArchivePolicyRule rule =
        new ArchivePolicyRule(
            "v", // the letter that the fields of a store may begin with
            "[a-z]*?\u0000",
            List.of(new Condition("температура", "=~", "a.*|\\d"), new Condition("x", "!=", "")),
            "✔éñ☃ \"𝄞\"");
    for (ArchivePolicy policy : policies) {
      change(new PutPolicy(policy));
    }
    change(new PutRule(rule));

    assertThat(storage.policies().read())
        .isEqualTo(new StoredPolicies(policies.size() + 1L, policies, List.of(rule)));
    assertThat(storage.policies().read().policies().getLast().methods())
        .containsExactlyElementsOf(policies.getLast().methods()); // in the same order
  }

  @Test
  void change_byManyAtOnce_losesNone() throws Exception {
    int writers = 4;
    int changesEach = 25;
    CyclicBarrier together = new CyclicBarrier(writers);
    List<Future<?>> done = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < writers; writer++) {
        String name = "w" + writer + "-";
        Callable<Void> work =
            () -> {
              together.await();
              for (int i = 0; i < changesEach; i++) {
                putOnTopOfWhatever(rule(name + i, "*", "raw"));
              }
              return null;
            };
        done.add(threads.submit(work));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }

    StoredPolicies stored = storage.policies().read();
    assertThat(stored.rules()).hasSize(writers * changesEach);
    assertThat(stored.version()).isEqualTo(stored.rules().size());
  }

  private void putOnTopOfWhatever(ArchivePolicyRule rule) {
    PolicyStore store = storage.policies();
    long version = store.version();
    while (!store.change(version, List.of(new PutRule(rule)))) {
      version = store.version();
    }
  }

  private void change(PolicyChange... changes) {
    assertThat(storage.policies().change(storage.policies().version(), List.of(changes))).isTrue();
  }

  private static ArchivePolicyRule rule(String name, String pattern, String policy) {
    return new ArchivePolicyRule(name, pattern, List.of(), policy);
  }
}
