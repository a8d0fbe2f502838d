package orzo.carbon;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static orzo.carbon.LaneUnderTest.NOW_MILLIS;
import static orzo.carbon.LaneUnderTest.path;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.metric.Labels;

class LineConnectionTest {
  private static final CarbonLimits LIMITS = new CarbonLimits(200, 1000, 10_000, 10, Duration.ZERO);

  private final LaneUnderTest under = new LaneUnderTest(LIMITS);

  @AfterEach
  void nothingIsLost() {
    under.close();
  }

  private void send(String text) {
    EmbeddedChannel connection = under.lines();
    under.send(connection, text.getBytes(UTF_8));
    under.end(connection);
    under.settle();
  }

  /** Sends a line twice: to be registered, and to be found in the cache. */
  private void assertSample(String line, Labels series, long timestampMillis, double value) {
    send(line + "\n");
    send(line + "\n");
    Sample sample = Sample.of(timestampMillis, value);
    assertThat(under.samples()).isEqualTo(Map.of(series, List.of(sample, sample)));
    assertThat(under.rejections()).isEmpty();
    assertThat(under.counters.accepted(Protocol.CARBON_LINE)).isEqualTo(2);
  }

  private void assertRejected(String line, Rejection reason) {
    send(line + "\nok 1 100\n" + line + "\n");
    send(line + "\n");
    assertThat(under.rejections()).as(line).isEqualTo(Map.of(reason, 3L));
    assertThat(under.samples()).isEqualTo(Map.of(path("ok"), List.of(Sample.of(100_000, 1))));
  }

  @ParameterizedTest
  @CsvSource({
    "a.b.c 1 100",
    "'a.b.c 1 100\r'",
    "'  a.b.c 1 100'",
    "'a.b.c\t1\t100'",
    "'\ta.b.c  1 \t 100  '",
    "a.b.c 1.0 100.0",
    "a.b.c +1 +100",
    "a.b.c 1e0 1e2",
    "a.b.c 0_1 1_00",
    ".a..b.c. 1 100"
  })
  void line_ofThreeWords_isASample(String line) {
    assertSample(line, path("a.b.c"), 100_000, 1);
  }

  @Test
  void line_withAPathOfUtf8_isASample() {
    assertSample("größe.日本 1 100", path("größe.日本"), 100_000, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, -0.0",
    "12.5, 12.5",
    "-12.5, -12.5",
    "inf, Infinity",
    "-Infinity, -Infinity",
    "1e300, 1e300",
    "0.1234567890123456789, 0.12345678901234568",
    "123456789012345678, 123456789012345680",
    "12345678901234567890, 12345678901234567000",
    "1_000.5, 1000.5",
    ".5, 0.5",
    "5., 5"
  })
  void value_inAnyFormOfPython_isExact(String text, double expected) {
    assertSample("a " + text + " 1700000000", path("a"), 1_700_000_000_000L, expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1000",
    "1700000000, 1700000000000",
    "4294967295, 4294967295000",
    "1700000000.123, 1700000000123",
    "1700000000.9996, 1700000001000",
    "1.7e9, 1700000000000",
    "-0.5, 0",
    "00000000000000000012, 12000"
  })
  void timestamp_ofSeconds_isKeptToTheMillisecond(String text, long expectedMillis) {
    assertSample("a 1 " + text, path("a"), expectedMillis, 1);
  }

  @ParameterizedTest
  @CsvSource({"-1", "-1.0", "-1.9", "'-1\r'", "'-1 '"})
  void timestamp_ofMinusOne_isNow(String text) {
    assertSample("a 1 " + text, path("a"), NOW_MILLIS, 1);
  }

  @Test
  void tags_inAnyOrder_areOneSeries() {
    send("disk.used;rack=a1;host=web01 1 100\ndisk.used;host=web01;rack=a1 2 101\n");
    assertThat(under.samples())
        .isEqualTo(
            Map.of(
                Labels.of("__name__", "disk.used", "host", "web01", "rack", "a1"),
                List.of(Sample.of(100_000, 1), Sample.of(101_000, 2))));
  }

