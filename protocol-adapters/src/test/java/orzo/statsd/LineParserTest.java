package orzo.statsd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineParserTest {
  private static final Set<Dialect> ALL = Set.of(Dialect.values());

  private static List<String> plain(String packet) {
    return RecordingSink.read(Set.of(), packet);
  }

  private static List<String> dogStatsd(String packet) {
    return RecordingSink.read(ALL, packet);
  }

  @Test
  void types_ofTheOriginalProtocol_areUnderstoodEitherWay() {
    String packet = "a:1|c\nb:320|ms|@0.1\nc:333|g\nd:-10|g\ne:x|s\n\n\nf:1|c|@0.5\n";
    List<String> expected =
        List.of(
            "a count 1",
            "b observe 320",
            "weight 10",
            "c gauge 333",
            "d change -10",
            "e member x",
            "f count 2");
    assertThat(plain(packet)).isEqualTo(expected);
    assertThat(dogStatsd(packet)).isEqualTo(expected);
  }

  @Test
  void values_eachWithAType_countOneByOne() {
    String packet = "a:1|c:20|ms:x|c:5|g:b|s";
    List<String> expected =
        List.of("a count 1", "a observe 20", "bad_value", "a gauge 5", "a member b");
    assertThat(plain(packet)).isEqualTo(expected);
    assertThat(dogStatsd(packet)).isEqualTo(expected);
  }

  @Test
  void tags_areGivenWithTheSeries() {
    assertThat(plain("a:1|c|@0.5|#env:prod,host:b")).containsExactly("a#env:prod,host:b count 2");
    assertThat(dogStatsd("a:1|c|#env:prod|@0.5")).containsExactly("a#env:prod count 2");
  }

  @Test
  void line_endingInCarriageReturn_isAsWithoutIt() {
    assertThat(plain("a:1|c\r\nb:2|ms|@0.5\r\n"))
        .containsExactly("a count 1", "b observe 2", "weight 2");
    assertThat(dogStatsd("a:1|g\r\n")).containsExactly("a gauge 1");
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense, no_value",
    "a|c, no_value",
    "a:1, no_type",
    "a:abc|c, bad_value",
    "a:|g, bad_value",
    "a:NaN|c, bad_value",
    "a:-5|ms, negative_time",
    "a:1|c|@, bad_rate",
    "a:1|c|@-0.1, bad_rate",
    "a:1|c|@x, bad_rate",
    "a:1|c|0.1, bad_rate",
    "a:1|c|, bad_rate",
    "a:1|c|@ 0.5, bad_rate",
    "a:1|c|@+0.5, bad_rate"
  })
  void line_thatIsBad_isCountedByReason(String line, String reason) {
    assertThat(plain(line)).containsExactly(reason);
    assertThat(dogStatsd(line)).containsExactly(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "a:1|xyz, a count 1",
    "a:5|h, a count 5",
    "a:1|c|@1e-1, a count 1",
    "a:1|c|@0x1, a count Infinity",
    "a:1|, a count 1",
    "a:1| g , a gauge 1",
    "a:|s, a member ",
    "a:-1| ms, a observe -1",
    "a:1|c|@0.5|anything, a count 2"
  })
  void line_withoutDialects_isReadAsTheReferenceReadsIt(String line, String expected) {
    assertThat(plain(line)).containsExactly(expected == null ? "" : pad(expected));
  }

  private static String pad(String expected) {
    return expected.endsWith("member") ? expected + " " : expected;
  }

  @Test
  void line_ofAnotherDialectWithoutDialects_isBadWhereTheReferenceSaysSo() {
    assertThat(plain("a:1.5:2.5|ms")).containsExactly("no_type", "a observe 2.5");
    assertThat(plain("a:1|c|T1656581400")).containsExactly("bad_rate");
    assertThat(plain("_sc|a|0")).containsExactly("no_value");
    assertThat(plain("_e{5,4}:title|text")).containsExactly("bad_value");
    assertThat(plain("a:x| s")).containsExactly("bad_value");
  }

  @Test
  void dogStatsd_observations() {
    assertThat(dogStatsd("a:-5|h\na:6|d|@0.5"))
        .containsExactly("a observe -5", "a observe 6", "weight 2");
  }

  @Test
  void dogStatsd_severalValuesOfOneType() {
    assertThat(dogStatsd("a:1:2:x:3|ms|@0.5|#t:u"))
        .containsExactly(
            "a#t:u observe 1",
            "weight 2",
            "a#t:u observe 2",
            "weight 2",
            "bad_value",
            "a#t:u observe 3",
            "weight 2");
    assertThat(dogStatsd("a:1:2|s")).containsExactly("a member 1:2");
  }

  @Test
  void dogStatsd_sectionsInAnyOrder() {
    assertThat(dogStatsd("a:1|c|c:ci-abc:def|#t:u|@0.5|e:x:y|card:low"))
        .containsExactly("a#t:u count 2");
    assertThat(dogStatsd("a:1|c|#t:u|c:in-123")).containsExactly("a#t:u count 1");
  }

  @Test
  void dogStatsd_timestamps() {
    assertThat(dogStatsd("a:7|c|T1656581400\nb:-1|g|#t:u|T1656581401"))
        .containsExactly("a count at 1656581400 7", "b#t:u gauge at 1656581401 -1");
    for (String bad : List.of("a:7|ms|T1", "a:7|c|T", "a:7|c|Tx", "a:7|c|T123456789012")) {
      assertThat(dogStatsd(bad)).as(bad).containsExactly("bad_timestamp");
    }
  }

  @Test
  void dogStatsd_rateOfZero_isBad() {
    assertThat(dogStatsd("a:1|c|@0")).containsExactly("bad_rate");
  }

  @Test
  void dogStatsd_events() {
    assertThat(dogStatsd("_e{5,4}:title|text\n_e{2,3}:ü|abc|d:1|#t:u"))
        .containsExactly("event", "event");
    for (String bad :
        List.of(
            "_e{5,4}:title|tex",
            "_e{5,4}:titletext",
            "_e{5,4:title|text",
            "_e{x,4}:title|text",
            "_e{5}:title|text",
            "_e{0,4}:|text",
            "_e{9999999,4}:t|text",
            "_e{",
            "_e{5,4}",
            "_e{5,4}:title|textmore")) {
      assertThat(dogStatsd(bad)).as(bad).containsExactly("bad_event");
    }
  }

  @Test
  void dogStatsd_serviceChecks() {
    assertThat(dogStatsd("_sc|db|0\n_sc|db|3|d:1|h:x|#a:b|m:down"))
        .containsExactly("service check", "service check");
    for (String bad : List.of("_sc||0", "_sc|db|4", "_sc|db", "_sc|db|", "_sc|db|00", "_sc|")) {
      assertThat(dogStatsd(bad)).as(bad).containsExactly("bad_service_check");
    }
  }
}
