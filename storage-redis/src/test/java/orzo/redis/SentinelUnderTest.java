package orzo.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import orzo.redis.embedded.EmbeddedRedis.Source;
import orzo.redis.embedded.ServerBinaries;

/** A master and a replica for tests, watched by three Sentinels. */
final class SentinelUnderTest implements ServersUnderTest {
  private static final int SENTINELS = 3;
  private static final AtomicInteger namespaces = new AtomicInteger();

  private final Path directory;
  private final List<RedisProcess> servers = new ArrayList<>();
  private final List<RedisProcess> sentinels = new ArrayList<>();

  /** Starts all; when that fails, nothing of it runs any more. */
  SentinelUnderTest(Source source) throws IOException {
    directory = Files.createTempDirectory("orzo-sentinel");
    try {
      Path program = ServerBinaries.of(source, directory);
      startServers(program);
      startSentinels(program);
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  private void startServers(Path program) {
    Path own = directory.resolve("first");
    servers.add(new RedisProcess(program, own, RedisProcess.serverArguments()));
    servers.add(
        new RedisProcess(
            program,
            directory.resolve("second"),
            RedisProcess.serverArguments(
                "--replicaof", "127.0.0.1", Integer.toString(first().port()))));
    awaitReplica(first());
  }

  private void startSentinels(Path program) throws IOException {
    for (int i = 0; i < SENTINELS; i++) {
      Path own = Files.createDirectories(directory.resolve("sentinel-" + i));
      Path file = own.resolve("sentinel.conf");
      Files.writeString(
          file,
          "sentinel monitor main 127.0.0.1 %d 2%n".formatted(first().port())
              + "sentinel down-after-milliseconds main 1000\n"
              + "sentinel failover-timeout main 5000\n");
      sentinels.add(
          new RedisProcess(
              program,
              own,
              List.of(file.toString(), "--sentinel", "--port", "{port}", "--bind", "127.0.0.1")));
    }
    await("each Sentinel knows the others and the replica")
        .atMost(Duration.ofSeconds(20))
        .until(() -> sentinels.stream().allMatch(SentinelUnderTest::isComplete));
  }

  private static boolean isComplete(RedisProcess sentinel) {
    return sentinel
        .commands(redis -> redis.info("sentinel"))
        .contains("slaves=1,sentinels=" + SENTINELS);
  }

  /** Waits until a master has a replica that follows. */
  static void awaitReplica(RedisProcess master) {
    await("a replica follows")
        .atMost(Duration.ofSeconds(20))
        .until(() -> master.commands(redis -> redis.info("replication")).contains("state=online"));
  }

  /** The master at first. */
  RedisProcess first() {
    return servers.getFirst();
  }

  /** The replica at first. */
  RedisProcess second() {
    return servers.get(1);
  }

  @Override
  public RedisConfig emptyNamespace() {
    String hosts = sentinels.stream().map(RedisProcess::address).collect(Collectors.joining(","));
    return RedisConfig.of("redis-sentinel://" + hosts + "#main")
        .withNamespace("test-" + namespaces.incrementAndGet())
        .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  @Override
  public void close() {
    sentinels.forEach(RedisProcess::close);
    servers.reversed().forEach(RedisProcess::close);
    RedisUnderTest.deleteAll(directory);
  }
}
