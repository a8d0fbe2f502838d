package orzo.conformance.gnocchi;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Redis tells of itself.
 *
 * @param port of the loopback interface
 */
record RedisServer(int port) {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final Pattern USED = Pattern.compile("used_memory:(\\d+)");

  /** Bytes that all its data and what belongs to it take. */
  long usedMemory() {
    Matcher used = USED.matcher(text("INFO memory\r\n"));
    if (!used.find()) {
      throw new IllegalStateException("INFO memory does not tell used_memory");
    }
    return Long.parseLong(used.group(1));
  }

  /** How many keys match a pattern. */
  int keys(String pattern) {
    try (Socket socket = connect("KEYS " + pattern + "\r\n")) {
      return number(new BufferedInputStream(socket.getInputStream()), '*');
    } catch (IOException e) {
      throw new UncheckedIOException("redis on port " + port, e);
    }
  }

  private String text(String command) {
    try (Socket socket = connect(command)) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      return new String(in.readNBytes(number(in, '$')), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("redis on port " + port, e);
    }
  }

  private Socket connect(String command) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Reads the number that a reply begins with, after its kind. */
  private static int number(InputStream in, char kind) throws IOException {
    int first = in.read();
    StringBuilder rest = new StringBuilder();
    for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
      rest.append((char) next);
    }
    if (first != kind) {
      throw new IOException((char) first + rest.toString().strip() + " (expected: " + kind + ")");
    }
    return Integer.parseInt(rest.toString().strip());
  }
}
