package orzo.conformance.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that runs as a child process, with what it prints kept in two files. It dies with the
 * JVM that started it, unless the JVM itself is killed with -9.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Set<ServerProcess> ALIVE = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> ALIVE.forEach(p -> p.process.destroyForcibly())));
  }

  private final String name;
  private final Process process;
  private final Path out;
  private final Path err;

  private ServerProcess(String name, Process process, Path out, Path err) {
    this.name = name;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a program.
   *
   * @param name for messages and log file names
   * @param command program and arguments
   * @param environment added to this process's own
   * @param directory working directory of the program and place of {@code NAME.out} and {@code
   *     NAME.err}, which are overwritten; created if absent
   */
  public static ServerProcess start(
      String name, List<String> command, Map<String, String> environment, Path directory) {
    try {
      Files.createDirectories(directory);
      Path out = directory.resolve(name + ".out");
      Path err = directory.resolve(name + ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      ServerProcess server = new ServerProcess(name, builder.start(), out, err);
      ALIVE.add(server);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": cannot be started: " + String.join(" ", command), e);
    }
  }

  /**
   * Returns where a program lies on the {@code PATH}.
   *
   * @throws IllegalStateException if it is not there: a missing peer is a failure, not a skip
   */
  public static Path program(String name, String debianPackage) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String directory : path.split(":", -1)) {
      Path candidate = Path.of(directory.isEmpty() ? "." : directory, name);
      if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
        return candidate;
      }
    }
    throw new IllegalStateException(
        "program '"
            + name
            + "' is not on the PATH ("
            + path
            + "); on Debian: apt-get install "
            + debianPackage);
  }

  /** The process's id. */
  public long pid() {
    return process.pid();
  }

  /** The process, for its children and CPU time. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Complete lines printed to standard output so far. */
  public List<String> outLines() {
    return lines(out);
  }

  /** Complete lines printed to standard error so far. */
  public List<String> errLines() {
    return lines(err);
  }

  private static List<String> lines(Path file) {
    try {
      String text = Files.readString(file);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until a line of standard output matches the pattern as a whole, and returns the match.
   *
   * @throws IllegalStateException if the program ends or the time passes before, with what it
   *     printed
   */
  public Matcher awaitLine(Pattern pattern, Duration timeout) {
    Predicate<String> matches = pattern.asMatchPredicate();
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      boolean ended = waited(POLL);
      Optional<String> line = outLines().stream().filter(matches).findFirst();
      if (line.isPresent()) {
        Matcher matcher = pattern.matcher(line.get());
        if (matcher.matches()) {
          return matcher;
        }
      }
      if (ended) {
        throw new IllegalStateException(
            name + " ended with status " + process.exitValue() + before(pattern) + printed());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            name + " took over " + timeout + before(pattern) + printed());
      }
    }
  }

  private static String before(Pattern pattern) {
    return " before it printed a line like '" + pattern + "'";
  }

  /** The last lines of both outputs, for failure messages. */
  public String printed() {
    List<String> text = new ArrayList<>();
    for (Path file : List.of(out, err)) {
      List<String> lines = lines(file);
      int from = Math.max(0, lines.size() - 30);
      lines.subList(from, lines.size()).forEach(line -> text.add("  " + line));
    }
    return "\n" + String.join("\n", text);
  }

  /**
   * Waits for the program's own end and returns its exit status.
   *
   * @throws IllegalStateException if it still runs after the timeout
   */
  public int awaitExit(Duration timeout) {
    if (!waited(timeout)) {
      throw new IllegalStateException(
          name + " (process " + pid() + ") still runs after " + timeout + printed());
    }
    ALIVE.remove(this);
    return process.exitValue();
  }

  /** Sends SIGTERM and returns the exit status, once the program has ended. */
  public int terminate(Duration timeout) {
    process.destroy();
    return awaitExit(timeout);
  }

  /**
   * Sends a signal, like {@code STOP} or {@code CONT}, and does not wait for what comes of it.
   *
   * @param name without {@code SIG}
   */
  public void signal(String name) {
    try {
      int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(
            "kill -" + name + " " + pid() + " ended with status " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("kill -" + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling " + this.name, e);
    }
  }

  /** Sends SIGKILL and waits until the process is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(PATIENCE);
  }

  /** Ends the program: SIGTERM first, SIGKILL if that does not help. */
  @Override
  public void close() {
    process.destroy();
    if (!waited(PATIENCE)) {
      process.destroyForcibly();
    }
    awaitExit(PATIENCE);
  }

  private boolean waited(Duration timeout) {
    try {
      return process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
  }
}
