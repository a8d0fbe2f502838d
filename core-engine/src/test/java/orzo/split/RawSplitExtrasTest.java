package orzo.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import orzo.encoding.ByteArrayWriter;
import orzo.encoding.LittleEndian;
import orzo.histogram.HistogramSequences;
import orzo.histogram.NativeHistogram;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Raw splits of samples with histograms and start timestamps. */
class RawSplitExtrasTest {
  private final RawBlockEncoder encoder = new RawBlockEncoder();

  @Test
  void decode_ofBlocks_returnsTheRangeAskedForWithAllItHas() {
    for (int seed = 0; seed < 1000; seed++) {
      SampleBuffer samples = random(seed, 400);
      SplittableRandom random = new SplittableRandom(seed);
      ByteArrayWriter out = new ByteArrayWriter(16);
      RawBlockEncoder.encodeHeader(out);
      for (int from = 0; from < samples.size; ) {
        int to = Math.min(samples.size, from + random.nextInt(1, 150));
        encoder.encode(0, samples, from, to, out);
        from = to;
      }
      int from = random.nextInt(samples.size);
      int to = random.nextInt(from, samples.size);

      SampleBuffer decoded = new SampleBuffer(0);
      decoded.add(-1, 1); // what is there stays as it is
      RawSplitCodec.decode(
          0,
          out.toByteArray(),
          samples.timestampsMillis[from],
          samples.timestampsMillis[to],
          decoded);

      decoded.removeFirst(1);
      assertSame("seed " + seed, decoded, samples, from, to + 1);
    }
  }

  @Test
  void decode_ofADenseSplit_returnsAll() {
    RawSplitEncoder dense = new RawSplitEncoder();
    for (int seed = 0; seed < 300; seed++) {
      SampleBuffer samples = random(seed, 2000);
      ByteArrayWriter out = new ByteArrayWriter(16);
      dense.encode(0, samples, 0, samples.size, out);

      SampleBuffer decoded = new SampleBuffer(0);
      RawSplitCodec.decode(0, out.toByteArray(), Long.MIN_VALUE, Long.MAX_VALUE, decoded);

      assertSame("seed " + seed, decoded, samples, 0, samples.size);
    }
  }

  @Test
  void block_ofPlainSamplesAmongOthers_isThatOfPlainSamples() {
    SampleBuffer samples = new SampleBuffer(4);
    samples.add(10, 1);
    samples.add(20, 2);
    samples.add(30, 3, 5, null);
    ByteArrayWriter with = new ByteArrayWriter(16);
    encoder.encode(0, samples, 0, 2, with);
    ByteArrayWriter without = new ByteArrayWriter(16);
    encoder.encode(0, new long[] {10, 20}, new double[] {1, 2}, 0, 2, without);
    assertThat(with.toByteArray()).isEqualTo(without.toByteArray());
  }

  /** A start timestamp that all samples share costs five bytes a block and what its first takes. */
  @Test
  void block_withStarts_hasTheDocumentedBytes() {
    SampleBuffer samples = new SampleBuffer(4);
    samples.add(1000, 100, 300, null);
    samples.add(16_000, 107, 300, null);
    samples.add(31_000, 112, 300, null);
    ByteArrayWriter out = new ByteArrayWriter(16);
    encoder.encode(0, samples, 0, 3, out);
    assertThat(HexFormat.of().formatHex(out.toByteArray()))
        .startsWith(
            String.join(
                "",
                "0316e807", // 3 samples, 22 bytes follow, first timestamp at 1000
                "01b0ea01", // timestamps: order 1, base 15000
                "00c801"
                    + "110a0202", // values: the first is 100; order 1, base 5, 2 bits each: 2 0
                "01", // start timestamps follow:
                "d804" + "0100")); // the first is 300; order 1, no widths, base 0
  }

