package orzo.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orzo.encoding.ByteArrayWriter;

class RawSplitCodecTest {
  private static final int RUNS = 60;
  private final RawBlockEncoder encoder = new RawBlockEncoder();

  @ParameterizedTest
  @EnumSource
  void decode_ofOneBlock_returnsTheSameBits(RandomSamples.Values shape) {
    for (int run = 0; run < RUNS; run++) {
      long seed = 1000L * shape.ordinal() + run;
      RandomSamples random = new RandomSamples(seed);
      RandomSamples.Times times = random.oneOf(RandomSamples.Times.values());
      int most = run % 10 == 0 ? RawBlocks.MAX_SAMPLES : RawSplit.MAX_BLOCK_SAMPLES;
      long start = random.splitStart();
      long[] timestamps = random.timestamps(times, start, random.between(1, most));
      double[] values = random.values(shape, timestamps.length);
      ByteArrayWriter out = new ByteArrayWriter(16);
      RawBlockEncoder.encodeHeader(out);
      encoder.encode(start, timestamps, values, 0, timestamps.length, out);

      SampleBuffer decoded = new SampleBuffer(0);
      RawSplitCodec.decode(start, out.toByteArray(), Long.MIN_VALUE, Long.MAX_VALUE, decoded);

      assertSamples("seed " + seed, decoded, timestamps, values, 0, timestamps.length);
    }
  }

  @Test
  void decode_ofManyBlocks_returnsTheRangeAskedFor() {
    for (int seed = 0; seed < 2000; seed++) {
      RandomSamples random = new RandomSamples(seed);
      long start = random.splitStart();
      RandomSamples.Times times = random.oneOf(RandomSamples.Times.values());
      long[] timestamps = random.timestamps(times, start, random.between(1, 400));
      double[] values =
          random.values(random.oneOf(RandomSamples.Values.values()), timestamps.length);
      byte[] split = encodeInBlocks(random, start, timestamps, values);
      long fromMillis = boundary(random, timestamps);
      long toMillis = boundary(random, timestamps);
      SampleBuffer decoded = new SampleBuffer(4);
      decoded.add(Long.MIN_VALUE, 1);

      RawSplitCodec.decode(start, split, fromMillis, toMillis, decoded);

      int from = 0;
      while (from < timestamps.length && timestamps[from] < fromMillis) {
        from++;
      }
      int to = from;
      while (to < timestamps.length && timestamps[to] <= toMillis) {
        to++;
      }
      assertThat(decoded.timestampsMillis[0]).isEqualTo(Long.MIN_VALUE);
      decoded.retain(0, Long.MIN_VALUE + 1, Long.MAX_VALUE);
      assertSamples("seed " + seed, decoded, timestamps, values, from, to);
    }
  }

  /** Blocks of random length, with padding between and after some. */
  private byte[] encodeInBlocks(
      RandomSamples random, long start, long[] timestamps, double[] values) {
    ByteArrayWriter out = new ByteArrayWriter(16);
    RawBlockEncoder.encodeHeader(out);
    for (int from = 0; from < timestamps.length; ) {
      int to = Math.min(timestamps.length, from + random.between(1, 150));
      encoder.encode(start, timestamps, values, from, to, out);
      for (int padding = random.between(-5, 20); padding > 0; padding--) {
        out.writeByte(0);
      }
      from = to;
    }
    return out.toByteArray();
  }

  private static long boundary(RandomSamples random, long[] timestamps) {
    return switch (random.between(0, 5)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      default -> timestamps[random.between(0, timestamps.length - 1)] + random.between(-1, 1);
    };
  }

