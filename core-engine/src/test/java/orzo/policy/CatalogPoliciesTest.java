package orzo.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import orzo.index.CatalogFollower;
import orzo.index.SeriesIndex;
import orzo.intake.BacklogIntake;
import orzo.intake.BacklogLevel;
import orzo.intake.GroupCommit;
import orzo.intake.Registration;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicyRule;
import orzo.metric.BuiltInPolicies;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;
import orzo.storage.OutageLog;
import orzo.storage.Storage;

class CatalogPoliciesTest {
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Labels DISK = Labels.of("__name__", "disk.read");

  /** A gateway as far as policies go; it hears of others only when it asks. */
  private static final class Node implements AutoCloseable {
    final SeriesIndex index = new SeriesIndex();
    final CatalogFollower follower;
    final PolicyBook book;
    final GroupCommit groupCommit;
    final BacklogIntake intake;
    final SeriesPolicies policies;
    final PolicyEditor editor;

    Node(Storage storage) {
      follower = new CatalogFollower(storage, index, NEVER, new OutageLog(System::nanoTime));
      book =
          new PolicyBook(
              storage.policies(), "standard", true, NEVER, new OutageLog(System::nanoTime));
      groupCommit = new GroupCommit(storage.backlog(), storage.sacks(), 1000, (_, _) -> {});
      BacklogLevel unbounded =
          new BacklogLevel(storage.backlog(), storage.sacks(), Long.MAX_VALUE); // never measured
      intake = new BacklogIntake(storage, index, groupCommit, unbounded, book);
      policies = new CatalogPolicies(index, follower, book);
      editor =
          new PolicyEditor(
              storage.policies(),
              book,
              name -> {
                follower.catchUp();
                return index.withPolicy(name);
              });
      book.start();
      follower.start();
    }

    long register(Labels labels) {
      return intake.register(Tenant.DEFAULT, List.of(Registration.of(labels)))[0];
    }

    ArchivePolicy policyOf(long ref) {
      return policies.policy(SeriesRef.sack(ref), SeriesRef.series(ref));
    }

    @Override
    public void close() {
      follower.close();
      book.close();
      groupCommit.close();
    }
  }

  private final InMemoryStorage storage = new InMemoryStorage(3, () -> 0);
  private final Node one = new Node(storage);
  private final Node other = new Node(storage);

  @BeforeEach
  void chooseLowForDisks() {
    assertThat(one.editor.createRule(new ArchivePolicyRule("disks", "disk.*", List.of(), "low")))
        .isEmpty();
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  @Test
  void policy_ofASeriesThatAnotherNodeRegistered_isLoadedWhenAskedFor() {
    long disk = one.register(DISK);
    long up = one.register(Labels.of("__name__", "up"));

    assertThat(other.policyOf(disk)).isEqualTo(BuiltInPolicies.LOW);
    assertThat(other.policyOf(up)).isEqualTo(BuiltInPolicies.STANDARD);
  }

  @Test
  void policy_ofAKnownSeries_readsNothing() {
    long disk = one.register(DISK);
    one.policyOf(disk);
    storage.away(true);

    assertThat(one.policyOf(disk)).isEqualTo(BuiltInPolicies.LOW);
  }

  /** The second node chooses by rules of its own time; the catalog's entry is the first one's. */
  @Test
  void policy_ofASeriesThatTwoNodesRegister_isThatOfTheFirst() {
    long disk = one.register(DISK); // the other node has not seen the rule yet

    assertThat(other.register(DISK)).isEqualTo(disk);
    assertThat(other.policyOf(disk)).isEqualTo(BuiltInPolicies.LOW);
    assertThat(other.index.withPolicy("standard")).isZero();
  }

  @Test
  void policy_ofASeriesThatIsNotInTheCatalog_isTheDefault() {
    assertThat(one.policies.policy(2, 17)).isEqualTo(BuiltInPolicies.STANDARD);
  }

  @Test
  void policy_ofANewSeriesWhileTheCatalogCannotBeRead_fails() {
    long disk = one.register(DISK);
    storage.failNext(Operation.READ_CATALOG, new GatewayException(Kind.UNAVAILABLE, "asked"));

    assertThatExceptionOfType(GatewayException.class).isThrownBy(() -> other.policyOf(disk));
    assertThat(other.policyOf(disk)).isEqualTo(BuiltInPolicies.LOW);
  }

  @Test
  void policy_whenItChanges_isTheNewOne() {
    long disk = one.register(DISK);
    one.policyOf(disk);
    ArchivePolicy.Definition shorter =
        ArchivePolicy.Definition.of(Duration.ofMinutes(5), Duration.ofDays(1));
    assertThat(
            other.editor.update(
                "low", Optional.of(List.of(shorter)), OptionalInt.empty(), Optional.empty()))
        .isEmpty();
    one.book.refresh();

    assertThat(one.policyOf(disk).definitions()).containsExactly(shorter);
  }

  @Test
  void delete_ofAPolicyThatAMetricOfAnotherNodeHas_isRefused() {
    one.register(DISK);
    assertThat(other.editor.deleteRule("disks")).isEmpty();

    assertThat(other.editor.delete("low"))
        .contains(new PolicyRefusal.PolicyInUse("low", 1, List.of()));
  }

  /** One node registers a metric while another deletes the policy it has just chosen. */
  @Test
  void policy_deletedWhileAMetricWasRegisteredWithIt_isTheDefault() {
    assertThat(one.editor.deleteRule("disks")).isEmpty();
    assertThat(one.editor.delete("low")).isEmpty();
    other.book.refresh();
    Metric metric = Metric.of(Tenant.DEFAULT, DISK, "low");
    int[] series = storage.catalog().register(metric.sack(3), List.of(metric));

    assertThat(other.policies.policy(metric.sack(3), series[0]))
        .isEqualTo(BuiltInPolicies.STANDARD);
  }
}
