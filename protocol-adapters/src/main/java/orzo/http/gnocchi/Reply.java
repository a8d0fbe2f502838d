package orzo.http.gnocchi;

import java.util.Optional;

/**
 * An answer that is no error.
 *
 * @param status its status
 * @param json its body, of what {@link JsonText} takes; empty for none
 * @param location the path of what was created, percent-encoded
 */
record Reply(int status, Optional<Object> json, Optional<String> location) {
  static Reply ok(Object json) {
    return new Reply(200, Optional.of(json), Optional.empty());
  }

  static Reply created(Object json, String location) {
    return new Reply(201, Optional.of(json), Optional.of(location));
  }

  static Reply noContent() {
    return new Reply(204, Optional.empty(), Optional.empty());
  }
}
