package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.fold.AggregateSplit;
import orzo.metric.Exemplar;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;
import orzo.redis.RedisMeters.Call;
import orzo.redis.embedded.EmbeddedRedis.Source;
import orzo.split.RawSplit;
import orzo.storage.BacklogPosition;
import orzo.storage.ExemplarStore;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.OpenMarks;
import orzo.storage.SeriesExemplar;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;
import orzo.storage.StoredSplit;
import orzo.storage.contract.Flushes;

/** What the storage on Redis does beyond the ports' contracts. */
@ParameterizedClass
@MethodSource("sources")
class RedisBehaviourIT {
  private static final Duration LEASE_TTL = Duration.ofSeconds(60);
  private static final BacklogPosition POSITION = new BacklogPosition(1, 0);

  @SuppressWarnings("NullAway.Init") // JUnit calls start first
  private static RedisUnderTest redis;

  private final Source source;

  RedisBehaviourIT(Source source) {
    this.source = source;
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

  @Test
  void connect_emptyNamespace_takesTheDefaultNumberOfSacks() {
    RedisConfig config = redis.emptyNamespace();
    try (RedisStorage storage = RedisStorage.connect(config)) {
      assertThat(storage.sacks()).isEqualTo(RedisConfig.DEFAULT_SACKS);
    }
    assertThat(redis.commands().hgetall("{" + config.namespace() + "}:meta"))
        .containsOnly(
            Map.entry("format", "2"),
            Map.entry("sacks", Integer.toString(RedisConfig.DEFAULT_SACKS)));
  }

  @Test
  void connect_usedNamespace_takesItsNumberOfSacks() {
    RedisConfig config = redis.emptyNamespace();
    RedisStorage.connect(config.withSacks(7)).close();

    try (RedisStorage storage = RedisStorage.connect(config)) {
      assertThat(storage.sacks()).isEqualTo(7);
    }
    RedisStorage.connect(config.withSacks(7)).close();
    assertFails(Kind.MALFORMED, () -> RedisStorage.connect(config.withSacks(8)))
        .contains("7 sacks", "8 are configured", config.namespace());
  }

  @Test
  void connect_otherFormat_isRefused() {
    RedisConfig config = redis.emptyNamespace();
    redis.commands().hset("{" + config.namespace() + "}:meta", "format", "1");

    assertFails(Kind.MALFORMED, () -> RedisStorage.connect(config))
        .contains("format 1", "expected: 2", config.namespace());
  }

  @Test
  void connect_nobodyListens_isUnavailable() {
    assertFails(Kind.UNAVAILABLE, () -> RedisStorage.connect(RedisConfig.of("redis://127.0.0.1:1")))
        .contains("127.0.0.1:1");
  }

  @Test
  void connect_wrongPassword_isUnavailableAndDoesNotShowIt() {
    String url = redis.server().url().replaceFirst(":[0-9a-f]+@", ":secret@");
    assertFails(Kind.UNAVAILABLE, () -> RedisStorage.connect(RedisConfig.of(url)))
        .contains("WRONGPASS")
        .doesNotContain("secret");
  }

  @Test
  void keys_areThoseThatTheReadmeLists() {
    RedisConfig config = redis.emptyNamespace().withSacks(2);
    try (RedisStorage storage = RedisStorage.connect(config)) {
      Lease lease = storage.leases().acquire(1, "node", LEASE_TTL).orElseThrow();
      storage.leases().announce("node", LEASE_TTL);
      storage.catalog().register(1, List.of(metric(0), metric(1)));
      storage.metadata().write(new Tenant("a"), List.of(new MetricMetadata("m", "gauge", "", "")));
      Exemplar exemplar = new Exemplar(Labels.of("trace_id", "a"), 1, 2);
      storage.exemplars().write(1, List.of(new SeriesExemplar(36, exemplar)));
      storage.backlog().append(1, bytes("entry")).toCompletableFuture().join();
      SplitKey key = new SplitKey(36, -RawSplit.SPAN_MILLIS);
      SplitWrite write = new SplitWrite(key, 0, bytes("split"), 60);
      SplitKey aggregates = new SplitKey(36, 60_000, -AggregateSplit.spanMillis(60_000));
      SplitWrite other = new SplitWrite(aggregates, 0, bytes("split"), 60);
      assertThat(Flushes.flush(storage, lease, List.of(write, other), POSITION))
          .isEqualTo(FlushOutcome.FLUSHED);
      OpenMarks marks = new OpenMarks(key.startMillis(), new int[] {36}, new int[0]);
      assertThat(Flushes.mark(storage, lease, marks)).isEqualTo(FlushOutcome.FLUSHED);
      assertThat(storage.catalog().delete(1, new int[] {1})).isEqualTo(1);
    }
    String namespace = config.namespace();
    String sack = "{" + namespace + ":1}";
    assertThat(redis.commands().keys("*" + namespace + "[:}]*"))
        .containsExactlyInAnyOrder(
            "{" + namespace + "}:meta",
            "{" + namespace + "}:nodes",
            "{" + namespace + ":t:a}:metadata",
            sack + ":backlog",
            sack + ":lease",
            sack + ":epoch",
            sack + ":checkpoint",
            sack + ":ids",
            sack + ":series",
            sack + ":deletions",
            sack + ":deleted",
            sack + ":written",
            sack + ":spans",
            sack + ":open",
            sack + ":open:-1",
            sack + "x10",
            sack + "r10:-1",
            sack + "a10:1aao:-1");
    assertThat(redis.commands().get(sack + ":checkpoint")).isEqualTo("1-0 2");
    assertThat(redis.commands().get(sack + ":lease")).matches("\\d{13} node");
    assertThat(redis.commands().ttl(sack + "r10:-1")).isBetween(50L, 60L);
    assertThat(redis.commands().ttl(sack + "x10"))
        .isBetween(ExemplarStore.TTL_SECONDS - 10, ExemplarStore.TTL_SECONDS);
    assertThat(redis.commands().get(sack + ":deletions")).isEqualTo("1");
    StreamMessage<String, String> deletion =
        redis.commands().xrange(sack + ":deleted", Range.unbounded()).getFirst();
    assertThat(deletion.getId()).isEqualTo("1-0");
    assertThat(deletion.getBody().get("d")).matches("[0-9]{13} [0-9]{13}-0 1");
  }

  @Test
  void register_sameMetricsOverManyConnections_isOneIntegerForEach() throws Exception {
    RedisConfig config = redis.emptyNamespace().withSacks(1);
    List<Metric> metrics = IntStream.range(0, 1_000).mapToObj(RedisBehaviourIT::metric).toList();
    List<int[]> seen = new ArrayList<>();
    try (var executor = Executors.newFixedThreadPool(3)) {
      List<Future<int[]>> registrations = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        registrations.add(
            executor.submit(() -> {
              try (RedisStorage storage = RedisStorage.connect(config)) {
                return storage.catalog().register(0, metrics);
              }
            }));
      }
      for (Future<int[]> registration : registrations) {
        seen.add(registration.get());
      }
    }

    assertThat(seen).allSatisfy(series -> assertThat(series).isEqualTo(seen.getFirst()));
    assertThat(seen.getFirst()).containsExactlyInAnyOrder(IntStream.range(0, 1_000).toArray());
  }

