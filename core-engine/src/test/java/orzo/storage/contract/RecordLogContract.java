package orzo.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import orzo.metric.Tenant;
import orzo.storage.LogRecord;
import orzo.storage.RecordLog;

/** What every {@link RecordLog} does. */
public abstract class RecordLogContract extends StorageContract {
  private static final Tenant TENANT = new Tenant("a");
  private static final Tenant OTHER = new Tenant("it's(other)!*");

  @Test
  void read_nothingAppended_isEmpty() {
    assertThat(log().read(TENANT, RecordLog.START, 10)).isEmpty();
  }

  @Test
  void append_atTheEnd_countsPositionsFromOne() {
    assertThat(append(0, "x", "y")).hasValue(2);
    assertThat(append(2, "z")).hasValue(3);

    assertThat(read(0, 10)).containsExactly("1 x", "2 y", "3 z");
  }

  @Test
  void append_elsewhere_doesNothing() {
    append(0, "x", "y");

    assertThat(append(0, "no")).isEmpty();
    assertThat(append(1, "no")).isEmpty();
    assertThat(append(3, "no")).isEmpty();

    assertThat(read(0, 10)).containsExactly("1 x", "2 y");
  }

  @Test
  void append_toAnEmptyLogFromAPositionBeyond_doesNothing() {
    assertThat(append(1, "no")).isEmpty();

    assertThat(read(0, 10)).isEmpty();
  }

  @Test
  void append_none_tellsWhetherThePositionIsTheLast() {
    append(0, "x");

    assertThat(append(1)).hasValue(1);
    assertThat(append(0)).isEmpty();
    assertThat(read(0, 10)).containsExactly("1 x");
  }

  @Test
  void append_anyBytes_comeBackUnchanged() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    byte[] large = new byte[3 << 20];
    new SplittableRandom(5).nextBytes(large);
    byte[] none = {};

    log().append(TENANT, 0, List.of(all, large, none));

    List<LogRecord> stored = log().read(TENANT, 0, 10);
    assertThat(stored).extracting(LogRecord::bytes).containsExactly(all, large, none);
  }

  @Test
  void append_asManyAsAreAllowed_isOneStep() {
    List<byte[]> most = Collections.nCopies(RecordLog.MAX_RECORDS, bytes("r"));

    assertThat(log().append(TENANT, 0, most)).hasValue(RecordLog.MAX_RECORDS);

    assertThat(read(RecordLog.MAX_RECORDS - 1, 10)).containsExactly(most.size() + " r");
  }

  @Test
  void append_more_isRefused() {
    List<byte[]> tooMany = Collections.nCopies(RecordLog.MAX_RECORDS + 1, bytes("r"));
    List<byte[]> tooLarge = Collections.nCopies(17, new byte[1 << 20]);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> log().append(TENANT, 0, tooMany))
        .withMessage(
            "an append of 10001 records and 10001 bytes"
                + " (expected: at most 10000 records and 16777216 bytes)");
    assertThatIllegalArgumentException().isThrownBy(() -> log().append(TENANT, 0, tooLarge));
    assertThat(read(0, 10)).isEmpty();
  }

  @Test
  void read_behindAPosition_isTheRestUpToTheLimit() {
    append(0, "a", "b", "c", "d");

    assertThat(read(1, 2)).containsExactly("2 b", "3 c");
    assertThat(read(3, 2)).containsExactly("4 d");
    assertThat(read(4, 2)).isEmpty();
    assertThat(read(9, 2)).isEmpty();
  }

  @Test
  void logs_ofTwoTenants_areTwo() {
    append(0, "x", "y");

    assertThat(log().append(OTHER, 0, List.of(bytes("o")))).hasValue(1);
    log().remove(OTHER, List.of(2L));

    assertThat(read(0, 10)).containsExactly("1 x", "2 y");
    assertThat(log().read(OTHER, 0, 10)).extracting(one -> text(one.bytes())).containsExactly("o");
  }

  @Test
  void remove_takesRecordsAway_andLeavesPositions() {
    append(0, "a", "b", "c", "d");

    log().remove(TENANT, List.of(1L, 3L, 3L, 17L));

    assertThat(read(0, 10)).containsExactly("2 b", "4 d");
    assertThat(read(0, 1)).containsExactly("2 b");
    assertThat(append(4, "e")).hasValue(5);
  }

  @Test
  void remove_theLastRecord_leavesIt() {
    append(0, "a", "b");

    log().remove(TENANT, List.of(1L, 2L));

    assertThat(read(0, 10)).containsExactly("2 b");
    assertThat(append(1, "no")).isEmpty();
    assertThat(append(2, "c")).hasValue(3);
    log().remove(TENANT, List.of(2L));
    assertThat(read(0, 10)).containsExactly("3 c");
  }

  @Test
  void remove_none_doesNothing() {
    append(0, "a", "b");

    log().remove(TENANT, List.of());
    log().remove(OTHER, List.of(1L));

    assertThat(read(0, 10)).containsExactly("1 a", "2 b");
  }

  @Test
  void remove_many_removesThemAll() {
    log().append(TENANT, 0, Collections.nCopies(RecordLog.MAX_RECORDS, bytes("r")));
    List<Long> some = new ArrayList<>();
    for (long position = 1; position < RecordLog.MAX_RECORDS; position++) {
      some.add(position);
    }

    log().remove(TENANT, some);

    assertThat(read(0, 10)).containsExactly(RecordLog.MAX_RECORDS + " r");
  }

  @Test
  void append_byManyAtOnce_losesNoneAndGivesEachItsPlace() throws Exception {
    int writers = 4;
    int appendsEach = 25;
    CyclicBarrier together = new CyclicBarrier(writers);
    List<Future<?>> done = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < writers; writer++) {
        String name = "w" + writer + "-";
        Callable<Void> work =
            () -> {
              together.await();
              for (int i = 0; i < appendsEach; i++) {
                appendBehindWhatever(name + i);
              }
              return null;
            };
        done.add(threads.submit(work));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }

    List<LogRecord> all = log().read(TENANT, 0, 1_000);
    assertThat(all).hasSize(writers * appendsEach);
    assertThat(all.getLast().position()).isEqualTo(all.size());
    assertThat(all).extracting(one -> text(one.bytes())).doesNotHaveDuplicates();
  }

  private void appendBehindWhatever(String record) {
    long known = 0;
    while (append(known, record).isEmpty()) {
      List<LogRecord> more = log().read(TENANT, known, 1_000);
      known = more.isEmpty() ? known : more.getLast().position();
    }
  }

  private RecordLog log() {
    return storage.records();
  }

  private OptionalLong append(long position, String... records) {
    List<byte[]> encoded = new ArrayList<>();
    for (String one : records) {
      encoded.add(bytes(one));
    }
    return log().append(TENANT, position, encoded);
  }

  private List<String> read(long after, int max) {
    return log().read(TENANT, after, max).stream()
        .map(one -> one.position() + " " + text(one.bytes()))
        .toList();
  }
}
