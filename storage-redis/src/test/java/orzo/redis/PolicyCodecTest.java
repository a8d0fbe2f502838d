package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicy.Definition;
import orzo.metric.ArchivePolicyRule;
import orzo.metric.ArchivePolicyRule.Condition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class PolicyCodecTest {
  private static final ArchivePolicy POLICY =
      new ArchivePolicy(
          "p",
          Duration.ofSeconds(1),
          300,
          List.of(AggregationMethod.parse("max"), AggregationMethod.parse("rate:5pct")),
          List.of(
              new Definition(Duration.ofMillis(2), OptionalLong.of(258)),
              new Definition(Duration.ofMillis(3), OptionalLong.empty())));

  private static final ArchivePolicyRule RULE =
      new ArchivePolicyRule("r", "d*", List.of(new Condition("ß", "!~", "v")), "low");

  /** Format one: what gateways have written must stay readable. */
  private static final String GOLDEN_POLICY =
      "01"
          + "00000000000003e8"
          + "ac02"
          + "02"
          + "036d6178"
          + "09726174653a35706374"
          + "02"
          + "0000000000000002"
          + "0000000000000102"
          + "0000000000000003"
          + "0000000000000000";

  private static final String GOLDEN_RULE =
      "01" + "02642a" + "036c6f77" + "01" + "02c39f" + "02217e" + "0176";

  @Test
  void encode_isFormatOne() {
    assertThat(HexFormat.of().formatHex(PolicyCodec.encode(POLICY))).isEqualTo(GOLDEN_POLICY);
    assertThat(HexFormat.of().formatHex(PolicyCodec.encode(RULE))).isEqualTo(GOLDEN_RULE);
  }

  @Test
  void decode_formatOne_isWhatItWas() {
    assertThat(PolicyCodec.decodePolicy("p", HexFormat.of().parseHex(GOLDEN_POLICY)))
        .isEqualTo(POLICY);
    assertThat(PolicyCodec.decodeRule("r", HexFormat.of().parseHex(GOLDEN_RULE))).isEqualTo(RULE);
  }

  @Test
  void decode_everyTruncation_isCorruptAndNamed() {
    byte[] whole = PolicyCodec.encode(POLICY);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(GatewayException.class)
          .as("the first %d bytes", length)
          .isThrownBy(() -> PolicyCodec.decodePolicy("p", part))
          .withMessageStartingWith("archive policy 'p' of " + length + " bytes: ")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }
  }

  @Test
  void decode_bytesAfterTheEnd_isCorrupt() {
    byte[] whole = PolicyCodec.encode(RULE);
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> PolicyCodec.decodeRule("r", Arrays.copyOf(whole, whole.length + 2)))
        .withMessageContaining("archive policy rule 'r'")
        .withMessageContaining("2 bytes after its end");
  }

  @Test
  void decode_aPolicyThatNoneCanBe_isCorrupt() {
    byte[] bytes = PolicyCodec.encode(POLICY);
    bytes[bytes.length - 9]--; // the coarser granularity becomes the finer one
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> PolicyCodec.decodePolicy("p", bytes))
        .withMessageContaining("PT0.002S twice")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
  }

  @Test
  void decode_changedBytes_isAPolicyOrCorrupt() {
    SplittableRandom random = new SplittableRandom(11);
    byte[] whole = PolicyCodec.encode(POLICY);
    for (int i = 0; i < 50_000; i++) {
      byte[] changed = whole.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(PolicyCodec.decodePolicy("p", changed).definitions()).hasSizeLessThan(9);
      } catch (GatewayException e) {
        assertThat(e.kind()).as(HexFormat.of().formatHex(changed)).isEqualTo(Kind.CORRUPT);
      }
    }
  }
}