  @ParameterizedTest
  @CsvSource({
    "m;a=1;a=2, a, 2",
    "m;name=other;a=2, a, 2",
    "m;a=b=c, a, b=c",
    "m;a=x!^~, a, x!^~",
    "'m{a=\"2\"}', a, 2",
    "'m{a=\"1\",a=\"2\"}', a, 2",
    "'m{a=\"q\\\"r\\\\\"}', a, 'q\"r\\'"
  })
  void tags_asCarbonReadsThem(String series, String tag, String value) {
    assertSample(series + " 1 100", Labels.of("__name__", "m", tag, value), 100_000, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "m;",
    "m;a",
    "m;a=",
    "m;=1",
    "m;a=~x",
    "m;a!b=1",
    "m;a^b=1",
    "m;a=1;;b=2",
    "m;__name__=x",
    "'m{a=\"\"}'",
    "'m{a=1,b=\"2\"}'",
    "'m{a=\"x;y\"}'",
    "'m{=\"x\"}'"
  })
  void tags_thatCarbonDoesNotRead_areRejected(String series) {
    assertRejected(series + " 1 100", Rejection.INVALID_LABELS);
  }

  @ParameterizedTest
  @CsvSource({"a", "a 1", "a 1 100 x", "1 100", "a;b=c d 1 100", "'a '", "'a 1 '", "'a\0b 1'"})
  void line_withoutThreeWords_isMalformed(String line) {
    assertRejected(line, Rejection.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"x", "1.2.3", "0x10", "'1,5'", "--1", "1e", "none"})
  void value_thatIsNoNumber_isRejected(String value) {
    assertRejected("a " + value + " 100", Rejection.INVALID_VALUE);
  }

  @ParameterizedTest
  @CsvSource({
    "x",
    "nan",
    "inf",
    "-2",
    "-1e9",
    "4294967296",
    "1700000000000",
    "12345678901234567890",
    "1x",
    "now"
  })
  void timestamp_thatIsNone_isRejected(String timestamp) {
    assertRejected("a 1 " + timestamp, Rejection.INVALID_TIMESTAMP);
  }

  @ParameterizedTest
  @CsvSource({"nan", "NaN", "-nan"})
  void value_ofNan_isLeftOut(String value) {
    assertRejected("a " + value + " 100", Rejection.NAN);
  }

  @ParameterizedTest
  @CsvSource({".", "..", ";a=b"})
  void path_withoutANode_isRejected(String path) {
    assertRejected(path + " 1 100", Rejection.INVALID_PATH);
  }

  @Test
  void path_thatIsNotUtf8_isRejected() {
    EmbeddedChannel connection = under.lines();
    for (int i = 0; i < 2; i++) {
      under.send(connection, "caf\u00e9 1 100\nok 1 100\n".getBytes(ISO_8859_1));
      under.settle();
    }
    assertThat(under.rejections()).isEqualTo(Map.of(Rejection.INVALID_PATH, 2L));
    assertThat(under.intake.registerCalls()).isEqualTo(1);
  }

  @Test
  void line_asLongAsItMayBe_isASample() {
    String name = "x".repeat(200 - " 1 100".length());
    assertSample(name + " 1 100", path(name), 100_000, 1);
  }

  @ParameterizedTest
  @CsvSource({"195", "1000", "200000"})
  void line_thatIsTooLong_isSkipped(int length) {
    assertRejected("x".repeat(length) + " 1 100", Rejection.TOO_LARGE);
  }

  @ParameterizedTest
  @CsvSource({"a", "a 1", "a 1 100", "' a 1 100'"})
  void line_withoutAnEnd_isIncomplete(String line) {
    send("ok 1 100\n" + line);
    assertThat(under.rejections()).isEqualTo(Map.of(Rejection.INCOMPLETE, 1L));
    assertThat(under.samples()).containsOnlyKeys(path("ok"));
  }

