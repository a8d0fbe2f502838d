package orzo.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's names. */
final class Host {
  private Host() {}

  /** The name of this machine; on Linux without asking a name server. */
  static String name() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException _) {
        return "localhost";
      }
    }
  }

  /**
   * What a client on this machine connects to when a listener is bound to {@code host}, as it
   * stands in a URL.
   */
  static String reachable(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "[::1]";
      default -> host.contains(":") ? "[" + host.replace("%", "%25") + "]" : host;
    };
  }
}
