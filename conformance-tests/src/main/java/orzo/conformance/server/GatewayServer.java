package orzo.conformance.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A gateway started by {@code bin/orzo serve}, with ports of its own that stay the same when it is
 * started again. Not safe for several threads, except {@link #url} and {@link #writeUrl}.
 */
public final class GatewayServer implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("orzo: ready on (http://\\S+)");
  private static final Duration START_TIMEOUT = Duration.ofSeconds(40);

  private final Distribution distribution;
  private final Path directory;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, String> environment;
  private final int httpPort = Ports.free();
  private final int writePort = Ports.free();
  private final int carbonPort = Ports.free();
  private final int picklePort = Ports.free();
  private final Map<Long, ProcessHandle> redis = new TreeMap<>();
  private int starts;
  private @Nullable ServerProcess process;

  /**
   * Prepares a gateway that does not run yet.
   *
   * @param directory for its data and logs; must be empty or hold an earlier gateway's data
   * @param overrides configuration keys and values, beside ports, host and data directory
   */
  public GatewayServer(Distribution distribution, Path directory, Map<String, String> overrides) {
    this(distribution, directory, overrides, Map.of());
  }

  /**
   * Prepares a gateway that does not run yet, with environment variables of its own.
   *
   * @param environment added to this process's own
   */
  public GatewayServer(
      Distribution distribution,
      Path directory,
      Map<String, String> overrides,
      Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    this.distribution = distribution;
    this.directory = directory;
    settings.put("http.host", "127.0.0.1");
    settings.put("http.port", Integer.toString(httpPort));
    settings.put("remote-write.port", Integer.toString(writePort));
    settings.put("carbon.port", Integer.toString(carbonPort));
    settings.put("carbon.pickle-port", Integer.toString(picklePort));
    settings.put("statsd.port", "0");
    settings.put("data.dir", directory.resolve("data").toString());
    settings.putAll(overrides);
  }

  /** Starts it without waiting, for starts that are to fail. */
  public ServerProcess launch() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("gateway runs already: process " + process.pid());
    }
    List<String> command = new ArrayList<>(List.of(distribution.launcher().toString(), "serve"));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    ServerProcess started =
        ServerProcess.start("gateway-" + ++starts, command, environment, directory);
    process = started;
    return started;
  }

  /** Starts it, waits for the ready line, and returns how long that took. */
  public Duration start() {
    long began = System.nanoTime();
    launch().awaitLine(READY, START_TIMEOUT);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    redisProcesses();
    return took;
  }

  /** The process of the last start. */
  public ServerProcess process() {
    if (process == null) {
      throw new IllegalStateException("gateway was not started");
    }
    return process;
  }

  /** The HTTP listener with the query API. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + httpPort);
  }

  /** The listener that takes remote write only. */
  public URI writeUrl() {
    return URI.create("http://127.0.0.1:" + writePort);
  }

  /** The port for Graphite's lines, TCP and UDP. */
  public int carbonPort() {
    return carbonPort;
  }

  /** The port for Graphite's pickles. */
  public int picklePort() {
    return picklePort;
  }

  /** Where data and logs lie. */
  public Path directory() {
    return directory;
  }

  /** Sends SIGTERM and returns the exit status. */
  public int terminate(Duration timeout) {
    redisProcesses();
    return process().terminate(timeout);
  }

  /** Kills the gateway alone with SIGKILL; its embedded Redis goes on. */
  public void kill() {
    redisProcesses();
    process().kill();
  }

  /** Kills the gateway and its embedded Redis with SIGKILL. */
  public void killWithRedis() {
    List<ProcessHandle> running = redisProcesses();
    process().kill();
    running.forEach(GatewayServer::killAndWait);
  }

  /**
   * The embedded Redis servers that run on this gateway's data directory: its children, and those
   * an earlier, killed gateway left, which are known by their working directory.
   */
  public List<ProcessHandle> redisProcesses() {
    if (process != null) {
      process.handle().descendants().filter(GatewayServer::isRedis).forEach(this::remember);
    }
    ProcessHandle.allProcesses()
        .filter(GatewayServer::isRedis)
        .filter(this::worksHere)
        .forEach(this::remember);
    return redis.values().stream().filter(ProcessHandle::isAlive).toList();
  }

  private void remember(ProcessHandle handle) {
    redis.put(handle.pid(), handle);
  }

  private static boolean isRedis(ProcessHandle handle) {
    return handle.info().command().orElse("").contains("redis");
  }

  private boolean worksHere(ProcessHandle handle) {
    try {
      Path cwd = Files.readSymbolicLink(Path.of("/proc/" + handle.pid() + "/cwd"));
      return cwd.startsWith(directory.toRealPath());
    } catch (IOException _) {
      return false; // it ended meanwhile, or belongs to somebody else
    }
  }

  private static void killAndWait(ProcessHandle handle) {
    handle.destroyForcibly();
    try {
      handle.onExit().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + handle.pid(), e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("process " + handle.pid() + " survived SIGKILL", e);
    }
  }

  /** Stops the gateway and whatever it left running. */
  @Override
  public void close() {
    if (process != null) {
      redisProcesses();
      process.close();
      redisProcesses().forEach(GatewayServer::killAndWait);
    }
  }
}
