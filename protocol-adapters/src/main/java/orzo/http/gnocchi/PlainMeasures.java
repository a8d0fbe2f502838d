package orzo.http.gnocchi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import orzo.wire.Decimals;

/**
 * Reads measures as nearly all clients write them, at several times the speed of a JSON parser:
 * objects of a timestamp, in ISO 8601 or a number, and a number as value, in any order and with any
 * blanks, in lists or in an object of lists. It gives up at anything else, faults included; {@link
 * MeasuresParser} then reads the body from its start, and says what is wrong if something is. For
 * one body and one thread.
 */
final class PlainMeasures {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte[] TIMESTAMP = "\"timestamp\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VALUE = "\"value\"".getBytes(StandardCharsets.US_ASCII);

  /**
   * Names and timestamps are not longer; nor are numbers, which the parser has a limit for, too.
   */
  private static final int MAX_TEXT = 64;

  /** {@code 2015-03-06T14:33:57}. */
  private static final int USUAL_TIME = 19;

  /** Up to and with the T. */
  private static final int DATE = 11;

  private static final long DAY_MILLIS = 86_400_000;

  /** Takes what was read, list by list. */
  interface Lists {
    /**
     * Takes a list.
     *
     * @param name what stands before it
     * @param from the first of its measures, among all that were read
     * @param to behind the last one
     * @return whether it is as it should be; if not, reading is given up
     */
    boolean list(String name, int from, int to);
  }

  private enum Form {
    UNKNOWN,
    SECONDS,
    ISO
  }

  private final byte[] body;
  private final MeasureColumns into;
  private int at;
  private Form form = Form.UNKNOWN; // of the list's timestamps

  // Timestamps that come together mostly are of one day. Its bytes, in two that overlap:
  private boolean knowsDate;
  private long dateStart;
  private long dateEnd;
  private long midnightMillis;

  // What was read last.
  private long timeMillis;
  private double number;

  /**
   * Begins to read.
   *
   * @param into takes the measures; if reading is given up, some of them
   */
  PlainMeasures(byte[] body, MeasureColumns into) {
    this.body = body;
    this.into = into;
  }

  /** Reads a body that is a list; returns whether it could. */
  boolean list() {
    skipBlanks();
    return measures() && isAtEnd();
  }

  /** Reads a body that is an object of lists; returns whether it could. */
  boolean lists(Lists sink) {
    skipBlanks();
    if (!take('{')) {
      return false;
    }
    skipBlanks();
    if (take('}')) {
      return isAtEnd();
    }
    do {
      skipBlanks();
      String name = name();
      skipBlanks();
      if (name == null || !take(':')) {
        return false;
      }
      skipBlanks();
      int from = into.size();
      if (!measures() || !sink.list(name, from, into.size())) {
        return false;
      }
      skipBlanks();
    } while (take(','));
    return take('}') && isAtEnd();
  }

  private boolean isAtEnd() {
    skipBlanks();
    return at == body.length;
  }

  private boolean measures() {
    form = Form.UNKNOWN;
    if (!take('[')) {
      return false;
    }
    skipBlanks();
    if (take(']')) {
      return true;
    }
    do {
      skipBlanks();
      if (!take('{') || !measure()) {
        return false;
      }
      skipBlanks();
    } while (take(','));
    return take(']');
  }

  private boolean measure() {
    boolean hasTime = false;
    boolean hasValue = false;
    double value = 0;
    do {
      skipBlanks();
      boolean isTime = takeAll(TIMESTAMP);
      if (isTime ? hasTime : hasValue || !takeAll(VALUE)) {
        return false;
      }
      skipBlanks();
      if (!take(':')) {
        return false;
      }
      skipBlanks();
      if (!(isTime ? time() : number())) {
        return false;
      }
      hasTime |= isTime;
      hasValue |= !isTime;
      value = isTime ? value : number;
      skipBlanks();
    } while (take(','));
    if (!hasTime || !hasValue || !take('}')) {
      return false;
    }
    into.measure(timeMillis, value);
    return true;
  }

  private boolean time() {
    if (at < body.length && body[at] != '"') {
      if (form == Form.ISO || !number()) {
        return false;
      }
      form = Form.SECONDS;
      OptionalLong millis = Timestamps.ofSeconds(number);
      timeMillis = millis.orElse(Timestamps.NOT_ISO);
      return millis.isPresent();
    }
    if (form == Form.SECONDS) {
      return false;
    }
    form = Form.ISO;
    int start = at + 1;
    return isUsualTime(start) && usualTime(start) || anyTime(start);
  }

