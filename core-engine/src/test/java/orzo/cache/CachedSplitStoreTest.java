package orzo.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.storage.Checkpoint;
import orzo.storage.Flush;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.InMemoryWatch;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.OpenMarks;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.SplitWrite;
import orzo.storage.Storage;
import orzo.storage.StoredSplit;
import orzo.storage.contract.SplitStoreContract;

@Timeout(60)
class CachedSplitStoreTest {
  private static final int SACK = 0;
  private static final SplitKey KEY = new SplitKey(7, 0);
  private static final SplitKey MISSING = new SplitKey(8, 0);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final long MAX_BYTES = 1 << 20;

  private final AtomicLong nowMillis = new AtomicLong(1_700_000_000_000L);
  private final AtomicLong nowNanos = new AtomicLong(Long.MAX_VALUE - 1000); // about to overflow
  private final InMemoryStorage storage = new InMemoryStorage(2, nowMillis::get);
  private final InMemoryWatch watch = storage.watch(NEVER);
  private final CachedSplitStore cache =
      new CachedSplitStore(
          storage.splits(), watch, 2, MAX_BYTES, CachedSplitStore.MAX_AGE, nowNanos::get);
  private Lease lease = new Lease(SACK, "nobody", 0);

  @BeforeEach
  void takeTheSack() {
    lease = storage.leases().acquire(SACK, "owner", NEVER).orElseThrow();
  }

  /** The contract of the port, with everything read through the cache. */
  @Nested
  class Splits extends SplitStoreContract {
    @Override
    protected Storage emptyStorage() {
      InMemoryStorage empty = new InMemoryStorage(SACKS, nowMillis::get);
      return new StorageWithSplits(
          empty,
          new CachedSplitStore(
              empty.splits(),
              empty.watch(Duration.ZERO),
              SACKS,
              MAX_BYTES,
              Duration.ofSeconds(1),
              () -> nowMillis.get() * 1_000_000));
    }

    @Override
    protected void tick() {
      nowMillis.addAndGet(10);
    }
  }

  @Test
  void read_again_asksStorageOnlyOnce() {
    write(storage.splits(), KEY, 1);

    assertThat(version(KEY)).isEqualTo(1);
    assertThat(version(MISSING)).isEqualTo(0);
    storage.away(true);

    assertThat(version(KEY)).isEqualTo(1);
    assertThat(version(MISSING)).isEqualTo(0);
    assertThat(cache.misses()).isEqualTo(2);
    assertThat(cache.hits()).isEqualTo(4); // each at hand, and read
  }

  @Test
  void readAtHand_ofWhatWasNotRead_saysSo() {
    write(storage.splits(), KEY, 1);
    assertThat(cache.read(SACK, List.of(KEY), new byte[1][])).isFalse();
    assertThat(cache.openSplitsAtHand(SACK)).isEmpty();

    assertThat(version(KEY)).isEqualTo(1);
    assertThat(cache.read(SACK, List.of(KEY), new byte[1][])).isTrue();
    assertThat(cache.read(SACK, List.of(KEY, MISSING), new byte[2][])).isFalse();

    assertThat(version(MISSING)).isZero();
    byte[][] found = {null, {1}};
    assertThat(cache.read(SACK, List.of(KEY, MISSING), found)).isTrue();
    assertThat(versionOf(found[0])).isEqualTo(1);
    assertThat(found[1]).isNull();
  }

  @Test
  void flush_throughTheCache_isSeenAtOnce_thoughNoNewsCame() {
    for (int version = 1; version < 50; version++) {
      write(version % 2 == 0 ? cache : cache.truth(), KEY, version);
      assertThat(version(KEY)).isEqualTo(version);
      assertThat(version(KEY)).isEqualTo(version);
    }
  }

  @Test
  void flush_whoseReplyIsLost_isSeen() {
    write(cache, KEY, 1);
    assertThat(version(KEY)).isEqualTo(1);

    storage.loseReply(Operation.FLUSH);
    assertThatThrownBy(() -> write(cache.truth(), KEY, 2)).isInstanceOf(GatewayException.class);

    assertThat(version(KEY)).isEqualTo(2);
  }

  @Test
  void flush_ofAnotherNode_isSeenOnceToldOf() {
    assertThat(version(KEY)).isEqualTo(0);

    write(storage.splits(), KEY, 1);
    assertThat(version(KEY)).isEqualTo(0);
    watch.deliver();

    assertThat(version(KEY)).isEqualTo(1);
    assertThat(cache.invalidations()).isEqualTo(1);
  }

  @Test
  void expiry_thatNobodyTells_isSeenWhenWhatWasReadIsOld() {
    SplitWrite shortLived = new SplitWrite(KEY, SplitWrite.REPLACE, version(1), 1);
    flush(storage.splits(), List.of(shortLived), List.of());
    assertThat(version(KEY)).isEqualTo(1);

    nowMillis.addAndGet(1_001);
    nowNanos.addAndGet(CachedSplitStore.MAX_AGE.toNanos());
    assertThat(version(KEY)).isEqualTo(1);
    nowNanos.incrementAndGet();

    assertThat(version(KEY)).isEqualTo(0);
    assertThat(cache.misses()).isEqualTo(2);
    assertThat(version(KEY)).isEqualTo(0);
    assertThat(cache.misses()).isEqualTo(2);
  }