  @Test
  void flush_seenByAReader_isWholeOrNotThere() throws Exception {
    RedisConfig config = redis.emptyNamespace().withSacks(1);
    List<SplitKey> keys = IntStream.range(0, 50).mapToObj(i -> new SplitKey(i, 0)).toList();
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong reads = new AtomicLong();
    try (RedisStorage writer = RedisStorage.connect(config);
        RedisStorage reader = RedisStorage.connect(config);
        var executor = Executors.newSingleThreadExecutor()) {
      Lease lease = writer.leases().acquire(0, "node", LEASE_TTL).orElseThrow();
      Future<?> reading =
          executor.submit(() -> {
            while (!done.get()) {
              List<StoredSplit> splits = reader.splits().read(0, keys);
              assertThat(splits.stream().map(split -> text(split.bytes())).distinct())
                  .hasSizeLessThanOrEqualTo(1);
              reads.incrementAndGet();
            }
          });
      for (int i = 1; i <= 300 || reads.get() < 100; i++) {
        byte[] version = bytes("version " + i);
        List<SplitWrite> writes =
            keys.stream().map(key -> new SplitWrite(key, 0, version, 60)).toList();
        assertThat(Flushes.flush(writer, lease, writes, new BacklogPosition(i, 0)))
            .isEqualTo(FlushOutcome.FLUSHED);
        if (reading.isDone()) {
          break;
        }
      }
      done.set(true);
      reading.get();
    }
  }

