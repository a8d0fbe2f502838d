package orzo.access;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A user name and a password. */
public record BasicCredentials(String user, String password) {
  private static final String SCHEME = "basic ";

  /**
   * Those of basic authentication, RFC 7617.
   *
   * @param authorization the header of that name, null when it is missing
   * @return empty when there are none that can be read
   */
  public static Optional<BasicCredentials> of(@Nullable String authorization) {
    if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    String decoded;
    try {
      decoded =
          new String(
              Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip()),
              StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    int colon = decoded.indexOf(':');
    return Optional.of(
        colon < 0
            ? new BasicCredentials(decoded, "")
            : new BasicCredentials(decoded.substring(0, colon), decoded.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return user;
  }
}
