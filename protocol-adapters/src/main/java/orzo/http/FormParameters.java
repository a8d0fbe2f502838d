package orzo.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * The parameters of a request in the order given: first those of a form in the body, then those of
 * the URL, so that {@link #first} prefers the body as Go's servers do.
 */
public final class FormParameters {
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  /**
   * Adds the parameters of a query string or a form, {@code application/x-www-form-urlencoded}.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for a percent sign without two hexadecimal
   *     digits
   */
  public FormParameters add(String encoded) {
    int start = 0;
    while (start < encoded.length()) {
      int end = encoded.indexOf('&', start);
      end = end < 0 ? encoded.length() : end;
      if (end > start) {
        int equals = encoded.indexOf('=', start);
        boolean bare = equals < 0 || equals > end;
        names.add(decode(encoded.substring(start, bare ? end : equals), true));
        values.add(bare ? "" : decode(encoded.substring(equals + 1, end), true));
      }
      start = end + 1;
    }
    return this;
  }

  /** The first value of a parameter, empty when it was not given. */
  public String first(String name) {
    int i = names.indexOf(name);
    return i < 0 ? "" : values.get(i);
  }

  /** The names of the parameters that were given, each once. */
  public Set<String> names() {
    return new LinkedHashSet<>(names);
  }

  /** All values of a parameter. */
  public List<String> all(String name) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name)) {
        found.add(values.get(i));
      }
    }
    return found;
  }

  /**
   * Decodes percent signs, and pluses if they stand for spaces; bytes that are not UTF-8 become
   * U+FFFD.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for a percent sign without two hexadecimal
   *     digits
   */
  public static String decode(String encoded, boolean plusIsSpace) {
    if (encoded.indexOf('%') < 0) {
      return plusIsSpace ? encoded.replace('+', ' ') : encoded;
    }
    byte[] bytes = encoded.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%') {
        boolean whole = i + 2 < bytes.length;
        int high = whole ? Character.digit(bytes[i + 1], 16) : -1;
        int low = whole ? Character.digit(bytes[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          int end = Math.min(i + 3, bytes.length);
          String escape = new String(bytes, i, end - i, StandardCharsets.UTF_8);
          throw new GatewayException(
              Kind.MALFORMED, "invalid URL escape \"" + escape + "\" (expected: %00 to %FF)");
        }
        decoded.write(high << 4 | low);
        i += 2;
      } else {
        decoded.write(plusIsSpace && bytes[i] == '+' ? ' ' : bytes[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }
}
