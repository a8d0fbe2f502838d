package orzo.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import orzo.storage.BacklogEntry;
import orzo.storage.BacklogPosition;
import orzo.storage.FlushOutcome;
import orzo.storage.Lease;

/** What every {@link orzo.storage.Backlog} does. */
public abstract class BacklogContract extends StorageContract {
  @Test
  void read_nothingAppended_isEmpty() {
    assertThat(storage.backlog().read(SACK, BacklogPosition.START, 10)).isEmpty();
    assertThat(storage.backlog().length(SACK)).isZero();
  }

  @Test
  void append_completes_withThePositionThatReadReturns() throws Exception {
    BacklogPosition position = append("one");

    List<BacklogEntry> entries = storage.backlog().read(SACK, BacklogPosition.START, 10);

    assertThat(entries).extracting(BacklogEntry::position).containsExactly(position);
    assertThat(texts(entries)).containsExactly("one");
    assertThat(position).isGreaterThan(BacklogPosition.START);
  }

  @Test
  void append_manyInFlight_areStoredInTheOrderTheyWereStarted() throws Exception {
    List<CompletionStage<BacklogPosition>> stages = new ArrayList<>();
    List<String> appended = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      appended.add("entry " + i);
      stages.add(storage.backlog().append(SACK, bytes("entry " + i)));
    }
    List<BacklogPosition> positions = new ArrayList<>();
    for (CompletionStage<BacklogPosition> stage : stages) {
      positions.add(await(stage));
    }

    List<BacklogEntry> entries = storage.backlog().read(SACK, BacklogPosition.START, 2_000);

    assertThat(texts(entries)).isEqualTo(appended);
    assertThat(entries).extracting(BacklogEntry::position).isEqualTo(positions);
    assertThat(positions).isSorted().doesNotHaveDuplicates();
    assertThat(storage.backlog().length(SACK)).isEqualTo(1_000);
  }

  @Test
  void append_fromManyThreads_losesNothingAndKeepsEachThreadsOrder() throws Exception {
    int threads = 8;
    int each = 200;
    try (var executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> writers = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        String prefix = thread + " ";
        writers.add(
            executor.submit(() -> {
              List<CompletionStage<BacklogPosition>> stages = new ArrayList<>();
              for (int i = 0; i < each; i++) {
                stages.add(storage.backlog().append(SACK, bytes(prefix + (1_000 + i))));
              }
              for (CompletionStage<BacklogPosition> stage : stages) {
                await(stage);
              }
              return null;
            }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }

    List<String> stored =
        texts(storage.backlog().read(SACK, BacklogPosition.START, threads * each + 1));

    assertThat(stored).hasSize(threads * each).doesNotHaveDuplicates();
    for (int thread = 0; thread < threads; thread++) {
      String prefix = thread + " ";
      assertThat(stored.stream().filter(text -> text.startsWith(prefix))).isSorted();
    }
  }

  @Test
  void append_anyBytes_comeBackUnchanged() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    byte[] large = new byte[1 << 20];
    Arrays.fill(large, (byte) '\n');
    await(storage.backlog().append(SACK, all));
    await(storage.backlog().append(SACK, new byte[0]));
    await(storage.backlog().append(SACK, large));

    List<BacklogEntry> entries = storage.backlog().read(SACK, BacklogPosition.START, 10);

    assertThat(entries).hasSize(3);
    assertThat(entries.get(0).bytes()).isEqualTo(all);
    assertThat(entries.get(1).bytes()).isEmpty();
    assertThat(entries.get(2).bytes()).isEqualTo(large);
  }

  @Test
  void append_acknowledged_callerMayReuseItsArray() throws Exception {
    byte[] reused = bytes("first");
    await(storage.backlog().append(SACK, reused));
    System.arraycopy(bytes("other"), 0, reused, 0, reused.length);

    assertThat(texts(storage.backlog().read(SACK, BacklogPosition.START, 10)))
        .containsExactly("first");
  }

  @Test
  void append_sacks_areSeparate() throws Exception {
    append("here");
    await(storage.backlog().append(OTHER_SACK, bytes("there")));

    assertThat(texts(storage.backlog().read(SACK, BacklogPosition.START, 10)))
        .containsExactly("here");
    assertThat(texts(storage.backlog().read(OTHER_SACK, BacklogPosition.START, 10)))
        .containsExactly("there");
  }

  @Test
  void append_sackThatIsNot_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> storage.backlog().append(SACKS, bytes("x")))
        .withMessageContaining("sack: " + SACKS);
  }

  @Test
  void read_afterAPosition_leavesOutThatEntryAndAllBefore() throws Exception {
    append("one");
    BacklogPosition second = append("two");
    append("three");

    assertThat(texts(storage.backlog().read(SACK, second, 10))).containsExactly("three");
  }

  @Test
  void read_pageByPage_returnsEachEntryOnce() throws Exception {
    List<String> appended = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      appended.add("entry " + i);
      append("entry " + i);
    }
    List<String> seen = new ArrayList<>();
    BacklogPosition after = BacklogPosition.START;
    for (; ; ) {
      List<BacklogEntry> page = storage.backlog().read(SACK, after, 10);
      if (page.isEmpty()) {
        break;
      }
      assertThat(page).hasSizeLessThanOrEqualTo(10);
      seen.addAll(texts(page));
      after = page.getLast().position();
    }

    assertThat(seen).isEqualTo(appended);
  }

  @Test
  void sizeBytes_growsWithWhatIsAppended_andFallsWithAFlush() throws Exception {
    long empty = storage.backlog().sizeBytes(SACK);
    BacklogPosition last = BacklogPosition.START;
    for (int i = 0; i < 100; i++) {
      last = await(storage.backlog().append(SACK, new byte[10_000]));
    }

    assertThat(storage.backlog().sizeBytes(SACK)).isBetween(1_000_000L, 1_500_000L);
    assertThat(storage.backlog().sizeBytes(OTHER_SACK)).isEqualTo(empty).isLessThan(1_000);

    Lease lease = storage.leases().acquire(SACK, "node", Duration.ofSeconds(60)).orElseThrow();
    assertThat(Flushes.flush(storage, lease, List.of(), last)).isEqualTo(FlushOutcome.FLUSHED);
    assertThat(storage.backlog().sizeBytes(SACK)).isLessThan(1_000);
  }

  private BacklogPosition append(String text) throws Exception {
    return await(storage.backlog().append(SACK, bytes(text)));
  }

  private static List<String> texts(List<BacklogEntry> entries) {
    return entries.stream().map(entry -> text(entry.bytes())).toList();
  }
}
