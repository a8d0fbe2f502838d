package orzo.http.gnocchi;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import orzo.encoding.ByteArrayWriter;
import orzo.http.Digits;

/**
 * Times as Gnocchi shows those of measures, {@code 2015-03-06T14:33:57+00:00}: in UTC, whole
 * seconds. Quick for many times of one day. Not safe for many threads.
 */
final class TimeText {
  private static final int SECONDS_PER_DAY = 86_400;

  /** The last time, but for hours, minutes and seconds: they are written anew each time. */
  private byte[] text = {};

  private int hoursAt;
  private long day = Long.MIN_VALUE;

  void append(ByteArrayWriter out, long timeMillis) {
    long seconds = Math.floorDiv(timeMillis, 1000L);
    long dayOfTime = Math.floorDiv(seconds, (long) SECONDS_PER_DAY);
    if (dayOfTime != day) {
      day = dayOfTime;
      String date = LocalDate.ofEpochDay(day) + "T";
      hoursAt = date.length();
      text = (date + "hh:mm:ss+00:00").getBytes(StandardCharsets.US_ASCII);
    }
    int secondOfDay = (int) (seconds - day * SECONDS_PER_DAY);
    int minuteOfDay = secondOfDay / 60;
    Digits.writePair(minuteOfDay / 60, text, hoursAt);
    Digits.writePair(minuteOfDay % 60, text, hoursAt + 3);
    Digits.writePair(secondOfDay - 60 * minuteOfDay, text, hoursAt + 6);
    out.writeBytes(text, 0, text.length);
  }
}
