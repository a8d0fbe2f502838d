package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.ResourceRef;
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

  private static final Metric SMALL =
      new Metric(
          METRIC.id(), METRIC.tenant(), Labels.of("job", "é", "x", "y"), METRIC.archivePolicy());

  /** Format two: what gateways have written must stay readable. */
  private static final String GOLDEN =
      "02"
          + "01"
          + "00112233445586778899aabbccddeeff"
          + "04"
          + "7465616d"
          + "03"
          + "726177"
          + "02"
          + "036a6f62"
          + "02c3a9"
          + "0178"
          + "0179";

  private static final String DEFLATED_GOLDEN =
      "020260c32325863dde9981228cc6704bb8" + "cb5393740dcdc1ee875b08491ba0f40000";

  private static final Metric DERIVED =
      Metric.of(
          Tenant.DEFAULT,
          Labels.of(
              "__name__",
              "node_cpu_seconds_total",
              "cpu",
              "3",
              "instance",
              "web-17:9100",
              "job",
              "node",
              "mode",
              "idle"),
          "standard");

  private final MetricCodec codec = new MetricCodec();

  @AfterEach
  void close() {
    codec.close();
  }

  @Test
  void decode_notDeflated_isTheMetric() {
    assertThat(codec.decode(HexFormat.of().parseHex(GOLDEN))).isEqualTo(SMALL);
  }

  @Test
  void encode_aUsualMetric_isShort() {
    byte[] encoded = codec.encode(DERIVED);

    assertThat(encoded.length).isLessThan(50); // 93 bytes of text
    assertThat(codec.decode(encoded)).isEqualTo(DERIVED);
  }

  @Test
  void decode_deflatedByFormatTwo_isTheMetric() {
    assertThat(codec.decode(HexFormat.of().parseHex(DEFLATED_GOLDEN))).isEqualTo(DERIVED);
  }

  @Test
  void encode_theResourceOfJobAndInstance_costsNoByte() {
    ResourceRef scraped = new ResourceRef("prometheus", "node@web-17:9100");

    byte[] encoded = codec.encode(with(scraped, null));

    assertThat(encoded).hasSameSizeAs(codec.encode(DERIVED));
    assertThat(codec.decode(encoded)).isEqualTo(with(scraped, null));
    assertThat(HexFormat.of().formatHex(encoded))
        .isEqualTo(DEFLATED_GOLDEN.replaceFirst("0202", "0206"));
  }

  @Test
  void encode_aResourceThatLabelsTell_doesNotRepeatThem() {
    ResourceRef told = new ResourceRef("h", "web-17:9100");
    ResourceRef stated = new ResourceRef("h", "WEB_17_9100");

    assertThat(codec.encode(with(told, null)).length)
        .isLessThanOrEqualTo(codec.encode(DERIVED).length + 5)
        .isLessThan(codec.encode(with(stated, null)).length - 5);
  }

  @Test
  void encode_aPathMadeOfLabels_costsItsOtherNodes() {
    Metric mapped = with(null, "collectd.web-17:9100.cpu-3.idle");

    assertThat(codec.encode(mapped).length).isLessThan(codec.encode(DERIVED).length + 24);
  }

  /** What gateways have written must stay readable. */
  @Test
  void decode_resourceAndPathAsWritten_isTheMetric() {
    byte[] stored =
        HexFormat.of()
            .parseHex(
                "02"
                    + "18"
                    + "0174"
                    + "0170"
                    + "02"
                    + "0161"
                    + "0162"
                    + "0163"
                    + "0164"
                    + "0168"
                    + "02"
                    + "01"
                    + "00"
                    + "03612e63");

    assertThat(codec.decode(stored))
        .isEqualTo(
            Metric.of(
                new Tenant("t"),
                Labels.of("a", "b", "c", "d"),
                "p",
                new ResourceRef("h", "d@b"),
                "a.c"));
  }

  @Test
  void decode_resourcesThatCannotBe_isCorrupt() {
    assertCorrupt("0204" + "0174" + "0170" + "01" + "0161" + "0162", "which it lacks");
    assertCorrupt("0208" + "0174" + "0170" + "01" + "0161" + "0162" + "0168" + "0101", "label 1");
    assertCorrupt("0208" + "0174" + "0170" + "01" + "0161" + "0162" + "0168" + "05", "5 labels");
    assertCorrupt("0208" + "0174" + "0170" + "01" + "0161" + "0162" + "00" + "000161", "type: ''");
    assertCorrupt("0220" + "0174" + "0170" + "00", "flags 32 (expected: 0 to 31)");
  }

  private void assertCorrupt(String hex, String why) {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> codec.decode(HexFormat.of().parseHex(hex)))
        .withMessageContaining(why)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
  }

  @Test
  void decode_anyMetric_isWhatWasEncoded() {
    SplittableRandom random = new SplittableRandom(5);
    List<String> texts =
        List.of("", "a", "b", "@", "%", "a@b", "a%40b", "%25", "é@%", "job", "x y");
    for (int i = 0; i < 20_000; i++) {
      Labels.Builder labels = Labels.EMPTY.toBuilder();
      for (String name : List.of("instance", "job", "zone")) {
        labels.set(name, texts.get(random.nextInt(texts.size())));
      }
      String id = texts.get(random.nextInt(1, texts.size()));
      ResourceRef resource =
          switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> new ResourceRef(random.nextBoolean() ? "prometheus" : "host", id);
            case 2 ->
                ResourceRef.ofLabels("prometheus", labels.build(), List.of("job", "instance"));
            default -> ResourceRef.ofLabels("host", labels.build(), List.of("zone", "job"));
          };
      String path = random.nextBoolean() ? null : texts.get(random.nextInt(texts.size()));
      Metric derived = Metric.of(Tenant.DEFAULT, labels.build(), "raw", resource, path);
      Metric metric =
          random.nextBoolean()
              ? derived
              : new Metric(METRIC.id(), derived.tenant(), derived.labels(), "raw", resource, path);

      assertThat(codec.decode(codec.encode(metric))).isEqualTo(metric);
    }
  }

  private static Metric with(@Nullable ResourceRef resource, @Nullable String path) {
    return Metric.of(DERIVED.tenant(), DERIVED.labels(), DERIVED.archivePolicy(), resource, path);
  }

  @Test
  void decode_bytesThatClaimToBeMore_isCorrupt() {
    byte[] claim = {2, 2, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 1, 2, 3};
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> codec.decode(claim))
        .withMessageContaining("deflated to 3");
  }

  @Test
  void decode_longTexts_areWhole() {
    Metric metric =
        new Metric(
            METRIC.id(), METRIC.tenant(), Labels.of("a", "x".repeat(300_000)), "p".repeat(128));

    assertThat(codec.decode(codec.encode(metric))).isEqualTo(metric);
  }

  @Test
  void decode_everyTruncation_isCorrupt() {
    byte[] whole = codec.encode(with(new ResourceRef("host", "web-17:9100"), "a.b"));
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(GatewayException.class)
          .as("the first %d bytes", length)
          .isThrownBy(() -> codec.decode(part))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }
  }

  @Test
  void decode_bytesAfterTheEnd_isCorrupt() {
    byte[] whole = HexFormat.of().parseHex(GOLDEN);
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> codec.decode(Arrays.copyOf(whole, whole.length + 1)))
        .withMessageContaining("1 bytes after its end");
    byte[] deflated = codec.encode(DERIVED);
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> codec.decode(Arrays.copyOf(deflated, deflated.length + 1)));
  }

  @Test
  void decode_anotherVersion_isCorruptAndNamed() {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> codec.decode(new byte[] {1, 0, 0}))
        .withMessageContaining("version 1 (expected: 2)");
  }

  @Test
  void decode_changedBytes_isAMetricOrCorrupt() {
    SplittableRandom random = new SplittableRandom(11);
    byte[] whole = codec.encode(with(new ResourceRef("host", "web-17:9100"), "a.b"));
    for (int i = 0; i < 50_000; i++) {
      byte[] changed = whole.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(codec.decode(changed).labels().size()).isLessThan(1_000);
      } catch (GatewayException e) {
        assertThat(e.kind()).as(HexFormat.of().formatHex(changed)).isEqualTo(Kind.CORRUPT);
      }
    }
  }
}
