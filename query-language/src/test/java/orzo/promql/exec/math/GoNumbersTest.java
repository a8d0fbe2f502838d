package orzo.promql.exec.math;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoNumbersTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "1.5, 1.5",
    "1e21, 1000000000000000000000",
    "1e-7, 0.0000001",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
    "0.1, 0.1",
    "123456789, 123456789"
  })
  void plain_hasNoExponent(double value, String text) {
    assertThat(GoNumbers.plain(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "100000, 100000",
    "1e6, 1e+06",
    "1234567, 1.234567e+06",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "-2.5e-9, -2.5e-09",
    "1e100, 1e+100",
    "Infinity, +Inf"
  })
  void general_hasAnExponentWhenLong(double value, String text) {
    assertThat(GoNumbers.general(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "12, 12", "123, 1.2e+02", "0.0456, 0.046", "100, 1e+02", "0, 0"})
  void twoDigits_rounds(double value, String text) {
    assertThat(GoNumbers.twoDigits(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "+1.50, 1.5",
    ".5, 0.5",
    "5., 5",
    "1e3, 1000",
    "-Inf, -Infinity",
    "inf, Infinity",
    "+infinity, Infinity",
    "0x1p-2, 0.25"
  })
  void parse_number_givesIt(String text, double value) {
    assertThat(GoNumbers.parse(text)).hasValue(value);
  }

  @Test
  void parse_notANumber_givesNaN() {
    assertThat(GoNumbers.parse("nan").orElse(0)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two", "1d", "1f", " 1", "1 ", "1e", ".", "0x1", "1e999", "--1"})
  void parse_noNumber_givesNothing(String text) {
    assertThat(GoNumbers.parse(text)).isEmpty();
  }
}
