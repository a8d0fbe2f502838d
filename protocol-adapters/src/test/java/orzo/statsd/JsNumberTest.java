package orzo.statsd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsNumberTest {
  private static double parse(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(UTF_8);
    return JsNumber.parse(bytes, 1, bytes.length - 1);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "-3, -3",
    "+5, 5",
    "12345.678, 12345.678",
    ".5, 0.5",
    "5., 5",
    "-.25, -0.25",
    "1e2, 100",
    "1E-2, 0.01",
    "' 5 ', 5",
    "' ', 0",
    "'\u00a07\ufeff', 7",
    "0x10, 16",
    "0XfF, 255",
    "0o17, 15",
    "0b101, 5",
    "Infinity, Infinity",
    "-Infinity, -Infinity",
    "123456789012345678, 123456789012345680",
    "0.1234567890123456789, 0.12345678901234568",
    "1e400, Infinity"
  })
  void parse_aNumber_isWhatJavaScriptReads(String text, double expected) {
    assertThat(parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+",
        ".",
        "abc",
        "NaN",
        "1 2",
        "--1",
        "1.2.3",
        "1,5",
        "1f",
        "1d",
        "0x",
        "-0x10",
        "0xg",
        "0x1p3",
        "1e",
        "infinity",
        "1_000",
        "e5",
        "٣",
        "0xа"
      })
  void parse_noNumber_isNotANumber(String text) {
    assertThat(parse(text)).isNaN();
  }

  @Test
  void parse_moreDigitsThanAnyNumberHas_isNotANumber() {
    assertThat(parse("1".repeat(2000))).isNaN();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "-0.0, 0",
    "0.5, 0.5",
    "478.8, 478.8",
    "0.30000000000000004, 0.30000000000000004",
    "1e21, 1e+21",
    "123456789012345680000, 123456789012345680000",
    "1e-6, 0.000001",
    "1.5e-7, 1.5e-7",
    "-1e-7, -1e-7",
    "1e300, 1e+300",
    "NaN, NaN",
    "-Infinity, -Infinity",
    "421.55555555555554, 421.55555555555554"
  })
  void text_isWhatJavaScriptWrites(double value, String expected) {
    assertThat(JsNumber.text(value)).isEqualTo(expected);
  }

  @Test
  void parse_ofText_givesTheNumberBack() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      double value =
          i % 2 == 0
              ? Double.longBitsToDouble(random.nextLong())
              : random.nextInt() / Math.pow(10, random.nextInt(9));
      if (!Double.isNaN(value)) {
        assertThat(parse(JsNumber.text(value))).as(JsNumber.text(value)).isEqualTo(value + 0.0);
      }
    }
  }
}