  private boolean isUsualTime(int start) {
    return start + USUAL_TIME < body.length
        && body[start + USUAL_TIME] == '"'
        && body[start + 13] == ':'
        && body[start + 16] == ':';
  }

  /** Reads a time of the same day as the one before. */
  private boolean usualTime(int start) {
    if (!knowsDate
        || (long) LONGS.get(body, start) != dateStart
        || (long) LONGS.get(body, start + DATE - Long.BYTES) != dateEnd) {
      return false;
    }
    int hour = pair(start + 11);
    int minute = pair(start + 14);
    int second = pair(start + 17);
    if ((hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) {
      return false;
    }
    timeMillis = midnightMillis + ((hour * 60L + minute) * 60 + second) * 1000;
    at = start + USUAL_TIME + 1;
    return true;
  }

  /** The number that two digits are; negative if they are none. */
  private int pair(int index) {
    int tens = body[index] - '0';
    int ones = body[index + 1] - '0';
    return (tens | ones) < 0 || tens > 9 || ones > 9 ? -1 : 10 * tens + ones;
  }

  private boolean anyTime(int start) {
    int end = endOfText(start);
    if (end < 0) {
      return false;
    }
    long millis = Timestamps.iso(body, start, end - start);
    if (millis < 0 || millis > Timestamps.MAX_MILLIS) {
      return false;
    }
    if (isUsualTime(start)) {
      knowsDate = true;
      dateStart = (long) LONGS.get(body, start);
      dateEnd = (long) LONGS.get(body, start + DATE - Long.BYTES);
      midnightMillis = millis - millis % DAY_MILLIS;
    }
    timeMillis = millis;
    at = end + 1;
    return true;
  }

  private @Nullable String name() {
    if (!take('"')) {
      return null;
    }
    int start = at;
    int end = endOfText(start);
    if (end < 0) {
      return null;
    }
    at = end + 1;
    return new String(body, start, end - start, StandardCharsets.US_ASCII);
  }

  /** Where a text ends that stands for itself and is not long; negative for any other. */
  private int endOfText(int start) {
    int limit = Math.min(body.length, start + MAX_TEXT);
    for (int i = start; i < limit; i++) {
      byte b = body[i];
      if (b == '"') {
        return i;
      }
      if (b < 0x20 || b == '\\') { // not ASCII is less than 0
        return -1;
      }
    }
    return -1;
  }

  private boolean number() {
    int from = at;
    boolean negative = take('-');
    int start = at;
    long digits = 0;
    for (int i = at; i < body.length && isDigit(body[i]); i++) {
      digits = digits * 10 + body[i] - '0';
      at++;
    }
    int whole = at - start;
    if (whole == 0 || whole > 1 && body[start] == '0') {
      return false;
    }
    int scale = 0;
    if (take('.')) {
      int point = at;
      for (int i = at; i < body.length && isDigit(body[i]); i++) {
        digits = digits * 10 + body[i] - '0';
        at++;
      }
      scale = at - point;
      if (scale == 0) {
        return false;
      }
    }
    boolean hasExponent = take('e') || take('E');
    if (hasExponent) {
      boolean _ = take('+') || take('-');
      int exponent = at;
      while (at < body.length && isDigit(body[at])) {
        at++;
      }
      if (at == exponent) {
        return false;
      }
    }
    if (at - from > MAX_TEXT) {
      return false;
    }
    double magnitude =
        hasExponent || whole + scale > Decimals.MAX_DIGITS ? -1 : Decimals.divided(digits, scale);
    if (magnitude < 0) {
      String text = new String(body, start, at - start, StandardCharsets.US_ASCII);
      magnitude = Double.parseDouble(text);
    }
    boolean isWhole = scale == 0 && !hasExponent; // of these there is but one zero
    number = negative ? (isWhole ? 0.0 : -0.0) - magnitude : magnitude;
    return true;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private void skipBlanks() {
    while (at < body.length
        && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
      at++;
    }
  }

  private boolean take(char c) {
    if (at < body.length && body[at] == c) {
      at++;
      return true;
    }
    return false;
  }

  private boolean takeAll(byte[] text) {
    if (text.length > body.length - at) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (body[at + i] != text[i]) {
        return false;
      }
    }
    at += text.length;
    return true;
  }
}
