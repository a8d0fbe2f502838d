package orzo.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static orzo.storage.FlushOutcome.FLUSHED;
import static orzo.storage.FlushOutcome.LEASE_LOST;
import static orzo.storage.FlushOutcome.OUTDATED;
import static orzo.storage.FlushOutcome.SPLIT_SHORT;
import static orzo.storage.SplitWrite.KEEP_TTL;
import static orzo.storage.SplitWrite.REPLACE;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import orzo.fold.AggregateSplit;
import orzo.split.RawSplit;
import orzo.storage.BacklogEntry;
import orzo.storage.BacklogPosition;
import orzo.storage.Checkpoint;
import orzo.storage.Flush;
import orzo.storage.FlushOutcome;
import orzo.storage.Lease;
import orzo.storage.OpenMarks;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;
import orzo.storage.StoredSplit;

/** What every {@link orzo.storage.SplitStore} does. */
public abstract class SplitStoreContract extends StorageContract {
  private static final SplitKey KEY = new SplitKey(0, 1_700_006_400_000L);
  private static final SplitKey OTHER_KEY =
      new SplitKey(0, KEY.startMillis() + RawSplit.SPAN_MILLIS);
  private static final BacklogPosition POSITION = new BacklogPosition(17, 4);
  private static final Duration LEASE_TTL = Duration.ofSeconds(30);
  private static final long TTL_SECONDS = 3_600;

  private Lease lease;

  @BeforeEach
  void takeTheSack() {
    lease = storage.leases().acquire(SACK, "owner", LEASE_TTL).orElseThrow();
  }

  @Test
  void read_missingKey_isAbsent() {
    replace(KEY, "here");

    assertThat(read(KEY, OTHER_KEY)).isEqualTo(Map.of(KEY, "here"));
    assertThat(read(OTHER_KEY)).isEmpty();
    assertThat(read()).isEmpty();
  }

  @Test
  void read_manyKeys_returnsAllThatExist() {
    List<SplitWrite> writes = new ArrayList<>();
    List<SplitKey> keys = new ArrayList<>();
    for (int series = 0; series < 3_000; series++) {
      SplitKey key = new SplitKey(series, KEY.startMillis());
      keys.add(key);
      if (series % 3 == 0) {
        writes.add(new SplitWrite(key, REPLACE, bytes("split " + series), TTL_SECONDS));
      }
    }
    assertThat(flush(writes)).isEqualTo(FLUSHED);

    Map<SplitKey, String> found = read(keys.toArray(new SplitKey[0]));

    assertThat(found).hasSize(1_000);
    found.forEach((key, text) -> assertThat(text).isEqualTo("split " + key.series()));
  }

  @Test
  void read_keysAtTheEdges_areTold() {
    List<SplitKey> keys =
        List.of(
            new SplitKey(0, 0),
            new SplitKey(0, RawSplit.SPAN_MILLIS),
            new SplitKey(0, -RawSplit.SPAN_MILLIS),
            new SplitKey(36, 0),
            new SplitKey(Integer.MAX_VALUE, 0),
            new SplitKey(
                0, Math.floorDiv(Long.MAX_VALUE, RawSplit.SPAN_MILLIS) * RawSplit.SPAN_MILLIS),
            new SplitKey(
                0, Math.ceilDiv(Long.MIN_VALUE, RawSplit.SPAN_MILLIS) * RawSplit.SPAN_MILLIS));
    List<SplitWrite> writes = new ArrayList<>();
    for (SplitKey key : keys) {
      writes.add(new SplitWrite(key, REPLACE, bytes(key.toString()), TTL_SECONDS));
    }
    assertThat(flush(writes)).isEqualTo(FLUSHED);

    assertThat(read(keys.toArray(new SplitKey[0])))
        .isEqualTo(keys.stream().collect(Collectors.toMap(key -> key, SplitKey::toString)));
  }

  @Test
  void flush_anyBytes_comeBackUnchanged() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertThat(flush(List.of(new SplitWrite(KEY, REPLACE, all, TTL_SECONDS)))).isEqualTo(FLUSHED);