  @Test
  void line_withoutWords_isNothing() {
    send("\n\r\n  \n\t \n \r");
    assertThat(under.counters.received(Protocol.CARBON_LINE)).isZero();
  }

  @Test
  void lines_ofManyPathsAgainAndAgain_areStoredInOrder() {
    EmbeddedChannel connection = under.lines();
    Map<Labels, List<Sample>> expected = new HashMap<>();
    for (int round = 0; round < 5; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 3000; i++) {
        int at = round == 3 ? 2999 - i : i; // another order meanwhile
        double value = round + at / 8.0;
        text.append("servers.web").append(at).append(".cpu ").append(value).append(" 1700000000\n");
        expected
            .computeIfAbsent(path("servers.web" + at + ".cpu"), _ -> new ArrayList<>())
            .add(Sample.of(1_700_000_000_000L, value));
      }
      under.send(connection, text.toString().getBytes(UTF_8));
      if (round == 1) {
        under.settle(); // in the first rounds paths are being registered, later they are known
      }
    }
    assertThat(under.samples()).isEqualTo(expected);
    assertThat(under.caches.lines().size()).isEqualTo(3000);
  }

  @Test
  void forgetAll_mapsPathsAnew() {
    EmbeddedChannel connection = under.lines();
    for (int i = 1; i <= 3; i++) {
      under.send(connection, "a 1 100\n".getBytes(UTF_8));
      under.settle();
      assertThat(under.intake.registerCalls()).isEqualTo(i == 3 ? 2 : 1);
      if (i == 2) {
        under.caches.forgetAll();
      }
    }
  }

  @Test
  void bytes_splitAnywhere_areReadAsTheWhole() {
    for (long seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      byte[] bytes = randomLines(random);
      List<Object> whole = outcome(bytes);
      int[] ends = random.ints(random.nextInt(20), 0, bytes.length + 1).sorted().toArray();
      assertThat(outcome(bytes, ends))
          .as("seed %d: %s", seed, new String(bytes, ISO_8859_1))
          .isEqualTo(whole);
    }
  }

  @Test
  void bytes_splitAtEveryByte_areReadAsTheWhole() {
    byte[] bytes = "a.b 1 100\r\n\nc;d=e 1.5 -1\nx y\nf nan 1\n".getBytes(UTF_8);
    List<Object> whole = outcome(bytes);
    for (int at = 0; at <= bytes.length; at++) {
      assertThat(outcome(bytes, at)).as("split at %d", at).isEqualTo(whole);
    }
  }

  private static List<Object> outcome(byte[] bytes, int... ends) {
    try (LaneUnderTest under = new LaneUnderTest(LIMITS)) {
      EmbeddedChannel connection = under.lines();
      for (int i = 0; i < 2; i++) { // the second time paths are known
        under.send(connection, bytes, ends);
        under.settle();
      }
      under.end(connection);
      return List.of(under.samples(), under.rejections());
    }
  }

  /** Lines, some of them broken, and bytes that are no lines. */
  private static byte[] randomLines(Random random) {
    String[] paths = {"a", "a.b", "a.b.c", "ä", "m;t=v", "m;t", "m{t=\"v\"}", "", "x".repeat(190)};
    String[] numbers = {
      "1", "-1", "1.5", "1700000000", "nan", "inf", "1e5", "x", "", "9".repeat(30)
    };
    String[] blanks = {" ", " ", " ", "\t", "  ", "\r", ""};
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = random.nextInt(30); i > 0; i--) {
      String line =
          paths[random.nextInt(paths.length)]
              + blanks[random.nextInt(blanks.length)]
              + numbers[random.nextInt(numbers.length)]
              + blanks[random.nextInt(blanks.length)]
              + numbers[random.nextInt(numbers.length)]
              + (random.nextInt(20) == 0 ? "" : random.nextBoolean() ? "\n" : "\r\n");
      out.writeBytes(line.getBytes(UTF_8));
    }
    byte[] bytes = out.toByteArray();
    for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }
}
