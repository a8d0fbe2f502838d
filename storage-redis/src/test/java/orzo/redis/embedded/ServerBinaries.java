package orzo.redis.embedded;

import java.nio.file.Path;
import orzo.redis.embedded.EmbeddedRedis.Source;

/** The server programs, for tests that start them in their own way. */
public final class ServerBinaries {
  private ServerBinaries() {}

  /**
   * The program of a source.
   *
   * @param directory where the carried one is unpacked
   */
  public static Path of(Source source, Path directory) {
    return switch (source) {
      case CARRIED -> ServerBinary.carried(directory).path();
      case SYSTEM, SYSTEM_OR_CARRIED -> ServerBinary.ofSystem().orElseThrow().path();
    };
  }
}
