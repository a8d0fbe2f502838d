package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonWriterTest {
  private interface Action {
    void on(JsonWriter json) throws IOException;
  }

  private static String written(Action action) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonWriter json = new JsonWriter(out);
    try {
      action.on(json);
      json.drain();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String value(double value) {
    String quoted = written(json -> json.value(value));
    assertThat(quoted).startsWith("\"").endsWith("\"");
    return quoted.substring(1, quoted.length() - 1);
  }

  private static String scalar(double value) {
    String quoted = written(json -> json.scalarValue(value));
    return quoted.substring(1, quoted.length() - 1);
  }

  // The expected column was printed by Prometheus 2.42 for vector(<first column>).
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-1, -1",
    "100, 100",
    "0.1, 0.1",
    "0.30000000000000004, 0.30000000000000004",
    "123456.789, 123456.789",
    "0.000001, 0.000001",
    "0.0000012345, 0.0000012345",
    "0.00000099, 9.9e-07",
    "-0.00000099, -9.9e-07",
    "1e-9, 1e-09",
    "1e-10, 1e-10",
    "1.5e-100, 1.5e-100",
    "1e20, 100000000000000000000",
    "1.2345678e20, 123456780000000000000",
    "999999999999999900000, 999999999999999900000",
    "1e21, 1e+21",
    "-1e21, -1e+21",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "2.2250738585072014e-308, 2.2250738585072014e-308",
    "4.9e-324, 5e-324",
    "9.9e-324, 1e-323",
    "1.5e-323, 1.5e-323",
    "9007199254740991, 9007199254740991",
    "9007199254740992, 9007199254740992",
    "9007199254740993, 9007199254740992",
    "9223372036854775807, 9223372036854776000",
    "18014398509481984, 18014398509481984",
    "1e15, 1000000000000000",
    "1e23, 1e+23",
    "9.5e-7, 9.5e-07",
    "4.35, 4.35",
    "0.5, 0.5",
    "1700000000.123, 1700000000.123",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
  })
  void value_isInPrometheusForm(double value, String expected) {
    assertThat(value(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "0.25, 0.25",
    "1e21, 1000000000000000000000",
    "1e-7, 0.0000001",
    "-1.5e-9, -0.0000000015",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
  })
  void scalarValue_isAlwaysPositional(double value, String expected) {
    assertThat(scalar(value)).isEqualTo(expected);
  }

  @Test
  void scalarValue_ofTheExtremes_fitsAndRoundTrips() {
    for (double value : new double[] {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE}) {
      String text = scalar(value);
      assertThat(text).doesNotContain("e").doesNotContain("E");
      assertThat(Double.parseDouble(text)).isEqualTo(value);
    }
  }

  @Test
  void value_ofRandomDoubles_roundTripsAndIsTheShortest() {
    SplittableRandom random = new SplittableRandom(20260301);
    for (int i = 0; i < 300_000; i++) {
      double value =
          switch (i % 7) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextInt(2_000_000) / 1000.0;
            case 2 -> random.nextLong(1L << 62);
            case 3 -> random.nextDouble() * Math.pow(10, random.nextInt(-30, 30));
            case 4 -> random.nextLong(2_000_000_000_000_000L) / 1e6; // around the quick path's end
            case 5 -> Math.nextUp(random.nextInt(2_000_000) / 1000.0); // just off a short decimal
            default -> Math.scalb(1.0, random.nextInt(-1074, 1024)); // uneven spacing
          };
      assertShortest(value);
    }
  }

  @Test
  void value_ofSubnormalsAndNeighbours_roundTripsAndIsTheShortest() {
    for (int i = 1; i <= 20_000; i++) {
      assertShortest(Double.MIN_VALUE * i);
      assertShortest(Double.longBitsToDouble(0x0010000000000000L - 10_000 + i));
      assertShortest(Double.longBitsToDouble(Double.doubleToLongBits(1e22) - 10_000 + i));
    }
  }

  private static void assertShortest(double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    String text = value(value);
    assertThat(Double.doubleToLongBits(Double.parseDouble(text)))
        .as("%s written as %s", value, text)
        .isEqualTo(Double.doubleToLongBits(value));
    if (value == 0) {
      return;
    }
    // The JDK finds the shortest of at least two digits.
    BigDecimal ours = new BigDecimal(text).stripTrailingZeros();
    BigDecimal reference = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (reference.precision() > 2) {
      assertThat(ours).as("%s written as %s", value, text).isEqualByComparingTo(reference);
    } else {
      assertThat(ours.precision()).isLessThanOrEqualTo(reference.precision());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1435781451781, 1435781451.781",
    "1435781451780, 1435781451.780",
    "1435781451700, 1435781451.700",
    "1435781451001, 1435781451.001",
    "1435781451000, 1435781451",
    "1, 0.001",
    "-1, -0.001",
    "-1500, -1.500",
    "9223372036854775807, 9223372036854775.807",
    "-9223372036854775808, -9223372036854775.808",
  })
  void timestamp_isSeconds(long millis, String expected) {
    assertThat(written(json -> json.timestamp(millis))).isEqualTo(expected);
  }

  // Prometheus gives scalars to another JSON encoder than vectors, which shows in the zeros.
  @ParameterizedTest
  @CsvSource({
    "1435781451781, 1435781451.781",
    "1435781451780, 1435781451.78",
    "1435781451700, 1435781451.7",
    "1435781451001, 1435781451.001",
    "1435781451010, 1435781451.01",
    "1435781451000, 1435781451",
    "-1500, -1.5",
  })
  void scalarTimestamp_hasNoTrailingZeros(long millis, String expected) {
    assertThat(written(json -> json.scalarTimestamp(millis))).isEqualTo(expected);
  }

  @Test
  void integer_writesTheWholeRange() {
    assertThat(
            written(json -> {
              json.integer(0);
              json.raw(' ');
              json.integer(-12);
              json.raw(' ');
              json.integer(Long.MIN_VALUE);
              json.raw(' ');
              json.integer(Long.MAX_VALUE);
            }))
        .isEqualTo("0 -12 -9223372036854775808 9223372036854775807");
  }

  @Test
  void integer_ofAnyLength_isAsJavaWritesIt() {
    for (long power = 1; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
      for (long value : new long[] {power - 1, power, power + 1, 7 * power / 3}) {
        assertThat(written(json -> json.integer(value))).isEqualTo(Long.toString(value));
        assertThat(written(json -> json.integer(-value))).isEqualTo(Long.toString(-value));
      }
    }
  }

  @Test
  void sample_afterOthers_isAsTimestampAndValueAlone() {
    SplittableRandom random = new SplittableRandom(20261123);
    long[] times = new long[2000];
    double[] values = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      times[i] =
          switch (random.nextInt(4)) {
            case 0 -> random.nextLong(-30_000_000, 30_000_000);
            case 1 -> random.nextLong();
            default -> 1_795_400_000_000L + i * 15_000L + random.nextInt(3) * 500L;
          };
      values[i] =
          switch (random.nextInt(3)) {
            case 0 -> random.nextLong(1L << random.nextInt(1, 60)) / 1000.0;
            case 1 -> Double.longBitsToDouble(random.nextLong());
            default -> random.nextLong();
          };
    }
    String expected = "";
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < times.length; i++) {
      long time = times[i];
      double value = values[i];
      String alone =
          written(json -> json.timestamp(time)) + "," + written(json -> json.value(value));
      all.append(expected).append('[').append(alone).append(']');
      expected = ",";
    }
    assertThat(
            written(json -> {
              for (int i = 0; i < times.length; i++) {
                json.sample(i > 0, times[i], values[i]);
              }
            }))
        .isEqualTo(all.toString());
  }

  @Test
  void string_escapesWhatJsonAsksFor() {
    assertThat(written(json -> json.string("a\"b\\c\n\r\t\u0001\u007f")))
        .isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\\u0001\u007f\"");
    assertThat(written(json -> json.string("é€😀 ok"))).isEqualTo("\"é€😀 ok\"");
    assertThat(written(json -> json.string("a\ud83d"))).isEqualTo("\"a\ufffd\"");
    assertThat(written(json -> json.string("\ude00b"))).isEqualTo("\"\ufffdb\"");
  }

  @Test
  void string_longerThanTheBuffer_isWhole() {
    String text = "0123456789ü".repeat(5_000);
    assertThat(written(json -> json.string(text))).isEqualTo('"' + text + '"');
  }
}
