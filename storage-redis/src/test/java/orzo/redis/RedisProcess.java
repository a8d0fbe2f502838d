package orzo.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A {@code redis-server}, or one as Sentinel, on a loopback port that stays when it restarts. */
final class RedisProcess implements AutoCloseable {
  /** A cluster's nodes talk to each other on this port above their own. */
  private static final int BUS_OFFSET = 10_000;

  private static final Set<Integer> GIVEN = new HashSet<>(); // guarded by the class

  private final List<String> command;
  private final Path directory;
  private final int port;
  private final RedisClient client;
  private @Nullable Process process;

  /**
   * Starts a server; when it does not answer, it is ended.
   *
   * @param directory for its files
   * @param arguments after the program; {@code {port}} stands for its port
   */
  RedisProcess(Path program, Path directory, List<String> arguments) {
    this.directory = directory;
    port = freePort();
    command = new ArrayList<>(List.of(program.toString()));
    for (String argument : arguments) {
      command.add(argument.replace("{port}", Integer.toString(port)));
    }
    client = RedisClient.create(RedisURI.create("127.0.0.1", port));
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
    try {
      start();
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** Arguments of a server that keeps nothing on disk but what a cluster needs. */
  static List<String> serverArguments(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--port", "{port}", "--bind", "127.0.0.1"));
    arguments.addAll(List.of("--save", "", "--repl-diskless-sync-delay", "0"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** Starts it again after {@link #kill}. */
  void start() {
    try {
      Files.createDirectories(directory);
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await(command + " answers")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> commands(redis -> redis.ping()).equals("PONG"));
  }

  int port() {
    return port;
  }

  /** Its address as in a URL. */
  String address() {
    return "127.0.0.1:" + port;
  }

  /** What is done with commands. */
  interface Use<T> {
    T with(RedisCommands<String, String> redis);
  }

  /** Sends commands straight to the server; keys and values are one byte a character. */
  <T> T commands(Use<T> use) {
    try (StatefulRedisConnection<String, String> connection =
        client.connect(new StringCodec(StandardCharsets.ISO_8859_1))) {
      return use.with(connection.sync());
    }
  }

  /** Ends it at once, with -9. */
  void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      try {
        if (!running.waitFor(20, TimeUnit.SECONDS)) {
          throw new IllegalStateException("process " + running.pid() + " survived SIGKILL");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    kill();
  }

  /** A port below Linux's range for outgoing connections, whose bus port is free too. */
  private static synchronized int freePort() {
    RandomGenerator random = RandomGenerator.getDefault();
    for (int attempt = 0; attempt < 1_000; attempt++) {
      int port = random.nextInt(15_000, 22_000);
      if (!GIVEN.contains(port) && isFree(port) && isFree(port + BUS_OFFSET)) {
        GIVEN.add(port);
        return port;
      }
    }
    throw new IllegalStateException("no free port after 1000 attempts");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (java.net.BindException _) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
