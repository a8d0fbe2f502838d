package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.intake.SampleBatch;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Lines of InfluxDB, what they say, and what comes of any bytes: a failure shows the seed. */
class InfluxLineTest {
  private static final int ROUNDS = 2_000;
  private static final List<String> PIECES =
      List.of(
          "m",
          "cpu",
          ",",
          ",",
          ",",
          "=",
          "=",
          "=",
          " ",
          " ",
          "\\",
          "\\ ",
          "\\,",
          "\"",
          "\"",
          "host",
          "h",
          "x",
          "1",
          "-2.5",
          "3i",
          "4u",
          "1e9",
          ".5",
          "NaN",
          "t",
          "TRUE",
          "1425652440000000000",
          "99999999999999999999",
          "\n",
          "\n",
          "\r\n",
          "#",
          "ü",
          "\u0000",
          "\t",
          "/",
          "m,host=h x=1 5\n");

  private static InfluxLine parse(String line) {
    return InfluxLine.parse(line.replace('\'', '"'));
  }

  @Test
  void parse_readsAllParts() {
    InfluxLine line =
        parse("my\\ cpu,host=a\\,b,az='z 1' load\\=1=0.5,n=-4i,u=7u,s='a,b c',t=T 12");

    assertThat(line.measurement()).isEqualTo("my cpu");
    assertThat(line.tags()).isEqualTo(Map.of("host", "a,b", "az", "z 1"));
    assertThat(line.fields())
        .containsExactly(
            new InfluxLine.Field("load=1", 0.5),
            new InfluxLine.Field("n", -4),
            new InfluxLine.Field("u", 7));
    assertThat(line.timestamp()).hasValue(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"m x=1", "m x=1 ", "m x=1  "})
  void parse_withoutATimestamp_hasNone(String line) {
    assertThat(parse(line).timestamp()).isEmpty();
    assertThat(parse(line).tags()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | character 1 (expected: a measurement)",
        "m | character 2 (expected: ' ')",
        "m,a | character 4 (expected: '=')",
        "m x | character 4 (expected: '=')",
        "m x=y | character 5 (expected: a number, a quoted text, true or false)",
        "m x=1i2 | character 5 (expected: a number, a quoted text, true or false)",
        "m x='y | character 7 (expected: a closing quote)",
        "m x=1 now | character 7 (expected: a timestamp: a whole number of 64 bits",
        "m x=1 5 6 | character 9 (expected: the end of the line)",
      })
  void parse_ofWhatIsNoLine_tellsThePlace(String line, String message) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED))
        .hasMessageStartingWith(message);
  }

  @Test
  void read_ofAnyPieces_givesPointsOrAnError() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
      if (random.nextInt(4) == 0 && body.length > 0) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      try {
        InfluxPoints points = InfluxPoints.read(body, new InfluxPoints.Reading("host", 1, 1_000));
        assertThat(points.batch(new long[points.metrics().size()]).size())
            .as("seed %s", seed)
            .isEqualTo(points.size());
      } catch (ApiError e) {
        assertThat(e.status()).as("seed %s: %s", seed, e.getMessage()).isEqualTo(400);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + text, e);
      }
    }
  }

  @Test
  void read_ofWhatWasWritten_isThat() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      Map<InfluxPoints.Named, List<Double>> expected =
          new TreeMap<>(Comparator.comparing(InfluxPoints.Named::toString));
      for (int line = random.nextInt(1, 20); line > 0; line--) {
        String host = "h" + random.nextInt(3);
        String field = "f" + random.nextInt(3);
        double value = random.nextGaussian();
        text.append("m,zone=a\\ b,host=").append(host).append(' ').append(field).append('=');
        text.append(value).append(' ').append(line * 1_000_000L).append('\n');
        expected
            .computeIfAbsent(
                new InfluxPoints.Named(host, "m." + field + "@zone=a b"), _ -> new ArrayList<>())
            .add(value);
      }
      InfluxPoints points =
          InfluxPoints.read(
              text.toString().getBytes(StandardCharsets.UTF_8),
              new InfluxPoints.Reading("host", 1, 0));

      assertThat(points.metrics())
          .as("seed %s", seed)
          .containsExactlyInAnyOrderElementsOf(expected.keySet());
      long[] refs = new long[points.metrics().size()];
      for (int i = 0; i < refs.length; i++) {
        refs[i] = i;
      }
      SampleBatch batch = points.batch(refs);
      assertThat(batch.size())
          .as("seed %s", seed)
          .isEqualTo(expected.values().stream().mapToInt(List::size).sum());
    }
  }
}
