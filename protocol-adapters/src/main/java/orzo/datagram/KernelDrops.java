package orzo.datagram;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Datagrams that Linux dropped at a socket, as {@code /proc/net/udp} and {@code /proc/net/udp6}
 * tell: the last column, of the lines whose local port it is.
 */
public final class KernelDrops {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));

  private KernelDrops() {}

  /** What was dropped at the sockets of a port; 0 where the kernel does not tell. */
  public static long at(int port) {
    String ending = String.format(Locale.ROOT, ":%04X", port);
    long dropped = 0;
    for (Path table : TABLES) {
      try {
        for (String line : Files.readAllLines(table)) {
          dropped += dropped(line, ending);
        }
      } catch (IOException _) {
        // another system, or no IPv6
      }
    }
    return dropped;
  }

  /** What a line of a table tells of a port; 0 when it tells of another. */
  static long dropped(String line, String ending) {
    String[] columns = line.strip().split("\\s+", -1);
    if (columns.length < 13 || !columns[1].endsWith(ending)) {
      return 0;
    }
    String last = columns[columns.length - 1];
    return last.matches("\\d{1,18}") ? Long.parseLong(last) : 0;
  }
}
