package orzo.http.gnocchi;

import orzo.encoding.ByteArrayWriter;
import orzo.http.Digits;
import orzo.http.ShortestDecimal;

/**
 * Numbers as Python writes them, and so Gnocchi: the shortest decimal that rounds to the number,
 * one digit after the point at least, an exponent below 1e-4 and from 1e16 on; bare {@code NaN} and
 * {@code Infinity}, which JSON has no form for. Not safe for many threads.
 */
final class FloatText {
  private static final int LEAST_POSITIONAL = -4;
  private static final int LEAST_EXPONENTIAL = 16;

  /** A sign, 17 digits, a point, zeros before or behind them, an exponent: no more than this. */
  private static final int MAX_BYTES = 32;

  private static final double MAX_WHOLE = 1e15;

  // Decimals of up to 15 digits are all different as doubles, so one of them that rounds to a value
  // is the shortest that does.
  private static final double MILLION = 1e6;
  private static final double MAX_WITH_MILLIONTHS = 1e9;
  private static final double MIN_WITH_MILLIONTHS = 1e-4;

  private final ShortestDecimal decimal = new ShortestDecimal();
  private byte[] bytes = {};
  private int at;

  void append(ByteArrayWriter out, double value) {
    out.reserve(MAX_BYTES);
    bytes = out.array();
    at = out.size();
    if (Double.isNaN(value)) {
      word("NaN");
    } else {
      if (Double.doubleToRawLongBits(value) < 0) {
        bytes[at++] = '-';
      }
      magnitude(Math.abs(value));
    }
    out.advance(at - out.size());
  }

  private void magnitude(double value) {
    if (value < MAX_WHOLE && value == (long) value) {
      digits((long) value);
      bytes[at++] = '.';
      bytes[at++] = '0';
    } else if (value < MAX_WITH_MILLIONTHS
        && value >= MIN_WITH_MILLIONTHS
        && Math.rint(value * MILLION) / MILLION == value) {
      millionths((long) Math.rint(value * MILLION));
    } else if (value == Double.POSITIVE_INFINITY) {
      word("Infinity");
    } else {
      decimal.find(value);
      shortest(decimal.digits, decimal.exponent);
    }
  }

  private void word(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      bytes[at++] = (byte) ascii.charAt(i);
    }
  }

  private void digits(long value) {
    at += Digits.count(value);
    int _ = Digits.write(value, bytes, at);
  }

  /** Writes a number of millionths that is not a number of ones. */
  private void millionths(long count) {
    long ones = count / 1_000_000;
    int rest = (int) (count - ones * 1_000_000);
    digits(ones);
    bytes[at++] = '.';
    int hundredths = rest / 10_000;
    Digits.writePair(hundredths, bytes, at);
    Digits.writePair(rest / 100 % 100, bytes, at + 2);
    Digits.writePair(rest % 100, bytes, at + 4);
    at += 6;
    while (bytes[at - 1] == '0') {
      at--;
    }
  }

  private void shortest(long digits, int exponent) {
    int count = Digits.count(digits);
    int leading = count + exponent; // digits before the point
    if (leading - 1 < LEAST_POSITIONAL || leading - 1 >= LEAST_EXPONENTIAL) {
      exponential(digits, count, leading - 1);
    } else if (leading <= 0) {
      zeros(1);
      bytes[at++] = '.';
      zeros(-leading);
      digits(digits);
    } else {
      digits(digits);
      if (leading < count) {
        insertPoint(count - leading);
      } else {
        zeros(leading - count);
        bytes[at++] = '.';
        bytes[at++] = '0';
      }
    }
  }

  private void exponential(long digits, int count, int exponent) {
    digits(digits);
    if (count > 1) {
      insertPoint(count - 1);
    }
    bytes[at++] = 'e';
    bytes[at++] = (byte) (exponent < 0 ? '-' : '+');
    int magnitude = Math.abs(exponent);
    if (magnitude < 10) {
      zeros(1); // Python gives an exponent two digits at least
    }
    digits(magnitude);
  }

  /** Puts a point before the last digits. */
  private void insertPoint(int digits) {
    System.arraycopy(bytes, at - digits, bytes, at - digits + 1, digits);
    bytes[at - digits] = '.';
    at++;
  }

  private void zeros(int count) {
    for (int i = 0; i < count; i++) {
      bytes[at++] = '0';
    }
  }
}