  @Test
  void checkpoint_byAnOwnerThatBegins_forgetsTheSack() {
    assertThat(version(KEY)).isEqualTo(0);
    write(storage.splits(), KEY, 1);

    assertThat(cache.truth().checkpoint(1)).isEqualTo(Checkpoint.START);
    assertThat(version(KEY)).isEqualTo(0);
    cache.truth().checkpoint(SACK);

    assertThat(version(KEY)).isEqualTo(1);
  }

  @Test
  void change_toldOfBeforeTheReplyIsKept_isNotCovered() {
    watch.afterReply(() -> {
      watch.afterReply(() -> {});
      write(storage.splits(), KEY, 1);
      watch.deliver();
    });

    assertThat(version(KEY)).isEqualTo(0); // read before the change
    assertThat(version(KEY)).isEqualTo(1);
  }

  @Test
  void flush_betweenReplyAndKeeping_isNotCovered() {
    watch.afterReply(() -> {
      watch.afterReply(() -> {});
      write(cache.truth(), KEY, 1);
    });

    assertThat(version(KEY)).isEqualTo(0);
    assertThat(version(KEY)).isEqualTo(1);
  }

  @Test
  void connection_lost_dropsWhatCameOverIt() {
    assertThat(version(KEY)).isEqualTo(0);

    watch.disconnect();
    write(storage.splits(), KEY, 1);
    assertThat(version(KEY)).isEqualTo(1);
    write(storage.splits(), KEY, 2);
    assertThat(version(KEY)).isEqualTo(2);
    assertThat(cache.unwatched()).isEqualTo(2);
    watch.connect();

    assertThat(version(KEY)).isEqualTo(2);
    write(storage.splits(), KEY, 3);
    watch.deliver();
    assertThat(version(KEY)).isEqualTo(3);
  }

  @Test
  void connection_lostWhileReading_keepsNothing() {
    watch.afterReply(() -> {
      watch.afterReply(() -> {});
      watch.disconnect();
      write(storage.splits(), KEY, 1);
      watch.connect();
    });

    assertThat(version(KEY)).isEqualTo(0);
    assertThat(version(KEY)).isEqualTo(1);
  }

  @Test
  void read_failing_failsAndKeepsNothing() {
    write(storage.splits(), KEY, 1);
    storage.failNext(Operation.READ_SPLITS, new GatewayException(Kind.UNAVAILABLE, "on demand"));

    assertThatThrownBy(() -> version(KEY)).hasMessage("on demand");
    assertThat(version(KEY)).isEqualTo(1);
  }

  @Test
  void openSplits_areRememberedUntilTheyChange() {
    mark(storage.splits(), new int[] {3}, new int[0]);
    assertThat(openSeries()).containsExactly(3);
    storage.away(true);
    assertThat(openSeries()).containsExactly(3);
    storage.away(false);

    mark(cache.truth(), new int[] {5}, new int[0]);
    assertThat(openSeries()).containsExactly(3, 5);

    mark(storage.splits(), new int[0], new int[] {3});
    watch.deliver();
    assertThat(openSeries()).containsExactly(5);
  }

  @Test
  void openSplits_belongToTheCaller() {
    mark(storage.splits(), new int[] {3}, new int[0]);
    cache.openSplits(SACK).getFirst().series().set(4);

    assertThat(openSeries()).containsExactly(3);
  }

  @Test
  void openSplits_changedBeforeTheReplyIsKept_areReadAgain() {
    watch.afterReply(() -> {
      watch.afterReply(() -> {});
      mark(storage.splits(), new int[] {5}, new int[0]);
      watch.deliver();
    });

    assertThat(openSeries()).isEmpty();
    assertThat(openSeries()).containsExactly(5);
  }

  @Test
  void entries_stayWithinTheBound() {
    List<SplitWrite> writes = new ArrayList<>();
    List<SplitKey> keys = new ArrayList<>();
    for (int series = 0; series < 5_000; series++) {
      SplitKey key = new SplitKey(series, 0);
      keys.add(key);
      if (series % 2 == 0) {
        writes.add(new SplitWrite(key, SplitWrite.REPLACE, new byte[1_000], SplitWrite.KEEP_TTL));
      }
    }
    flush(storage.splits(), writes, List.of());

    for (int from = 0; from < keys.size(); from += 100) {
      assertThat(cache.read(SACK, keys.subList(from, from + 100))).hasSize(50);
      assertThat(cache.sizeBytes()).isLessThanOrEqualTo(MAX_BYTES);
    }
    assertThat(cache.sizeBytes()).isGreaterThan(MAX_BYTES / 2);
    assertThat(cache.evictions()).isPositive();
    assertThat(cache.size() + cache.evictions()).isEqualTo(5_000);
  }

