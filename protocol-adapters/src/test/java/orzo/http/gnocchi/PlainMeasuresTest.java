package orzo.http.gnocchi;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are read in the quick way against the same bodies read by {@link MeasuresParser}. */
class PlainMeasuresTest {
  private static final long NOW = Instant.parse("2026-11-23T00:00:00Z").toEpochMilli();

  /** What was read: names, and times and values as bits. */
  private record Found(List<String> names, List<Long> numbers) {
    Found() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    void measure(long millis, double value) {
      numbers.add(millis);
      numbers.add(Double.doubleToRawLongBits(value));
    }
  }

  /** What the parser makes of an object of lists; null if it refuses it. */
  private static @Nullable Found parsed(byte[] body) {
    Found found = new Found();
    try (MeasuresParser parser = new MeasuresParser(body, NOW)) {
      parser.object((name, path) -> {
        int from = found.numbers.size() / 2;
        parser.measures(path, found::measure);
        found.names.add(name + " " + from + " " + found.numbers.size() / 2);
      });
      return found;
    } catch (ApiError e) {
      return null;
    }
  }

  /** What is read in the quick way; null if that gives up. */
  private static @Nullable Found plain(byte[] body) {
    MeasureColumns columns = new MeasureColumns(0);
    Found found = new Found();
    boolean isPlain =
        new PlainMeasures(body, columns)
            .lists((name, from, to) -> found.names.add(name + " " + from + " " + to));
    columns.forEach(found::measure);
    return isPlain ? found : null;
  }

  private static @Nullable Found plain(String body) {
    return plain(body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void lists_asClientsWriteThem_areNotLeftToTheParser() {
    String body =
        "{\"7e9a7d9a-6f06-4d5f-9f2c-0d0a1f3f8a11\": [{\"timestamp\": \"2026-01-05T00:00:00\","
            + " \"value\": 50.12}, {\"value\":-3,\"timestamp\":\"2026-01-05T23:59:30\"}, {"
            + " \"timestamp\" : \"2026-01-06 00:00:00.25+01:00\" , \"value\" : 1.5e3 } ],"
            + " \"b\": [], \"c\": [{\"timestamp\": 1767571200.5, \"value\": 0}]}\n";
    Found found = requireNonNull(plain(body));
    assertThat(found).isEqualTo(parsed(body.getBytes(StandardCharsets.UTF_8)));
    assertThat(found.numbers)
        .containsExactly(
            Instant.parse("2026-01-05T00:00:00Z").toEpochMilli(),
            Double.doubleToRawLongBits(50.12),
            Instant.parse("2026-01-05T23:59:30Z").toEpochMilli(),
            Double.doubleToRawLongBits(-3),
            Instant.parse("2026-01-05T23:00:00.25Z").toEpochMilli(),
            Double.doubleToRawLongBits(1500),
            1767571200500L,
            0L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"a\"}",
        "{\"a\": [}",
        "{\"a\": []} x",
        "{\"a\": [],}",
        "{\"a\": [{}]}",
        "{\"a\": [{\"timestamp\": \"2026-01-05T00:00:00\"}]}",
        "{\"a\": [{\"value\": 1}]}",
        "{\"a\": [{\"timestamp\": \"2026-01-05T00:00:00\", \"value\": \"1\"}]}",
        "{\"a\": [{\"timestamp\": \"2026-01-05T00:00:00\", \"value\": NaN}]}",
        "{\"a\": [{\"timestamp\": \"2026-01-05T00:00:00\", \"value\": 01}]}",
        "{\"a\": [{\"timestamp\": \"2026-01-05T00:00:00\", \"value\": 1.}]}",
        "{\"a\": [{\"timestamp\": \"2026-01-05T24:00:00\", \"value\": 1}]}",
        "{\"a\": [{\"timestamp\": \"2026-02-30T00:00:00\", \"value\": 1}]}",
        "{\"a\": [{\"timestamp\": \"1969-12-31T23:59:59\", \"value\": 1}]}",
        "{\"a\": [{\"timestamp\": \"-5 minutes\", \"value\": 1}]}",
        "{\"a\": [{\"timestamp\": \"1767571200\", \"value\": 1}]}",
        "{\"a\": [{\"timestamp\": -1, \"value\": 1}]}",
        "{\"a\": [{\"timestamp\": \"\\u0032026-01-05T00:00:00\", \"value\": 1}]}",
        "{\"a\": [{\"timestamp\": \"\0\0\0\0\0\0\0\0\0\0\00000:00:00\", \"value\": 1}]}",
        "{\"a\": [{\"timestamp\": \"2026-01-05T00:00:00\", \"value\": 1, \"value\": 2}]}",
        "{\"a\": [{\"timestamp\": \"2026-01-05T00:00:00\", \"value\": 1}, {\"timestamp\": 5,"
            + " \"value\": 1}]}",
        "{\"\\u0061\": []}",
        "{\"ä\": []}"
      })
  void lists_otherwise_areLeftToTheParser(String body) {
    assertThat(plain(body)).isNull();
  }

  @Test
  void lists_ofRandomBodies_areWhatTheParserReads() {
    int plain = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] body = new Bodies(random).body().getBytes(StandardCharsets.UTF_8);
      if (seed % 3 == 0) { // damaged
        body[random.nextInt(body.length)] =
            (byte) " \"{}[]:,.-+eE019T\\\0\u00e4".charAt(random.nextInt(20));
      }
      Found found = plain(body);
      if (found != null) {
        plain++;
        assertThat(found)
            .as("seed %d: %s", seed, new String(body, StandardCharsets.UTF_8))
            .isEqualTo(parsed(body));
      }
    }
    assertThat(plain).isGreaterThan(8_000);
  }

