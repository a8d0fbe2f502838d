package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.KillArgs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.cache.CachedSplitStore;
import orzo.redis.embedded.EmbeddedRedis.Source;
import orzo.storage.Checkpoint;
import orzo.storage.Flush;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.Lease;
import orzo.storage.OpenMarks;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.SplitWrite;
import orzo.storage.StoredSplit;

/** A cache over one storage while another storage writes, as two gateways on one Redis. */
@Timeout(60)
@ParameterizedClass
@MethodSource("sources")
class RedisWatchIT {
  private static final int SACK = 1;
  private static final int SACKS = 2;
  private static final SplitKey KEY = new SplitKey(7, 0);
  private static final SplitKey AGGREGATES = new SplitKey(7, 60_000, 0);

  /** What a reader may be behind at most. */
  private static final Duration BOUND = Duration.ofMillis(500);

  /** What a reader is behind as a rule, with room for a machine that is busy. */
  private static final Duration SOON = Duration.ofSeconds(5);

  @SuppressWarnings("NullAway.Init") // JUnit calls start first
  private static RedisUnderTest redis;

  private RedisStorage writer;
  private RedisStorage reader;
  private CachedSplitStore cache;
  private Lease lease;

  RedisWatchIT(Source source) {
    assertThat(source).isIn(sources());
  }

  static List<Source> sources() {
    return RedisUnderTest.sources();
  }

