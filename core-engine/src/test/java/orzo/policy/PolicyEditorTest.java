package orzo.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicy.Definition;
import orzo.metric.ArchivePolicyRule;
import orzo.metric.ArchivePolicyRule.Condition;
import orzo.metric.BuiltInPolicies;
import orzo.policy.PolicyRefusal.GranularitiesAddedOrDropped;
import orzo.policy.PolicyRefusal.GranularityChanged;
import orzo.policy.PolicyRefusal.NoSuchPolicy;
import orzo.policy.PolicyRefusal.NoSuchRule;
import orzo.policy.PolicyRefusal.PolicyExists;
import orzo.policy.PolicyRefusal.PolicyInUse;
import orzo.policy.PolicyRefusal.RuleExists;
import orzo.policy.PolicyRefusal.TooMany;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;
import orzo.storage.OutageLog;
import orzo.storage.PolicyChange;
import orzo.storage.PolicyStore;
import orzo.storage.StoredPolicies;

class PolicyEditorTest {
  private static final ArchivePolicyRule RULE =
      new ArchivePolicyRule("rule", "disk.*", List.of(), "low");

  private final InMemoryStorage storage = new InMemoryStorage(1, () -> 0);
  private final PolicyBook book =
      new PolicyBook(
          storage.policies(),
          "standard",
          true,
          Duration.ofDays(1),
          new OutageLog(System::nanoTime));
  private final Map<String, Long> metrics = new HashMap<>();
  private final PolicyEditor editor = editor(storage.policies());

  @BeforeEach
  void start() {
    book.start();
  }

  @AfterEach
  void close() {
    book.close();
  }

  private PolicyEditor editor(PolicyStore store) {
    return new PolicyEditor(store, book, name -> metrics.getOrDefault(name, 0L));
  }

  @Test
  void create_countsAtOnce_andOnlyOnce() {
    ArchivePolicy mine = new ArchivePolicy("mine", Duration.ofDays(1), 0, List.of(), List.of());

    assertThat(editor.create(mine)).isEmpty();
    assertThat(book.find("mine")).contains(mine);
    assertThat(editor.create(mine)).contains(new PolicyExists("mine"));
  }

  @Test
  void update_pointsBackWindowAndRaw_areChanged() {
    List<Definition> definitions =
        List.of(
            new Definition(Duration.ofHours(1), OptionalLong.empty()),
            new Definition(Duration.ofMinutes(1), OptionalLong.of(10)));

    assertThat(
            editor.update(
                "medium",
                Optional.of(definitions),
                OptionalInt.of(7),
                Optional.of(Duration.ofDays(3))))
        .isEmpty();

    assertThat(book.of("medium"))
        .isEqualTo(
            new ArchivePolicy(
                "medium",
                Duration.ofDays(3),
                7,
                BuiltInPolicies.DEFAULT_METHODS,
                definitions.reversed()));
  }

  @Test
  void update_whatIsNotStated_stays() {
    assertThat(update("bool", new Definition(Duration.ofSeconds(1), OptionalLong.of(5)))).isEmpty();

    assertThat(book.of("bool").backWindow()).isEqualTo(3600);
    assertThat(book.of("bool").methods()).isEqualTo(BuiltInPolicies.BOOL.methods());
  }

  @Test
  void update_rawAlone_keepsTheDefinitions() {
    assertThat(
            editor.update(
                "standard", Optional.empty(), OptionalInt.empty(), Optional.of(Duration.ZERO)))
        .isEmpty();

    assertThat(book.of("standard").raw()).isZero();
    assertThat(book.of("standard").definitions()).isEqualTo(BuiltInPolicies.STANDARD.definitions());
  }

  @Test
  void update_granularities_areRefused() {
    Definition second = new Definition(Duration.ofSeconds(1), OptionalLong.of(5));
    Definition minute = new Definition(Duration.ofMinutes(1), OptionalLong.of(5));
    long version = book.version();

    assertThat(update("low", second))
        .contains(new GranularityChanged("low", Duration.ofMinutes(5), Duration.ofSeconds(1)));
    assertThat(update("low", second, minute))
        .contains(new GranularitiesAddedOrDropped("low", 1, 2));
    assertThat(update("medium", minute)).contains(new GranularitiesAddedOrDropped("medium", 2, 1));
    assertThat(update("absent", minute)).contains(new NoSuchPolicy("absent"));
    assertThat(book.version()).isEqualTo(version);
  }

  @Test
  void update_toWhatItIs_changesNothing() {
    long version = book.version();

    assertThat(update("low", BuiltInPolicies.LOW.definitions().getFirst())).isEmpty();

    assertThat(book.version()).isEqualTo(version);
  }