  @Test
  void scripts_lostByRedis_areSentAgain() {
    try (RedisStorage storage = RedisStorage.connect(redis.emptyNamespace())) {
      redis.commands().scriptFlush();

      Lease lease = storage.leases().acquire(0, "node", LEASE_TTL).orElseThrow();
      assertThat(storage.catalog().register(0, List.of(metric(0), metric(1))))
          .containsExactly(0, 1);
      assertThat(Flushes.flush(storage, lease, List.of(), POSITION))
          .isEqualTo(FlushOutcome.FLUSHED);
    }
  }

  @Test
  void fullRedis_refusesWhatGrowsItAndStillLetsTheBacklogBeDrained() {
    RedisConfig config = redis.emptyNamespace();
    try (RedisStorage storage = RedisStorage.connect(config)) {
      BacklogPosition position =
          storage.backlog().append(0, new byte[1_000]).toCompletableFuture().join();
      redis.commands().configSet("maxmemory", "1mb");

      assertThat(failureOf(storage.backlog().append(0, new byte[1_000])).kind())
          .isEqualTo(Kind.LIMIT);
      assertFails(Kind.LIMIT, () -> storage.catalog().register(0, List.of(metric(0))))
          .contains("OOM");
      assertFails(
          Kind.LIMIT,
          () ->
              storage
                  .metadata()
                  .write(Tenant.DEFAULT, List.of(new MetricMetadata("m", "gauge", "", ""))));
      storage.leases().announce("node", LEASE_TTL);
      Lease lease = storage.leases().acquire(0, "node", LEASE_TTL).orElseThrow();
      assertThat(storage.leases().renew(lease, LEASE_TTL)).isTrue();
      SplitWrite write = new SplitWrite(new SplitKey(0, 0), 0, bytes("split"), 60);
      assertThat(Flushes.flush(storage, lease, List.of(write), position))
          .isEqualTo(FlushOutcome.FLUSHED);
      assertThat(storage.backlog().length(0)).isZero();
    } finally {
      redis.commands().configSet("maxmemory", "0");
    }
  }

  @Test
  void keyOfAnotherType_isCorrupt() {
    RedisConfig config = redis.emptyNamespace();
    try (RedisStorage storage = RedisStorage.connect(config)) {
      String sack = "{" + config.namespace() + ":0}";
      redis.commands().set(sack + ":backlog", "no stream");
      redis.commands().set(sack + ":ids", "no hash");
      redis.commands().set(sack + ":checkpoint", "yesterday");
      redis.commands().xadd("{" + config.namespace() + ":1}:series", "m", "no metric");

      assertThat(failureOf(storage.backlog().append(0, bytes("x"))).kind()).isEqualTo(Kind.CORRUPT);
      assertFails(Kind.CORRUPT, () -> storage.backlog().read(0, BacklogPosition.START, 1));
      assertFails(Kind.CORRUPT, () -> storage.splits().checkpoint(0))
          .contains("yesterday", "sack 0");
      assertFails(Kind.CORRUPT, () -> storage.catalog().read(1, 0, 10)).contains("sack 1");
    }
  }

  @Test
  void catalog_damagedEntry_isCorruptAndNamed() {
    RedisConfig config = redis.emptyNamespace();
    try (RedisStorage storage = RedisStorage.connect(config)) {
      storage.catalog().register(0, List.of(metric(0)));
      XAddArgs second = new XAddArgs().id("2-0");
      redis
          .commands()
          .xadd("{" + config.namespace() + ":0}:series", second, "m", "\u0002\u0000\u0005");

      assertThat(storage.catalog().read(0, 0, 1)).hasSize(1);
      assertFails(Kind.CORRUPT, () -> storage.catalog().read(0, 0, 10))
          .contains("sack 0", "series 1", "truncated");
    }
  }

