package orzo.redis.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server's redis.conf, which is also where the next gateway finds how to reach a server that
 * the last one left behind.
 *
 * @param endpoint where it listens
 * @param password what it asks for
 */
record ServerConfig(Endpoint endpoint, String password) {
  private static final int PASSWORD_BYTES = 24;
  private static final Pattern PASSWORD = Pattern.compile("(?m)^requirepass ([0-9a-f]+)$");
  private static final Pattern PORT = Pattern.compile("(?m)^port ([1-9][0-9]*)$");
  private static final Pattern SOCKET = Pattern.compile("(?m)^unixsocket \"(.*)\"$");

  static ServerConfig create(Endpoint endpoint) {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    return new ServerConfig(endpoint, HexFormat.of().formatHex(random));
  }

  /** Reads the configuration that {@link #write} wrote; empty when there is none. */
  static Optional<ServerConfig> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file);
    Matcher password = PASSWORD.matcher(text);
    Matcher port = PORT.matcher(text);
    Matcher socket = SOCKET.matcher(text);
    if (!password.find()) {
      return Optional.empty();
    } else if (port.find()) {
      Endpoint tcp = new Endpoint.Tcp(Integer.parseInt(port.group(1)));
      return Optional.of(new ServerConfig(tcp, password.group(1)));
    } else if (socket.find()) {
      Path path = Path.of(socket.group(1).replaceAll("\\\\(.)", "$1"));
      return Optional.of(new ServerConfig(new Endpoint.Unix(path), password.group(1)));
    }
    return Optional.empty();
  }

  /** Writes the file, readable by its owner alone, into the directory where the server runs. */
  void write(Path file, Path directory) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    Files.createFile(
        part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(part, text(directory));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private String text(Path directory) {
    return "# Written at every start of the gateway; changes are lost.\n"
        + endpoint.config()
        + "requirepass "
        + password
        + "\ndir "
        + quoted(directory)
        + "\n"
        + """
        daemonize no
        pidfile redis.pid
        logfile redis.log
        databases 1
        # Every write goes to the file before its answer, and to the disk within a second.
        appendonly yes
        appendfsync everysec
        aof-load-truncated yes
        aof-use-rdb-preamble yes
        auto-aof-rewrite-percentage 100
        auto-aof-rewrite-min-size 64mb
        # No snapshots: the append-only file is what counts.
        save ""
        # What was acknowledged is never thrown away to make room.
        maxmemory-policy noeviction
        """;
  }

  /** A path as redis.conf takes it, whatever is in it. */
  static String quoted(Path path) {
    return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
