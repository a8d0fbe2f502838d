package orzo.redis.embedded;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import java.time.Duration;

/** Waits for what a server that is about to be killed has acknowledged and may not have written. */
final class AppendOnlyFile {
  private AppendOnlyFile() {}

  /**
   * Waits until the server has handed everything acknowledged to the operating system. With {@code
   * appendfsync everysec} it holds writes back, for two seconds at most, while an fsync runs.
   */
  static void awaitWritten(EmbeddedRedis redis) {
    try (RedisClient client =
        RedisClient.create(RedisURI.create(redis.url().replace("unix://", "redis-socket://")))) {
      client.setOptions(
          ClientOptions.builder()
              .socketOptions(SocketOptions.builder().keepAlive(false).build())
              .build());
      var commands = client.connect().sync();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> commands.info("persistence").contains("aof_buffer_length:0\r\n"));
    }
  }
}
