package orzo.statsd;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Numbers as JavaScript reads and writes them, because the reference daemon does so: ECMA-262,
 * StringToNumber and Number::toString.
 */
final class JsNumber {
  /** More digits than any double needs; what is longer is no number here. */
  private static final int MAX_LENGTH = 1024;

  /** Up to this many digits an integer is a double without rounding. */
  private static final int EXACT_DIGITS = 15;

  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private JsNumber() {}

  /**
   * Reads a number; nothing but blanks is 0.
   *
   * @return NaN for what is no number, which includes {@code NaN} and what is empty
   */
  static double parse(byte[] bytes, int start, int end) {
    int i = start;
    boolean negative = false;
    if (i < end && (bytes[i] == '-' || bytes[i] == '+')) {
      negative = bytes[i++] == '-';
    }
    // Both parts are doubles without rounding, so that their quotient is rounded once: correctly.
    long digits = 0;
    int count = 0;
    int point = -1;
    for (; i < end; i++) {
      int digit = bytes[i] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = digits * 10 + digit;
        if (++count > EXACT_DIGITS) {
          return parseAny(bytes, start, end);
        }
      } else if (bytes[i] == '.' && point < 0) {
        point = count;
      } else {
        return parseAny(bytes, start, end);
      }
    }
    if (count == 0) {
      return Double.NaN;
    }
    double value = point < 0 ? digits : digits / POWERS[count - point];
    return negative ? -value : value;
  }

  private static double parseAny(byte[] bytes, int start, int end) {
    if (end - start > MAX_LENGTH) {
      return Double.NaN;
    }
    String text = JsText.trim(new String(bytes, start, end - start, StandardCharsets.UTF_8));
    if (text.isEmpty()) {
      return 0;
    }
    if (DECIMAL.matcher(text).matches()) {
      return Double.parseDouble(text);
    }
    return switch (text) {
      case "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> parseWithPrefix(text);
    };
  }

  private static double parseWithPrefix(String text) {
    if (text.length() < 3 || text.charAt(0) != '0') {
      return Double.NaN;
    }
    int radix =
        switch (text.charAt(1)) {
          case 'x', 'X' -> 16;
          case 'o', 'O' -> 8;
          case 'b', 'B' -> 2;
          default -> 0;
        };
    if (radix == 0) {
      return Double.NaN;
    }
    for (int i = 2; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 'f' || Character.digit(c, radix) < 0) {
        return Double.NaN;
      }
    }
    return new BigInteger(text.substring(2), radix).doubleValue();
  }

  /** A number as {@code String(number)} gives it. */
  static String text(double value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  /** Appends a number as {@code String(number)} gives it. */
  static void append(StringBuilder to, double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      to.append((long) value); // negative zero is 0, too
      return;
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      to.append(value);
      return;
    }
    BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale(); // how many digits stand before it
    if (value < 0) {
      to.append('-');
    }
    if (point > 21 || point <= -6) {
      to.append(digits, 0, 1);
      if (digits.length() > 1) {
        to.append('.').append(digits, 1, digits.length());
      }
      to.append('e').append(point > 0 ? "+" : "").append(point - 1);
    } else if (point >= digits.length()) {
      to.append(digits).repeat("0", point - digits.length());
    } else if (point > 0) {
      to.append(digits, 0, point).append('.').append(digits, point, digits.length());
    } else {
      to.append("0.").repeat("0", -point).append(digits);
    }
  }
}
