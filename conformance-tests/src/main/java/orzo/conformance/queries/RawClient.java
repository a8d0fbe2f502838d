package orzo.conformance.queries;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * One connection that asks and reads, with as little of its own as can be, so that what is measured
 * is the server. One thread at a time.
 */
public final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int NO_CONTENT = 204;

  private final URI url;
  private final Socket socket = new Socket();
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /** Connects. */
  public RawClient(URI url) throws IOException {
    this.url = url;
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
  }

  /**
   * What came back.
   *
   * @param status of the answer
   * @param bytes of its body
   */
  public record Reply(int status, long bytes) {}

  /** Asks for a path, and reads the answer to its last byte. */
  public Reply get(String path) throws IOException {
    return ask("GET", path, "", new byte[0], OutputStream.nullOutputStream());
  }

  /**
   * Sends a request, and reads the answer to its last byte.
   *
   * @param headers lines of its head, each with its end
   * @param body empty for none
   * @param into takes the body of the answer
   */
  public Reply ask(String method, String path, String headers, byte[] body, OutputStream into)
      throws IOException {
    String length = body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n";
    String head =
        method + " " + path + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n" + headers;
    OutputStream out = socket.getOutputStream();
    out.write((head + length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    return answer(into);
  }

  private Reply answer(OutputStream into) throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    long length = -1;
    boolean chunked = false;
    for (String line = line(); !line.isEmpty(); line = line()) {
      String lower = line.toLowerCase(java.util.Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
      }
      chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
    }
    if (status == NO_CONTENT) {
      length = 0;
    }
    if (!chunked && length < 0) {
      throw new IOException(url + ": HTTP " + status + " with neither length nor chunks");
    }
    return new Reply(status, chunked ? copyChunks(into) : copy(length, into));
  }

  private long copyChunks(OutputStream into) throws IOException {
    long bytes = 0;
    while (true) {
      long size = Long.parseLong(line(), 16);
      bytes += copy(size, into);
      line();
      if (size == 0) {
        return bytes;
      }
    }
  }

  private long copy(long bytes, OutputStream into) throws IOException {
    for (long left = bytes; left > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new IOException(url + ": closed " + left + " bytes too early");
      }
      into.write(buffer, 0, read);
      left -= read;
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException(url + ": closed");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
