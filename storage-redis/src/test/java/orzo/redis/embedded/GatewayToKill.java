package orzo.redis.embedded;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import orzo.redis.RedisConfig;
import orzo.redis.RedisStorage;

/**
 * What {@link EmbeddedRedisIT} kills: starts a server, writes an entry, names the server, waits.
 */
final class GatewayToKill {
  private GatewayToKill() {}

  /** Takes the data directory and the source of the server. */
  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedRedis redis =
        EmbeddedRedis.start(Path.of(arguments[0]), EmbeddedRedis.Source.valueOf(arguments[1]));
    RedisStorage storage = RedisStorage.connect(RedisConfig.of(redis.url()).withSacks(1));
    byte[] entry = "of the killed gateway".getBytes(StandardCharsets.UTF_8);
    storage.backlog().append(0, entry).toCompletableFuture().join();
    AppendOnlyFile.awaitWritten(redis);
    System.out.println("server " + redis.pid());
    new CountDownLatch(1).await();
  }
}