  @Test
  void catalog_damagedDeletion_isCorruptAndNamed() {
    RedisConfig config = redis.emptyNamespace();
    try (RedisStorage storage = RedisStorage.connect(config)) {
      XAddArgs first = new XAddArgs().id("1-0");
      redis.commands().xadd("{" + config.namespace() + ":0}:deleted", first, "d", "17 3-0 x");

      assertFails(Kind.CORRUPT, () -> storage.catalog().deletions(0, 0, 10))
          .contains("sack 0", "deletion 1-0", "17 3-0 x");
    }
  }

  @Test
  void fullRedis_stillLetsMetricsBeDeleted() {
    try (RedisStorage storage = RedisStorage.connect(redis.emptyNamespace())) {
      storage.catalog().register(0, List.of(metric(0), metric(1)));
      redis.commands().configSet("maxmemory", "1mb");

      assertThat(storage.catalog().delete(0, new int[] {0})).isEqualTo(1);
      assertThat(storage.catalog().deletions(0, 0, 10)).hasSize(1);
    } finally {
      redis.commands().configSet("maxmemory", "0");
    }
  }

  @Test
  void silentRedis_failsCallsInTimeRefusesMoreThanTheLimitAndResumes() throws Exception {
    RedisConfig config =
        redis
            .emptyNamespace()
            .withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(500))
            .withPendingAppendLimitBytes(100_000);
    try (RedisStorage storage = RedisStorage.connect(config)) {
      signal("STOP");
      try {
        List<CompletionStage<BacklogPosition>> appends = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
          appends.add(storage.backlog().append(0, new byte[10_000]));
        }
        GatewayException refused = failureOf(appends.removeLast());
        assertThat(refused.kind()).isEqualTo(Kind.LIMIT);
        assertThat(refused).hasMessageContaining("100000 bytes");
        assertFails(Kind.UNAVAILABLE, storage::ping).contains("no answer within ");
        for (CompletionStage<BacklogPosition> append : appends) {
          assertThat(failureOf(append).kind()).isEqualTo(Kind.UNAVAILABLE);
        }
        assertThat(storage.meters().failed(Call.APPEND)).isEqualTo(10);
      } finally {
        signal("CONT");
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptions()
          .until(() -> {
            storage.backlog().append(1, bytes("after")).toCompletableFuture().join();
            storage.ping();
            return true;
          });
      assertThat(storage.splits().read(0, List.of(new SplitKey(0, 0)))).isEmpty();
    }
  }

  private static void signal(String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(redis.server().pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void meters_countCallsByKind() {
    try (RedisStorage storage = RedisStorage.connect(redis.emptyNamespace())) {
      for (int i = 0; i < 5; i++) {
        storage.backlog().append(0, bytes("entry")).toCompletableFuture().join();
      }
      storage.splits().read(0, IntStream.range(0, 300).mapToObj(i -> new SplitKey(i, 0)).toList());

      assertThat(storage.meters().answered(Call.APPEND)).isEqualTo(5);
      assertThat(storage.meters().answered(Call.READ_SPLITS)).isEqualTo(3);
      assertThat(storage.meters().latencyNanos(Call.APPEND)).isPositive();
      assertThat(storage.meters().failed(Call.APPEND)).isZero();
    }
  }

  @Test
  void close_failsWhatIsAskedAfterwards() {
    RedisStorage storage = RedisStorage.connect(redis.emptyNamespace());
    storage.close();

    assertFails(Kind.UNAVAILABLE, storage::ping);
    assertThat(failureOf(storage.backlog().append(0, bytes("x"))).kind())
        .isEqualTo(Kind.UNAVAILABLE);
    assertThat(source).isIn(sources());
  }

  private static AbstractStringAssert<?> assertFails(Kind kind, ThrowingCallable call) {
    var failure = assertThatExceptionOfType(GatewayException.class).isThrownBy(call).actual();
    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
    return assertThat(String.valueOf(failure.getMessage()));
  }

  private static GatewayException failureOf(CompletionStage<?> stage) {
    try {
      Object result = stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
      throw new AssertionError("expected a failure, got " + result);
    } catch (CompletionException e) {
      if (e.getCause() instanceof GatewayException failure) {
        return failure;
      }
      throw new AssertionError("expected a GatewayException", e);
    }
  }

  private static Metric metric(int i) {
    return Metric.of(Tenant.DEFAULT, Labels.of("__name__", "up", "instance", "host-" + i), "raw");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
