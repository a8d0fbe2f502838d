package orzo.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hashes of passwords: bcrypt, as {@code htpasswd -B} makes them, too. */
public final class Passwords {
  /** How costly a hash is that this class makes: two to the power of this many rounds. */
  public static final int COST = 12;

  /** The longest password, in bytes of UTF-8; bcrypt looks at no more. */
  public static final int MAX_BYTES = 71;

  /** The most costly hash that is taken: a password takes seconds then. */
  private static final int MAX_COST = 16;

  private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");

  private Passwords() {}

  /**
   * Makes a hash.
   *
   * @throws IllegalArgumentException if the password is empty or too long
   */
  public static String hash(String password) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a password of " + bytes.length + " bytes (expected: 1 to " + MAX_BYTES + ")");
    }
    return new String(BCrypt.withDefaults().hash(COST, bytes), StandardCharsets.US_ASCII);
  }

  /** Whether a text is a hash that passwords can be compared with in reasonable time. */
  static boolean isHash(String text) {
    Matcher matcher = HASH.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    int cost = Integer.parseInt(matcher.group(1));
    return cost >= BCrypt.MIN_COST && cost <= MAX_COST;
  }

  /** Compares a password with a hash; takes long. */
  static boolean fits(String password, String hash) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= MAX_BYTES
        && bytes.length > 0
        && BCrypt.verifyer().verify(bytes, hash.getBytes(StandardCharsets.US_ASCII)).verified;
  }
}
