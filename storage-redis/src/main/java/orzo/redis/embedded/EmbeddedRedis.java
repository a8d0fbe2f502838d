package orzo.redis.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * A Redis server that this gateway runs for itself as a process of its own, with an append-only
 * file under the gateway's data directory.
 *
 * <p>The server outlives a gateway that was killed; the next gateway on the directory takes it
 * over. A server that ends unasked is started again. Only one gateway can use a directory.
 */
public final class EmbeddedRedis implements AutoCloseable {
  /** Which server to run. */
  public enum Source {
    /** The system's {@code redis-server} if it is on the PATH and new enough, else the carried. */
    SYSTEM_OR_CARRIED,
    /** The system's. */
    SYSTEM,
    /** The one that came with the gateway. */
    CARRIED
  }

  /**
   * System property that says which server to run: {@code system-or-carried}, {@code system} or
   * {@code carried}.
   */
  public static final String SOURCE_PROPERTY = "orzo.embedded-redis";

  private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(4);
  private static final Duration FIRST_RESTART_DELAY = Duration.ofMillis(50);
  private static final Duration LONGEST_RESTART_DELAY = Duration.ofSeconds(5);

  /** A server that ran that long and then ended is started again with the first delay. */
  private static final Duration GOOD_RUN = Duration.ofSeconds(30);

  private final DirectoryLock lock;
  private final ServerBinary binary;
  private final Path directory;
  private final ServerConfig config;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CompletableFuture<Void> watched = new CompletableFuture<>();
  private volatile Server server;

  private EmbeddedRedis(
      DirectoryLock lock, ServerBinary binary, Path directory, ServerConfig config, Server server) {
    this.lock = lock;
    this.binary = binary;
    this.directory = directory;
    this.config = config;
    this.server = server;
  }

  /** Starts the server that {@link #SOURCE_PROPERTY} names, the system's or the carried if none. */
  public static EmbeddedRedis start(Path dataDirectory) {
    String source = System.getProperty(SOURCE_PROPERTY, "system-or-carried");
    try {
      return start(
          dataDirectory, Source.valueOf(source.toUpperCase(Locale.ROOT).replace('-', '_')));
    } catch (IllegalArgumentException e) {
      throw new GatewayException(
          Kind.MALFORMED,
          SOURCE_PROPERTY + ": '" + source + "' (expected: system-or-carried, system or carried)",
          e);
    }
  }

  /**
   * Starts a server on the files in a directory, or takes over the one that still runs there.
   *
   * @param dataDirectory created if it is not there
   * @throws GatewayException {@link Kind#UNAVAILABLE} when another gateway has the directory, or
   *     the server does not start
   */
  public static EmbeddedRedis start(Path dataDirectory, Source source) {
    try {
      Path root = Files.createDirectories(dataDirectory).toRealPath();
      DirectoryLock lock = DirectoryLock.take(root);
      try {
        EmbeddedRedis redis = start(lock, privateDirectory(root.resolve("redis")), source);
        Thread.ofVirtual().name("embedded-redis").start(redis::watch);
        return redis;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new GatewayException(
          Kind.UNAVAILABLE, "data.dir '" + dataDirectory + "' cannot be used: " + e, e);
    }
  }

  private static EmbeddedRedis start(DirectoryLock lock, Path directory, Source source)
      throws IOException {
    ServerBinary binary = binary(directory, source);
    Optional<ServerConfig> known = ServerConfig.read(directory.resolve(Server.CONFIG_FILE));
    if (known.isPresent()) {
      Optional<Server> running = Server.adopt(directory, known.get());
      if (running.isPresent()) {
        log.info("took over the redis-server of an earlier run, process {}", running.get().pid());
        return new EmbeddedRedis(lock, binary, directory, known.get(), running.get());
      }
    }
    ServerConfig config = ServerConfig.create(endpoint(directory));
    Server server = Server.launch(binary, directory, config);
    log.info(
        "started {} {}.{}, process {}",
        binary.path(),
        binary.major(),
        binary.minor(),
        server.pid());
    return new EmbeddedRedis(lock, binary, directory, config, server);
  }

  private static ServerBinary binary(Path directory, Source source) {
    return switch (source) {
      case CARRIED -> ServerBinary.carried(directory);
      case SYSTEM_OR_CARRIED ->
          ServerBinary.ofSystem().orElseGet(() -> ServerBinary.carried(directory));
      case SYSTEM ->
          ServerBinary.ofSystem()
              .orElseThrow(() ->
                  new GatewayException(
                      Kind.UNAVAILABLE, "no redis-server 6.2 or newer on the PATH"));
    };
  }

  private static Path privateDirectory(Path directory) throws IOException {
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
    Files.setPosixFilePermissions(directory, ownerOnly);
    return directory;
  }

  private static Endpoint endpoint(Path directory) throws IOException {
    Path socket = directory.resolve("redis.sock");
    boolean fits =
        socket.toString().getBytes(StandardCharsets.UTF_8).length <= Endpoint.Unix.MAX_PATH_BYTES;
    // Lettuce reaches Unix sockets through epoll alone.
    return fits && System.getProperty("os.name").equals("Linux")
        ? new Endpoint.Unix(socket)
        : Endpoint.Tcp.free();
  }

  /** The URL of the server, with its password; the same for as long as this object lives. */
  public String url() {
    return config.endpoint().url(config.password());
  }

  /** The server's process. */
  public long pid() {
    return server.pid();
  }

  /** Starts the server again whenever it ends unasked. */
  private void watch() {
    Duration delay = FIRST_RESTART_DELAY;
    while (closing.getCount() > 0) {
      long startNanos = System.nanoTime();
      server.awaitExit();
      if (System.nanoTime() - startNanos > GOOD_RUN.toNanos()) {
        delay = FIRST_RESTART_DELAY;
      }
      boolean running = false;
      while (!running && !isClosingWithin(delay)) {
        running = restarted();
        delay = delay.multipliedBy(2);
        delay = delay.compareTo(LONGEST_RESTART_DELAY) > 0 ? LONGEST_RESTART_DELAY : delay;
      }
    }
    watched.complete(null);
  }

  private boolean restarted() {
    log.warn("redis-server, process {}, ended unasked: starting it again", server.pid());
    try {
      server = Server.launch(binary, directory, config);
      log.info("redis-server runs again, process {}", server.pid());
      return true;
    } catch (IOException | RuntimeException e) { // the top of this thread
      log.error("redis-server could not be started again", e);
      return false;
    }
  }

  private boolean isClosingWithin(Duration delay) {
    try {
      return closing.await(delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the watcher", e);
    }
  }

  /** Ends the server in order, within five seconds, and frees the directory. */
  @Override
  public void close() {
    closing.countDown();
    if (!server.stop(STOP_PATIENCE)) {
      log.warn("redis-server, process {}, did not end in time and was killed", server.pid());
    }
    watched.join();
    server.stop(STOP_PATIENCE); // one that was started again while this ran
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("the lock of {} could not be freed", directory, e);
    }
  }
}
