package orzo.carbon;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import orzo.intake.Rejection;
import orzo.intake.SeriesCache;
import orzo.metric.Tenant;
import orzo.wire.Decimals;

/**
 * Reads lines of {@code path value timestamp}, separated by blanks, in place. Is used for many
 * connections, one after the other. Not safe for many threads.
 *
 * <p>What a line may look like is what carbon takes: three words, with any blanks between them and
 * around them; numbers as {@link FloatText} has them; times as {@link Seconds} has them. The path
 * is not looked at here: its bytes, with the blank behind them, are what the cache is asked for.
 */
final class LineDecoder {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** Digits of the seconds from 2001 to 2286. */
  private static final int USUAL_DIGITS = 10;

  private final Tenant tenant;
  private final int maxLineBytes;
  private final FloatText number = new FloatText();

  // Lines that come together mostly have the same timestamp. Its ten digits, and what they mean:
  private long firstDigits = 0x3030_3030_3030_3030L;
  private short lastDigits = 0x3030;
  private long digitsMillis;

  // What readValue and readTimestamp have read.
  private double value;
  private long timestampMillis;

  LineDecoder(Tenant tenant, int maxLineBytes) {
    this.tenant = tenant;
    this.maxLineBytes = maxLineBytes;
  }

  /**
   * Reads whole lines.
   *
   * @param to where they end; the last byte is a line feed
   * @param nowMillis what a timestamp of -1 means
   */
  void decode(
      byte[] bytes, int from, int to, long nowMillis, SeriesCache.Lookup lookup, SampleSink sink) {
    int at = from;
    while (at < to) {
      int start = at;
      int keyLength = lookup.expect(tenant, bytes, start, to);
      long ref;
      if (keyLength > 0) {
        ref = lookup.ref();
      } else {
        start = startOfWord(bytes, at);
        int pathEnd = endOfWord(bytes, start);
        if (bytes[pathEnd] == '\n') {
          if (pathEnd > start) {
            sink.rejected(Rejection.MALFORMED, bytes, start, pathEnd);
          }
          at = pathEnd + 1;
          continue;
        }
        keyLength = pathEnd + 1 - start;
        ref = lookup.find(tenant, bytes, start, keyLength);
      }
      int next = readValue(bytes, start + keyLength);
      if (next > 0) {
        next = readTimestamp(bytes, next, to, nowMillis);
      }
      Rejection fault = null;
      if (next <= 0) {
        next = endOfLine(bytes, start + keyLength) + 1;
        fault = readUnusual(bytes, start + keyLength, next - 1, nowMillis);
      }
      if (next - 1 - at > maxLineBytes) {
        fault = Rejection.TOO_LARGE;
      } else if (fault == null && CachedRef.isRefused(ref)) {
        fault = CachedRef.reason(ref);
      }
      if (fault != null) {
        sink.rejected(fault, bytes, start, next - 1);
      } else if (ref == SeriesCache.ABSENT) {
        sink.unknown(bytes, start, keyLength, timestampMillis, value);
      } else {
        sink.sample(ref, timestampMillis, value);
      }
      at = next;
    }
  }

  /**
   * Reads a short decimal that starts at {@code from} and ends at a space.
   *
   * @return where the timestamp starts; 0 when it is something else, and may be right all the same
   */
  private int readValue(byte[] bytes, int from) {
    int at = from;
    boolean negative = bytes[at] == '-';
    if (negative) {
      at++;
    }
    int start = at;
    long digits = 0;
    int digit;
    while ((digit = bytes[at] - '0') >= 0 && digit <= 9) {
      digits = digits * 10 + digit;
      at++;
    }
    int count = at - start;
    int scale = 0;
    if (bytes[at] == '.') {
      int point = at++;
      while ((digit = bytes[at] - '0') >= 0 && digit <= 9) {
        digits = digits * 10 + digit;
        at++;
      }
      scale = at - 1 - point;
      count += scale;
    }
    if (count == 0 || count > Decimals.MAX_DIGITS || bytes[at] != ' ') {
      return 0;
    }
    double magnitude = Decimals.divided(digits, scale);
    value = negative ? -magnitude : magnitude;
    return magnitude >= 0 ? at + 1 : 0;
  }

  /**
   * Reads whole seconds that start at {@code from} and end the line.
   *
   * @return where the next line starts; 0 when it is something else, and may be right all the same
   */
  private int readTimestamp(byte[] bytes, int from, int to, long nowMillis) {
    int at = from;
    if (to - from > USUAL_DIGITS
        && (long) LONGS.get(bytes, from) == firstDigits
        && (short) SHORTS.get(bytes, from + Long.BYTES) == lastDigits) {
      timestampMillis = digitsMillis;
      at += USUAL_DIGITS;
    } else if (bytes[at] == '-' && bytes[at + 1] == '1') {
      timestampMillis = nowMillis;
      at += 2;
    } else {
      long seconds = 0;
      int digit;
      while ((digit = bytes[at] - '0') >= 0 && digit <= 9) {
        seconds = seconds * 10 + digit;
        at++;
      }
      int count = at - from;
      if (count == 0 || count > USUAL_DIGITS || seconds >= Seconds.END) {
        return 0;
      }
      timestampMillis = seconds * 1000;
      if (count == USUAL_DIGITS) {
        firstDigits = (long) LONGS.get(bytes, from);
        lastDigits = (short) SHORTS.get(bytes, from + Long.BYTES);
        digitsMillis = timestampMillis;
      }
    }
    if (bytes[at] == '\r') {
      at++;
    }
    return bytes[at] == '\n' ? at + 1 : 0;
  }

  /**
   * Reads value and timestamp, whatever they look like.
   *
   * @param from behind the path
   * @param to where the line ends
   * @return why the line is not taken; null when it is
   */
  private @Nullable Rejection readUnusual(byte[] bytes, int from, int to, long nowMillis) {
    int valueStart = startOfWord(bytes, from);
    int valueEnd = endOfWord(bytes, valueStart);
    int timeStart = startOfWord(bytes, valueEnd);
    int timeEnd = endOfWord(bytes, timeStart);
    if (timeStart == timeEnd || startOfWord(bytes, timeEnd) != to) {
      return Rejection.MALFORMED;
    }
    if (!number.read(bytes, valueStart, valueEnd)) {
      return Rejection.INVALID_VALUE;
    }
    value = number.value();
    if (!number.read(bytes, timeStart, timeEnd)) {
      return Rejection.INVALID_TIMESTAMP;
    }
    timestampMillis = Seconds.toMillis(number.value(), nowMillis);
    if (timestampMillis == Seconds.INVALID) {
      return Rejection.INVALID_TIMESTAMP;
    }
    return Double.isNaN(value) ? Rejection.NAN : null;
  }

  /** The first byte from {@code from} on that is no blank, or the line feed. */
  private static int startOfWord(byte[] bytes, int from) {
    int at = from;
    while (bytes[at] != '\n' && FloatText.isBlank(bytes[at])) {
      at++;
    }
    return at;
  }

  /** The first byte from {@code from} on that is a blank or the line feed. */
  private static int endOfWord(byte[] bytes, int from) {
    int at = from;
    while (!FloatText.isBlank(bytes[at])) {
      at++;
    }
    return at;
  }

  private static int endOfLine(byte[] bytes, int from) {
    int at = from;
    while (bytes[at] != '\n') {
      at++;
    }
    return at;
  }
}
