package orzo.http.gnocchi;

import java.time.LocalDate;

/**
 * Times as Gnocchi shows those of measures, {@code 2015-03-06T14:33:57+00:00}: in UTC, whole
 * seconds. Quick for many times of one day. Not safe for many threads.
 */
final class TimeText {
  private static final int SECONDS_PER_DAY = 86_400;

  private final StringBuilder date = new StringBuilder();
  private long day = Long.MIN_VALUE;

  void append(StringBuilder text, long timeMillis) {
    long seconds = Math.floorDiv(timeMillis, 1000);
    long dayOfTime = Math.floorDiv(seconds, SECONDS_PER_DAY);
    if (dayOfTime != day) {
      day = dayOfTime;
      date.setLength(0);
      date.append(LocalDate.ofEpochDay(day)).append('T');
    }
    int secondOfDay = Math.floorMod(seconds, SECONDS_PER_DAY);
    text.append(date);
    appendPair(text, secondOfDay / 3600);
    text.append(':');
    appendPair(text, secondOfDay / 60 % 60);
    text.append(':');
    appendPair(text, secondOfDay % 60);
    text.append("+00:00");
  }

  private static void appendPair(StringBuilder text, int number) {
    text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
