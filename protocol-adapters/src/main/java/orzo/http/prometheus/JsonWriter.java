package orzo.http.prometheus;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import orzo.http.Digits;
import orzo.http.ShortestDecimal;

/**
 * Writes JSON as Prometheus does, from strings and primitives straight into bytes: sample values
 * are strings in the form of Go's {@code strconv}, timestamps are seconds with up to three
 * decimals. Structure is the caller's business. Not safe for many threads.
 */
final class JsonWriter {
  /** Longest thing written in one go: a double in positional notation. */
  private static final int MAX_NUMBER = 352;

  private static final byte[] HEX = ascii("0123456789abcdef");

  // Values whose magnitude is outside of these go in exponent form, zero aside.
  private static final double MIN_POSITIONAL = 1e-6;
  private static final double MAX_POSITIONAL = 1e21;

  private static final double MAX_EXACT_INTEGER = 0x1p53;

  // Decimals of up to 15 digits are all different as doubles, so one of them that rounds to a value
  // is the shortest that does.
  private static final double MILLION = 1e6;
  private static final double MAX_WITH_MILLIONTHS = 1e9;

  private final OutputStream out;
  private final byte[] buffer = new byte[8192];
  private final byte[] scratch = new byte[20];
  private final ShortestDecimal decimal = new ShortestDecimal();
  private int length;

  // The digits of the last timestamp's seconds but the last four.
  private final byte[] lastDigits = new byte[Digits.MAX];
  private long lastTenThousands;
  private int lastLength;

  JsonWriter(OutputStream out) {
    this.out = out;
  }

  /** Bytes for {@link #raw(byte[])}. */
  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Writes bytes as they are. */
  void raw(byte[] bytes) throws IOException {
    if (bytes.length > buffer.length - length) {
      drain();
      if (bytes.length > buffer.length) {
        out.write(bytes);
        return;
      }
    }
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
  }

  /** Writes ASCII text as it is. */
  void raw(String ascii) throws IOException {
    raw(ascii(ascii));
  }

  /** Writes one ASCII character as it is. */
  void raw(char c) throws IOException {
    reserve(1);
    buffer[length++] = (byte) c;
  }

  /** Writes a JSON string; a surrogate without its partner becomes U+FFFD. */
  void string(String text) throws IOException {
    raw('"');
    int size = text.length();
    for (int i = 0; i < size; ) {
      reserve(6);
      int plain = plainRun(text, i, Math.min(size, i + buffer.length - length));
      if (plain > i) {
        i = plain;
        continue;
      }
      char c = text.charAt(i++);
      if (c < 0x80) {
        character(c);
      } else if (c < 0x800) {
        buffer[length++] = (byte) (0xc0 | c >> 6);
        buffer[length++] = (byte) (0x80 | c & 0x3f);
      } else if (Character.isHighSurrogate(c)
          && i < size
          && Character.isLowSurrogate(text.charAt(i))) {
        int point = Character.toCodePoint(c, text.charAt(i++));
        buffer[length++] = (byte) (0xf0 | point >> 18);
        buffer[length++] = (byte) (0x80 | point >> 12 & 0x3f);
        buffer[length++] = (byte) (0x80 | point >> 6 & 0x3f);
        buffer[length++] = (byte) (0x80 | point & 0x3f);
      } else {
        char kept = Character.isSurrogate(c) ? '\ufffd' : c;
        buffer[length++] = (byte) (0xe0 | kept >> 12);
        buffer[length++] = (byte) (0x80 | kept >> 6 & 0x3f);
        buffer[length++] = (byte) (0x80 | kept & 0x3f);
      }
    }
    raw('"');
  }

