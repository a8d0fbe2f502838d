package orzo.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import orzo.conformance.server.Distribution;
import orzo.conformance.server.GatewayServer;

/**
 * Directories for servers of tests, whose logs stay after the test, below the build's directory.
 */
final class Workspace {
  private Workspace() {}

  /** An empty directory of that name. */
  static Path directory(String name) {
    Path directory = Path.of(System.getProperty("orzo.logs", "target/server-logs"), name);
    try {
      if (Files.exists(directory)) {
        try (Stream<Path> files = Files.walk(directory)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
      return Files.createDirectories(directory.toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A gateway that is not started yet, on an empty directory. */
  static GatewayServer gateway(String name, Map<String, String> settings) {
    return new GatewayServer(Distribution.fromProperty(), directory(name), settings);
  }
}
