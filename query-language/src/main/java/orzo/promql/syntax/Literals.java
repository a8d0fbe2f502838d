package orzo.promql.syntax;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The values of written numbers, durations and strings.
 *
 * <p>Sources: Prometheus's promql/parser/lex.go ({@code scanNumber}, {@code lexEscape}), parse.go
 * ({@code number}: Go's {@code strconv.ParseInt} with base 0, then {@code ParseFloat}) and
 * prometheus/common's model/time.go ({@code ParseDuration}).
 */
final class Literals {
  /** The longest duration, as Prometheus keeps durations in 64-bit nanoseconds. */
  static final double MAX_DURATION_MILLIS = Long.MAX_VALUE / 1e6;

  /**
   * An escaped byte that is no part of a UTF-8 character becomes this plus its value: a lone
   * surrogate, which no label name or value contains, so that nothing is equal to it.
   */
  private static final int ESCAPED_BYTES = 0xDC00;

  private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
  private static final long[] UNIT_MILLIS = {
    365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000, 1
  };

  private Literals() {}

  /** The value of a number, or of a duration in seconds. */
  static double number(String text, Position position) {
    return isDuration(text) ? durationMillis(text, position) / 1000.0 : plainNumber(text, position);
  }

  /** The milliseconds of a duration, or of a number of seconds. */
  static double millis(String text, Position position) {
    if (isDuration(text)) {
      return durationMillis(text, position);
    }
    double seconds = plainNumber(text, position);
    double millis =
        Double.isFinite(seconds)
            ? BigDecimal.valueOf(seconds).movePointRight(3).doubleValue()
            : seconds;
    if (!(millis <= MAX_DURATION_MILLIS)) {
      throw new SyntaxException(
          position, "duration " + text + " is out of range (expected: at most 292 years)");
    }
    return millis;
  }

  /** Whether this is digits and a unit, rightly or wrongly put together. */
  static boolean isDuration(String text) {
    int i = 0;
    while (i < text.length() && isDigit(text.charAt(i))) {
      i++;
    }
    return i > 0 && i < text.length() && "smhdwy".indexOf(text.charAt(i)) >= 0;
  }

  private static long durationMillis(String text, Position position) {
    long millis = 0;
    int smallest = -1;
    int i = 0;
    while (i < text.length()) {
      int digits = i;
      while (i < text.length() && isDigit(text.charAt(i))) {
        i++;
      }
      int letters = i;
      while (i < text.length() && !isDigit(text.charAt(i))) {
        i++;
      }
      int unit = unit(text.substring(letters, i));
      if (digits == letters || unit <= smallest) {
        throw new SyntaxException(
            position,
            "bad duration \""
                + text
                + "\" (expected: whole numbers with the units y, w, d, h, m, s and ms,"
                + " each once and in this order)");
      }
      smallest = unit;
      double sum = millis + Double.parseDouble(text.substring(digits, letters)) * UNIT_MILLIS[unit];
      if (sum > MAX_DURATION_MILLIS) {
        throw new SyntaxException(
            position, "duration " + text + " is out of range (expected: at most 292 years)");
      }
      millis += Long.parseLong(text.substring(digits, letters)) * UNIT_MILLIS[unit];
    }
    return millis;
  }

  /** Index of a unit, or -1. */
  private static int unit(String letters) {
    for (int i = 0; i < UNITS.length; i++) {
      if (UNITS[i].equals(letters)) {
        return i;
      }
    }
    return -1;
  }

  private static double plainNumber(String text, Position position) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("inf")) {
      return Double.POSITIVE_INFINITY;
    }
    if (lower.equals("nan")) {
      return Double.NaN;
    }
    boolean hexadecimal = lower.startsWith("0x");
    String digits = withoutUnderscores(lower, hexadecimal);
    double value = Double.NaN;
    if (hexadecimal && isAll(digits, 2, 16)) {
      value = whole(digits.substring(2), 16);
      if (Double.isNaN(value)) {
        throw new SyntaxException(
            position, "number " + text + " is out of range (expected: at most 0x7fffffffffffffff)");
      }
    } else if (digits.length() > 1 && digits.charAt(0) == '0' && isAll(digits, 1, 8)) {
      value = whole(digits, 8);
    }
    if (Double.isNaN(value) && isDecimal(digits)) {
      value = Double.parseDouble(digits);
      if (Double.isInfinite(value)) {
        throw new SyntaxException(
            position, "number " + text + " is out of range (expected: at most about 1.8e308)");
      }
    }
    if (Double.isNaN(value)) {
      throw new SyntaxException(position, "bad number or duration \"" + text + "\"");
    }
    return value;
  }

  /** The text without underscores where each stands between digits; else empty. */
  private static String withoutUnderscores(String text, boolean hexadecimal) {
    if (text.indexOf('_') < 0) {
      return text;
    }
    int radix = hexadecimal ? 16 : 10;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '_') {
        boolean after =
            i > 0 && (Character.digit(text.charAt(i - 1), radix) >= 0 || hexadecimal && i == 2);
        boolean before = i + 1 < text.length() && Character.digit(text.charAt(i + 1), radix) >= 0;
        if (!after || !before) {
          return "";
        }
      }
    }
    return text.replace("_", "");
  }

  private static boolean isAll(String text, int from, int radix) {
    for (int i = from; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), radix) < 0) {
        return false;
      }
    }
    return from < text.length();
  }

  /** A whole number that fits 64 bits, else NaN. */
  private static double whole(String digits, int radix) {
    try {
      return Long.parseLong(digits, radix);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  /** Whether this is digits, perhaps a point with digits before or after, perhaps an exponent. */
  private static boolean isDecimal(String text) {
    int i = digitsEnd(text, 0);
    int digits = i;
    if (i < text.length() && text.charAt(i) == '.') {
      int end = digitsEnd(text, i + 1);
      digits += end - i - 1;
      i = end;
    }
    if (digits > 0 && i < text.length() && text.charAt(i) == 'e') {
      i++;
      if (i < text.length() && (text.charAt(i) == '+' || text.charAt(i) == '-')) {
        i++;
      }
      int end = digitsEnd(text, i);
      return end > i && end == text.length();
    }
    return digits > 0 && i == text.length();
  }

  private static int digitsEnd(String text, int from) {
    int i = from;
    while (i < text.length() && isDigit(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Whether this stands for an escaped byte that is no part of a UTF-8 character. */
  static boolean isEscapedByte(int codePoint) {
    return codePoint >= ESCAPED_BYTES + 0x80 && codePoint <= ESCAPED_BYTES + 0xFF;
  }

  /** The value of a string, quotes included in {@code text}. */
  static String string(String text, Position position) {
    char quote = text.charAt(0);
    String inner = text.substring(1, text.length() - 1);
    checkCharacters(inner, position.start() + 1);
    return quote == '`' || inner.indexOf('\\') < 0
        ? inner
        : new Unescaping(inner, quote, position.start() + 1).run();
  }

  /** U+FFFD is what a decoder leaves of bytes that are not UTF-8. */
  private static void checkCharacters(String text, int offset) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '�' || Character.isSurrogate(c) && !isPairAt(text, i)) {
        throw new SyntaxException(
            new Position(offset + i, offset + i + 1), "string is not valid UTF-8");
      }
    }
  }

  private static boolean isPairAt(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }

  /** One pass over a string with escape sequences. */
  private static final class Unescaping {
    private final String text;
    private final char quote;
    private final int offset;
    private final StringBuilder result = new StringBuilder();
    private final byte[] bytes;
    private int byteCount;
    private int next;

    /**
     * Prepares the pass.
     *
     * @param offset where {@code text} begins in the query
     */
    Unescaping(String text, char quote, int offset) {
      this.text = text;
      this.quote = quote;
      this.offset = offset;
      this.bytes = new byte[text.length() / 2];
    }

    String run() {
      while (next < text.length()) {
        char c = text.charAt(next);
        if (c == '\\') {
          escape();
        } else {
          flushBytes();
          result.append(c);
          next++;
        }
      }
      flushBytes();
      return result.toString();
    }

    private void escape() {
      int start = next;
      next++;
      char c = text.charAt(next++);
      switch (c) {
        case 'x' -> addByte(start, digits(start, 2, 16));
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          next--;
          addByte(start, digits(start, 3, 8));
        }
        case 'u' -> append(codePoint(start, digits(start, 4, 16)));
        case 'U' -> append(codePoint(start, digits(start, 8, 16)));
        case 'a' -> append(7);
        case 'b' -> append('\b');
        case 'f' -> append('\f');
        case 'n' -> append('\n');
        case 'r' -> append('\r');
        case 't' -> append('\t');
        case 'v' -> append(11);
        case '\\' -> append('\\');
        default -> {
          if (c != quote) {
            throw fault(
                start,
                next,
                "unknown escape sequence \\"
                    + c
                    + " (expected: \\a \\b \\f \\n \\r \\t \\v \\\\ \\"
                    + quote
                    + ", \\ and three octal digits, \\x, \\u or \\U and 2, 4 or 8"
                    + " hexadecimal digits)");
          }
          append(c);
        }
      }
    }

    private long digits(int start, int count, int radix) {
      int end = next + count;
      if (end > text.length() || !isAll(text.substring(next, end), 0, radix)) {
        throw fault(
            start,
            Math.min(end, text.length()),
            "bad escape sequence "
                + text.substring(start, Math.min(end, text.length()))
                + " (expected: "
                + count
                + (radix == 8 ? " octal" : " hexadecimal")
                + " digits)");
      }
      long value = Long.parseLong(text.substring(next, end), radix);
      next = end;
      return value;
    }

    private int codePoint(int start, long value) {
      if (value > Character.MAX_CODE_POINT || value >= 0xD800 && value <= 0xDFFF) {
        throw fault(
            start,
            next,
            "escape sequence " + text.substring(start, next) + " is no Unicode character");
      }
      return (int) value;
    }

    private void append(int codePoint) {
      flushBytes();
      result.appendCodePoint(codePoint);
    }

    private void addByte(int start, long value) {
      if (value > 255) {
        throw fault(
            start,
            next,
            "escape sequence "
                + text.substring(start, next)
                + " is no byte (expected: at most \\377)");
      }
      bytes[byteCount++] = (byte) value;
    }

    private void flushBytes() {
      if (byteCount == 0) {
        return;
      }
      ByteBuffer in = ByteBuffer.wrap(bytes, 0, byteCount);
      CharBuffer decoded = CharBuffer.allocate(byteCount);
      CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
      CoderResult outcome = decoder.decode(in, decoded, true);
      while (outcome.isError()) {
        for (int i = 0; i < outcome.length(); i++) {
          decoded.put((char) (ESCAPED_BYTES + (in.get() & 0xFF)));
        }
        decoder.reset();
        outcome = decoder.decode(in, decoded, true);
      }
      result.append(decoded.flip());
      byteCount = 0;
    }

    private SyntaxException fault(int start, int end, String message) {
      return new SyntaxException(new Position(offset + start, offset + end), message);
    }
  }
}
