package orzo.http.gnocchi;

import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** UUIDs as Python reads them: with or without hyphens, braces and {@code urn:uuid:}. */
final class Uuids {
  private static final Pattern PLAIN = Pattern.compile("[0-9a-fA-F]{32}");

  private Uuids() {}

  /** The UUID that a text is, if it is one. */
  static Optional<UUID> parse(String text) {
    if (text.length() > 50) {
      return Optional.empty();
    }
    if (isUsual(text)) {
      return Optional.of(UUID.fromString(text));
    }
    String digits =
        text.replace("urn:", "")
            .replace("uuid:", "")
            .replaceAll("^[{}]+|[{}]+$", "")
            .replace("-", "");
    return PLAIN.matcher(digits).matches()
        ? Optional.of(
            new UUID(
                Long.parseUnsignedLong(digits, 0, 16, 16),
                Long.parseUnsignedLong(digits, 16, 32, 16)))
        : Optional.empty();
  }

  private static boolean isUsual(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      char c = text.charAt(i);
      boolean isHyphen = i == 8 || i == 13 || i == 18 || i == 23;
      if (isHyphen ? c != '-' : !HexFormat.isHexDigit(c)) {
        return false;
      }
    }
    return true;
  }
}
