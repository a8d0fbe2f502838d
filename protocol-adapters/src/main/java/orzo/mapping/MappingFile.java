package orzo.mapping;

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
import orzo.metric.Labels;
import orzo.storage.OutageLog;
import orzo.time.Heartbeat;

/**
 * The rules of a file, read again whenever the file changes. A file that became wrong or went away
 * leaves the rules as they are; that is logged and counted. Safe for many threads.
 */
public final class MappingFile implements Mapping, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MappingFile.class);

  private final Path path;
  private final boolean collectd;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final LongAdder loads = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile RuleSet rules;
  private volatile @Nullable Heartbeat heartbeat;

  // Only the thread that looks for changes uses these.
  private byte[] seen; // what the rules in force, or the faults logged, are of
  private byte[] last;
  private String fault = "";
  private boolean changedLately;

  private MappingFile(Path path, boolean collectd, byte[] bytes) throws InvalidRulesException {
    this.path = path;
    this.collectd = collectd;
    this.seen = bytes;
    this.last = bytes;
    this.rules = parse(path, bytes, collectd);
    loads.increment();
  }

  /**
   * Reads a file; does not follow it yet.
   *
   * @param collectd whether the built-in rules for collectd follow those of the file
   * @throws InvalidRulesException when it can't be read, or something is wrong with it
   */
  public static MappingFile load(Path path, boolean collectd) throws InvalidRulesException {
    return new MappingFile(path, collectd, read(path));
  }

  /** Follows the file from now on. */
  public void start(Duration interval, OutageLog outages) {
    heartbeat = Heartbeat.start("mapping-file", interval, outages, this::refresh);
  }

  @Override
  public void close() {
    Heartbeat started = heartbeat;
    if (started != null) {
      started.close();
    }
  }

  /**
   * Runs {@code task} after the rules changed: whoever remembers which series a name stands for
   * must forget it then. It is run again at the next look at the file, for names that were asked
   * for under the old rules and remembered after the change.
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
      rules = parse(path, bytes, collectd);
      fault = "";
      loads.increment();
      log.info("{}: {} rules are in force", path, rules.size());
      changedLately = true;
      listeners.forEach(Runnable::run);
    } catch (InvalidRulesException e) {
      if (!fault.equals(e.getMessage())) {
        fault = String.valueOf(e.getMessage());
        failures.increment();
        log.error("{}: the rules stay as they are, the file has faults:\n{}", path, fault);
      }
    }
  }

  /** How often rules were read from the file and put in force. */
  public long loads() {
    return loads.sum();
  }

  /** How often the file was found changed and its rules were not put in force. */
  public long failures() {
    return failures.sum();
  }

  /** The rules that are in force. */
  public RuleSet rules() {
    return rules;
  }

  @Override
  public Mapped map(String name, Labels tags, MetricType type) {
    return rules.map(name, tags, type);
  }

  private static byte[] read(Path path) throws InvalidRulesException {
    try {
      if (Files.size(path) > RuleFile.MAX_LENGTH) {
        throw new InvalidRulesException(
            List.of(
                path + ": longer than " + RuleFile.MAX_LENGTH + " bytes (allowed: up to that)"));
      }
      return Files.readAllBytes(path);
    } catch (NoSuchFileException _) {
      throw new InvalidRulesException(
          List.of(path + ": there is no such file (allowed: a readable YAML file)"));
    } catch (IOException e) {
      throw new InvalidRulesException(
          List.of(path + ": can't be read: " + e + " (allowed: a readable YAML file)"));
    }
  }

  private static RuleSet parse(Path path, byte[] bytes, boolean collectd)
      throws InvalidRulesException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw new InvalidRulesException(
          List.of(path + ": not UTF-8 (allowed: a readable YAML file)"));
    }
    return RuleFile.parse(path.toString(), text, collectd);
  }
}
