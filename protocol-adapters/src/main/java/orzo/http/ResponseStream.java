package orzo.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of an answer, written by a virtual thread. A small one goes out whole with its length; a
 * large one in chunks, with at most two of them on their way, so that a slow client holds up this
 * thread and not the memory. Compresses on this thread, not on the event loop, where the client
 * takes gzip.
 *
 * <p>Status and headers must be set before the first byte is written. Nothing is sent before {@link
 * #finish()}, or the first chunk is full. Closing without having finished breaks the connection, so
 * that half an answer never looks like a whole one. Not safe for many threads.
 */
public final class ResponseStream extends OutputStream {
  private static final Logger LOG = LoggerFactory.getLogger(ResponseStream.class);
  private static final int CHUNK = 64 * 1024;

  /** A body that is there as a whole goes out in one piece up to this. */
  private static final int MAX_WHOLE = 1 << 20;

  private static final int MIN_COMPRESSED = 1024; // fewer bytes fit one packet anyway
  private static final Duration MAX_STALL = Duration.ofSeconds(30);

  private final HttpServerResponse response;
  private final boolean headOnly;
  private final boolean gzip;
  private byte[] start = new byte[2048]; // what is written before it is decided how to send
  private int length;
  private @Nullable OutputStream body; // null until more than a chunk was written
  private @Nullable FastGzip compressor;
  private boolean finished;

  /** Creates the body of the answer to {@code request}. */
  public ResponseStream(HttpServerRequest request) {
    this(request, AcceptEncoding.allowsGzip(request.headers().getAll("Accept-Encoding")));
  }

  private ResponseStream(HttpServerRequest request, boolean gzip) {
    response = request.response();
    headOnly = request.method().equals(HttpMethod.HEAD);
    this.gzip = gzip;
  }

  /** A body that is not compressed, whatever the client takes. */
  public static ResponseStream asItIs(HttpServerRequest request) {
    return new ResponseStream(request, false);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * Writes bytes, and waits while the client is behind.
   *
   * @throws IOException when the client is gone, or has taken nothing for half a minute
   */
  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    if (body == null && count > CHUNK - length) {
      body = stream();
      body.write(start, 0, length);
    }
    if (body != null) {
      body.write(bytes, offset, count);
      return;
    }
    if (count > start.length - length) {
      start = Arrays.copyOf(start, Math.min(CHUNK, Math.max(2 * start.length, length + count)));
    }
    System.arraycopy(bytes, offset, start, length, count);
    length += count;
  }

  /**
   * Writes a whole body, and waits while the client is behind. The bytes are not to be changed
   * afterwards.
   *
   * @throws IOException when the client is gone, or has taken nothing for half a minute
   */
  public void writeAll(byte[] bytes) throws IOException {
    if (gzip || length > 0 || body != null || bytes.length > MAX_WHOLE) {
      write(bytes, 0, bytes.length);
    } else {
      start = bytes;
      length = bytes.length;
    }
  }

  private OutputStream stream() throws IOException {
    announceEncoding();
    Chunks chunks = new Chunks();
    if (headOnly) {
      return OutputStream.nullOutputStream();
    }
    response.setChunked(true);
    if (!gzip) {
      return chunks;
    }
    compressor = new FastGzip(chunks);
    return compressor;
  }

  private void announceEncoding() {
    response.headers().add("Vary", "Accept-Encoding");
    if (gzip) {
      response.putHeader("Content-Encoding", "gzip");
    }
  }

  /**
   * Sends what is left; the answer is then complete.
   *
   * @throws IOException when the client is gone, or has taken nothing for half a minute
   */
  public void finish() throws IOException {
    if (body != null) {
      body.close();
      await(response.end());
    } else {
      await(whole());
    }
    finished = true;
  }

  /**
   * Sends what was written, which must fit one chunk, and does not wait until it is sent: for an
   * event loop.
   */
  public void finishAtOnce() throws IOException {
    if (body != null) {
      throw new IllegalStateException("more than " + CHUNK + " bytes are not sent at once");
    }
    whole().onFailure(gone -> LOG.debug("answer not sent", gone));
    finished = true;
  }

  private Future<Void> whole() throws IOException {
    if (gzip && length >= MIN_COMPRESSED) {
      announceEncoding();
      ByteArrayOutputStream compressed = new ByteArrayOutputStream(length / 2);
      try (OutputStream gzipped = new FastGzip(compressed)) {
        gzipped.write(start, 0, length);
      }
      return end(Buffer.buffer(compressed.toByteArray()));
    }
    response.headers().add("Vary", "Accept-Encoding");
    return end(Buffer.buffer(length == start.length ? start : Arrays.copyOf(start, length)));
  }

  /** Breaks the connection if the answer is not complete. */
  @Override
  public void close() {
    if (!finished) {
      if (compressor != null) {
        compressor.abandon();
      }
      response.reset().onFailure(gone -> LOG.debug("connection already closed", gone));
    }
  }

  private Future<Void> end(Buffer bytes) {
    if (headOnly) {
      response.putHeader("Content-Length", Integer.toString(bytes.length()));
      return response.end();
    }
    return response.end(bytes);
  }

  private static void await(Future<Void> written) throws IOException {
    try {
      written.await(MAX_STALL);
    } catch (TimeoutException e) {
      throw new InterruptedIOException(
          "the client took nothing for " + MAX_STALL.toSeconds() + " s");
    } catch (Throwable e) {
      throw new IOException("the client is gone: " + e.getMessage(), e);
    }
  }

  /** Sends each full chunk, after the one before it was taken by the socket. */
  private final class Chunks extends OutputStream {
    private byte[] chunk = new byte[CHUNK];
    private int filled;
    private Future<Void> before = Future.succeededFuture();

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      int from = offset;
      int left = count;
      while (left > 0) {
        int taken = Math.min(left, CHUNK - filled);
        System.arraycopy(bytes, from, chunk, filled, taken);
        filled += taken;
        from += taken;
        left -= taken;
        if (filled == CHUNK) {
          send();
        }
      }
    }

    private void send() throws IOException {
      await(before);
      before =
          response.write(Buffer.buffer(filled == CHUNK ? chunk : Arrays.copyOf(chunk, filled)));
      filled = 0;
    }

    @Override
    public void close() throws IOException {
      if (filled > 0) {
        send();
      }
      await(before);
    }
  }

  /** Gzip at its fastest: the rest costs several times as long for a tenth of the bytes. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 8192);
      def.setLevel(Deflater.BEST_SPEED);
    }

    /** Gives memory back without writing the end. */
    void abandon() {
      def.end();
    }
  }
}