  @BeforeParameterizedClassInvocation
  static void start(Source source) throws IOException {
    redis = new RedisUnderTest(source);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void connect() {
    RedisConfig config = redis.emptyNamespace().withSacks(SACKS);
    writer = RedisStorage.connect(config);
    reader = RedisStorage.connect(config);
    cache =
        new CachedSplitStore(reader.splits(), reader.watchSplits().orElseThrow(), SACKS, 1 << 20);
    lease = writer.leases().acquire(SACK, "writer", Duration.ofMinutes(5)).orElseThrow();
    awaitHits();
  }

  @AfterEach
  void disconnect() {
    reader.close();
    writer.close();
  }

  @Test
  void write_ofAnotherGateway_isSeenSoon_andNotAskedForBefore() {
    for (SplitKey key : List.of(KEY, AGGREGATES)) {
      assertThat(version(key)).isEqualTo(0);
      for (int version = 1; version < 20; version++) {
        write(writer.splits(), key, version);
        int expected = version;
        soon().until(() -> version(key) == expected);
        long misses = cache.misses();
        assertThat(version(key)).isEqualTo(version);
        assertThat(cache.misses()).isEqualTo(misses);
      }
    }
  }

  @Test
  void append_removal_andExpiry_areToldOf() {
    write(writer.splits(), KEY, 1);
    assertThat(version(KEY)).isEqualTo(1);
    flush(writer.splits(), List.of(new SplitWrite(KEY, 4, new byte[3], 0)), List.of());
    soon().until(() -> bytes(KEY) == 7);

    flush(writer.splits(), List.of(SplitWrite.remove(KEY)), List.of());
    soon().until(() -> bytes(KEY) == 0);

    write(writer.splits(), KEY, 1);
    soon().until(() -> bytes(KEY) == 4);
    assertThat(writer.upkeep().remove(SACK, List.of(KEY))).isEqualTo(1); // as a janitor does
    soon().until(() -> bytes(KEY) == 0);

    flush(
        writer.splits(),
        List.of(new SplitWrite(KEY, SplitWrite.REPLACE, new byte[5], 1)),
        List.of());
    soon().until(() -> bytes(KEY) == 5);
    soon().until(() -> bytes(KEY) == 0);
  }

  @Test
  void flush_ofThisGateway_isSeenAtOnce() {
    for (int version = 1; version < 300; version++) {
      write(cache.truth(), KEY, version);
      assertThat(version(KEY)).isEqualTo(version);
    }
  }

  @Test
  void openSplits_ofAnotherGateway_areSeenSoon_andNotAskedForBefore() {
    assertThat(open()).isEmpty();
    long asked = reader.meters().answered(RedisMeters.Call.READ_OPEN);
    assertThat(open()).isEmpty();
    assertThat(reader.meters().answered(RedisMeters.Call.READ_OPEN)).isEqualTo(asked);

    mark(new int[] {3, 9}, new int[0]);
    soon().until(() -> open().equals(List.of(3, 9)));
    mark(new int[] {4}, new int[] {9}); // the set of spans stays as it is
    soon().until(() -> open().equals(List.of(3, 4)));
    mark(new int[0], new int[] {3, 4});
    soon().until(() -> open().isEmpty());
  }

  @Test
  void flushAll_dropsEverything() {
    write(writer.splits(), KEY, 1);
    assertThat(version(KEY)).isEqualTo(1);
    redis.commands().flushdb();
    soon().until(() -> version(KEY) == 0);
  }

  @Test
  void connection_killed_dropsTheCache_whichComesBack() {
    write(writer.splits(), KEY, 1);
    assertThat(version(KEY)).isEqualTo(1);

    for (int version = 2; version < 12; version++) {
      redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
      int written = version;
      soon()
          .ignoreExceptionsInstanceOf(GatewayException.class)
          .until(() -> {
            write(writer.splits(), KEY, written);
            return true;
          });
      soon()
          .ignoreExceptionsInstanceOf(GatewayException.class)
          .until(() -> version(KEY) == written);
    }
    awaitHits();
    write(writer.splits(), KEY, 100);
    soon().until(() -> version(KEY) == 100);
  }

  /** Another gateway writes, and at times the connections break; readers go on. */
  @Test
  void read_whileAnotherGatewayWrites_isNeverOlderThanTheBound_andConverges() throws Exception {
    int keys = 50;
    AtomicIntegerArray settled = new AtomicIntegerArray(keys); // written longer ago than the bound
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong reads = new AtomicLong();
    List<Throwable> failures = new ArrayList<>();
    List<Thread> readers = new ArrayList<>();
    for (int r = 0; r < 3; r++) {
      Random random = new Random(r);
      readers.add(
          Thread.ofVirtual()
              .uncaughtExceptionHandler((_, e) -> {
                synchronized (failures) {
                  failures.add(e);
                }
              })
              .start(() -> {
                while (!done.get()) {
                  int series = random.nextInt(keys);
                  int least = settled.get(series);
                  try {
                    assertThat(version(new SplitKey(series, 0))).isGreaterThanOrEqualTo(least);
                  } catch (GatewayException e) {
                    continue; // its connection was killed
                  }
                  reads.incrementAndGet();
                }
              }));
    }
    record Written(int series, int version, long nanos) {}
    List<Written> written = new ArrayList<>();
    int[] last = new int[keys];
    Random random = new Random(3);
    int settledUpTo = 0;
    long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
    for (int version = 1; System.nanoTime() < end; version++) {
      int series = random.nextInt(keys);
      write(writer.splits(), new SplitKey(series, 0), version);
      last[series] = version;
      written.add(new Written(series, version, System.nanoTime()));
      long old = System.nanoTime() - BOUND.toNanos();
      while (settledUpTo < written.size() && written.get(settledUpTo).nanos < old) {
        Written one = written.get(settledUpTo++);
        settled.set(one.series, one.version);
      }
      if (random.nextInt(400) == 0) {
        killWatching();
      }
    }
    done.set(true);
    for (Thread one : readers) {
      one.join();
    }
    assertThat(failures).isEmpty();
    assertThat(cache.hits()).isPositive();
    for (int series = 0; series < keys; series++) {
      SplitKey key = new SplitKey(series, 0);
      int expected = last[series];
      soon()
          .ignoreExceptionsInstanceOf(GatewayException.class)
          .until(() -> version(key) == expected);
    }
  }

  private static ConditionFactory soon() {
    return await().atMost(SOON).pollInterval(Duration.ofMillis(5));
  }

  /** Kills the connections on which Redis tells of changes. */
  private static void killWatching() {
    Pattern.compile("(?m)^id=(\\d+) .* flags=\\S*t")
        .matcher(redis.commands().clientList())
        .results()
        .map(client -> Long.parseLong(client.group(1)))
        .forEach(id -> redis.commands().clientKill(KillArgs.Builder.id(id)));
  }

  private void awaitHits() {
    soon()
        .ignoreExceptionsInstanceOf(GatewayException.class)
        .until(() -> {
          long before = cache.hits();
          cache.read(0, List.of(KEY));
          return cache.hits() > before;
        });
  }

  private int version(SplitKey key) {
    List<StoredSplit> found = cache.read(SACK, List.of(key));
    return found.isEmpty() ? 0 : ByteBuffer.wrap(found.getFirst().bytes()).getInt();
  }

  private int bytes(SplitKey key) {
    List<StoredSplit> found = cache.read(SACK, List.of(key));
    return found.isEmpty() ? 0 : found.getFirst().bytes().length;
  }

  private List<Integer> open() {
    List<OpenSpan> spans = cache.openSplits(SACK);
    return spans.isEmpty() ? List.of() : spans.getFirst().series().stream().boxed().toList();
  }

  private void write(SplitStore through, SplitKey key, int version) {
    byte[] bytes = ByteBuffer.allocate(4).putInt(version).array();
    flush(through, List.of(new SplitWrite(key, SplitWrite.REPLACE, bytes, 60)), List.of());
  }

  private void mark(int[] opened, int[] closed) {
    flush(writer.splits(), List.of(), List.of(new OpenMarks(0, opened, closed)));
  }

  private void flush(SplitStore through, List<SplitWrite> writes, List<OpenMarks> marks) {
    Checkpoint stored = writer.splits().checkpoint(SACK);
    assertThat(through.flush(lease, new Flush(stored, stored.position(), 0, writes, marks)))
        .isEqualTo(FlushOutcome.FLUSHED);
  }
}
