package orzo.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.OutageLog;
import orzo.time.Heartbeat;

/**
 * What a YAML file says, read again whenever the file changes. A file that became wrong or went
 * away leaves what it said before in force; that is logged and counted. Safe for many threads.
 *
 * @param <T> what the file says
 */
public final class FollowedFile<T> implements AutoCloseable {
  /** The longest file. */
  static final int MAX_BYTES = 16 << 20;

  private static final Logger log = LoggerFactory.getLogger(FollowedFile.class);

  private final Path path;
  private final Parser<T> parser;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final LongAdder loads = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile T content;
  private volatile @Nullable Heartbeat heartbeat;

  // Only the thread that looks for changes uses these.
  private byte[] seen; // what is in force, or what the faults logged are of
  private byte[] last;
  private String fault = "";
  private boolean changedLately;

  /**
   * Understands a file's text.
   *
   * @param <T> what it says
   */
  public interface Parser<T> {
    /**
     * Reads a file.
     *
     * @param label what to call the file in messages
     * @throws InvalidFileException when something is wrong with it; then nothing of it counts
     */
    T parse(String label, String text) throws InvalidFileException;

    /** What is in force with it, in a few words for the log. */
    String summary(T content);
  }

  private FollowedFile(Path path, Parser<T> parser, byte[] bytes) throws InvalidFileException {
    this.path = path;
    this.parser = parser;
    this.seen = bytes;
    this.last = bytes;
    this.content = parse(bytes);
    loads.increment();
  }

  /**
   * Reads a file; does not follow it yet.
   *
   * @throws InvalidFileException when it can't be read, or something is wrong with it
   */
  public static <T> FollowedFile<T> load(Path path, Parser<T> parser) throws InvalidFileException {
    return new FollowedFile<>(path, parser, read(path));
  }

  /**
   * Follows the file from now on.
   *
   * @param name of the thread that looks at it
   */
  public void start(String name, Duration interval, OutageLog outages) {
    heartbeat = Heartbeat.start(name, interval, outages, this::refresh);
  }

  @Override
  public void close() {
    Heartbeat started = heartbeat;
    if (started != null) {
      started.close();
    }
  }

  /**
   * Runs {@code task} after the content changed: whoever remembers what followed from it must
   * forget it then. It is run again at the next look at the file, for what was asked for under the
   * old content and remembered after the change.
   */
  public void afterChange(Runnable task) {
    listeners.add(task);
  }

  /** Looks at the file; what it holds counts once two looks in a row found the same. */
  public void refresh() {
    if (changedLately) {
      changedLately = false;
      listeners.forEach(Runnable::run);
    }
    try {
      byte[] bytes = read(path);
      boolean isSettled = Arrays.equals(bytes, last);
      last = bytes;
      if (Arrays.equals(bytes, seen)) {
        fault = "";
        return;
      }
      if (!isSettled) {
        return; // it may be half written: it counts once it is found the same again
      }
      seen = bytes; // what is wrong now is not looked at again before it changes
      content = parse(bytes);
      fault = "";
      loads.increment();
      log.info("{}: {} are in force", path, parser.summary(content));
      changedLately = true;
      listeners.forEach(Runnable::run);
    } catch (InvalidFileException e) {
      if (!fault.equals(e.getMessage())) {
        fault = String.valueOf(e.getMessage());
        failures.increment();
        log.error(
            "{}: {} stay in force, the file has faults:\n{}", path, parser.summary(content), fault);
      }
    }
  }

  /** How often the file was read and put in force. */
  public long loads() {
    return loads.sum();
  }

  /** How often the file was found changed and was not put in force. */
  public long failures() {
    return failures.sum();
  }

  /** What is in force. */
  public T content() {
    return content;
  }

  private static byte[] read(Path path) throws InvalidFileException {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new InvalidFileException(
            List.of(path + ": longer than " + MAX_BYTES + " bytes (allowed: up to that)"));
      }
      return Files.readAllBytes(path);
    } catch (NoSuchFileException _) {
      throw new InvalidFileException(
          List.of(path + ": there is no such file (allowed: a readable YAML file)"));
    } catch (IOException e) {
      throw new InvalidFileException(
          List.of(path + ": can't be read: " + e + " (allowed: a readable YAML file)"));
    }
  }

  private T parse(byte[] bytes) throws InvalidFileException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw new InvalidFileException(List.of(path + ": not UTF-8 (allowed: a readable YAML file)"));
    }
    return parser.parse(path.toString(), text);
  }
}
