package orzo.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicyRule;
import orzo.metric.ArchivePolicyRule.Condition;
import orzo.metric.BuiltInPolicies;
import orzo.metric.Labels;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;
import orzo.storage.OutageLog;
import orzo.storage.PolicyChange;
import orzo.storage.PolicyChange.PutPolicy;
import orzo.storage.PolicyChange.PutRule;
import orzo.storage.PolicyChange.RemovePolicy;

class PolicyBookTest {
  private static final Duration SOON = Duration.ofMillis(5);

  private final InMemoryStorage storage = new InMemoryStorage(1, () -> 0);
  private final List<PolicyBook> books = new ArrayList<>();

  @AfterEach
  void close() {
    books.forEach(PolicyBook::close);
  }

  @Test
  void start_whereNothingWasStored_storesTheBuiltIns_once() {
    PolicyBook first = started("standard", true);
    PolicyBook second = started("standard", true);

    assertThat(first.policies()).containsExactlyInAnyOrderElementsOf(BuiltInPolicies.ALL);
    assertThat(second.policies()).isEqualTo(first.policies());
    assertThat(storage.policies().version()).isEqualTo(1);
  }

  @Test
  void start_whereABuiltInWasDeleted_doesNotBringItBack() {
    started("standard", true);
    change(new RemovePolicy("low"));

    assertThat(started("standard", true).find("low")).isEmpty();
  }

  @Test
  void start_withoutBuiltIns_storesNothing() {
    assertThat(started("standard", false).policies()).isEmpty();
    assertThat(storage.policies().version()).isZero();
  }

  @Test
  void start_whereStorageIsAway_fails() {
    storage.away(true);

    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> started("standard", true))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
  }

  @Test
  void changes_ofAnotherNode_areSeenWithoutARestart() {
    PolicyBook book = started("standard", true);
    ArchivePolicy longer = new ArchivePolicy("raw", Duration.ofDays(9), 0, List.of(), List.of());
    change(new PutPolicy(longer), new PutRule(rule("all", "*", "raw")));

    eventually(() -> book.of("raw").equals(longer));
    assertThat(book.policyFor(Labels.of("__name__", "up"))).isEqualTo("raw");
    assertThat(book.version()).isEqualTo(2);
  }

  @Test
  void changes_whileStorageIsAwayForATime_areSeenAfterwards() {
    PolicyBook book = started("standard", true);
    storage.failNext(Operation.READ_POLICIES, new GatewayException(Kind.UNAVAILABLE, "asked"));
    change(new RemovePolicy("low"));

    eventually(() -> book.find("low").isEmpty());
  }

  @Test
  void of_policyThatIsGone_isTheDefault() {
    PolicyBook book = started("raw", true);

    assertThat(book.of("gone")).isEqualTo(ArchivePolicy.RAW);
  }

  @Test
  void of_defaultThatIsNotStored_isTheBuiltInOfThatName() {
    assertThat(started("bool", false).of("bool")).isEqualTo(BuiltInPolicies.BOOL);
    assertThat(started("mine", false).of("mine")).isEqualTo(BuiltInPolicies.STANDARD);
  }

  @Test
  void of_storedPolicyOfABuiltInsName_isTheStoredOne() {
    ArchivePolicy own = new ArchivePolicy("bool", Duration.ofDays(9), 0, List.of(), List.of());
    change(new PutPolicy(own));

    assertThat(started("bool", true).of("bool")).isEqualTo(own);
  }

  @Test
  void policyFor_withoutRules_isTheDefault() {
    assertThat(started("standard", false).policyFor(Labels.of("__name__", "up")))
        .isEqualTo("standard");
  }

  @Test
  void policyFor_defaultThatIsNeitherStoredNorBuiltIn_isUnavailableUntilItIsCreated() {
    PolicyBook book = started("mine", true);
    Labels up = Labels.of("__name__", "up");

    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> book.policyFor(up))
        .withMessageContaining("default policy 'mine' does not exist")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));

    change(new PutPolicy(new ArchivePolicy("mine", SOON, 0, List.of(), List.of())));
    book.refresh();
    assertThat(book.policyFor(up)).isEqualTo("mine");
  }

  @Test
  void policyFor_rules_longestPatternThenMoreConditionsThenName() {
    change(
        new PutRule(rule("a", "*", "any")),
        new PutRule(rule("b", "disk.*", "disk")),
        new PutRule(rule("c", "disk.*", "late")),
        new PutRule(rule("d", "disk.*", "labelled", new Condition("host", "=~", "db[0-9]+"))),
        new PutRule(rule("e", "disk.io.*", "io", new Condition("env", "!=", ""))));
    PolicyBook book = started("standard", false);

    assertThat(book.policyFor(Labels.of("__name__", "up"))).isEqualTo("any");
    assertThat(book.policyFor(Labels.of("host", "db1"))).isEqualTo("any");
    assertThat(book.policyFor(Labels.of("__name__", "disk.io.x"))).isEqualTo("disk");
    assertThat(book.policyFor(Labels.of("__name__", "disk.x", "host", "db12")))
        .isEqualTo("labelled");
    assertThat(book.policyFor(Labels.of("__name__", "disk.x", "host", "web-db12")))
        .isEqualTo("disk");
    assertThat(book.policyFor(Labels.of("__name__", "disk.io.x", "env", "live", "host", "db1")))
        .isEqualTo("io");
    assertThat(book.rules())
        .extracting(ArchivePolicyRule::name)
        .containsExactly("e", "d", "b", "c", "a");
  }

  private PolicyBook started(String defaultName, boolean createBuiltIns) {
    PolicyBook book =
        new PolicyBook(
            storage.policies(), defaultName, createBuiltIns, SOON, new OutageLog(System::nanoTime));
    books.add(book);
    book.start();
    return book;
  }

  private void change(PolicyChange... changes) {
    long version = 0;
    while (!storage.policies().change(version, List.of(changes))) {
      version++; // the version is not asked for, so that a failure meant for the book is the book's
    }
  }

  private static ArchivePolicyRule rule(
      String name, String pattern, String policy, Condition... conditions) {
    return new ArchivePolicyRule(name, pattern, List.of(conditions), policy);
  }

  static void eventually(BooleanSupplier condition) {
    for (int i = 0; i < 2_000 && !condition.getAsBoolean(); i++) {
      LockSupport.parkNanos(SOON.toNanos());
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