    List<StoredSplit> splits = storage.splits().read(SACK, List.of(KEY));
    assertThat(splits).hasSize(1);
    assertThat(splits.getFirst().bytes()).isEqualTo(all);
  }

  @Test
  void flush_replace_dropsWhatStoodThere() {
    replace(KEY, "a long first version");
    replace(KEY, "short");

    assertThat(read(KEY)).containsEntry(KEY, "short");
  }

  @Test
  void flush_atTheEnd_appends() {
    replace(KEY, "abc");

    assertThat(write(KEY, 3, "def")).isEqualTo(FLUSHED);

    assertThat(read(KEY)).containsEntry(KEY, "abcdef");
  }

  @Test
  void flush_atZero_createsTheSplit() {
    assertThat(write(KEY, 0, "abc")).isEqualTo(FLUSHED);

    assertThat(read(KEY)).containsEntry(KEY, "abc");
  }

  @Test
  void flush_atAnOffset_keepsWhatStandsBeforeAndEndsTheSplit() {
    replace(KEY, "abcdef");

    assertThat(write(KEY, 2, "XYZ-longer")).isEqualTo(FLUSHED);
    assertThat(read(KEY)).containsEntry(KEY, "abXYZ-longer");

    assertThat(write(KEY, 3, "!")).isEqualTo(FLUSHED);
    assertThat(read(KEY)).containsEntry(KEY, "abX!");

    assertThat(write(KEY, 0, "z")).isEqualTo(FLUSHED);
    assertThat(read(KEY)).containsEntry(KEY, "z");
  }

  @Test
  void flush_behindTheEnd_writesNothing() throws Exception {
    BacklogPosition appended = await(storage.backlog().append(SACK, bytes("entry")));
    replace(KEY, "abc");

    FlushOutcome outcome =
        Flushes.flush(
            storage,
            lease,
            List.of(
                new SplitWrite(OTHER_KEY, REPLACE, bytes("other"), TTL_SECONDS),
                new SplitWrite(KEY, 4, bytes("def"), KEEP_TTL)),
            appended);

    assertThat(outcome).isEqualTo(SPLIT_SHORT);
    assertThat(read(KEY, OTHER_KEY)).isEqualTo(Map.of(KEY, "abc"));
    assertThat(position(SACK)).isEqualTo(POSITION);
    assertThat(storage.backlog().length(SACK)).isEqualTo(1);
    assertThat(write(OTHER_KEY, 1, "never there")).isEqualTo(SPLIT_SHORT);
  }

  @Test
  void checkpoint_beforeTheFirstFlush_isStart() {
    assertThat(storage.splits().checkpoint(SACK)).isEqualTo(Checkpoint.START);
  }

  @Test
  void flush_setsThePositionOfItsSackOnly() {
    BacklogPosition large = new BacklogPosition(1_700_006_400_123L, Long.MAX_VALUE);

    assertThat(Flushes.flush(storage, lease, List.of(), large)).isEqualTo(FLUSHED);

    assertThat(storage.splits().checkpoint(SACK)).isEqualTo(new Checkpoint(large, 1));
    assertThat(position(OTHER_SACK)).isEqualTo(BacklogPosition.START);
  }

  @Test
  void flush_fromAnotherCheckpointThanTheStoredOne_writesNothing() {
    List<BacklogPosition> ascending =
        List.of(
            new BacklogPosition(9, 10),
            new BacklogPosition(10, 9),
            new BacklogPosition(10, 9), // a flush may stay where it is
            new BacklogPosition(1_700_006_400_123L, 0),
            new BacklogPosition(1_700_006_400_123L, (1L << 53) + 1),
            new BacklogPosition(1_700_006_400_123L, (1L << 53) + 2),
            new BacklogPosition(-1, 0), // the parts are unsigned
            new BacklogPosition(-1, -1));
    Checkpoint stored = Checkpoint.START;
    for (BacklogPosition position : ascending) {
      SplitWrite write = new SplitWrite(KEY, REPLACE, bytes("at " + position), TTL_SECONDS);
      Flush flush = new Flush(stored, position, 0, List.of(write), List.of());
      assertThat(storage.splits().flush(lease, flush)).isEqualTo(FLUSHED);
      SplitWrite late = new SplitWrite(KEY, REPLACE, bytes("late"), TTL_SECONDS);
      Flush again = new Flush(stored, position, 0, List.of(late), List.of());
      assertThat(storage.splits().flush(lease, again)).isEqualTo(OUTDATED);

      assertThat(read(KEY)).containsEntry(KEY, "at " + position);
      assertThat(storage.splits().checkpoint(SACK)).isEqualTo(flush.next());
      stored = flush.next();
    }
    Checkpoint unseen = new Checkpoint(stored.position(), stored.number() + 1);
    assertThat(
            storage
                .splits()
                .flush(lease, new Flush(unseen, unseen.position(), 0, List.of(), List.of())))
        .isEqualTo(OUTDATED);
  }

  @Test
  void flush_removingASplit_removesIt() {
    replace(KEY, "here");
    replace(OTHER_KEY, "here");

    assertThat(flush(List.of(SplitWrite.remove(KEY)))).isEqualTo(FLUSHED);
    assertThat(flush(List.of(SplitWrite.remove(KEY)))).isEqualTo(FLUSHED);

    assertThat(read(KEY, OTHER_KEY)).isEqualTo(Map.of(OTHER_KEY, "here"));
  }

  @Test
  void flush_keepingTheTimeToLiveOfASplitThatIsNew_keepsItForGood() {
    assertThat(write(KEY, REPLACE, "abc")).isEqualTo(FLUSHED);

    assertThat(read(KEY)).containsEntry(KEY, "abc");
  }

  @Test
  void aggregateSplits_areApartFromRawOnesAndFromOtherGranularities() {
    long span = AggregateSplit.spanMillis(60_000);
    List<SplitKey> keys =
        List.of(
            new SplitKey(7, 0),
            new SplitKey(7, 60_000, 0),
            new SplitKey(7, 60_000, span),
            new SplitKey(7, 60_000, -span),
            new SplitKey(7, 1, 0),
            new SplitKey(7, 31L * 86_400_000, 0),
            new SplitKey(8, 60_000, 0));
    List<SplitWrite> writes = new ArrayList<>();
    for (SplitKey key : keys) {
      writes.add(new SplitWrite(key, REPLACE, bytes(key.toString()), TTL_SECONDS));
    }
    assertThat(flush(writes)).isEqualTo(FLUSHED);

    assertThat(read(keys.toArray(new SplitKey[0])))
        .isEqualTo(keys.stream().collect(Collectors.toMap(key -> key, SplitKey::toString)));
  }

  @Test
  void marks_openAndCloseSplits() {
    long early = -RawSplit.SPAN_MILLIS;
    long late = 118_000 * RawSplit.SPAN_MILLIS;
    assertThat(storage.splits().openSplits(SACK)).isEmpty();

    mark(new OpenMarks(late, new int[] {0, 7, 8, 1000}, new int[0]));
    mark(new OpenMarks(early, new int[] {3}, new int[0]));
    assertThat(open()).isEqualTo(Map.of(early, Set.of(3), late, Set.of(0, 7, 8, 1000)));

    mark(
        new OpenMarks(late, new int[] {9}, new int[] {0, 1000, 5}),
        new OpenMarks(early, new int[0], new int[] {3}));
    assertThat(open()).isEqualTo(Map.of(late, Set.of(7, 8, 9)));
    assertThat(storage.splits().openSplits(OTHER_SACK)).isEmpty();

    mark(new OpenMarks(late, new int[0], new int[] {7, 8, 9}));
    assertThat(open()).isEmpty();
  }

  @Test
  void writtenSpans_areAllThatEverHadAnOpenSplit() {
    long early = -3 * RawSplit.SPAN_MILLIS;
    long late = 118_000 * RawSplit.SPAN_MILLIS;
    assertThat(storage.splits().writtenSpans(SACK)).isEmpty();

    mark(
        new OpenMarks(late, new int[] {7}, new int[0]),
        new OpenMarks(0, new int[0], new int[] {8}),
        new OpenMarks(early, new int[] {3}, new int[0]));
    mark(new OpenMarks(late, new int[] {8}, new int[] {7}));
    mark(new OpenMarks(early, new int[0], new int[] {3}));

    assertThat(storage.splits().writtenSpans(SACK)).containsExactly(early, late);
    assertThat(storage.splits().writtenSpans(OTHER_SACK)).isEmpty();
  }

  @Test
  void marks_ofAFlushThatIsRefused_areNot() {
    Flush flush =
        new Flush(
            new Checkpoint(BacklogPosition.START, 5),
            POSITION,
            0,
            List.of(),
            List.of(new OpenMarks(0, new int[] {1}, new int[0])));
    assertThat(storage.splits().flush(lease, flush)).isEqualTo(OUTDATED);

    assertThat(open()).isEmpty();
  }

  @Test
  void flush_dropsBacklogEntriesUpToThePosition() throws Exception {
    List<BacklogPosition> positions = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      positions.add(await(storage.backlog().append(SACK, bytes("entry " + i))));
    }
    await(storage.backlog().append(OTHER_SACK, bytes("entry of another sack")));

    assertThat(Flushes.flush(storage, lease, List.of(), positions.get(122))).isEqualTo(FLUSHED);

    assertThat(storage.backlog().read(SACK, BacklogPosition.START, 1_000))
        .extracting(BacklogEntry::position)
        .isEqualTo(positions.subList(123, 300));
    assertThat(storage.backlog().length(SACK)).isEqualTo(177);
    assertThat(storage.backlog().length(OTHER_SACK)).isEqualTo(1);
  }

  @Test
  void flush_afterTheBacklogWasDrained_laterAppendsStillFollow() throws Exception {
    BacklogPosition last = await(storage.backlog().append(SACK, bytes("one")));
    assertThat(Flushes.flush(storage, lease, List.of(), last)).isEqualTo(FLUSHED);

    BacklogPosition next = await(storage.backlog().append(SACK, bytes("two")));

    assertThat(next).isGreaterThan(last);
    assertThat(storage.backlog().read(SACK, last, 10))
        .extracting(BacklogEntry::position)
        .containsExactly(next);
  }

  @Test
  void flush_withoutLease_writesNothing() throws Exception {
    storage.leases().release(lease);

    assertNothingIsWrittenBy(lease);
  }

  @Test
  void flush_withALeaseOfAnEarlierEpoch_writesNothing() throws Exception {
    assertThat(storage.leases().acquire(SACK, "owner", LEASE_TTL)).isPresent();

    assertNothingIsWrittenBy(lease);
  }

  @Test
  void flush_withAnotherNodesEpoch_writesNothing() throws Exception {
    assertNothingIsWrittenBy(new Lease(SACK, "impostor", lease.epoch()));
  }

  @Test
  void flush_ofAnOwnerThatSleptWhileAnotherTookTheSack_writesNothing() throws Exception {
    assertThat(storage.leases().renew(lease, Duration.ofMillis(50))).isTrue();
    eventually(
        "another node takes the sack",
        () -> storage.leases().acquire(SACK, "another", LEASE_TTL).isPresent());

    assertNothingIsWrittenBy(lease);
  }

  @Test
  void flush_withTimeToLive_expires() {
    assertThat(flush(List.of(new SplitWrite(KEY, REPLACE, bytes("short-lived"), 1))))
        .isEqualTo(FLUSHED);
    assertThat(read(KEY)).hasSize(1);

    eventually("the split expires", () -> read(KEY).isEmpty());
  }

  @Test
  void flush_keepingTheTimeToLive_doesNotProlongIt() {
    assertThat(flush(List.of(new SplitWrite(KEY, REPLACE, bytes("abc"), 1)))).isEqualTo(FLUSHED);
    assertThat(flush(List.of(new SplitWrite(OTHER_KEY, REPLACE, bytes("abc"), 1))))
        .isEqualTo(FLUSHED);
    assertThat(write(KEY, 3, "def")).isEqualTo(FLUSHED);
    assertThat(write(OTHER_KEY, REPLACE, "def")).isEqualTo(FLUSHED);

    eventually("both splits expire", () -> read(KEY, OTHER_KEY).isEmpty());
  }

  @Test
  void flush_withANewTimeToLive_prolongsIt() {
    SplitKey witness = new SplitKey(9, KEY.startMillis());
    assertThat(
            flush(
                List.of(
                    new SplitWrite(KEY, REPLACE, bytes("abc"), 1),
                    new SplitWrite(OTHER_KEY, REPLACE, bytes("abc"), 1),
                    new SplitWrite(witness, REPLACE, bytes("abc"), 1))))
        .isEqualTo(FLUSHED);
    assertThat(
            flush(
                List.of(
                    new SplitWrite(KEY, 3, bytes("def"), TTL_SECONDS),
                    new SplitWrite(OTHER_KEY, REPLACE, bytes("def"), TTL_SECONDS))))
        .isEqualTo(FLUSHED);

    eventually("the split that was not written again expires", () -> read(witness).isEmpty());
    assertThat(read(KEY, OTHER_KEY)).isEqualTo(Map.of(KEY, "abcdef", OTHER_KEY, "def"));
  }

  @Test
  void flush_intoAnExpiredSplit_tellsThatItIsShort() {
    assertThat(flush(List.of(new SplitWrite(KEY, REPLACE, bytes("abc"), 1)))).isEqualTo(FLUSHED);
    eventually("the split expires", () -> read(KEY).isEmpty());

    assertThat(write(KEY, 3, "def")).isEqualTo(SPLIT_SHORT);

    assertThat(read(KEY)).isEmpty();
  }

  @Test
  void flush_sacks_areSeparate() {
    replace(KEY, "here");
    Lease other = storage.leases().acquire(OTHER_SACK, "owner", LEASE_TTL).orElseThrow();
    assertThat(
            Flushes.flush(
                storage,
                other,
                List.of(new SplitWrite(KEY, REPLACE, bytes("there"), TTL_SECONDS)),
                POSITION))
        .isEqualTo(FLUSHED);

    assertThat(read(KEY)).containsEntry(KEY, "here");
    assertThat(storage.splits().read(OTHER_SACK, List.of(KEY)))
        .extracting(split -> text(split.bytes()))
        .containsExactly("there");
  }

  private void assertNothingIsWrittenBy(Lease lost) throws Exception {
    BacklogPosition appended = await(storage.backlog().append(SACK, bytes("entry")));

    FlushOutcome outcome =
        Flushes.flush(
            storage,
            lost,
            List.of(new SplitWrite(KEY, REPLACE, bytes("abc"), TTL_SECONDS)),
            appended);

    assertThat(outcome).isEqualTo(LEASE_LOST);
    assertThat(read(KEY)).isEmpty();
    assertThat(position(SACK)).isEqualTo(BacklogPosition.START);
    assertThat(storage.backlog().length(SACK)).isEqualTo(1);
  }

  private BacklogPosition position(int sack) {
    return storage.splits().checkpoint(sack).position();
  }

  private void mark(OpenMarks... marks) {
    assertThat(Flushes.mark(storage, lease, marks)).isEqualTo(FLUSHED);
  }

  private Map<Long, Set<Integer>> open() {
    return storage.splits().openSplits(SACK).stream()
        .collect(
            Collectors.toMap(
                OpenSpan::startMillis,
                span -> span.series().stream().boxed().collect(Collectors.toSet())));
  }

  private void replace(SplitKey key, String text) {
    assertThat(flush(List.of(new SplitWrite(key, REPLACE, bytes(text), TTL_SECONDS))))
        .isEqualTo(FLUSHED);
  }

  private FlushOutcome write(SplitKey key, int offset, String text) {
    return flush(List.of(new SplitWrite(key, offset, bytes(text), KEEP_TTL)));
  }

  private FlushOutcome flush(List<SplitWrite> writes) {
    return Flushes.flush(storage, lease, writes, POSITION);
  }

  private Map<SplitKey, String> read(SplitKey... keys) {
    return storage.splits().read(SACK, List.of(keys)).stream()
        .collect(Collectors.toMap(StoredSplit::key, split -> text(split.bytes())));
  }
}
