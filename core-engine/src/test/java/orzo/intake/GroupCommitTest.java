package orzo.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.metric.SeriesRef;
import orzo.storage.BacklogEntry;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;

@Timeout(30)
class GroupCommitTest {
  private final InMemoryStorage storage = new InMemoryStorage(2, () -> 0);
  private final List<Integer> appended = Collections.synchronizedList(new ArrayList<>());
  private final GroupCommit groupCommit =
      new GroupCommit(storage.backlog(), 2, 100, (sack, position) -> appended.add(sack));

  @AfterEach
  void close() {
    storage.releaseAppends();
    groupCommit.close();
  }

  @Test
  void append_completesAfterStorageAcknowledged_andTheListenerHeard() {
    append(batch(0, 1, 1)).join();

    assertThat(appended).containsExactlyInAnyOrder(0, 1);
    assertThat(storage.backlog().length(0)).isEqualTo(1);
    assertThat(storage.backlog().length(1)).isEqualTo(1);
    assertThat(groupCommit.waitingSamples()).isZero();
  }

  @Test
  void append_whileRoundsAreOnTheirWay_sharesTheNextRound() {
    storage.holdAppends();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int round = 1; round <= 2; round++) {
      all.add(append(batch(0)));
      awaitHeld(round);
    }
    for (int i = 0; i < 20; i++) {
      all.add(append(batch(0)));
    }
    assertThat(all).noneMatch(CompletableFuture::isDone);

    storage.releaseAppends();
    all.forEach(CompletableFuture::join);

    assertThat(storage.backlog().read(0, BacklogPosition.START, 100)).hasSize(3);
  }

  @Test
  void append_overTheBound_isRefusedAsALimit() {
    storage.holdAppends();
    var first = append(batch(new int[90]));

    assertThatThrownBy(() -> append(batch(new int[20])).join())
        .hasCauseInstanceOf(GatewayException.class)
        .hasMessageContaining("append: 90 samples wait for storage already (limit: 100)")
        .satisfies(e -> assertThat(kind(e)).isEqualTo(Kind.LIMIT));

    awaitHeld(1);
    storage.releaseAppends();
    first.join();
    append(batch(new int[20])).join();
  }

  @Test
  void append_ofManySamples_isSeveralEntriesOfBoundedLength() {
    var bounded = new GroupCommit(storage.backlog(), 2, 1_000_000, (sack, position) -> {});
    try (bounded) {
      bounded.append(batch(new int[100_000])).toCompletableFuture().join();
    }

    List<BacklogEntry> entries = storage.backlog().read(0, BacklogPosition.START, 1_000);
    assertThat(entries).hasSize(49); // of 2,048 samples each
    EntrySamples samples = new EntrySamples(0);
    for (BacklogEntry entry : entries) {
      int before = samples.size;
      EntryCodec.read(entry.bytes(), samples);
      assertThat(samples.size - before).isBetween(1, GroupCommit.MAX_ENTRY_SAMPLES);
    }
    assertThat(samples.size).isEqualTo(100_000);
  }

  @Test
  void append_whenStorageIsAway_fails_andTheNextOneWorks() {
    storage.failNext(Operation.APPEND, new GatewayException(Kind.UNAVAILABLE, "away on demand"));

    assertThatThrownBy(() -> append(batch(0)).join())
        .hasMessageContaining("away on demand")
        .satisfies(e -> assertThat(kind(e)).isEqualTo(Kind.UNAVAILABLE));
    append(batch(0)).join();
    assertThat(groupCommit.waitingSamples()).isZero();
  }

  @Test
  void append_afterClose_isRefusedAsUnavailable() {
    var before = append(batch(0));
    groupCommit.close();

    assertThat(before).isCompleted();
    assertThatThrownBy(() -> append(batch(0)).join())
        .satisfies(e -> assertThat(kind(e)).isEqualTo(Kind.UNAVAILABLE));
  }

  private CompletableFuture<Void> append(SampleBatch batch) {
    return groupCommit.append(batch).toCompletableFuture();
  }

  private static SampleBatch batch(int... sacks) {
    SampleBatch batch = new SampleBatch(0);
    for (int sack : sacks) {
      batch.add(SeriesRef.of(sack, 5), 1000, 1.5);
    }
    return batch;
  }

  private void awaitHeld(int count) {
    while (storage.heldAppends() < count) {
      LockSupport.parkNanos(100_000);
    }
  }

  private static Kind kind(Throwable thrown) {
    return assertThat(thrown.getCause())
        .asInstanceOf(InstanceOfAssertFactories.type(GatewayException.class))
        .actual()
        .kind();
  }
}
