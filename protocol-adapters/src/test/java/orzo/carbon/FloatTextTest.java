package orzo.carbon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.wire.Decimals;

class FloatTextTest {
  private final FloatText number = new FloatText();

  private boolean read(String text) {
    byte[] bytes = ("x" + text + "7").getBytes(UTF_8); // what stands around it does not count
    return number.read(bytes, 1, bytes.length - 1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "-1, -1",
    "+1, 1",
    "007, 7",
    "1.5, 1.5",
    ".5, 0.5",
    "5., 5",
    "-.5, -0.5",
    "1e3, 1000",
    "1E3, 1000",
    "1e+3, 1000",
    "1e-3, 0.001",
    "1.e2, 100",
    ".1e1, 1",
    "1_000, 1000",
    "1_0.0_1, 10.01",
    "1e1_0, 1e10",
    "0x, NaN",
    "inf, Infinity",
    "-inf, -Infinity",
    "+Infinity, Infinity",
    "iNf, Infinity",
    "1e400, Infinity",
    "1e-400, 0",
    "-0, -0.0",
    "0.00012345678901234567, 0.00012345678901234567",
    "' 12 ', 12",
    "'\t1\n', 1"
  })
  void read_text_asPythonDoes(String text, double expected) {
    boolean valid = read(text);
    assertThat(valid).as(text).isEqualTo(!Double.isNaN(expected));
    if (valid) {
      assertThat(Double.doubleToRawLongBits(number.value()))
          .as(text)
          .isEqualTo(Double.doubleToRawLongBits(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-",
        "+",
        ".",
        "-.",
        "e5",
        "1e",
        "1e+",
        "1e5.0",
        "1,5",
        "0x10",
        "0b1",
        "1__0",
        "_1",
        "1_",
        "1_.5",
        "1._5",
        "1e_5",
        "1e5_",
        "--1",
        "+-1",
        "1 2",
        "1-",
        "1f",
        "1d",
        "1L",
        "in",
        "infin",
        "infinityy",
        "nano",
        "- 1",
        "\u0661",
        "1\u00a0",
        "none",
        "true",
        "1\0"
      })
  void read_whatPythonRefuses_isNoNumber(String text) {
    assertThat(read(text)).as("'%s'", text).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nan", "NaN", "-nan", "+NAN"})
  void read_nan_isNan(String text) {
    assertThat(read(text)).isTrue();
    assertThat(number.value()).isNaN();
  }

  @Test
  void read_randomDecimals_isTheNearestDouble() {
    Random random = new Random(1);
    for (int i = 0; i < 500_000; i++) {
      StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "-" : "");
      int whole = random.nextInt(12);
      int fraction = whole == 0 ? 1 + random.nextInt(22) : random.nextInt(22);
      for (int k = 0; k < whole; k++) {
        text.append((char) ('0' + random.nextInt(10)));
      }
      if (fraction > 0) {
        text.append('.');
        for (int k = 0; k < fraction; k++) {
          text.append((char) ('0' + (random.nextInt(3) == 0 ? 0 : random.nextInt(10))));
        }
      }
      assertNearest(text.toString());
    }
  }

  @Test
  void read_randomDoublesAsPrinted_isTheSameDouble() {
    Random random = new Random(2);
    for (int i = 0; i < 500_000; i++) {
      double value = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(16));
      assertNearest(new BigDecimal(Double.toString(value)).toPlainString());
      assertNearest(Double.toString(value));
    }
  }

  @Test
  void read_textsNearTheMiddleOfTwoDoubles_isTheNearer() {
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      double value = random.nextDouble() * Math.pow(2, random.nextInt(50));
      if (i % 4 == 0) {
        value = Math.pow(2, random.nextInt(50)); // where doubles below are denser
      }
      BigDecimal middle =
          new BigDecimal(value)
              .add(new BigDecimal(i % 2 == 0 ? Math.nextUp(value) : Math.nextDown(value)))
              .divide(BigDecimal.TWO);
      for (int digits = 15; digits <= 19; digits++) {
        int scale = digits - middle.precision() + middle.scale();
        if (scale > 0) {
          assertNearest(middle.setScale(scale, RoundingMode.DOWN).toPlainString());
          assertNearest(middle.setScale(scale, RoundingMode.UP).toPlainString());
        }
      }
    }
  }

  private void assertNearest(String text) {
    assertThat(read(text)).as(text).isTrue();
    if (Double.doubleToRawLongBits(number.value())
        != Double.doubleToRawLongBits(Double.parseDouble(text))) {
      assertThat(number.value()).as(text).isEqualTo(Double.parseDouble(text));
    }
  }

  @Test
  void divided_upTo18Digits_isSeldomLeftToTheJdk() {
    Random random = new Random(4);
    int left = 0;
    for (int i = 0; i < 100_000; i++) {
      long digits = random.nextLong(100_000_000_000_000_000L, 1_000_000_000_000_000_000L);
      left += Decimals.divided(digits, random.nextInt(23)) < 0 ? 1 : 0;
    }
    assertThat(left).isLessThan(500);
  }
}
