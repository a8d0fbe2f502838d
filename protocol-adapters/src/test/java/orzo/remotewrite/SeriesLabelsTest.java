package orzo.remotewrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static orzo.remotewrite.WriteRequests.field;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import orzo.intake.Rejection;
import orzo.metric.Labels;

class SeriesLabelsTest {
  private static final RemoteWriteLimits LIMITS =
      new RemoteWriteLimits(1, 1, 1, 4, 10, 20, Duration.ofSeconds(1), Duration.ofSeconds(1));

  private static byte[] concat(byte[]... parts) {
    return WriteRequests.encode(out -> {
      for (byte[] part : parts) {
        out.writeRawBytes(part);
      }
    });
  }

  private static byte[] label(byte[] name, byte[] value) {
    return field(1, concat(field(1, name), field(2, value)));
  }

  private static byte[] labels(String... namesAndValues) {
    byte[] bytes = {};
    for (int i = 0; i < namesAndValues.length; i += 2) {
      byte[] label =
          label(namesAndValues[i].getBytes(UTF_8), namesAndValues[i + 1].getBytes(UTF_8));
      bytes = concat(bytes, label);
    }
    return bytes;
  }

  private static ParsedSeries parse(byte[] bytes) {
    byte[] within = concat(new byte[] {1, 2, 3}, bytes, new byte[] {4});
    return SeriesLabels.parse(within, 3, 3 + bytes.length, LIMITS);
  }

  private static void assertValid(Labels expected, String... namesAndValues) {
    assertThat(parse(labels(namesAndValues))).isEqualTo(new ParsedSeries.Valid(expected));
  }

  private static void assertInvalid(byte[] bytes, Rejection reason, String text) {
    assertThat(parse(bytes)).isEqualTo(new ParsedSeries.Invalid(reason, text));
  }

  @Test
  void parse_unsortedLabels_sortsThem() {
    assertValid(
        Labels.of("__name__", "up", "a", "1", "b", "2"), "b", "2", "__name__", "up", "a", "1");
  }

  @Test
  void parse_emptyValue_isALabelThatIsNotThere() {
    assertValid(Labels.of("__name__", "up"), "__name__", "up", "a", "");
  }

  @Test
  void parse_anyUtf8_isAllowed() {
    assertValid(
        Labels.of("__name__", "größe von.x", "日本", "\uFFFD\0"),
        "__name__",
        "größe von.x",
        "日本",
        "\uFFFD\0");
  }

  @Test
  void parse_theLimitsThemselves_areAllowed() {
    assertValid(
        Labels.of("__name__", "x".repeat(20), "n".repeat(10), "1", "b", "2", "c", "3"),
        "__name__",
        "x".repeat(20),
        "n".repeat(10),
        "1",
        "b",
        "2",
        "c",
        "3");
  }

  @Test
  void parse_repeatedName_isADuplicate() {
    assertInvalid(
        labels("__name__", "up", "b", "1", "a", "2", "b", ""),
        Rejection.DUPLICATE_LABEL,
        "label name 'b' twice (expected: once)");
  }

  @Test
  void parse_withoutMetricName_isInvalid() {
    String text = "no metric name (expected: a label __name__ with a value)";
    assertInvalid(labels("a", "1"), Rejection.INVALID_LABELS, text);
    assertInvalid(labels("__name__", ""), Rejection.INVALID_LABELS, text);
    assertInvalid(labels(), Rejection.INVALID_LABELS, text);
  }

  @Test
  void parse_emptyLabelName_isInvalid() {
    String text = "a label name is empty (expected: one character or more)";
    assertInvalid(labels("__name__", "up", "", "1"), Rejection.INVALID_LABELS, text);
    assertInvalid(field(1, new byte[0]), Rejection.INVALID_LABELS, text);
  }

  @Test
  void parse_notUtf8_isInvalid() {
    byte[] latin = "größe".getBytes(ISO_8859_1);
    byte[] surrogate = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};
    assertInvalid(
        label(latin, new byte[] {'x'}),
        Rejection.INVALID_LABELS,
        "a label name is not UTF-8 (expected: UTF-8)");
    for (byte[] value : Arrays.asList(latin, surrogate)) {
      assertInvalid(
          label(new byte[] {'x'}, value),
          Rejection.INVALID_LABELS,
          "value of label 'x' is not UTF-8 (expected: UTF-8)");
    }
  }

  @Test
  void parse_overALimit_isInvalid() {
    assertInvalid(
        labels("__name__", "up", "a", "1", "b", "2", "c", "3", "d", "4"),
        Rejection.INVALID_LABELS,
        "5 labels (expected: at most 4)");
    assertInvalid(
        labels("__name__", "up", "nnnnnnnnnnn", "1"),
        Rejection.INVALID_LABELS,
        "label name 'nnnnnnnnnnn' has 11 bytes (expected: at most 10)");
    assertInvalid(
        labels("__name__", "x".repeat(21)),
        Rejection.INVALID_LABELS,
        "value of label '__name__' has 21 bytes (expected: at most 20)");
  }

  @Test
  void describe_showsWhatWasSent() {
    byte[] bytes = labels("__name__", "a", "b", "x\"\n\\", "b", "");
    assertThat(SeriesLabels.describe(bytes, 0, bytes.length))
        .isEqualTo("{__name__=\"a\",b=\"x\\\"\\n\\\\\",b=\"\"}");
    byte[] many = labels("__name__", "y".repeat(1000), "b", "2");
    assertThat(SeriesLabels.describe(many, 0, many.length)).hasSizeLessThan(410).endsWith("y…}");
  }
}
