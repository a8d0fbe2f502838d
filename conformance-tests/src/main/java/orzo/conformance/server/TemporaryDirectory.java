package orzo.conformance.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A new directory that is there until it is closed.
 *
 * @param path where it lies
 */
public record TemporaryDirectory(Path path) implements AutoCloseable {
  /**
   * Makes one in the system's directory for temporary files.
   *
   * @param purpose part of its name
   */
  public static TemporaryDirectory of(String purpose) throws IOException {
    return new TemporaryDirectory(Files.createTempDirectory("orzo-" + purpose + "-"));
  }

  /** Deletes it with all that is in it; what used it must have ended. */
  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path, e);
    }
  }
}
