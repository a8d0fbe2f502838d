package orzo.split;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orzo.encoding.ByteArrayWriter;

class RawSplitEncoderTest {
  private final RawSplitEncoder encoder = new RawSplitEncoder();

  @ParameterizedTest
  @EnumSource(RandomSamples.Values.class)
  void encode_ofCompleteSplit_isClosedDenseAndLossless(RandomSamples.Values shape) {
    for (int run = 0; run < 20; run++) {
      RandomSamples random = new RandomSamples(1000L * shape.ordinal() + run);
      long start = random.splitStart();
      int most = run == 0 ? 3 * RawBlocks.MAX_SAMPLES : 2000;
      RandomSamples.Times times =
          run == 0
              ? RandomSamples.Times.EVERY_MILLISECOND
              : random.oneOf(RandomSamples.Times.values());
      long[] timestamps = random.timestamps(times, start, random.between(1, most));
      SampleBuffer samples = samples(timestamps, random.values(shape, timestamps.length));

      byte[] closed = encode(start, samples);

      assertThat(RawSplitCodec.state(closed)).isEqualTo(RawSplitCodec.State.CLOSED);
      SampleBuffer decoded = new SampleBuffer(0);
      RawSplitCodec.decode(start, closed, Long.MIN_VALUE, Long.MAX_VALUE, decoded);
      assertThat(decoded.size).isEqualTo(samples.size);
      for (int i = 0; i < samples.size; i++) {
        assertThat(decoded.timestampsMillis[i]).isEqualTo(timestamps[i]);
        assertThat(Double.doubleToRawLongBits(decoded.values[i]))
            .isEqualTo(Double.doubleToRawLongBits(samples.values[i]));
      }
      assertThat(closed.length).isLessThanOrEqualTo(open(start, samples).length);
    }
  }

  /** Half of the series has three decimals, the other is whole: together all would have three. */
  @Test
  void encode_ofSeriesThatChangesItsWays_takesMoreThanOneBlock() {
    RandomSamples random = new RandomSamples(1);
    SampleBuffer samples = new SampleBuffer(960);
    for (int i = 0; i < 960; i++) {
      samples.add(
          15_000L * i, i < 480 ? random.between(0, 9) : random.between(0, 999_999) / 1000.0);
    }
    RawBlocks blocks = new RawBlocks(0, encode(0, samples));
    assertThat(blocks.next()).isTrue();
    assertThat(blocks.count()).isEqualTo(480);
  }

  @Test
  void state_isThatOfTheHeader() {
    SampleBuffer samples = samples(new long[] {1}, new double[] {1});
    assertThat(RawSplitCodec.state(open(0, samples))).isEqualTo(RawSplitCodec.State.NEW);
    for (RawSplitCodec.State state : RawSplitCodec.State.values()) {
      ByteArrayWriter out = new ByteArrayWriter(1);
      RawBlockEncoder.encodeHeader(state, out);
      assertThat(RawSplitCodec.state(out.toByteArray())).isEqualTo(state);
    }
  }

  private byte[] encode(long start, SampleBuffer samples) {
    ByteArrayWriter out = new ByteArrayWriter(16);
    encoder.encode(start, samples, 0, samples.size, out);
    return out.toByteArray();
  }

  private static byte[] open(long start, SampleBuffer samples) {
    ByteArrayWriter out = new ByteArrayWriter(16);
    RawBlockEncoder blocks = new RawBlockEncoder();
    RawBlockEncoder.encodeHeader(out);
    for (int from = 0; from < samples.size; from += RawBlocks.MAX_SAMPLES) {
      int to = Math.min(samples.size, from + RawBlocks.MAX_SAMPLES);
      blocks.encode(start, samples.timestampsMillis, samples.values, from, to, out);
    }
    return out.toByteArray();
  }

  private static SampleBuffer samples(long[] timestamps, double[] values) {
    SampleBuffer samples = new SampleBuffer(0);
    for (int i = 0; i < values.length; i++) {
      samples.add(timestamps[i], values[i]);
    }
    return samples;
  }
}
