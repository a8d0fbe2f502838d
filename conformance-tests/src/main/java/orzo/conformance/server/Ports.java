package orzo.conformance.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Free TCP ports of the loopback interface. They are taken from below Linux's range for outgoing
 * connections (32768 and above), so that no client of a test can come to sit on the port of a
 * server that is just being restarted.
 */
public final class Ports {
  private static final int LOWEST = 15_000;
  private static final int HIGHEST = 32_000;
  private static final Set<Integer> GIVEN = new HashSet<>(); // guarded by the class

  private Ports() {}

  /** Returns a port nobody listens on now, and which this method has not returned before. */
  public static synchronized int free() {
    RandomGenerator random = RandomGenerator.getDefault();
    for (int attempt = 0; attempt < 1_000; attempt++) {
      int port = random.nextInt(LOWEST, HIGHEST);
      if (!GIVEN.contains(port) && isFree(port)) {
        GIVEN.add(port);
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port in " + LOWEST + ".." + HIGHEST + " after 1000 attempts");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (java.net.BindException _) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port, e);
    }
  }
}
