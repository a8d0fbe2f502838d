package orzo.carbon;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import orzo.wire.Decimals;

/**
 * Numbers as Python's {@code float()} reads them, which is what carbon does: decimal with sign,
 * point, exponent and underscores between digits; {@code inf}, {@code infinity} and {@code nan} in
 * any case; no hexadecimal. The result is the double nearest to the text. Not safe for many
 * threads.
 */
final class FloatText {
  private double value;

  /** The number that was read last. */
  double value() {
    return value;
  }

  /**
   * Reads the text {@code bytes[from, to)}, blanks around it left out.
   *
   * @return whether it is a number; then that is the {@link #value}
   */
  boolean read(byte[] bytes, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && isBlank(bytes[start])) {
      start++;
    }
    while (end > start && isBlank(bytes[end - 1])) {
      end--;
    }
    int unsigned = start < end && isSign(bytes[start]) ? start + 1 : start;
    boolean negative = unsigned > start && bytes[start] == '-';
    if (unsigned < end && isLetter(bytes[unsigned])) {
      return readWord(bytes, unsigned, end, negative);
    }
    if (!isDecimal(bytes, unsigned, end)) {
      return false;
    }
    double magnitude = shortDecimal(bytes, unsigned, end);
    if (magnitude < 0) {
      String text = new String(bytes, unsigned, end - unsigned, StandardCharsets.ISO_8859_1);
      magnitude = Double.parseDouble(text.replace("_", ""));
    }
    value = negative ? -magnitude : magnitude;
    return true;
  }

  private boolean readWord(byte[] bytes, int from, int to, boolean negative) {
    if (to - from > "infinity".length()) {
      return false;
    }
    String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "infinity" ->
          value = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      case "nan" -> value = Double.NaN;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Whether the text is digits with at most one point, and an exponent or not. */
  private static boolean isDecimal(byte[] bytes, int from, int to) {
    int whole = endOfDigits(bytes, from, to);
    int at = whole;
    boolean digits = whole > from;
    if (at >= 0 && at < to && bytes[at] == '.') {
      int fraction = endOfDigits(bytes, at + 1, to);
      digits |= fraction > at + 1;
      at = fraction;
    }
    if (at >= 0 && at < to && (bytes[at] | 0x20) == 'e') {
      int exponent = at + 1 < to && isSign(bytes[at + 1]) ? at + 2 : at + 1;
      int end = endOfDigits(bytes, exponent, to);
      at = end > exponent ? end : -1;
    }
    return digits && at == to;
  }

  /** The end of digits with underscores between them; negative when an underscore is not. */
  private static int endOfDigits(byte[] bytes, int from, int to) {
    int at = from;
    boolean afterDigit = false;
    for (; at < to; at++) {
      boolean digit = isDigit(bytes[at]);
      if (!digit && (bytes[at] != '_' || !afterDigit)) {
        break;
      }
      afterDigit = digit;
    }
    boolean endsWell = at == from || afterDigit;
    return endsWell && (at == to || bytes[at] != '_') ? at : -1;
  }

  /** The value of a decimal that is short enough; negative for another one. */
  private static double shortDecimal(byte[] bytes, int from, int to) {
    long digits = 0;
    int count = 0;
    int point = -1;
    for (int at = from; at < to; at++) {
      byte b = bytes[at];
      if (isDigit(b)) {
        if (count == Decimals.MAX_DIGITS) {
          return -1;
        }
        digits = digits * 10 + b - '0';
        count += digits > 0 ? 1 : 0;
      } else if (b == '.') {
        point = at;
      } else {
        return -1;
      }
    }
    return Decimals.divided(digits, point < 0 ? 0 : to - 1 - point);
  }

  /** Whether Python separates words at this byte. */
  static boolean isBlank(byte b) {
    return b == ' ' || b >= '\t' && b <= '\r' || b >= 0x1c && b <= 0x1f;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isSign(byte b) {
    return b == '-' || b == '+';
  }

  private static boolean isLetter(byte b) {
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'z';
  }
}
