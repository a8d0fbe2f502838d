package orzo.http.access;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** Tells who sent a request. Safe for many threads. */
public interface Authentication {
  /** Asks nobody. */
  Authentication NONE = _ -> Optional.of(Caller.ANYONE);

  /**
   * Believes the user name of the header {@code Authorization: basic}, whatever the password: the
   * mode of Gnocchi of that name, for where a proxy in front has checked it. The user {@code admin}
   * is the administrator.
   */
  Authentication GNOCCHI_BASIC =
      headers ->
          Credentials.ofBasic(headers)
              .filter(credentials -> !credentials.user().isEmpty())
              .map(credentials -> Caller.of(credentials.user()));

  /**
   * Who sent a request with these headers; empty if they do not tell, or not rightly. May block.
   */
  Optional<Caller> caller(MultiMap headers);

  /** A user name and a password. */
  record Credentials(String user, String password) {
    /** Those of basic authentication, RFC 7617; empty when there are none that can be read. */
    static Optional<Credentials> ofBasic(MultiMap headers) {
      String header = headers.get("Authorization");
      if (header == null || !header.toLowerCase(Locale.ROOT).startsWith("basic ")) {
        return Optional.empty();
      }
      String decoded;
      try {
        decoded =
            new String(
                Base64.getDecoder().decode(header.substring("basic ".length()).strip()),
                StandardCharsets.UTF_8);
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
      int colon = decoded.indexOf(':');
      return Optional.of(
          colon < 0
              ? new Credentials(decoded, "")
              : new Credentials(decoded.substring(0, colon), decoded.substring(colon + 1)));
    }

    @Override
    public String toString() {
      return user;
    }
  }
}
