package orzo.http.gnocchi;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Points in time as Gnocchi's clients write them: seconds since 1970 as a number, an ISO 8601 date
 * with or without a time (no zone means UTC), or a length of time to be added to now, such as
 * {@code -5 minutes}. Results are epoch milliseconds, rounded down; those before 1970 are refused.
 */
final class Timestamps {
  /** What a text is that is no date in ISO 8601. */
  static final long NOT_ISO = Long.MIN_VALUE;

  /** Digits of seconds that fit 64 bits of nanoseconds, which Gnocchi counts in: up to 2262. */
  static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000;

  private static final long DAY_MILLIS = 86_400_000;
  private static final int MAX_NUMBER_LENGTH = 40;

  private Timestamps() {}

  /** The time that a text says in one of the three forms; empty when it says none. */
  static OptionalLong parse(String text, long nowMillis) {
    Optional<Double> seconds = number(text);
    if (seconds.isPresent()) {
      return ofSeconds(seconds.get());
    }
    long iso = iso(text.getBytes(StandardCharsets.ISO_8859_1), 0, text.length());
    if (iso != NOT_ISO) {
      return iso < 0 || iso > MAX_MILLIS ? OptionalLong.empty() : OptionalLong.of(iso);
    }
    return relative(text, nowMillis);
  }

  /** The time that lies so many seconds after 1970; empty before that, and where no time is. */
  static OptionalLong ofSeconds(double seconds) {
    if (!(seconds >= 0 && seconds <= MAX_MILLIS / 1000.0)) {
      return OptionalLong.empty();
    }
    // To microseconds first: 1.123 is a bit less than that as a double.
    return OptionalLong.of(Math.floorDiv(Math.round(seconds * 1e6), 1000L));
  }

  /** The time that lies so long after now; empty when the text is no length of time. */
  static OptionalLong relative(String text, long nowMillis) {
    Optional<Duration> away = Timespan.parse(text);
    if (away.isEmpty() || away.get().abs().toDays() > MAX_MILLIS / DAY_MILLIS) {
      return OptionalLong.empty();
    }
    long millis = nowMillis + away.get().toMillis();
    return millis < 0 || millis > MAX_MILLIS ? OptionalLong.empty() : OptionalLong.of(millis);
  }

  /** The number that a text is, as Python reads floats, if it is one and finite. */
  static Optional<Double> number(String text) {
    String plain = text.strip();
    if (plain.isEmpty()
        || plain.length() > MAX_NUMBER_LENGTH
        || !plain.matches("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,4})?")) {
      return Optional.empty();
    }
    double number = new BigDecimal(plain).doubleValue();
    return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
  }

  /**
   * Reads {@code YYYY-MM[-DD[Thh[:mm[:ss[.f…]]]]]} with an optional zone after the time, {@code Z}
   * or {@code ±hh[[:]mm]}; a blank may stand for the T.
   *
   * @return epoch milliseconds, fractions of which are cut off; {@link #NOT_ISO} for any other text
   */
  static long iso(byte[] text, int offset, int length) {
    int end = offset + length;
    if (length < 7 || text[offset + 4] != '-') {
      return NOT_ISO;
    }
    int year = digits(text, offset, 4);
    int month = digits(text, offset + 5, 2);
    int at = offset + 7;
    int day = 1;
    if (at < end) {
      if (text[at] != '-' || at + 3 > end) {
        return NOT_ISO;
      }
      day = digits(text, at + 1, 2);
      at += 3;
    }
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) {
      return NOT_ISO;
    }
    long days;
    try {
      days = day <= 28 ? epochDay(year, month, day) : LocalDate.of(year, month, day).toEpochDay();
    } catch (DateTimeException _) {
      return NOT_ISO; // the 30th of February
    }
    if (at == end) {
      return days * DAY_MILLIS;
    }
    if (text[at] != 'T' && text[at] != ' ') {
      return NOT_ISO;
    }
    return time(text, at + 1, end, days * DAY_MILLIS);
  }

  private static long time(byte[] text, int from, int end, long midnightMillis) {
    if (from + 2 > end) {
      return NOT_ISO;
    }
    int hour = digits(text, from, 2);
    int minute = 0;
    int second = 0;
    int milli = 0;
    int at = from + 2;
    if (at + 3 <= end && text[at] == ':') {
      minute = digits(text, at + 1, 2);
      at += 3;
      if (at + 3 <= end && text[at] == ':') {
        second = digits(text, at + 1, 2);
        at += 3;
        if (at + 1 < end && text[at] == '.') {
          at++;
          int scale = 100;
          int first = at;
          while (at < end && isDigit(text[at])) {
            milli += scale * (text[at] - '0');
            scale /= 10;
            at++;
          }
          if (at == first) {
            return NOT_ISO;
          }
        }
      }
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
      return NOT_ISO;
    }
    long millis = midnightMillis + ((hour * 60L + minute) * 60 + second) * 1000 + milli;
    if (at == end) {
      return millis;
    }
    long zone = zoneMinutes(text, at, end);
    return zone == NOT_ISO ? NOT_ISO : millis - zone * 60_000;
  }

  private static long zoneMinutes(byte[] text, int at, int end) {
    if (text[at] == 'Z') {
      return at + 1 == end ? 0 : NOT_ISO;
    }
    if (text[at] != '+' && text[at] != '-' || at + 3 > end) {
      return NOT_ISO;
    }
    int hours = digits(text, at + 1, 2);
    int minutes = 0;
    if (at + 3 < end) {
      int from = text[at + 3] == ':' ? at + 4 : at + 3;
      if (from + 2 != end) {
        return NOT_ISO;
      }
      minutes = digits(text, from, 2);
    }
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
      return NOT_ISO;
    }
    return (text[at] == '-' ? -1 : 1) * (hours * 60L + minutes);
  }

  /** Days since 1970 of a date of the proleptic Gregorian calendar. */
  private static long epochDay(int year, int month, int day) {
    // Years begin in March here, so that the day that may be missing is the last one.
    int years = month > 2 ? year : year - 1;
    int era = Math.floorDiv(years, 400);
    int yearOfEra = years - era * 400;
    int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** The number that so many digits are; negative when one is none. */
  private static int digits(byte[] text, int from, int count) {
    int number = 0;
    for (int i = from; i < from + count; i++) {
      if (!isDigit(text[i])) {
        return -1;
      }
      number = number * 10 + text[i] - '0';
    }
    return number;
  }
}
