package orzo.redis.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * A {@code redis-server} that can be run.
 *
 * @param path the executable
 * @param major first part of its version
 * @param minor second part of its version
 */
record ServerBinary(Path path, int major, int minor) {
  private static final String NAME = "redis-server";
  private static final int MIN_MAJOR = 6;
  private static final int MIN_MINOR = 2;
  private static final Pattern VERSION = Pattern.compile(" v=(\\d+)\\.(\\d+)\\.");

  /** By operating system and processor, the file in com.github.codemonstur:embedded-redis. */
  private static final Map<String, String> CARRIED =
      Map.of(
          "linux amd64", "/redis-server-6.2.6-v5-linux-amd64",
          "linux aarch64", "/redis-server-6.2.7-linux-arm64",
          "mac os x x86_64", "/redis-server-6.2.6-v5-darwin-amd64",
          "mac os x aarch64", "/redis-server-6.2.6-v5-darwin-arm64");

  /** The first {@code redis-server} on the PATH, if it is new enough. */
  static Optional<ServerBinary> ofSystem() {
    return onPath(NAME)
        .flatMap(ServerBinary::withVersion)
        .filter(binary ->
            binary.major > MIN_MAJOR || binary.major == MIN_MAJOR && binary.minor >= MIN_MINOR);
  }

  /** The first executable of a name on the PATH. */
  static Optional<Path> onPath(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(path)
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /**
   * The server that came with the gateway, unpacked into a directory.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} when there is none for this machine, or it
   *     does not run
   */
  static ServerBinary carried(Path directory) {
    String machine =
        (System.getProperty("os.name") + " " + System.getProperty("os.arch"))
            .toLowerCase(Locale.ROOT);
    String resource = CARRIED.get(machine);
    if (resource == null) {
      throw new GatewayException(
          Kind.UNAVAILABLE,
          "no redis-server 6.2 or newer on the PATH, and none carried for '"
              + machine
              + "' (carried for: "
              + CARRIED.keySet().stream().sorted().toList()
              + "); install one, or set redis.url");
    }
    Path target = directory.resolve(NAME);
    try {
      unpack(resource, target);
    } catch (IOException e) {
      throw new GatewayException(Kind.UNAVAILABLE, "cannot unpack " + target + ": " + e, e);
    }
    return withVersion(target)
        .orElseThrow(() ->
            new GatewayException(
                Kind.UNAVAILABLE,
                target
                    + " does not run (is its file system mounted noexec?); install a"
                    + " redis-server, or set redis.url"));
  }

  private static void unpack(String resource, Path target) throws IOException {
    try (InputStream in = ServerBinary.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is not on the class path");
      }
      byte[] bytes = in.readAllBytes();
      if (Files.exists(target) && Files.size(target) == bytes.length) {
        return;
      }
      // Written aside and renamed: a kill in between must not leave half a server.
      Path part = target.resolveSibling(NAME + ".part");
      Files.write(part, bytes);
      if (!part.toFile().setExecutable(true, true)) {
        throw new IOException("cannot make " + part + " executable");
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Asks an executable for its version; empty when it does not run. */
  private static Optional<ServerBinary> withVersion(Path path) {
    try {
      Process process =
          new ProcessBuilder(path.toString(), "--version").redirectErrorStream(true).start();
      try (InputStream out = process.getInputStream()) {
        Matcher version = VERSION.matcher(new String(out.readAllBytes(), StandardCharsets.UTF_8));
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          return Optional.empty();
        }
        return version.find()
            ? Optional.of(
                new ServerBinary(
                    path, Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))))
            : Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException(Kind.UNAVAILABLE, "interrupted while " + path + " started", e);
    }
  }
}