  @Test
  void list_isReadAsTheParserReadsIt() {
    byte[] body =
        "[{\"timestamp\": \"2026-01-05T00:00:00Z\", \"value\": 4.25}]"
            .getBytes(StandardCharsets.UTF_8);
    MeasureColumns columns = new MeasureColumns(0);
    assertThat(new PlainMeasures(body, columns).list()).isTrue();
    assertThat(columns.size()).isEqualTo(1);
    assertThat(new PlainMeasures("{}".getBytes(StandardCharsets.UTF_8), columns).list()).isFalse();
  }

  /** Bodies of all forms, most of them plain. */
  private record Bodies(SplittableRandom random) {
    String body() {
      StringBuilder body = new StringBuilder("{");
      int lists = random.nextInt(4);
      for (int i = 0; i < lists; i++) {
        body.append(i > 0 ? "," : "").append(blanks());
        body.append("\"m").append(i).append('"').append(blanks()).append(':').append(blanks());
        list(body);
        body.append(blanks());
      }
      return body.append("}").append(blanks()).toString();
    }

    private void list(StringBuilder body) {
      body.append('[');
      int form = random.nextInt(10);
      int measures = random.nextInt(5);
      for (int i = 0; i < measures; i++) {
        String time = "\"timestamp\"" + blanks() + ":" + blanks() + time(form);
        String value = "\"value\":" + blanks() + number();
        boolean timeFirst = random.nextInt(4) > 0;
        body.append(i > 0 ? "," : "").append(blanks()).append('{').append(blanks());
        body.append(timeFirst ? time : value).append(blanks()).append(',').append(blanks());
        body.append(timeFirst ? value : time).append(blanks()).append('}').append(blanks());
      }
      body.append(']');
    }

    private String blanks() {
      return random.nextInt(3) > 0 ? "" : " \n\r\t".substring(random.nextInt(4));
    }

    private String time(int form) {
      long millis = random.nextLong(4_000_000_000_000L);
      if (form == 0) {
        return random.nextBoolean() ? Long.toString(millis / 1000) : millis / 1e3 + "";
      }
      LocalDateTime time = LocalDateTime.ofEpochSecond(millis / 1000, 0, ZoneOffset.UTC);
      if (random.nextBoolean()) {
        time = LocalDateTime.of(2026, 1, 5, 0, 0).plusSeconds(random.nextInt(200_000));
      }
      String text = time.withSecond(random.nextInt(60)).toString();
      text = text.length() == 16 ? text + ":00" : text;
      return switch (form) {
        case 1 -> '"' + text.replace('T', ' ') + '"';
        case 2 -> '"' + text + "." + random.nextInt(1_000_000) + '"';
        case 3 -> '"' + text + "Z" + '"';
        case 4 -> '"' + text + "-03:30" + '"';
        case 5 -> '"' + text.substring(0, random.nextInt(text.length() + 1)) + '"';
        case 6 -> '"' + text.substring(0, 16) + "+05" + '"';
        default -> '"' + text + '"';
      };
    }

    private String number() {
      String text =
          switch (random.nextInt(8)) {
            case 0 -> Long.toString(random.nextLong());
            case 1 -> Integer.toString(random.nextInt(10));
            case 2 -> Double.toString(random.nextInt(10_000) / 100.0);
            case 3 -> Double.toString(random.nextDouble());
            case 4 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 5 -> random.nextLong(1_000_000_000_000_000_000L) + "." + random.nextInt(100);
            case 6 -> "0." + "0".repeat(random.nextInt(30)) + random.nextInt(1000);
            default -> "1e" + random.nextInt(-400, 400);
          };
      return random.nextInt(6) == 0 && !text.startsWith("-") ? "-" + text : text;
    }
  }
}
