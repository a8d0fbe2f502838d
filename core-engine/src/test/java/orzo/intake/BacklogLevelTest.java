package orzo.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.storage.BacklogPosition;
import orzo.storage.FlushOutcome;
import orzo.storage.InMemoryStorage;
import orzo.storage.Lease;
import orzo.storage.OutageLog;
import orzo.storage.contract.Flushes;

@Timeout(30)
class BacklogLevelTest {
  private final InMemoryStorage storage = new InMemoryStorage(2, () -> 0);
  private final BacklogLevel level = new BacklogLevel(storage.backlog(), 2, 1000);

  @Test
  void measure_addsAllSacksUp() {
    append(0, 300);
    append(1, 500);
    assertThat(level.bytes()).isZero();
    level.measure();

    assertThat(level.bytes(0)).isEqualTo(300);
    assertThat(level.bytes(1)).isEqualTo(500);
    assertThat(level.bytes()).isEqualTo(800);
    assertThat(level.isFull()).isFalse();
  }

  @Test
  void isFull_fromTheLimitOn_untilAFifthIsFree() {
    append(0, 799);
    BacklogPosition some = append(1, 1);
    append(1, 199);
    level.measure();
    assertThat(level.isFull()).as("at 999 bytes").isFalse();

    BacklogPosition more = append(1, 1);
    level.measure();
    assertThat(level.isFull()).as("at 1000 bytes").isTrue();

    drain(1, some);
    level.measure();
    assertThat(level.isFull()).as("at 999 bytes, from above").isTrue();

    drain(1, more);
    level.measure();
    assertThat(level.isFull()).as("at 799 bytes").isFalse();
  }

  @Test
  void storageAway_leavesWhatWasKnown() {
    append(0, 1000);
    level.measure();
    storage.away(true);
    try (level) {
      level.start(Duration.ofHours(1), new OutageLog(System::nanoTime));
    }

    assertThat(level.isFull()).isTrue();
    assertThat(level.bytes()).isEqualTo(1000);
  }

  @Test
  void start_measuresAtOnceAndAgain() {
    append(0, 10);
    try (level) {
      level.start(Duration.ofMillis(1), new OutageLog(System::nanoTime));
      assertThat(level.bytes()).isEqualTo(10);
      append(1, 990);
      while (!level.isFull()) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  @Test
  void limitBelowOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BacklogLevel(storage.backlog(), 2, 0))
        .withMessage("limitBytes: 0 (expected: >= 1)");
  }

  private BacklogPosition append(int sack, int bytes) {
    return storage.backlog().append(sack, new byte[bytes]).toCompletableFuture().join();
  }

  private void drain(int sack, BacklogPosition position) {
    Lease lease = storage.leases().acquire(sack, "node", Duration.ofSeconds(60)).orElseThrow();
    assertThat(Flushes.flush(storage, lease, List.of(), position)).isEqualTo(FlushOutcome.FLUSHED);
  }
}