  /** Writes characters that stand for themselves; returns the index of the first that does not. */
  private int plainRun(String text, int from, int to) {
    byte[] out = buffer;
    int at = length;
    int i = from;
    while (i < to) {
      char c = text.charAt(i);
      if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') {
        break;
      }
      out[at++] = (byte) c;
      i++;
    }
    length = at;
    return i;
  }

  /** Writes an ASCII character that does not stand for itself. */
  private void character(char c) {
    if (c == '"' || c == '\\') {
      buffer[length++] = '\\';
      buffer[length++] = (byte) c;
    } else {
      buffer[length++] = '\\';
      switch (c) {
        case '\n' -> buffer[length++] = 'n';
        case '\r' -> buffer[length++] = 'r';
        case '\t' -> buffer[length++] = 't';
        default -> {
          buffer[length++] = 'u';
          buffer[length++] = '0';
          buffer[length++] = '0';
          buffer[length++] = HEX[c >> 4];
          buffer[length++] = HEX[c & 15];
        }
      }
    }
  }

  /** Writes an integer. */
  void integer(long value) throws IOException {
    reserve(MAX_NUMBER);
    if (value == Long.MIN_VALUE) {
      raw(Long.toString(value));
      return;
    }
    if (value < 0) {
      buffer[length++] = '-';
    }
    digits(Math.abs(value));
  }

  /** Writes epoch milliseconds as seconds, with three decimals or none. */
  void timestamp(long millis) throws IOException {
    thousandths(wholeSeconds(millis));
  }

  private void thousandths(int fraction) {
    if (fraction != 0) {
      buffer[length++] = '.';
      buffer[length++] = (byte) ('0' + fraction / 100);
      pair(fraction % 100, length);
      length += 2;
    }
  }

  /** Writes epoch milliseconds as seconds, with as many decimals as it takes, for a scalar. */
  void scalarTimestamp(long millis) throws IOException {
    int fraction = wholeSeconds(millis);
    if (fraction != 0) {
      buffer[length++] = '.';
      for (int rest = fraction; rest != 0; rest = rest % 100 * 10) {
        buffer[length++] = (byte) ('0' + rest / 100);
      }
    }
  }

  /** Writes sign and seconds; the result is the milliseconds that are left, without sign. */
  private int wholeSeconds(long millis) throws IOException {
    reserve(MAX_NUMBER);
    return secondsOf(millis);
  }

  private int secondsOf(long millis) {
    // Divided first, then made positive: even Long.MIN_VALUE has seconds with a magnitude.
    long seconds = millis / 1000;
    int fraction = (int) (millis - seconds * 1000);
    long tenThousands = seconds / 10_000;
    if (millis < 0 || tenThousands == 0) {
      if (millis < 0) {
        buffer[length++] = '-';
      }
      digits(Math.abs(seconds));
      return Math.abs(fraction);
    }
    // One timestamp after the other begins with the same digits.
    if (tenThousands != lastTenThousands) {
      int start = length;
      digits(tenThousands);
      lastLength = length - start;
      System.arraycopy(buffer, start, lastDigits, 0, lastLength);
      lastTenThousands = tenThousands;
    } else {
      System.arraycopy(lastDigits, 0, buffer, length, lastLength);
      length += lastLength;
    }
    int rest = (int) (seconds - tenThousands * 10_000);
    pair(rest / 100, length);
    pair(rest % 100, length + 2);
    length += 4;
    return fraction;
  }

  /**
   * Writes one sample of many: an array of timestamp and value.
   *
   * @param follows whether another comes before it, and then a comma
   */
  void sample(boolean follows, long millis, double value) throws IOException {
    reserve(2 * MAX_NUMBER);
    if (follows) {
      buffer[length++] = ',';
    }
    buffer[length++] = '[';
    thousandths(secondsOf(millis));
    buffer[length++] = ',';
    sampleValue(value);
    buffer[length++] = ']';
  }

  /**
   * Writes a sample value as a JSON string: positional, or in exponent form where the magnitude is
   * below 1e-6 or from 1e21 on.
   */
  void value(double value) throws IOException {
    reserve(MAX_NUMBER);
    sampleValue(value);
  }

  private void sampleValue(double value) {
    double magnitude = Math.abs(value);
    number(value, magnitude != 0 && (magnitude < MIN_POSITIONAL || magnitude >= MAX_POSITIONAL));
  }

  /** Writes the value of a scalar as a JSON string: always positional, however many zeros. */
  void scalarValue(double value) throws IOException {
    reserve(MAX_NUMBER);
    number(value, false);
  }

  private void number(double value, boolean exponentForm) {
    buffer[length++] = '"';
    if (Double.isNaN(value)) {
      buffer[length++] = 'N';
      buffer[length++] = 'a';
      buffer[length++] = 'N';
    } else {
      if (Double.doubleToRawLongBits(value) < 0) {
        buffer[length++] = '-';
      } else if (value == Double.POSITIVE_INFINITY) {
        buffer[length++] = '+';
      }
      magnitude(Math.abs(value), exponentForm);
    }
    buffer[length++] = '"';
  }

  private void magnitude(double value, boolean exponentForm) {
    if (value < MAX_EXACT_INTEGER && value == (long) value) {
      digits((long) value);
    } else if (value < MAX_WITH_MILLIONTHS
        && !exponentForm
        && Math.rint(value * MILLION) / MILLION == value) {
      millionths((long) Math.rint(value * MILLION));
    } else if (value == Double.POSITIVE_INFINITY) {
      buffer[length++] = 'I';
      buffer[length++] = 'n';
      buffer[length++] = 'f';
    } else {
      decimal.find(value);
      int start = digitsInScratch(decimal.digits);
      int count = scratch.length - start;
      if (exponentForm) {
        exponentForm(start, count, count + decimal.exponent - 1);
      } else {
        positional(start, count, count + decimal.exponent);
      }
    }
  }

  /** Writes a number of millionths that is not a number of ones. */
  private void millionths(long count) {
    long ones = count / 1_000_000;
    int rest = (int) (count - ones * 1_000_000);
    digits(ones);
    buffer[length++] = '.';
    int tenThousandths = rest / 100;
    pair(tenThousandths / 100, length);
    pair(tenThousandths % 100, length + 2);
    pair(rest - tenThousandths * 100, length + 4);
    length += 6;
    while (buffer[length - 1] == '0') {
      length--;
    }
  }

  private void exponentForm(int start, int count, int exponent) {
    buffer[length++] = scratch[start];
    if (count > 1) {
      buffer[length++] = '.';
      copyDigits(start + 1, count - 1);
    }
    buffer[length++] = 'e';
    buffer[length++] = (byte) (exponent < 0 ? '-' : '+');
    int magnitude = Math.abs(exponent);
    if (magnitude < 10) {
      buffer[length++] = '0'; // Go gives an exponent two digits at least
    }
    digits(magnitude);
  }

  /** Writes digits with the decimal point after {@code point} of them, which may be any number. */
  private void positional(int start, int count, int point) {
    if (point <= 0) {
      buffer[length++] = '0';
      buffer[length++] = '.';
      zeros(-point);
      copyDigits(start, count);
    } else if (point >= count) {
      copyDigits(start, count);
      zeros(point - count);
    } else {
      copyDigits(start, point);
      buffer[length++] = '.';
      copyDigits(start + point, count - point);
    }
  }

  private void digits(long value) {
    length += Digits.count(value);
    int _ = Digits.write(value, buffer, length);
  }

  private int digitsInScratch(long value) {
    return Digits.write(value, scratch, scratch.length);
  }

  private void pair(int number, int at) {
    Digits.writePair(number, buffer, at);
  }

  private void copyDigits(int start, int count) {
    System.arraycopy(scratch, start, buffer, length, count);
    length += count;
  }

  private void zeros(int count) {
    Arrays.fill(buffer, length, length + count, (byte) '0');
    length += count;
  }

  private void reserve(int bytes) throws IOException {
    if (bytes > buffer.length - length) {
      drain();
    }
  }

  /** Hands everything written so far to the stream underneath. */
  void drain() throws IOException {
    out.write(buffer, 0, length);
    length = 0;
  }
}
