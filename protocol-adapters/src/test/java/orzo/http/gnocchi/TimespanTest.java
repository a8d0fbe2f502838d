package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimespanTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10 | PT10S",
        "3.6 | PT3.6S",
        ".5 | PT0.5S",
        "1e3 | PT1000S",
        "-2 | PT-2S",
        "0 | PT0S",
        "1 second | PT1S",
        "10s | PT10S",
        "5 minutes | PT5M",
        "5m | PT5M",
        "2 hour | PT2H",
        "1.5h | PT1H30M",
        "1h 30m | PT1H30M",
        "1h30m | PT1H30M",
        "3 hrs, 4 mins / 5 secs | PT3H4M5S",
        "1w3d2h32m | P10DT2H32M",
        "7 days, 0:00:00 | P7D",
        "1 day, 0:00:00 | P1D",
        "0:01:01 | PT1M1S",
        "100:00:00 | PT100H",
        "1:24 | PT1M24S",
        ":22 | PT22S",
        "2:04:13:02.266 | P2DT4H13M2.266S",
        "0:00:03.600000 | PT3.6S",
        "- 5 m | PT-5M",
        "+5 MINUTES | PT5M"
      })
  void parse_forms_areThoseOfPytimeparse(String text, Duration expected) {
    assertThat(Timespan.parse(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1 shenanigan",
        "1h2h",
        "m",
        "1.2.3 h",
        "nan",
        "inf",
        "1e99999999999",
        "1e400",
        "0x10",
        "1 year",
        "-",
        "1:2:3",
        "--1"
      })
  void parse_anythingElse_isNothing(String text) {
    assertThat(Timespan.parse(text)).isEmpty();
  }

  @Test
  void parse_longText_isNothing() {
    assertThat(Timespan.parse("1".repeat(100_000) + "h")).isEmpty();
  }

  @Test
  void of_whatHasNoPlaceInALong_isNothing() {
    assertThat(Timespan.of(new BigDecimal("1e15"))).isEmpty();
    assertThat(Timespan.of(new BigDecimal("1e999999999"))).isEmpty();
    assertThat(Timespan.of(new BigDecimal("1e-999999999"))).contains(Duration.ZERO);
    assertThat(Timespan.of(new BigDecimal("999999999999999.9999999999")))
        .contains(Duration.ofSeconds(999_999_999_999_999L, 999_999_999));
    assertThat(Timespan.of(new BigDecimal("-0.5"))).contains(Duration.ofMillis(-500));
  }

  @ParameterizedTest
  @CsvSource({
    "PT1S, 0:00:01",
    "PT0S, 0:00:00",
    "PT59M58S, 0:59:58",
    "PT24H, '1 day, 0:00:00'",
    "PT49H1S, '2 days, 1:00:01'",
    "PT3.6S, 0:00:03.600000",
    "P365D, '365 days, 0:00:00'"
  })
  void show_isPythonsTimedelta(Duration time, String expected) {
    assertThat(Timespan.show(time)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"PT1S, 1.0", "PT5M, 300.0", "PT3.6S, 3.6", "PT0.001S, 0.001", "P365D, 31536000.0"})
  void showSeconds_isPythonsFloat(Duration time, String expected) {
    assertThat(Timespan.showSeconds(time)).isEqualTo(expected);
  }

  @Test
  void show_anyMilliseconds_parseBack() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      Duration time = Duration.ofMillis(random.nextLong(1L << 1 + random.nextInt(44)));
      assertThat(Timespan.parse(Timespan.show(time))).contains(time);
      assertThat(Timespan.parse(Timespan.showSeconds(time))).contains(time);
    }
  }
}
