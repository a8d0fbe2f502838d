package orzo.promql.exec.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarFunctionsTest {
  private static void assertAgreesWithJavaTime(long wholeSeconds) {
    double seconds = (double) wholeSeconds;
    LocalDateTime time = LocalDateTime.ofEpochSecond(wholeSeconds, 0, ZoneOffset.UTC);
    double[] expected = {
      time.getYear(),
      time.getMonthValue(),
      time.getDayOfMonth(),
      time.getDayOfYear(),
      time.getDayOfWeek().getValue() % 7,
      time.toLocalDate().lengthOfMonth(),
      time.getHour(),
      time.getMinute()
    };
    double[] actual = {
      CalendarFunctions.year(seconds),
      CalendarFunctions.month(seconds),
      CalendarFunctions.dayOfMonth(seconds),
      CalendarFunctions.dayOfYear(seconds),
      CalendarFunctions.dayOfWeek(seconds),
      CalendarFunctions.daysInMonth(seconds),
      CalendarFunctions.hour(seconds),
      CalendarFunctions.minute(seconds)
    };
    assertThat(actual).as("%d s: %s", wholeSeconds, time).containsExactly(expected);
  }

  @Test
  void everyDayOf800Years_agreesWithJavaTime() {
    for (long day = -200_000; day < 100_000; day++) {
      assertAgreesWithJavaTime(day * 86_400 + 45_296);
    }
  }

  @Test
  void randomTimes_agreeWithJavaTime() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      assertAgreesWithJavaTime(random.nextLong(-1L << 48, 1L << 48));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1e30})
  void whatIsNoTime_isNaN(double seconds) {
    assertThat(CalendarFunctions.year(seconds)).isNaN();
    assertThat(CalendarFunctions.minute(seconds)).isNaN();
  }
}
