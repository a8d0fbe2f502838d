package orzo.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Tokens: secrets that stand for a user. They are long and random, so that a plain SHA-256 keeps
 * them secret; unlike a password's, it costs next to nothing.
 */
public final class Tokens {
  private static final int BYTES = 32;
  private static final String PREFIX = "sha256:";
  private static final Pattern HASH = Pattern.compile(PREFIX + "[0-9a-f]{64}");

  private Tokens() {}

  /**
   * Makes a token.
   *
   * @param random must be fit for secrets
   */
  public static String create(RandomGenerator random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** What is kept of a token. */
  public static String hash(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return PREFIX + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether a text can be what is kept of a token. */
  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }
}