  /**
   * One node writes, itself and through another node, many threads read: what is read is never
   * older than what this node had written when the read began, nor, once all news are told, than
   * what anybody had.
   */
  @RepeatedTest(5)
  void read_whileWritten_isNeverOlderThanAcknowledged(RepetitionInfo repetition) throws Exception {
    int keys = 20;
    AtomicIntegerArray acknowledged = new AtomicIntegerArray(keys);
    List<Thread> readers = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    AtomicLong reads = new AtomicLong();
    AtomicBoolean done = new AtomicBoolean();
    for (int r = 0; r < 4; r++) {
      Random random = new Random(repetition.getCurrentRepetition() * 31L + r);
      readers.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> {
                synchronized (failures) {
                  failures.add(e);
                }
              })
              .start(() -> {
                while (!done.get()) {
                  int series = random.nextInt(keys);
                  int before = acknowledged.get(series);
                  try {
                    SplitKey key = new SplitKey(series, 0);
                    assertThat(random.nextBoolean() ? versionRead(key) : versionAtHandElseRead(key))
                        .isGreaterThanOrEqualTo(before);
                  } catch (GatewayException e) {
                    assertThat(e).hasMessage("not connected"); // broken while it was under way
                    continue;
                  }
                  reads.incrementAndGet();
                }
              }));
    }
    Random random = new Random(repetition.getCurrentRepetition());
    int[] last = new int[keys];
    for (int version = 1; version < 20_000; version++) {
      int series = random.nextInt(keys);
      boolean here = random.nextBoolean();
      write(here ? cache.truth() : storage.splits(), new SplitKey(series, 0), version);
      last[series] = version;
      if (here) {
        acknowledged.set(series, version);
      } else if (random.nextInt(50) == 0) {
        watch.deliver();
      } else if (random.nextInt(500) == 0) {
        watch.disconnect();
        watch.connect();
      }
    }
    done.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(failures).as("seed %d", repetition.getCurrentRepetition()).isEmpty();
    assertThat(reads).hasPositiveValue();
    assertThat(cache.hits()).as("hits").isPositive();
    watch.deliver();
    for (int series = 0; series < keys; series++) {
      assertThat(version(new SplitKey(series, 0))).as("series %d", series).isEqualTo(last[series]);
    }
  }

  @Test
  void create_withoutRoom_isRefused() {
    assertThatThrownBy(() -> new CachedSplitStore(storage.splits(), storage.watch(NEVER), 2, 0))
        .hasMessage("maxBytes: 0 (expected: >= 1)");
  }

  /** What a split is read as. What was at hand before, if anything was, must be the same. */
  private int version(SplitKey key) {
    byte[][] atHand = new byte[1][];
    boolean known = cache.read(SACK, List.of(key), atHand);
    int read = versionRead(key);
    if (known) {
      assertThat(versionOf(atHand[0])).isEqualTo(read);
    }
    return read;
  }

  private int versionRead(SplitKey key) {
    List<StoredSplit> found = cache.read(SACK, List.of(key));
    return versionOf(found.isEmpty() ? null : found.getFirst().bytes());
  }

  private int versionAtHandElseRead(SplitKey key) {
    byte[][] atHand = new byte[1][];
    return cache.read(SACK, List.of(key), atHand) ? versionOf(atHand[0]) : versionRead(key);
  }

  private static int versionOf(byte @Nullable [] bytes) {
    return bytes == null ? 0 : ByteBuffer.wrap(bytes).getInt();
  }

  /** The open series as read. What was at hand before, if anything was, must be the same. */
  private List<Integer> openSeries() {
    Optional<List<OpenSpan>> atHand = cache.openSplitsAtHand(SACK);
    List<Integer> read = series(cache.openSplits(SACK));
    atHand.ifPresent(spans -> assertThat(series(spans)).isEqualTo(read));
    return read;
  }

  private static List<Integer> series(List<OpenSpan> spans) {
    return spans.isEmpty() ? List.of() : spans.getFirst().series().stream().boxed().toList();
  }

  private void write(SplitStore through, SplitKey key, int version) {
    flush(
        through,
        List.of(new SplitWrite(key, SplitWrite.REPLACE, version(version), SplitWrite.KEEP_TTL)),
        List.of());
  }

  private static byte[] version(int version) {
    return ByteBuffer.allocate(4).putInt(version).array();
  }

  private void mark(SplitStore through, int[] opened, int[] closed) {
    flush(through, List.of(), List.of(new OpenMarks(0, opened, closed)));
  }

  private void flush(SplitStore through, List<SplitWrite> writes, List<OpenMarks> marks) {
    Checkpoint stored = storage.splits().checkpoint(SACK);
    assertThat(through.flush(lease, new Flush(stored, stored.position(), 0, writes, marks)))
        .isEqualTo(FlushOutcome.FLUSHED);
  }
}