  /** The checksum made right again, so that the decoders behind it see the damage. */
  @Test
  void decode_ofDamageBehindAValidChecksum_isCorruptAndAppendsNothing() {
    int decoded = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      SampleBuffer samples = random(seed % 200, 60);
      ByteArrayWriter out = new ByteArrayWriter(16);
      RawBlockEncoder.encodeHeader(out);
      encoder.encode(0, samples, 0, samples.size, out);
      byte[] split = out.toByteArray();
      int body = split.length - RawBlocks.CHECKSUM_BYTES;
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        split[random.nextInt(Math.min(5, body - 1), body)] = (byte) random.nextInt();
      }
      CRC32C checksum = new CRC32C();
      checksum.update(split, 1, body - 1);
      LittleEndian.putInt(split, body, (int) checksum.getValue());
      SampleBuffer into = new SampleBuffer(0);
      try {
        RawSplitCodec.decode(0, split, Long.MIN_VALUE, Long.MAX_VALUE, into);
        decoded++;
      } catch (GatewayException e) {
        assertThat(e.kind()).as("seed %s", seed).isEqualTo(Kind.CORRUPT);
        into.add(1, 1);
        assertThat(into.extras() == null || into.extras().histogram(0) == null).isTrue();
      }
    }
    assertThat(decoded).isBetween(500, 19_500);
  }

  @Test
  void blockEnd_ofHistograms_boundsTheirCells() {
    SampleBuffer samples = new SampleBuffer(4);
    for (NativeHistogram one : HistogramSequences.requestDurations(7, 100, 200)) {
      samples.add(samples.size, one.sum(), 0, one);
    }
    int end = samples.blockEnd(0, 100, 500);
    assertThat(samples.cells(0, end)).isGreaterThanOrEqualTo(500);
    assertThat(samples.cells(0, end - 1)).isLessThan(500);
    assertThat(samples.blockEnd(0, 5, 500)).isEqualTo(5);
    assertThat(samples.blockEnd(0, 200, Long.MAX_VALUE)).isEqualTo(100);
  }

  /** Changes in any order, compared with those of a list. */
  @Test
  void buffer_insertedTruncatedAndShortened_keepsWhatSamplesHave() {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<NativeHistogram> histograms = HistogramSequences.random(seed, 60);
      SampleBuffer buffer = new SampleBuffer(0);
      List<@Nullable NativeHistogram> expected = new ArrayList<>();
      for (NativeHistogram one : histograms) {
        NativeHistogram histogram = random.nextInt(3) == 0 ? null : one;
        int at = random.nextInt(expected.size() + 1);
        switch (random.nextInt(6)) {
          case 0 -> {
            buffer.removeFirst(at);
            expected.subList(0, at).clear();
          }
          case 1 -> {
            buffer.truncate(at);
            expected.subList(at, expected.size()).clear();
          }
          case 2 -> {
            buffer.add(0, 1);
            expected.add(null);
          }
          default -> {
            buffer.insert(at, 0, 1, 0, histogram);
            expected.add(at, histogram);
          }
        }
      }
      assertThat(buffer.size).isEqualTo(expected.size());
      for (int i = 0; i < buffer.size; i++) {
        SampleExtras extras = buffer.extras();
        assertThat(extras == null ? null : extras.histogram(i))
            .as("seed %s", seed)
            .isEqualTo(expected.get(i));
      }
    }
  }

  /** Samples, of which some have histograms, some start timestamps, some both. */
  static SampleBuffer random(long seed, int most) {
    SplittableRandom random = new SplittableRandom(seed);
    List<NativeHistogram> histograms = HistogramSequences.random(seed, random.nextInt(1, most));
    int kind = random.nextInt(4);
    SampleBuffer samples = new SampleBuffer(4);
    long at = random.nextInt(5000);
    for (NativeHistogram histogram : histograms) {
      boolean isFloat = kind == 0 || kind == 1 && random.nextBoolean();
      long start =
          switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> 1_700_000_000_123L;
            default -> at - 15_000;
          };
      samples.add(
          at,
          isFloat ? random.nextInt(1000) / 10.0 : histogram.sum(),
          start,
          isFloat ? null : histogram);
      at += 1 + random.nextInt((int) (RawSplit.SPAN_MILLIS / most / 2));
    }
    return samples;
  }

  static void assertSame(
      String description, SampleBuffer actual, SampleBuffer expected, int from, int to) {
    assertThat(Arrays.copyOf(actual.timestampsMillis, actual.size))
        .as(description)
        .isEqualTo(Arrays.copyOfRange(expected.timestampsMillis, from, to));
    for (int i = 0; i < actual.size; i++) {
      assertThat(Double.doubleToRawLongBits(actual.values[i]))
          .as(description)
          .isEqualTo(Double.doubleToRawLongBits(expected.values[from + i]));
      SampleExtras extras = actual.extras();
      SampleExtras wanted = expected.extras();
      assertThat(extras == null ? null : extras.histogram(i))
          .as(description)
          .isEqualTo(wanted == null ? null : wanted.histogram(from + i));
      assertThat(extras == null ? 0 : extras.startMillis(i))
          .as(description)
          .isEqualTo(wanted == null ? 0 : wanted.startMillis(from + i));
    }
  }
}