  @Test
  void blocks_walked_tellWhereTheLastOneStands() {
    for (int seed = 0; seed < 300; seed++) {
      RandomSamples random = new RandomSamples(seed);
      long start = random.splitStart();
      long[] timestamps =
          random.timestamps(RandomSamples.Times.IRREGULAR, start, random.between(1, 500));
      double[] values =
          random.values(random.oneOf(RandomSamples.Values.values()), timestamps.length);
      byte[] split = encodeInBlocks(random, start, timestamps, values);

      RawBlocks all = new RawBlocks(start, split);
      SampleBuffer decoded = new SampleBuffer(0);
      int lastOffset = 0;
      while (all.next()) {
        assertThat(all.offset()).as("seed %s", seed).isGreaterThan(lastOffset);
        assertThat(all.end()).isGreaterThan(all.offset()).isLessThanOrEqualTo(split.length);
        assertThat(all.firstMillis()).isEqualTo(timestamps[decoded.size]);
        lastOffset = all.offset();
        int size = decoded.size;
        all.decode(decoded);
        assertThat(decoded.size - size).isEqualTo(all.count());
      }
      assertSamples("seed " + seed, decoded, timestamps, values, 0, timestamps.length);

      RawBlocks jump = new RawBlocks(start, split);
      assertThat(jump.last()).isTrue();
      assertThat(jump.offset()).isEqualTo(lastOffset);
    }
  }

  @Test
  void blocks_ofASplitWithoutAny_haveNoLast() {
    assertThat(new RawBlocks(0, new byte[] {1, 0, 0}).last()).isFalse();
  }

  @Test
  void lastBlock_rewrittenShorterAndPadded_replacesTheOld() {
    long[] timestamps = new RandomSamples(1).timestamps(RandomSamples.Times.REGULAR, 0, 100);
    double[] noise = new RandomSamples(2).values(RandomSamples.Values.RANDOM_BITS, 100);
    double[] constant = new RandomSamples(3).values(RandomSamples.Values.CONSTANT_INTEGER, 100);
    ByteArrayWriter out = new ByteArrayWriter(16);
    RawBlockEncoder.encodeHeader(out);
    encoder.encode(0, timestamps, noise, 0, 50, out);
    encoder.encode(0, timestamps, noise, 50, 100, out);
    byte[] split = out.toByteArray();

    RawBlocks blocks = new RawBlocks(0, split);
    assertThat(blocks.last()).isTrue();
    ByteArrayWriter shorter = new ByteArrayWriter(16);
    encoder.encode(0, timestamps, constant, 50, 100, shorter);
    Arrays.fill(split, blocks.offset(), split.length, (byte) 0);
    System.arraycopy(shorter.array(), 0, split, blocks.offset(), shorter.size());

    SampleBuffer decoded = new SampleBuffer(0);
    RawSplitCodec.decode(0, split, Long.MIN_VALUE, Long.MAX_VALUE, decoded);
    System.arraycopy(constant, 50, noise, 50, 50);
    assertSamples("rewritten", decoded, timestamps, noise, 0, 100);
  }

  @Test
  void encode_ofUnorderedOrOutlyingTimestamps_namesThem() {
    ByteArrayWriter out = new ByteArrayWriter(16);
    double[] values = {1, 2};
    assertThatThrownBy(() -> encoder.encode(0, new long[] {5, 5}, values, 0, 2, out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5..5 (expected: strictly ascending in the split that starts at 0)");
    assertThatThrownBy(() -> encoder.encode(0, new long[] {-1, 5}, values, 0, 2, out))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> encoder.encode(0, new long[] {0, RawSplit.SPAN_MILLIS}, values, 0, 2, out))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> encoder.encode(0, new long[0], new double[0], 0, 0, out))
        .hasMessage("samples: 0 (expected: 1..4096)");
    assertThat(out.size()).isZero();
  }

  private static void assertSamples(
      String description,
      SampleBuffer actual,
      long[] timestamps,
      double[] values,
      int from,
      int to) {
    assertThat(Arrays.copyOf(actual.timestampsMillis, actual.size))
        .as(description)
        .isEqualTo(Arrays.copyOfRange(timestamps, from, to));
    assertThat(bits(actual.values, 0, actual.size))
        .as(description)
        .isEqualTo(bits(values, from, to));
  }

  private static long[] bits(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).mapToLong(Double::doubleToRawLongBits).toArray();
  }
}
