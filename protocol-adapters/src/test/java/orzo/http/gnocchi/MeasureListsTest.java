package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.gnocchi.aggregates.Aggregates.Run;
import orzo.gnocchi.operations.Sampling;
import orzo.read.Points;

class MeasureListsTest {
  private static Run run(Sampling sampling, String time, double... values) {
    long[] times = new long[values.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = Instant.parse(time).toEpochMilli() + i * 60_000L;
    }
    return new Run(sampling, new Points(times, values));
  }

  @Test
  void json_ofMeasures_listsTimeGranularityAndValue() {
    MeasureLists lists =
        new MeasureLists(
            List.of(
                run(new Sampling.Fixed(300_000), "2015-03-06T23:59:00Z", 43.1, -2),
                run(new Sampling.Fixed(500), "1969-12-31T23:59:59.999Z", Double.NaN),
                run(Sampling.Calendar.MONTH, "2024-02-01T00:00:00Z", Double.NEGATIVE_INFINITY)));
    assertThat(JsonText.of(Map.of("mean", lists)))
        .isEqualTo(
            "{\"mean\": [[\"2015-03-06T23:59:00+00:00\", 300.0, 43.1], "
                + "[\"2015-03-07T00:00:00+00:00\", 300.0, -2.0], "
                + "[\"1969-12-31T23:59:59+00:00\", 0.5, NaN], "
                + "[\"2024-02-01T00:00:00+00:00\", \"M\", -Infinity]]}");
  }

  @Test
  void json_ofNoMeasures_isAnEmptyList() {
    assertThat(JsonText.of(new MeasureLists(List.of()))).isEqualTo("[]");
    assertThat(
            JsonText.of(
                new MeasureLists(List.of(run(Sampling.Calendar.YEAR, "2024-01-01T00:00:00Z")))))
        .isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "1, 1.0",
    "-17, -17.0",
    "0.1, 0.1",
    "-22.55, -22.55",
    "100, 100.0",
    "1e15, 1000000000000000.0",
    "123456789012345678, 1.2345678901234568e+17",
    "9007199254740993, 9007199254740992.0",
    "1e16, 1e+16",
    "1.5e300, 1.5e+300",
    "0.0001, 0.0001",
    "0.00012345, 0.00012345",
    "0.00001, 1e-05",
    "1.25e-7, 1.25e-07",
    "4.9e-324, 5e-324",
    "12345.678, 12345.678",
    "1e15, 1000000000000000.0",
    "1234567890123456.5, 1234567890123456.5"
  })
  void number_hasPythonsForm(double value, String text) {
    assertThat(JsonText.of(value)).isEqualTo(text);
  }

  @Test
  void number_readBack_isTheSame() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(JsonText.of(value))).isEqualTo(value);
      }
      double decimal = random.nextLong(-10_000_000, 10_000_000) / 1e4;
      assertThat(Double.parseDouble(JsonText.of(decimal))).isEqualTo(decimal);
    }
  }
}
