package orzo.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import orzo.storage.Lease;
import orzo.storage.LeaseAnswer;

/** What every {@link orzo.storage.LeaseStore} does. */
public abstract class LeaseStoreContract extends StorageContract {
  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration SHORT_TTL = Duration.ofMillis(100);

  @Test
  void acquire_freeSack_isALeaseOfThatNode() {
    Lease lease = acquire("a");

    assertThat(lease.sack()).isEqualTo(SACK);
    assertThat(lease.node()).isEqualTo("a");
    assertThat(lease.epoch()).isPositive();
    assertThat(storage.leases().renew(lease, TTL)).isTrue();
  }

  @Test
  void acquire_sackThatAnotherHolds_isEmpty() {
    Lease lease = acquire("a");

    assertThat(storage.leases().acquire(SACK, "b", TTL)).isEmpty();
    assertThat(storage.leases().renew(lease, TTL)).isTrue();
  }

  @Test
  void acquire_nodeWhoseNameEndsAlike_isAnotherNode() {
    acquire("node a");

    assertThat(storage.leases().acquire(SACK, "a", TTL)).isEmpty();
    assertThat(storage.leases().acquire(SACK, "node", TTL)).isEmpty();
  }

  @Test
  void acquire_sackThatTheSameNodeHolds_endsTheOldLease() {
    Lease first = acquire("a");
    Lease second = acquire("a");

    assertThat(second.epoch()).isGreaterThan(first.epoch());
    assertThat(storage.leases().renew(first, TTL)).isFalse();
    assertThat(storage.leases().renew(second, TTL)).isTrue();
  }

  @Test
  void acquire_otherSack_isFree() {
    acquire("a");

    assertThat(storage.leases().acquire(OTHER_SACK, "b", TTL)).isPresent();
  }

  @Test
  void acquire_byManyNodesAtOnce_oneGetsIt() throws Exception {
    int nodes = 8;
    CyclicBarrier start = new CyclicBarrier(nodes);
    List<Lease> leases = new ArrayList<>();
    try (var executor = Executors.newFixedThreadPool(nodes)) {
      List<Future<Optional<Lease>>> attempts = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        String node = "node-" + i;
        attempts.add(
            executor.submit(() -> {
              start.await();
              return storage.leases().acquire(SACK, node, TTL);
            }));
      }
      for (Future<Optional<Lease>> attempt : attempts) {
        attempt.get().ifPresent(leases::add);
      }
    }

    assertThat(leases).hasSize(1);
  }

  @Test
  void release_letsTheNextNodeTakeTheSackWithAHigherEpoch() {
    Lease first = acquire("a");
    storage.leases().release(first);

    Lease second = acquire("b");

    assertThat(second.epoch()).isGreaterThan(first.epoch());
    assertThat(storage.leases().renew(first, TTL)).isFalse();
  }

  @Test
  void release_lostLease_hasNoEffect() {
    Lease first = acquire("a");
    Lease second = acquire("a");

    storage.leases().release(first);

    assertThat(storage.leases().renew(second, TTL)).isTrue();
  }

  @Test
  void lease_notRenewed_endsAndAnotherNodeTakesTheSack() {
    Lease first = storage.leases().acquire(SACK, "a", SHORT_TTL).orElseThrow();

    List<Lease> second = new ArrayList<>();
    eventually(
        "another node takes the sack",
        () -> {
          storage.leases().acquire(SACK, "b", TTL).ifPresent(second::add);
          return !second.isEmpty();
        });

    assertThat(second.getFirst().epoch()).isGreaterThan(first.epoch());
    assertThat(storage.leases().renew(first, TTL)).isFalse();
    storage.leases().release(first);
    assertThat(storage.leases().renew(second.getFirst(), TTL)).isTrue();
  }

  @Test
  void renew_endedLeaseThatNobodyTook_isFalse() {
    Lease lease = storage.leases().acquire(SACK, "a", SHORT_TTL).orElseThrow();
    Lease witness = storage.leases().acquire(OTHER_SACK, "a", SHORT_TTL).orElseThrow();
    eventually(
        "a lease taken later ends",
        () -> storage.leases().acquire(witness.sack(), "b", TTL).isPresent());

    assertThat(storage.leases().renew(lease, TTL)).isFalse();
  }

  @Test
  void renew_prolongsTheLease() {
    Lease lease = storage.leases().acquire(SACK, "a", SHORT_TTL).orElseThrow();
    assertThat(storage.leases().renew(lease, TTL)).isTrue();
    Lease witness = storage.leases().acquire(OTHER_SACK, "a", SHORT_TTL).orElseThrow();
    eventually(
        "a lease of the first length ends",
        () -> storage.leases().acquire(witness.sack(), "b", TTL).isPresent());

    assertThat(storage.leases().acquire(SACK, "b", TTL)).isEmpty();
    assertThat(storage.leases().renew(lease, TTL)).isTrue();
  }

  @Test
  void acquire_severalSacks_answersForEachInOrder() {
    Lease held = acquire("a");

    List<LeaseAnswer> answers = storage.leases().acquire(List.of(OTHER_SACK, SACK, 0), "b", TTL);

    assertThat(answers).hasSize(3);
    assertThat(answers.get(0)).isInstanceOf(LeaseAnswer.Granted.class);
    assertThat(answers.get(1)).isEqualTo(new LeaseAnswer.Refused());
    assertThat(answers.get(2)).isInstanceOf(LeaseAnswer.Granted.class);
    assertThat(storage.leases().renew(held, TTL)).isTrue();
  }

  @Test
  void renew_severalLeases_answersForEachInOrder() {
    Lease lost = acquire("a");
    Lease current = acquire("a");
    Lease other = storage.leases().acquire(OTHER_SACK, "a", TTL).orElseThrow();

    assertThat(storage.leases().renew(List.of(other, lost, current), TTL))
        .containsExactly(
            new LeaseAnswer.Granted(other),
            new LeaseAnswer.Refused(),
            new LeaseAnswer.Granted(current));
    assertThat(storage.leases().renew(List.of(), TTL)).isEmpty();
  }

  @Test
  void announce_alone_isTheOnlyOne() {
    assertThat(storage.leases().announce("a", TTL)).containsExactly("a");
  }

  @Test
  void announce_answersWithAllThatLive_sorted() {
    storage.leases().announce("b", TTL);
    storage.leases().announce("c", Duration.ofSeconds(20));
    storage.leases().announce("a", Duration.ofSeconds(40));

    assertThat(storage.leases().announce("b", TTL)).containsExactly("a", "b", "c");
  }

  @Test
  void announce_leavesOutTheWithdrawn() {
    storage.leases().announce("a", TTL);
    storage.leases().announce("b", TTL);

    storage.leases().withdraw("a");
    storage.leases().withdraw("unknown");

    assertThat(storage.leases().announce("b", TTL)).containsExactly("b");
  }

  @Test
  void announce_leavesOutThoseThatDidNotAnnounceAgain() {
    storage.leases().announce("a", SHORT_TTL);
    storage.leases().announce("b", SHORT_TTL);

    eventually("a node ends", () -> storage.leases().announce("b", TTL).equals(List.of("b")));
  }

  private Lease acquire(String node) {
    return storage.leases().acquire(SACK, node, TTL).orElseThrow();
  }
}
