package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class MetricCodecTest {
  private static final Metric METRIC =
      new Metric(
          UUID.fromString("00112233-4455-8677-8899-aabbccddeeff"),
          new Tenant("team"),
          Labels.of("__name__", "up", "job", "é"),
          "raw");

  /** Format one: what gateways have written must stay readable. */
  private static final String GOLDEN =
      "01"
          + "00112233445586778899aabbccddeeff"
          + "04"
          + "7465616d"
          + "03"
          + "726177"
          + "02"
          + "085f5f6e616d655f5f"
          + "027570"
          + "036a6f62"
          + "02c3a9";

  @Test
  void encode_isFormatOne() {
    assertThat(HexFormat.of().formatHex(MetricCodec.encode(METRIC))).isEqualTo(GOLDEN);
  }

  @Test
  void decode_formatOne_isTheMetric() {
    assertThat(MetricCodec.decode(HexFormat.of().parseHex(GOLDEN))).isEqualTo(METRIC);
  }

  @Test
  void decode_longTexts_areWhole() {
    Metric metric =
        new Metric(
            METRIC.id(), METRIC.tenant(), Labels.of("a", "x".repeat(300_000)), "p".repeat(128));

    assertThat(MetricCodec.decode(MetricCodec.encode(metric))).isEqualTo(metric);
  }

  @Test
  void decode_everyTruncation_isCorrupt() {
    byte[] whole = MetricCodec.encode(METRIC);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(GatewayException.class)
          .as("the first %d bytes", length)
          .isThrownBy(() -> MetricCodec.decode(part))
          .withMessageContaining("of " + length + " bytes")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }
  }

  @Test
  void decode_bytesAfterTheEnd_isCorrupt() {
    byte[] whole = MetricCodec.encode(METRIC);
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> MetricCodec.decode(Arrays.copyOf(whole, whole.length + 1)))
        .withMessageContaining("1 bytes after its end");
  }

  @Test
  void decode_anotherVersion_isCorruptAndNamed() {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> MetricCodec.decode(new byte[] {2, 0, 0}))
        .withMessageContaining("version 2 (expected: 1)");
  }

  @Test
  void decode_changedBytes_isAMetricOrCorrupt() {
    SplittableRandom random = new SplittableRandom(11);
    byte[] whole = MetricCodec.encode(METRIC);
    for (int i = 0; i < 50_000; i++) {
      byte[] changed = whole.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(MetricCodec.decode(changed).labels().size()).isLessThan(whole.length);
      } catch (GatewayException e) {
        assertThat(e.kind()).as(HexFormat.of().formatHex(changed)).isEqualTo(Kind.CORRUPT);
      }
    }
  }
}
