package orzo.http.gnocchi;

import orzo.http.ShortestDecimal;

/**
 * Numbers as Python writes them, and so Gnocchi: the shortest decimal that rounds to the number,
 * one digit after the point at least, an exponent below 1e-4 and from 1e16 on; bare {@code NaN} and
 * {@code Infinity}, which JSON has no form for. Not safe for many threads.
 */
final class FloatText {
  private static final int LEAST_POSITIONAL = -4;
  private static final int LEAST_EXPONENTIAL = 16;

  private final ShortestDecimal decimal = new ShortestDecimal();

  void append(StringBuilder text, double value) {
    if (Double.isNaN(value)) {
      text.append("NaN");
      return;
    }
    if (Double.doubleToRawLongBits(value) < 0) {
      text.append('-');
    }
    if (Double.isInfinite(value)) {
      text.append("Infinity");
      return;
    }
    double magnitude = Math.abs(value);
    long whole = (long) magnitude;
    if (whole == magnitude && magnitude < 1e15) {
      text.append(whole).append(".0");
      return;
    }
    decimal.find(magnitude);
    int start = text.length();
    text.append(decimal.digits);
    int count = text.length() - start;
    int leading = count + decimal.exponent; // digits before the point
    if (leading - 1 < LEAST_POSITIONAL || leading - 1 >= LEAST_EXPONENTIAL) {
      exponential(text, start, count, leading - 1);
    } else if (leading <= 0) {
      text.insert(start, "0.000", 0, 2 - leading);
    } else if (leading < count) {
      text.insert(start + leading, '.');
    } else {
      text.repeat('0', leading - count).append(".0");
    }
  }

  private static void exponential(StringBuilder text, int start, int count, int exponent) {
    if (count > 1) {
      text.insert(start + 1, '.');
    }
    text.append('e').append(exponent < 0 ? '-' : '+');
    int magnitude = Math.abs(exponent);
    if (magnitude < 10) {
      text.append('0'); // Python gives an exponent two digits at least
    }
    text.append(magnitude);
  }
}
