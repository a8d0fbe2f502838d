package orzo.gnocchi.operations;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Optional;

/** Into which windows time is divided. */
public sealed interface Sampling {
  /** The start of the window that a time lies in, both in epoch milliseconds. */
  long start(long timeMillis);

  /** The start of the window after the one that starts there, both in epoch milliseconds. */
  long next(long startMillis);

  /**
   * Windows of equal length, of which one starts at the epoch.
   *
   * @param millis the length, positive
   */
  record Fixed(long millis) implements Sampling {
    /** Checks the length. */
    public Fixed {
      if (millis <= 0) {
        throw new IllegalArgumentException("millis: " + millis + " (expected: > 0)");
      }
    }

    @Override
    public long start(long timeMillis) {
      return timeMillis - Math.floorMod(timeMillis, millis);
    }

    @Override
    public long next(long startMillis) {
      return startMillis + millis;
    }
  }

  /** Windows of the calendar, in UTC; {@code symbol} is Gnocchi's name of it. */
  enum Calendar implements Sampling {
    /** From the first of January. */
    YEAR("Y"),
    /** From the first of January and of July. */
    HALF_YEAR("H"),
    /** From the first of January, April, July and October. */
    QUARTER("Q"),
    /** From the first of a month. */
    MONTH("M"),
    /** From Sunday. */
    WEEK("W");

    private final String symbol;

    Calendar(String symbol) {
      this.symbol = symbol;
    }

    /** The calendar of that symbol, if there is one. */
    public static Optional<Calendar> of(String symbol) {
      for (Calendar calendar : values()) {
        if (calendar.symbol.equals(symbol)) {
          return Optional.of(calendar);
        }
      }
      return Optional.empty();
    }

    /** Gnocchi's name of it. */
    public String symbol() {
      return symbol;
    }

    @Override
    public long start(long timeMillis) {
      LocalDate day = day(timeMillis);
      LocalDate start =
          switch (this) {
            case YEAR -> day.withDayOfYear(1);
            case HALF_YEAR -> monthOf(day, 6);
            case QUARTER -> monthOf(day, 3);
            case MONTH -> day.withDayOfMonth(1);
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.SUNDAY));
          };
      return millis(start);
    }

    @Override
    public long next(long startMillis) {
      LocalDate start = day(startMillis);
      return millis(
          switch (this) {
            case YEAR -> start.plusYears(1);
            case HALF_YEAR -> start.plusMonths(6);
            case QUARTER -> start.plusMonths(3);
            case MONTH -> start.plusMonths(1);
            case WEEK -> start.plusWeeks(1);
          });
    }

    private static LocalDate day(long timeMillis) {
      return Instant.ofEpochMilli(timeMillis).atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static long millis(LocalDate day) {
      return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    private static LocalDate monthOf(LocalDate day, int months) {
      int month = day.getMonthValue() - 1;
      return LocalDate.of(day.getYear(), month - month % months + 1, 1);
    }
  }
}
