package orzo.http.gnocchi;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lengths of time as Gnocchi's clients write them: seconds as a number, words ({@code 5 minutes},
 * {@code 1h 30m}), or a clock ({@code 0:05:00}, {@code 7 days, 0:00:00}). The forms are those of
 * Python's pytimeparse, and of {@code str(timedelta)} the other way round.
 */
final class Timespan {
  private static final int MAX_LENGTH = 100;

  /** Digits before the point that a number of seconds may have; more are beyond all policies. */
  private static final int MAX_DIGITS = 15;

  private static final String NUMBER = "(\\d+(?:\\.\\d*)?|\\.\\d+)";
  private static final String SECONDS = "(\\d{2}(?:\\.\\d+)?)";
  private static final String GAP = "\\s*(?:[,/]\\s*)?";
  private static final String WEEKS = unit("w|wks?|weeks?");
  private static final String DAYS = unit("d|dys?|days?");
  private static final String HOURS = unit("h|hrs?|hours?");
  private static final String MINUTES = unit("m|mins?|minutes?");

  private static final BigDecimal MINUTE = BigDecimal.valueOf(60);
  private static final BigDecimal HOUR = BigDecimal.valueOf(3600);
  private static final BigDecimal DAY = BigDecimal.valueOf(86_400);
  private static final BigDecimal WEEK = BigDecimal.valueOf(7 * 86_400);

  /** A form, and what each of its groups counts. */
  private record Form(Pattern pattern, List<BigDecimal> units) {
    static Form of(String expression, BigDecimal... units) {
      return new Form(Pattern.compile(expression), List.of(units));
    }
  }

  private static final List<Form> FORMS =
      List.of(
          Form.of(
              WEEKS + DAYS + HOURS + MINUTES + unit("s|secs?|seconds?"),
              WEEK,
              DAY,
              HOUR,
              MINUTE,
              BigDecimal.ONE),
          Form.of("(\\d{1,2}):" + SECONDS, MINUTE, BigDecimal.ONE),
          Form.of(
              WEEKS + DAYS + "(\\d+):(\\d{2}):" + SECONDS, WEEK, DAY, HOUR, MINUTE, BigDecimal.ONE),
          Form.of("(\\d+):(\\d{2}):(\\d{2}):" + SECONDS, DAY, HOUR, MINUTE, BigDecimal.ONE),
          Form.of(":" + SECONDS, BigDecimal.ONE));

  private Timespan() {}

  private static String unit(String names) {
    return "(?:" + NUMBER + "\\s*(?:" + names + ")" + GAP + ")?";
  }

  /**
   * The length of time that a text says, at most nanoseconds exact; empty when it says none, or
   * more than {@link #MAX_DIGITS} digits of seconds.
   */
  static Optional<Duration> parse(String text) {
    String plain = text.strip().toLowerCase(Locale.ROOT);
    if (plain.isEmpty() || plain.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    if (plain.matches("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)(e[+-]?\\d{1,4})?")) {
      return of(new BigDecimal(plain));
    }
    boolean negative = plain.startsWith("-");
    String unsigned = negative || plain.startsWith("+") ? plain.substring(1).strip() : plain;
    for (Form form : FORMS) {
      Matcher parts = form.pattern.matcher(unsigned);
      if (!unsigned.isEmpty() && parts.matches()) {
        BigDecimal seconds = BigDecimal.ZERO;
        for (int i = 0; i < form.units.size(); i++) {
          String number = parts.group(i + 1);
          if (number != null) {
            seconds = seconds.add(new BigDecimal(number).multiply(form.units.get(i)));
          }
        }
        return of(negative ? seconds.negate() : seconds);
      }
    }
    return Optional.empty();
  }

  /** A number of seconds, rounded down to nanoseconds; empty when it has too many digits. */
  static Optional<Duration> of(BigDecimal seconds) {
    // Looked at first: a number of few digits may have an exponent that no arithmetic is fit for.
    long digits = (long) seconds.precision() - seconds.scale();
    if (seconds.signum() == 0 || digits < -9) {
      return Optional.of(Duration.ZERO);
    }
    if (digits > MAX_DIGITS) {
      return Optional.empty();
    }
    BigDecimal nanos = seconds.setScale(9, RoundingMode.DOWN);
    return Optional.of(
        Duration.ofSeconds(
            nanos.longValue(), nanos.remainder(BigDecimal.ONE).movePointRight(9).longValue()));
  }

  /** As Python shows a timedelta: days if any, hours, minutes, seconds, microseconds if any. */
  static String show(Duration time) {
    StringBuilder text = new StringBuilder();
    long days = time.toDays();
    if (days != 0) {
      text.append(days).append(days == 1 ? " day, " : " days, ");
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            time.toHoursPart(),
            time.toMinutesPart(),
            time.toSecondsPart()));
    if (time.toNanosPart() != 0) {
      text.append(String.format(Locale.ROOT, ".%06d", time.toNanosPart() / 1000));
    }
    return text.toString();
  }

  /** As Python shows a number of seconds: with one decimal at least. */
  static String showSeconds(Duration time) {
    BigDecimal seconds = BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros();
    return (seconds.scale() < 1 ? seconds.setScale(1) : seconds).toPlainString();
  }
}
