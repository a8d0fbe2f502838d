package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
import orzo.redis.RedisMeters.Call;
import orzo.redis.embedded.EmbeddedRedis.Source;
import orzo.storage.BacklogEntry;
import orzo.storage.BacklogPosition;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;
import orzo.storage.contract.Flushes;

/** A Redis that is there but takes no writes, has no room for them, or is slow. */
@ParameterizedClass
@MethodSource("sources")
class RedisPressureIT {
  private static final Duration LEASE_TTL = Duration.ofSeconds(60);

  @SuppressWarnings("NullAway.Init") // JUnit calls start first
  private static RedisUnderTest redis;

  RedisPressureIT(Source source) {
    assertThat(sources()).contains(source);
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
  void readOnlyRedis_refusesWritesAsUnavailable_keepsTheBacklog_andGoesOnAfterwards()
      throws Exception {
    assertThatWritesAreRefused(
        "READONLY",
        () -> redis.commands().replicaof("127.0.0.1", 1), // nobody is there
        () -> redis.commands().replicaofNoOne());
  }

  @Test
  void redisWithTooFewReplicas_refusesWritesAsUnavailable_keepsTheBacklog_andGoesOnAfterwards()
      throws Exception {
    assertThatWritesAreRefused(
        "NOREPLICAS",
        () -> redis.commands().configSet("min-replicas-to-write", "1"),
        () -> redis.commands().configSet("min-replicas-to-write", "0"));
  }

  private static void assertThatWritesAreRefused(String code, Runnable begin, Runnable end)
      throws Exception {
    SplitWrite write = new SplitWrite(new SplitKey(0, 0), 0, new byte[100], 60);
    try (RedisStorage storage = RedisStorage.connect(redis.emptyNamespace())) {
      Lease lease = storage.leases().acquire(0, "node", LEASE_TTL).orElseThrow();
      BacklogPosition acknowledged = get(storage.backlog().append(0, new byte[1_000]));
      begin.run();
      try {
        assertRefused(code, () -> get(storage.backlog().append(0, new byte[1_000])));
        assertRefused(code, () -> storage.catalog().register(0, List.of(metric())));
        assertRefused(code, () -> Flushes.flush(storage, lease, List.of(write), acknowledged));

        awaitAnswer(() ->
            assertThat(storage.backlog().read(0, BacklogPosition.START, 10))
                .extracting(BacklogEntry::position)
                .containsExactly(acknowledged));
        awaitAnswer(() -> assertThat(storage.backlog().sizeBytes(0)).isGreaterThan(1_000));
        awaitAnswer(() -> assertThat(storage.splits().read(0, List.of(write.key()))).isEmpty());
      } finally {
        end.run();
      }
      awaitAnswer(
          () -> assertThat(storage.catalog().register(0, List.of(metric()))).containsExactly(0));
      awaitAnswer(() ->
          assertThat(Flushes.flush(storage, lease, List.of(write), acknowledged))
              .isEqualTo(FlushOutcome.FLUSHED));
      assertThat(storage.backlog().length(0)).isZero();
    }
  }

  @Test
  void fullRedis_drainsALongBacklog_flushByFlush_andTakesWritesAgain() throws Exception {
    try (RedisStorage storage = RedisStorage.connect(redis.emptyNamespace())) {
      Lease lease = storage.leases().acquire(0, "node", LEASE_TTL).orElseThrow();
      List<BacklogPosition> acknowledged = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        acknowledged.add(get(storage.backlog().append(0, new byte[40_000])));
      }
      String used = redis.commands().info("memory").replaceAll("(?s).*used_memory:(\\d+).*", "$1");
      redis.commands().configSet("maxmemory", Long.toString(Long.parseLong(used) - 1_000_000));
      try {
        GatewayException refusal = failure(() -> get(storage.backlog().append(0, new byte[9_000])));
        assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(Kind.LIMIT);

        for (int i = 0; i < 50; i++) { // each frees more than it takes
          SplitKey key = new SplitKey(i, 0);
          SplitWrite write = new SplitWrite(key, SplitWrite.REPLACE, new byte[10_000], 60);
          assertThat(Flushes.flush(storage, lease, List.of(write), acknowledged.get(i)))
              .as("flush %d", i)
              .isEqualTo(FlushOutcome.FLUSHED);
          assertThat(storage.splits().read(0, List.of(key))).hasSize(1);
        }
        assertThat(storage.backlog().length(0)).isZero();
        assertThat(get(storage.backlog().append(0, new byte[9_000])))
            .isGreaterThan(acknowledged.getLast());
      } finally {
        redis.commands().configSet("maxmemory", "0");
      }
    }
  }

  @Test
  void slowRedis_isWaitedFor() throws Exception {
    try (RedisStorage storage = RedisStorage.connect(redis.emptyNamespace())) {
      Lease lease = storage.leases().acquire(0, "node", LEASE_TTL).orElseThrow();
      BacklogPosition acknowledged = get(storage.backlog().append(0, new byte[1_000]));
      long began = System.nanoTime();
      redis.commands().clientPause(1_500); // of the 5 s that a command may take

      CompletionStage<BacklogPosition> append = storage.backlog().append(0, new byte[1_000]);
      assertThat(Flushes.flush(storage, lease, List.of(), acknowledged))
          .isEqualTo(FlushOutcome.FLUSHED);
      assertThat(get(append)).isGreaterThan(acknowledged);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(1));
      assertThat(storage.backlog().length(0)).isEqualTo(1);
      assertThat(storage.meters().failed(Call.APPEND)).isZero();
    }
  }

  /** A connection to a Redis that is read-only is made anew, in case there is another master. */
  private static void assertRefused(String code, ThrowingCallable call) {
    await()
        .untilAsserted(() -> {
          GatewayException refusal = failure(call);
          assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(Kind.UNAVAILABLE);
          assertThat(refusal).hasMessageContaining(code);
        });
  }

  private static void awaitAnswer(ThrowingRunnable assertion) {
    await().ignoreException(GatewayException.class).untilAsserted(assertion);
  }

  private static GatewayException failure(ThrowingCallable call) {
    return assertThatExceptionOfType(GatewayException.class).isThrownBy(call).actual();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    try {
      return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GatewayException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private static Metric metric() {
    return Metric.of(Tenant.DEFAULT, Labels.of("__name__", "up"), "raw");
  }
}
