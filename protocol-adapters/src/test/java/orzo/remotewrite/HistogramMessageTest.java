package orzo.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static orzo.remotewrite.WriteRequests.encode;
import static orzo.remotewrite.WriteRequests.field;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import orzo.histogram.HistogramCodec;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.remotewrite.oracle.BucketSpan;
import orzo.remotewrite.oracle.Histogram;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.wire.WireReader;

/** Hand-read histograms against protobuf's generated classes. */
class HistogramMessageTest {
  private final HistogramMessage message = new HistogramMessage();

  private @Nullable NativeHistogram read(byte[] bytes) {
    WireReader reader = new WireReader("remote write");
    byte[] buffer = Arrays.copyOf(bytes, bytes.length + 16); // what follows is not to be read
    reader.reset(buffer, 0);
    NativeHistogram read = message.read(reader, bytes.length);
    assertThat(reader.position).isEqualTo(bytes.length);
    return read;
  }

  @Test
  void read_randomHistograms_agreesWithTheOracle() {
    for (long seed = 0; seed < 5000; seed++) {
      Histogram histogram = HistogramMessages.random(new Random(seed));
      assertThat(read(histogram.toByteArray()))
          .as("seed %s", seed)
          .isNotNull()
          .isEqualTo(HistogramMessages.expected(histogram));
      assertThat(message.timestampMillis()).isEqualTo(histogram.getTimestamp());
      assertThat(message.startMillis()).isEqualTo(histogram.getStartTimestamp());
    }
  }

  @Test
  void read_mutatedBytes_isMalformedOrAgreesWithTheOracle() {
    int histograms = 0;
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = HistogramMessages.random(random).toByteArray();
      for (int i = random.nextInt(3); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      histograms += assertAgrees("seed " + seed, bytes) ? 1 : 0;
    }
    assertThat(histograms).isGreaterThan(2000);
  }

  /** Whether it could be read. */
  private boolean assertAgrees(String what, byte[] bytes) {
    Histogram oracle = null;
    try {
      oracle = Histogram.parseFrom(bytes);
    } catch (InvalidProtocolBufferException ignored) {
      // the oracle refuses it
    }
    NativeHistogram read;
    try {
      read = read(bytes);
    } catch (GatewayException e) {
      assertThat(e.kind()).as(what).isEqualTo(Kind.MALFORMED);
      if (oracle != null && !hasKnownFieldOfWrongType(oracle)) {
        assertThat(e).as(what).hasMessageMatching(".*(length \\d{10,20} where|more than 10).*");
      }
      return false;
    }
    assertThat(oracle).as(what).isNotNull();
    assertThat(read).as(what).isEqualTo(oracle == null ? null : HistogramMessages.expected(oracle));
    assertThat(message.fault().isEmpty()).as(what).isEqualTo(read != null);
    return read != null;
  }

  static boolean hasKnownFieldOfWrongType(Histogram histogram) {
    UnknownFieldSet fields = histogram.getUnknownFields();
    for (int number = 1; number <= 17; number++) {
      if (fields.hasField(number)) {
        return true;
      }
    }
    return hasKnownFieldOfWrongType(histogram.getPositiveSpansList())
        || hasKnownFieldOfWrongType(histogram.getNegativeSpansList());
  }

  private static boolean hasKnownFieldOfWrongType(Iterable<BucketSpan> spans) {
    for (BucketSpan span : spans) {
      if (span.getUnknownFields().hasField(1) || span.getUnknownFields().hasField(2)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void read_repeatedFieldsThatAreNotPacked_areTheSame() {
    byte[] bytes =
        encode(out -> {
          out.writeUInt64(1, 5);
          out.writeMessage(11, BucketSpan.newBuilder().setOffset(1).setLength(2).build());
          out.writeSInt64(12, 3);
          out.writeSInt64(12, -1);
          out.writeEnum(14, 3);
        });
    NativeHistogram read = read(bytes);
    assertThat(read).isNotNull();
    if (read != null) {
      assertThat(read.positive().counts()).containsExactly(3, 2);
      assertThat(read.positive().indexes()).containsExactly(1, 2);
      assertThat(read.resetHint()).isEqualTo(ResetHint.GAUGE);
      assertThat(read.isInteger()).isTrue();
    }
  }

  @Test
  void read_ofWhatMayNotBeStored_saysWhy() {
    assertFault(
        Histogram.newBuilder().setCountInt(1),
        "count: 1.0 (expected: 0.0, the sum of all buckets)");
    assertFault(
        Histogram.newBuilder().setSchema(60),
        "schema: 60 (expected: -4..52, or -53 with custom bounds)");
    assertFault(
        Histogram.newBuilder().addPositiveSpans(BucketSpan.newBuilder().setLength(2)),
        "spans: 2 buckets (expected: 0, as there are counts)");
    assertFault(
        Histogram.newBuilder()
            .addPositiveSpans(BucketSpan.newBuilder().setLength(1))
            .addPositiveDeltas(-1),
        "positive bucket 0: -1.0 (expected: >= 0)");
    assertFault(
        Histogram.newBuilder().setSchema(-53).setZeroCountInt(3).setCountInt(3),
        "zero or negative buckets (expected: none beside custom buckets)");
    Histogram.Builder large = Histogram.newBuilder();
    for (int i = 0; i <= HistogramCodec.MAX_BUCKETS; i++) {
      large.addPositiveDeltas(0);
    }
    large.addPositiveSpans(BucketSpan.newBuilder().setLength(large.getPositiveDeltasCount()));
    assertFault(large, "10001 buckets or custom bounds (expected: at most 10000)");
  }

  private void assertFault(Histogram.Builder histogram, String text) {
    assertThat(read(histogram.build().toByteArray())).isNull();
    assertThat(message.fault()).isEqualTo(text);
  }

  @Test
  void read_anEmptyMessage_isAHistogramWithoutObservations() {
    NativeHistogram read = read(new byte[0]);
    assertThat(read).isEqualTo(HistogramMessages.expected(Histogram.getDefaultInstance()));
    assertThat(read(field(100, new byte[3]))).isEqualTo(read);
  }
}
