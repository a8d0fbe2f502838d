package orzo.redis.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** One running server process, started by this gateway or taken over from an earlier one. */
final class Server {
  static final String CONFIG_FILE = "redis.conf";
  private static final String LOG_FILE = "redis.log";
  private static final String PID_FILE = "redis.pid";
  private static final String APPEND_ONLY_DIRECTORY = "appendonlydir"; // since Redis 7
  private static final Logger log = LoggerFactory.getLogger(Server.class);

  /** How long a server may be silent before it counts as hung; reading its file is not silence. */
  private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration POLL_PERIOD = Duration.ofMillis(5);
  private static final Duration LOADING_POLL_PERIOD = Duration.ofMillis(200);
  private static final int LOG_TAIL_LINES = 5;

  private static final Duration EXIT_POLL_PERIOD = Duration.ofMillis(100);

  private final ProcessHandle process;

  private Server(ProcessHandle process) {
    this.process = process;
  }

  /**
   * Takes over the server that an earlier gateway left running in this directory, if there is one.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} when it is there and does not answer
   */
  static Optional<Server> adopt(Path directory, ServerConfig config) {
    Probe.Answer answer = untilAnswered(config);
    if (answer instanceof Probe.Answer.Ready ready) {
      return ProcessHandle.of(ready.pid()).map(Server::new);
    }
    Optional<ProcessHandle> left = processOfPidFile(directory);
    if (answer instanceof Probe.Answer.Absent && left.isEmpty()) {
      return Optional.empty();
    }
    // A second server on the same files would destroy them.
    throw new GatewayException(
        Kind.UNAVAILABLE,
        "the redis-server "
            + left.map(handle -> "(process " + handle.pid() + ") ").orElse("")
            + "of an earlier gateway still runs in "
            + directory
            + " and does not answer; stop it");
  }

  /** Asks until the server is ready, absent, or silent for too long. */
  private static Probe.Answer untilAnswered(ServerConfig config) {
    long deadline = System.nanoTime() + SILENCE_TIMEOUT.toNanos();
    Probe.Answer answer = Probe.ask(config);
    while (answer instanceof Probe.Answer.Loading
        || answer instanceof Probe.Answer.Silent && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOADING_POLL_PERIOD.toNanos());
      answer = Probe.ask(config);
    }
    return answer;
  }

  /** The process that the server's pid file names, if it runs and is a redis-server. */
  private static Optional<ProcessHandle> processOfPidFile(Path directory) {
    try {
      String pid = Files.readString(directory.resolve(PID_FILE)).strip();
      return ProcessHandle.of(Long.parseLong(pid))
          .filter(ProcessHandle::isAlive)
          .filter(handle -> handle.info().command().orElse("").contains("redis-server"));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty(); // none was left, or it ended in order and removed the file
    }
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} when it does not
   */
  static Server launch(ServerBinary binary, Path directory, ServerConfig config)
      throws IOException {
    if (binary.major() < 7 && Files.isDirectory(directory.resolve(APPEND_ONLY_DIRECTORY))) {
      // It would not look there, start empty, and nobody would notice why.
      throw new GatewayException(
          Kind.UNAVAILABLE,
          directory
              + " was written by Redis 7 or newer, "
              + binary.path()
              + " is "
              + binary.major()
              + "."
              + binary.minor()
              + "; install a redis-server 7 or newer");
    }
    Path configFile = directory.resolve(CONFIG_FILE);
    config.write(configFile, directory);
    Files.deleteIfExists(directory.resolve(PID_FILE));
    List<String> command = new ArrayList<>();
    // A session of its own: Ctrl-C in the gateway's terminal must not reach Redis, which has to
    // outlive the gateway's last flush.
    ServerBinary.onPath("setsid").ifPresent(path -> command.add(path.toString()));
    command.add(binary.path().toString());
    command.add(configFile.toString());
    Path output = directory.resolve("redis.out");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    try {
      awaitReady(process, config, directory);
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
    return new Server(process.toHandle());
  }

  private static void awaitReady(Process process, ServerConfig config, Path directory) {
    long silentSince = System.nanoTime();
    boolean told = false;
    for (; ; ) {
      Probe.Answer answer = Probe.ask(config);
      if (answer instanceof Probe.Answer.Ready) {
        return;
      } else if (!process.isAlive()) {
        throw new GatewayException(
            Kind.UNAVAILABLE,
            "redis-server ended with "
                + process.exitValue()
                + " at its start; its last words: "
                + lastWords(directory));
      } else if (answer instanceof Probe.Answer.Loading) {
        silentSince = System.nanoTime();
        if (!told) {
          log.info("Redis reads its append-only file in {}", directory);
          told = true;
        }
      } else if (System.nanoTime() - silentSince > SILENCE_TIMEOUT.toNanos()) {
        throw new GatewayException(
            Kind.UNAVAILABLE,
            "redis-server does not answer "
                + SILENCE_TIMEOUT.toSeconds()
                + " s after its start; its last words: "
                + lastWords(directory));
      }
      LockSupport.parkNanos(POLL_PERIOD.toNanos());
    }
  }

  private static String lastWords(Path directory) {
    List<String> lines = new ArrayList<>();
    for (String file : List.of(LOG_FILE, "redis.out")) {
      try {
        lines.addAll(
            Files.readAllLines(directory.resolve(file), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> !line.isBlank())
                .toList());
      } catch (IOException e) {
        // It said nothing there.
      }
    }
    return String.join(
        " | ", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
  }

  long pid() {
    return process.pid();
  }

  /** Waits until the process has ended. */
  void awaitExit() {
    // Not onExit(): for a process that this JVM did not start it looks every few seconds only.
    while (process.isAlive()) {
      LockSupport.parkNanos(EXIT_POLL_PERIOD.toNanos());
    }
  }

  /**
   * Asks the server to write all it has and to end; kills it when it does not in time.
   *
   * @return whether it ended by itself
   */
  boolean stop(Duration patience) {
    process.destroy(); // SIGTERM: as SHUTDOWN, and it works while the server loads
    if (ended(patience)) {
      return true;
    }
    process.destroyForcibly();
    return false;
  }

  private boolean ended(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_PERIOD.toNanos());
    }
    return !process.isAlive();
  }
}
