package orzo.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import orzo.redis.embedded.EmbeddedRedis;
import orzo.redis.embedded.EmbeddedRedis.Source;

/**
 * A server for tests: an embedded one on a directory of its own, and a client beside the storage.
 */
final class RedisUnderTest implements ServersUnderTest {
  private static final AtomicInteger namespaces = new AtomicInteger();

  private final Path directory;
  private final EmbeddedRedis server;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  RedisUnderTest(Source source) throws IOException {
    directory = Files.createTempDirectory("orzo-redis");
    server = EmbeddedRedis.start(directory, source);
    client = RedisClient.create(RedisUrl.parse(server.url()));
    client.setOptions(
        ClientOptions.builder()
            .socketOptions(SocketOptions.builder().keepAlive(false).build()) // a Unix socket
            .build());
    try {
      // One byte a character, so that keys and values of any bytes can be seen.
      connection = client.connect(new StringCodec(StandardCharsets.ISO_8859_1));
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** The carried server, and the system's where there is one. */
  static List<Source> sources() {
    List<Source> sources = new ArrayList<>(List.of(Source.CARRIED));
    boolean hasSystem =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "redis-server")));
    if (hasSystem) {
      sources.add(Source.SYSTEM);
    }
    return sources;
  }

  @Override
  public RedisConfig emptyNamespace() {
    return RedisConfig.of(server.url())
        .withNamespace("test-" + namespaces.incrementAndGet())
        .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  /** Commands straight to the server. */
  RedisCommands<String, String> commands() {
    return connection.sync();
  }

  EmbeddedRedis server() {
    return server;
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    server.close();
    deleteAll(directory);
  }

  static void deleteAll(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
