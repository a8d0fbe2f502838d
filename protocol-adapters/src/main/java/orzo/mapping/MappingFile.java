package orzo.mapping;

import java.nio.file.Path;
import java.time.Duration;
import orzo.file.FollowedFile;
import orzo.file.InvalidFileException;
import orzo.metric.Labels;
import orzo.storage.OutageLog;

/**
 * The rules of a file, read again whenever the file changes. A file that became wrong or went away
 * leaves the rules as they are; that is logged and counted. Safe for many threads.
 */
public final class MappingFile implements Mapping, AutoCloseable {
  private final FollowedFile<RuleSet> file;

  private MappingFile(FollowedFile<RuleSet> file) {
    this.file = file;
  }

  /**
   * Reads a file; does not follow it yet.
   *
   * @param collectd whether the built-in rules for collectd follow those of the file
   * @throws InvalidFileException when it can't be read, or something is wrong with it
   */
  public static MappingFile load(Path path, boolean collectd) throws InvalidFileException {
    return new MappingFile(
        FollowedFile.load(
            path,
            new FollowedFile.Parser<>() {
              @Override
              public RuleSet parse(String label, String text) throws InvalidFileException {
                return RuleFile.parse(label, text, collectd);
              }

              @Override
              public String summary(RuleSet rules) {
                return rules.size() + " rules";
              }
            }));
  }

  /** Follows the file from now on. */
  public void start(Duration interval, OutageLog outages) {
    file.start("mapping-file", interval, outages);
  }

  @Override
  public void close() {
    file.close();
  }

  /**
   * Runs {@code task} after the rules changed: whoever remembers which series a name stands for
   * must forget it then. It is run again at the next look at the file, for names that were asked
   * for under the old rules and remembered after the change.
   */
  public void afterChange(Runnable task) {
    file.afterChange(task);
  }

  /** Looks at the file; what it holds counts once two looks in a row found the same. */
  public void refresh() {
    file.refresh();
  }

  /** How often rules were read from the file and put in force. */
  public long loads() {
    return file.loads();
  }

  /** How often the file was found changed and its rules were not put in force. */
  public long failures() {
    return file.failures();
  }

  /** The rules that are in force. */
  public RuleSet rules() {
    return file.content();
  }

  @Override
  public Mapped map(String name, Labels tags, MetricType type) {
    return rules().map(name, tags, type);
  }
}
