package orzo.redis;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orzo.redis.embedded.EmbeddedRedis.Source;
import orzo.redis.embedded.ServerBinaries;

/** A cluster of three masters for tests, the first of which has a replica. */
final class ClusterUnderTest implements ServersUnderTest {
  /** How many masters there are. */
  static final int MASTERS = 3;

  private static final AtomicInteger namespaces = new AtomicInteger();

  private final Path directory;
  private final List<RedisProcess> nodes = new ArrayList<>();

  /**
   * Starts it; when that fails, nothing of it runs any more.
   *
   * @param nodeTimeout how long a node may be silent before the others hold it for dead
   */
  ClusterUnderTest(Source source, Duration nodeTimeout) throws IOException {
    directory = Files.createTempDirectory("orzo-cluster");
    try {
      Path program = ServerBinaries.of(source, directory);
      for (int i = 0; i <= MASTERS; i++) {
        nodes.add(
            new RedisProcess(
                program,
                directory.resolve("node-" + i),
                RedisProcess.serverArguments(
                    "--cluster-enabled", "yes",
                    "--cluster-node-timeout", Long.toString(nodeTimeout.toMillis()),
                    "--cluster-replica-validity-factor", "0",
                    "--appendonly", "yes",
                    "--appendfsync", "always")));
      }
      form();
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  private void form() {
    for (int i = 0; i < nodes.size(); i++) {
      int epoch = i + 1;
      nodes
          .get(i)
          .commands(redis -> {
            redis.clusterSetConfigEpoch(epoch);
            return redis.clusterMeet("127.0.0.1", nodes.getFirst().port());
          });
    }
    for (int i = 0; i < MASTERS; i++) {
      int[] slots =
          IntStream.range(
                  i * SlotHash.SLOT_COUNT / MASTERS, (i + 1) * SlotHash.SLOT_COUNT / MASTERS)
              .toArray();
      nodes.get(i).commands(redis -> redis.clusterAddSlots(slots));
    }
    String first = idOf(nodes.getFirst());
    await("the replica knows its master")
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> replica().commands(redis -> redis.clusterReplicate(first)).equals("OK"));
    for (RedisProcess node : nodes) {
      await("the cluster is whole")
          .atMost(Duration.ofSeconds(20))
          .until(() ->
              node.commands(redis -> redis.clusterInfo()).contains("cluster_state:ok")
                  && node.commands(redis -> redis.clusterNodes()).lines().count() == nodes.size());
    }
    awaitReplication();
  }

  /** Waits until the replica follows. */
  void awaitReplication() {
    await("the replica follows")
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            replica()
                .commands(redis -> redis.info("replication"))
                .contains("master_link_status:up"));
  }

  /** The node that had the slot when the cluster was formed. */
  RedisProcess master(int slot) {
    return nodes.get(Math.min(MASTERS - 1, slot * MASTERS / SlotHash.SLOT_COUNT));
  }

  /** The replica of the first master. */
  RedisProcess replica() {
    return nodes.getLast();
  }

  /** All of them: three masters, a replica. */
  List<RedisProcess> nodes() {
    return nodes;
  }

  /** A node's name inside the cluster. */
  static String idOf(RedisProcess node) {
    return node.commands(redis -> redis.clusterMyId());
  }

  @Override
  public RedisConfig emptyNamespace() {
    String hosts = nodes.stream().map(RedisProcess::address).collect(Collectors.joining(","));
    return RedisConfig.of("redis-cluster://" + hosts)
        .withNamespace("test-" + namespaces.incrementAndGet())
        .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  @Override
  public void close() {
    nodes.forEach(RedisProcess::close);
    RedisUnderTest.deleteAll(directory);
  }
}
