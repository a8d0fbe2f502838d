package orzo.http.gnocchi;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import orzo.http.ResponseStream;

/**
 * An answer that is no error.
 *
 * @param status its status
 * @param headers what it has besides length and encoding
 * @param body writes its body; empty for none
 */
record Reply(int status, Map<String, String> headers, Optional<Body> body) {
  /** Writes a body; what it throws after the first bytes breaks the connection. */
  interface Body {
    void write(ResponseStream out) throws IOException;
  }

  /** Keeps a copy of the headers. */
  Reply {
    headers = Map.copyOf(headers);
  }

  /**
   * A body of JSON.
   *
   * @param json what {@link JsonText} takes
   */
  static Reply ok(Object json) {
    return json(200, json);
  }

  /** Something that was created, and where it is now. */
  static Reply created(Object json, String url) {
    return json(201, json).with("Location", url);
  }

  /** Nothing is left to be said. */
  static Reply noContent() {
    return empty(204);
  }

  /** What was sent will be dealt with. */
  static Reply accepted() {
    return empty(202);
  }

  static Reply empty(int status) {
    return new Reply(status, Map.of(), Optional.empty());
  }

  /**
   * A body of JSON.
   *
   * @param json what {@link JsonText} takes
   */
  static Reply json(int status, Object json) {
    byte[] text = JsonText.bytes(json);
    return stream(status, "application/json", out -> out.writeAll(text));
  }

  /** A body that is written when the answer is sent. */
  static Reply stream(int status, String contentType, Body body) {
    return new Reply(status, Map.of("Content-Type", contentType), Optional.of(body));
  }

  /** The same with one more header. */
  Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, more, body);
  }
}
