package orzo.http.gnocchi;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The times of resources: in microseconds, unlike those of measures. */
final class ResourceTimes {
  private static final int MICRO_NANOS = 1_000;

  /** What an ISO 8601 text has behind the milliseconds. */
  private static final Pattern MICROS = Pattern.compile(":\\d{2}\\.\\d{3}(\\d{1,3})");

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private ResourceTimes() {}

  /**
   * The time that a value of JSON says, in one of the forms that {@link Timestamps} reads.
   *
   * @param now what times are relative to that are a length of time
   */
  static Optional<Instant> parse(@Nullable Object value, Instant now) {
    return switch (value) {
      case Number seconds -> ofSeconds(seconds.doubleValue());
      case String text -> {
        Optional<Double> seconds = Timestamps.number(text);
        yield seconds.isPresent() ? ofSeconds(seconds.get()) : ofText(text, now);
      }
      case null, default -> Optional.empty();
    };
  }

  private static Optional<Instant> ofSeconds(double seconds) {
    if (Timestamps.ofSeconds(seconds).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(Instant.EPOCH.plus(Math.round(seconds * 1e6), ChronoUnit.MICROS));
  }

  private static Optional<Instant> ofText(String text, Instant now) {
    OptionalLong millis = Timestamps.parse(text, now.toEpochMilli());
    if (millis.isEmpty()) {
      return Optional.empty();
    }
    Matcher finer = MICROS.matcher(text);
    int micros = finer.find() ? Integer.parseInt((finer.group(1) + "00").substring(0, 3)) : 0;
    return Optional.of(
        Instant.ofEpochMilli(millis.getAsLong()).plusNanos((long) micros * MICRO_NANOS));
  }

  /** A time as Python shows it: fractions of a second only if there are any, then six digits. */
  static String show(Instant time) {
    int micros = time.get(ChronoField.MICRO_OF_SECOND);
    return SECONDS.format(time) + (micros == 0 ? "" : ".%06d".formatted(micros)) + "+00:00";
  }
}
