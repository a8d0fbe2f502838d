package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.redis.RedisMeters.Call;
import orzo.redis.embedded.EmbeddedRedis.Source;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** What happens when Sentinel makes a replica the master. */
@ParameterizedClass
@MethodSource("sources")
class SentinelIT {
  private static final Duration SECONDS = Duration.ofSeconds(30);

  private final Source source;

  @SuppressWarnings("NullAway.Init") // JUnit calls start first
  private SentinelUnderTest redis;

  SentinelIT(Source source) {
    this.source = source;
  }

  static List<Source> sources() {
    return RedisUnderTest.sources();
  }

  @BeforeEach
  void start() throws IOException {
    redis = new SentinelUnderTest(source);
  }

  @AfterEach
  void stop() {
    redis.close();
  }

  @Test
  void masterKilled_whatReplicasConfirmedIsThere_andWritingResumes() {
    RedisConfig config = redis.emptyNamespace().withWaitReplicas(1, Duration.ofMillis(500));
    try (RedisStorage storage = RedisStorage.connect(config)) {
      List<String> confirmed = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        append(storage, "confirmed " + i);
        confirmed.add("confirmed " + i);
      }
      redis.first().kill();
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(() -> append(storage, "nowhere"))
          .havingCause()
          .isInstanceOfSatisfying(
              GatewayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
      await("the new master is reached; it has no replica to confirm")
          .atMost(SECONDS)
          .until(() -> failureOf(storage).contains("0 replicas confirmed"));
      redis.first().start();
      // Sentinel makes it a replica, too, but only after eight seconds as a master without data,
      // and may go back to it in that time.
      int newMaster = redis.second().port();
      redis.first().commands(commands -> commands.replicaof("127.0.0.1", newMaster));
      await("appends are confirmed again")
          .atMost(SECONDS)
          .ignoreExceptions()
          .until(() -> {
            append(storage, "after");
            return true;
          });

      List<String> there =
          storage.backlog().read(0, BacklogPosition.START, 10_000).stream()
              .map(entry -> new String(entry.bytes(), StandardCharsets.UTF_8))
              .toList();
      assertThat(there).startsWith(confirmed.toArray(new String[0])).endsWith("after");
      assertThat(there).doesNotContain("nowhere");
    }
  }

  @Test
  void masterDemotedForAWhile_refusesAppendsUntilItIsMasterAgain() {
    try (RedisStorage storage = RedisStorage.connect(redis.emptyNamespace())) {
      append(storage, "before");
      SentinelUnderTest.awaitReplica(redis.first());
      await("replicated")
          .atMost(SECONDS)
          .until(() -> redis.second().commands(commands -> commands.dbsize()) == 2);
      int port = redis.second().port();
      // What an operator can do too; Sentinel would close the connections. Both are replicas then.
      redis.first().commands(commands -> commands.replicaof("127.0.0.1", port));
      assertThat(failureOf(storage)).isNotEmpty();
      redis.first().commands(commands -> commands.replicaofNoOne());

      await("appends work again")
          .atMost(SECONDS)
          .ignoreExceptions()
          .until(() -> {
            append(storage, "after");
            return true;
          });
      assertThat(storage.backlog().read(0, BacklogPosition.START, 10)).hasSizeGreaterThan(1);
    }
  }

  @Test
  void appends_ofOneRound_shareAFewWaits() {
    RedisConfig config = redis.emptyNamespace().withWaitReplicas(1, Duration.ofSeconds(1));
    try (RedisStorage storage = RedisStorage.connect(config)) {
      for (int round = 0; round < 50; round++) {
        IntStream.range(0, 16)
            .mapToObj(sack -> storage.backlog().append(sack, new byte[1_000]))
            .toList()
            .forEach(append -> append.toCompletableFuture().join());
      }
      assertThat(storage.meters().answered(Call.APPEND)).isEqualTo(800);
      assertThat(storage.meters().answered(Call.WAIT_REPLICAS)).isBetween(1L, 400L);
    }
  }

  private static BacklogPosition append(RedisStorage storage, String text) {
    return storage
        .backlog()
        .append(0, text.getBytes(StandardCharsets.UTF_8))
        .toCompletableFuture()
        .join();
  }

  private static String failureOf(RedisStorage storage) {
    try {
      append(storage, "unconfirmed");
      return "";
    } catch (CompletionException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
