package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
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

/** What happens in a cluster when slots move and nodes go. */
@ParameterizedClass
@MethodSource("sources")
class ClusterIT {
  private static final Duration SECONDS = Duration.ofSeconds(20);
  private static final Duration NODE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LEASE_TTL = Duration.ofSeconds(60);

  private final Source source;

  @SuppressWarnings("NullAway.Init") // JUnit calls start first
  private ClusterUnderTest cluster;

  ClusterIT(Source source) {
    this.source = source;
  }

  static List<Source> sources() {
    return RedisUnderTest.sources();
  }

  @BeforeEach
  void start() throws IOException {
    cluster = new ClusterUnderTest(source, NODE_TIMEOUT);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void sacks_areOnAllMasters() {
    RedisConfig config = cluster.emptyNamespace();
    try (RedisStorage storage = RedisStorage.connect(config)) {
      for (int sack = 0; sack < storage.sacks(); sack++) {
        append(storage, sack, "entry of " + sack);
      }
    }
    for (int i = 0; i < ClusterUnderTest.MASTERS; i++) {
      RedisProcess master = cluster.nodes().get(i);
      assertThat(master.<List<String>>commands(redis -> redis.keys("*:backlog"))).isNotEmpty();
    }
  }

  @Test
  void slotOfASack_movedWhileInUse_isFollowed() {
    RedisConfig config = cluster.emptyNamespace();
    try (RedisStorage storage = RedisStorage.connect(config)) {
      int slot = slot(config, 0);
      RedisProcess from = cluster.master(slot);
      RedisProcess to =
          from == cluster.nodes().get(1) ? cluster.nodes().get(2) : cluster.nodes().get(1);
      Lease lease = storage.leases().acquire(0, "node", LEASE_TTL).orElseThrow();
      append(storage, 0, "before");
      String fromId = ClusterUnderTest.idOf(from);
      String toId = ClusterUnderTest.idOf(to);
      to.commands(redis -> redis.clusterSetSlotImporting(slot, fromId));
      from.commands(redis -> redis.clusterSetSlotMigrating(slot, toId));
      List<String> keys = from.commands(redis -> redis.clusterGetKeysInSlot(slot, 100));
      for (String key : keys) {
        from.commands(redis -> redis.migrate("127.0.0.1", to.port(), key, 0, 5_000));
      }

      // Every key is away and the slot is not: ASK.
      append(storage, 0, "between");
      assertThat(to.<Long>commands(redis -> redis.clusterCountKeysInSlot(slot))).isPositive();

      for (RedisProcess node : List.of(to, from)) {
        node.commands(redis -> redis.clusterSetSlotNode(slot, toId));
      }
      append(storage, 0, "after"); // MOVED, at the first try
      List<BacklogEntry> entries = storage.backlog().read(0, BacklogPosition.START, 10);
      assertThat(entries)
          .extracting(entry -> text(entry.bytes()))
          .containsExactly("before", "between", "after");
      // The script is unknown on no master, and knows the lease that came along.
      to.commands(redis -> redis.scriptFlush());
      assertThat(
              Flushes.flush(storage, lease, List.of(write("split")), entries.getLast().position()))
          .isEqualTo(FlushOutcome.FLUSHED);
      assertThat(storage.splits().read(0, List.of(new SplitKey(0, 0)))).hasSize(1);
    }
  }

  @Test
  void scripts_lostByEveryMaster_areSentAgain() {
    RedisConfig config = cluster.emptyNamespace();
    try (RedisStorage storage = RedisStorage.connect(config)) {
      cluster.nodes().forEach(node -> node.commands(redis -> redis.scriptFlush()));

      for (int sack = 0; sack < storage.sacks(); sack++) {
        assertThat(storage.leases().acquire(sack, "node", LEASE_TTL)).isPresent();
        assertThat(storage.catalog().register(sack, List.of(metric(0), metric(1))))
            .containsExactly(0, 1);
      }
    }
  }

  @Test
  void masterKilled_itsSacksAreBackOnTheReplica_andTheOthersNeverAway() {
    RedisConfig config = cluster.emptyNamespace().withWaitReplicas(0, Duration.ofSeconds(1));
    try (RedisStorage storage = RedisStorage.connect(config)) {
      RedisProcess first = cluster.nodes().getFirst();
      int sack = sackOn(config, storage, first);
      int other = sackOn(config, storage, cluster.nodes().get(1));
      append(storage, sack, "before");
      assertThat(first.<Long>commands(redis -> redis.xlen(backlog(config, sack)))).isEqualTo(1);
      await("replicated")
          .atMost(SECONDS)
          .until(() ->
              cluster
                  .replica()
                  .commands(redis -> {
                    redis.readOnly();
                    return redis.xlen(backlog(config, sack)) == 1;
                  }));

      first.kill();

      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(() -> append(storage, sack, "lost"))
          .havingCause()
          .isInstanceOfSatisfying(
              GatewayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
      await("the replica is master and known")
          .atMost(SECONDS)
          .ignoreExceptions()
          .until(() -> {
            append(storage, other, "beside");
            append(storage, sack, "after");
            return true;
          });
      assertThat(storage.backlog().read(sack, BacklogPosition.START, 10))
          .extracting(entry -> text(entry.bytes()))
          .startsWith("before")
          .endsWith("after")
          .doesNotContain("lost");

      first.start(); // as a replica
      append(storage, sack, "later");
    }
  }

  @Test
  void nodeRestarted_isReachedAgain() {
    RedisConfig config = cluster.emptyNamespace();
    try (RedisStorage storage = RedisStorage.connect(config)) {
      RedisProcess last = cluster.nodes().get(2); // it has no replica
      int sack = sackOn(config, storage, last);
      append(storage, sack, "before");
      last.kill();
      last.start();

      await("appends work again")
          .atMost(SECONDS)
          .ignoreExceptions()
          .until(() -> {
            append(storage, sack, "after");
            return true;
          });
      assertThat(storage.backlog().read(sack, BacklogPosition.START, 10))
          .extracting(entry -> text(entry.bytes()))
          .startsWith("before");
    }
  }

  @Test
  void append_withTooFewReplicas_isNotAcknowledged() {
    RedisConfig config = cluster.emptyNamespace().withWaitReplicas(1, Duration.ofMillis(200));
    try (RedisStorage storage = RedisStorage.connect(config)) {
      append(storage, sackOn(config, storage, cluster.nodes().getFirst()), "confirmed");
      int lonely = sackOn(config, storage, cluster.nodes().get(1));

      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(() -> append(storage, lonely, "unconfirmed"))
          .havingCause()
          .withMessageContaining("0 replicas confirmed it within 200 ms (expected: 1)");
    }
  }

  @Test
  void connect_urlOfOneServer_isRefusedWithTheRightForm() {
    String url = "redis://" + cluster.nodes().getFirst().address();
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> RedisStorage.connect(RedisConfig.of(url)))
        .withMessageContaining("is a node of a Redis Cluster")
        .withMessageContaining("redis-cluster:");
  }

  private int sackOn(RedisConfig config, RedisStorage storage, RedisProcess master) {
    return IntStream.range(0, storage.sacks())
        .filter(sack -> cluster.master(slot(config, sack)) == master)
        .findFirst()
        .orElseThrow();
  }

  private static String backlog(RedisConfig config, int sack) {
    return "{" + config.namespace() + ":" + sack + "}:backlog";
  }

  private static int slot(RedisConfig config, int sack) {
    return SlotHash.getSlot(backlog(config, sack));
  }

  private static BacklogPosition append(RedisStorage storage, int sack, String text) {
    return storage
        .backlog()
        .append(sack, text.getBytes(StandardCharsets.UTF_8))
        .toCompletableFuture()
        .join();
  }

  private static SplitWrite write(String text) {
    return new SplitWrite(new SplitKey(0, 0), 0, text.getBytes(StandardCharsets.UTF_8), 60);
  }

  private static Metric metric(int i) {
    return Metric.of(Tenant.DEFAULT, Labels.of("__name__", "up", "instance", "host-" + i), "raw");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
