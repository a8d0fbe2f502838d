package orzo.http.prometheus;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What an endpoint answers with. */
sealed interface Reply permits Answer, Reply.Nothing, Reply.Content {
  /** Status 204. */
  record Nothing() implements Reply {}

  /**
   * Anything that is not the API's JSON.
   *
   * @param headers others than that of the type
   * @param compressible whether it may be compressed for a client that takes that
   */
  record Content(
      int status, String type, Map<String, String> headers, boolean compressible, Body body)
      implements Reply {
    /** Plain text, as Go's servers answer with when something is wrong. */
    static Content text(int status, String text) {
      byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
      return new Content(
          status,
          "text/plain; charset=utf-8",
          Map.of("X-Content-Type-Options", "nosniff"),
          true,
          out -> out.write(line));
    }
  }

  /** Writes the bytes of an answer. */
  interface Body {
    /**
     * Writes all of it. What is thrown before anything was sent is answered; later it breaks the
     * connection.
     *
     * @throws IOException when the client is gone
     * @throws orzo.storage.GatewayException from the layers below
     */
    void write(OutputStream out) throws IOException;
  }
}
