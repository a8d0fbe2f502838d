package orzo.conformance.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The gateway as its users get it: an unpacked distribution with {@code bin/orzo}.
 *
 * @param root the directory that holds {@code bin} and {@code lib}
 */
public record Distribution(Path root) {
  /** System property: a distribution, or a directory that holds one at most two levels below. */
  public static final String PROPERTY = "orzo.distribution";

  /** Validates the root. */
  public Distribution {
    if (!Files.isRegularFile(root.resolve("bin/orzo"))) {
      throw new IllegalArgumentException("no bin/orzo in " + root);
    }
  }

  /** Finds the distribution that {@link #PROPERTY} names. */
  public static Distribution fromProperty() {
    String value = System.getProperty(PROPERTY);
    if (value == null) {
      throw new IllegalStateException(
          "system property " + PROPERTY + " is not set (expected: gateway/target of the checkout)");
    }
    return find(Path.of(value));
  }

  /**
   * Finds the newest distribution in or below a directory.
   *
   * @throws IllegalStateException if there is none
   */
  public static Distribution find(Path directory) {
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.walk(directory.toAbsolutePath(), 2)) {
        Optional<Path> newest =
            files
                .filter(Distribution::isDistribution)
                .max(Comparator.comparingLong(root -> root.resolve("lib").toFile().lastModified()));
        if (newest.isPresent()) {
          return new Distribution(newest.get());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(directory.toString(), e);
      }
    }
    throw new IllegalStateException(
        "no distribution (bin/orzo with lib beside bin) in or below "
            + directory.toAbsolutePath()
            + "; build it: mvn -pl gateway -am package -DskipTests");
  }

  private static boolean isDistribution(Path directory) {
    return Files.isRegularFile(directory.resolve("bin/orzo"))
        && Files.isDirectory(directory.resolve("lib"));
  }

  /**
   * Runs {@code orzo warmup}, as it is to be where Orzo is installed. It does nothing where its
   * cache is there and fits.
   *
   * @throws IllegalStateException if it fails
   */
  public void warmUp() {
    try {
      int status =
          new ProcessBuilder(launcher().toString(), "warmup").inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(launcher() + " warmup: exit status " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(launcher().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(launcher() + " warmup: interrupted", e);
    }
  }

  /** The start script. */
  public Path launcher() {
    return root.resolve("bin/orzo");
  }
}