  @Test
  void delete_policyThatNothingUses_goes() {
    assertThat(editor.delete("low")).isEmpty();
    assertThat(book.find("low")).isEmpty();
    assertThat(editor.delete("low")).contains(new NoSuchPolicy("low"));
  }

  @Test
  void delete_policyInUse_isRefusedAndSaysByWhom() {
    metrics.put("low", 3L);
    assertThat(editor.delete("low")).contains(new PolicyInUse("low", 3, List.of()));

    assertThat(editor.createRule(RULE)).isEmpty();
    metrics.clear();
    assertThat(editor.delete("low")).contains(new PolicyInUse("low", 0, List.of("rule")));

    assertThat(editor.deleteRule("rule")).isEmpty();
    assertThat(editor.delete("low")).isEmpty();
  }

  @Test
  void createRule_needsItsPolicy_andAFreeName() {
    assertThat(editor.createRule(new ArchivePolicyRule("rule", "*", List.of(), "absent")))
        .contains(new NoSuchPolicy("absent"));
    assertThat(editor.createRule(RULE)).isEmpty();
    assertThat(editor.createRule(RULE)).contains(new RuleExists("rule"));
    assertThat(book.rules()).containsExactly(RULE);
  }

  @Test
  void createRule_badRegularExpression_isRefused() {
    Condition bad = new Condition("host", "=~", "(");

    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(
            () -> editor.createRule(new ArchivePolicyRule("rule", "*", List.of(bad), "low")))
        .withMessageContaining("host=~\"(\"")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED));
    assertThat(book.rules()).isEmpty();
  }

  @Test
  void renameRule_keepsTheRest() {
    assertThat(editor.createRule(RULE)).isEmpty();

    assertThat(editor.renameRule("rule", "new")).isEmpty();

    assertThat(book.rules())
        .containsExactly(new ArchivePolicyRule("new", "disk.*", List.of(), "low"));
    assertThat(editor.renameRule("rule", "other")).contains(new NoSuchRule("rule"));
    assertThat(editor.renameRule("new", "new")).isEmpty();
  }

  @Test
  void renameRule_toATakenName_isRefused() {
    assertThat(editor.createRule(RULE)).isEmpty();
    assertThat(editor.createRule(new ArchivePolicyRule("taken", "*", List.of(), "low"))).isEmpty();

    assertThat(editor.renameRule("rule", "taken")).contains(new RuleExists("taken"));
    assertThat(book.rules()).hasSize(2);
  }

  @Test
  void create_whenThereAreAsManyAsMayBe_isRefused() {
    List<PolicyChange> many = new ArrayList<>();
    for (int i = 0; i < PolicyEditor.MAX_ENTRIES; i++) {
      many.add(new PolicyChange.PutRule(new ArchivePolicyRule("rule-" + i, "*", List.of(), "low")));
      many.add(
          new PolicyChange.PutPolicy(
              new ArchivePolicy("policy-" + i, Duration.ofDays(1), 0, List.of(), List.of())));
    }
    assertThat(storage.policies().change(1, many)).isTrue();

    assertThat(editor.createRule(RULE))
        .contains(new TooMany("archive policy rules", PolicyEditor.MAX_ENTRIES));
    assertThat(
            editor.create(new ArchivePolicy("mine", Duration.ofDays(1), 0, List.of(), List.of())))
        .contains(new TooMany("archive policies", PolicyEditor.MAX_ENTRIES));
  }

  @Test
  void deleteRule_absent_isRefused() {
    assertThat(editor.deleteRule("absent")).contains(new NoSuchRule("absent"));
  }

  @Test
  void change_whenAnotherNodeWasFaster_isDecidedAnew() {
    // Between what this node reads and what it writes, another takes the name.
    PolicyStore raced =
        new PolicyStore() {
          private boolean raced;

          @Override
          public long version() {
            return storage.policies().version();
          }

          @Override
          public StoredPolicies read() {
            return storage.policies().read();
          }

          @Override
          public boolean change(long version, List<PolicyChange> changes) {
            if (!raced) {
              raced = true;
              boolean _ = storage.policies().change(version, changes);
            }
            return storage.policies().change(version, changes);
          }
        };
    ArchivePolicy mine = new ArchivePolicy("mine", Duration.ofDays(1), 0, List.of(), List.of());

    assertThat(editor(raced).create(mine)).contains(new PolicyExists("mine"));
    assertThat(book.find("mine")).contains(mine);
  }

  @Test
  void change_lostReply_isReportedAndSeen() {
    storage.loseReply(Operation.CHANGE_POLICIES);

    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> editor.delete("low"))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));

    book.refresh();
    assertThat(book.find("low")).isEmpty();
  }

  private Optional<PolicyRefusal> update(String name, Definition... definitions) {
    return editor.update(
        name, Optional.of(List.of(definitions)), OptionalInt.empty(), Optional.empty());
  }
}
