package orzo.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import orzo.encoding.ByteArrayWriter;
import orzo.encoding.LittleEndian;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class RawSplitCorruptionTest {
  private static final RawBlockEncoder ENCODER = new RawBlockEncoder();

  @Test
  void decode_ofEveryTruncation_isCorruptOrWholeBlocks() {
    for (RandomSamples.Values shape : RandomSamples.Values.values()) {
      byte[] split = randomSplit(new RandomSamples(shape.ordinal()), shape, 2);
      RawBlocks blocks = new RawBlocks(0, split);
      assertThat(blocks.next()).isTrue();
      int whole = blocks.end();
      for (int length = 0; length < split.length; length++) {
        byte[] truncated = Arrays.copyOf(split, length);
        if (length == 1 || length == whole) {
          decode(truncated);
        } else {
          assertCorrupt(truncated, shape + " cut to " + length);
        }
      }
    }
  }

  @Test
  void decode_ofAnyFlippedBit_isCorrupt() {
    for (RandomSamples.Values shape : RandomSamples.Values.values()) {
      byte[] split = randomSplit(new RandomSamples(shape.ordinal()), shape, 2);
      for (int bit = 0; bit < split.length * 8; bit++) {
        split[bit >>> 3] ^= (byte) (1 << (bit & 7));
        assertCorrupt(split, shape + " bit " + bit);
        split[bit >>> 3] ^= (byte) (1 << (bit & 7));
      }
    }
  }

  @Test
  void decode_ofBytesOverwritten_isCorrupt() {
    for (int seed = 0; seed < 3000; seed++) {
      RandomSamples random = new RandomSamples(seed);
      byte[] split = randomSplit(random, random.oneOf(RandomSamples.Values.values()), 2);
      byte[] mutated = split.clone();
      mutate(random, mutated, 0, mutated.length);
      if (!Arrays.equals(split, mutated)) {
        assertCorrupt(mutated, "seed " + seed);
      }
    }
  }

  /** The checksum made right again, so that the decoders behind it see the damage. */
  @Test
  void decode_ofDamageBehindAValidChecksum_isCorruptOrAscending() {
    int decoded = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      RandomSamples random = new RandomSamples(seed);
      byte[] split = randomSplit(random, random.oneOf(RandomSamples.Values.values()), 1);
      RawBlocks blocks = new RawBlocks(0, split);
      assertThat(blocks.next()).isTrue();
      int body = split.length - RawBlocks.CHECKSUM_BYTES;
      int from = random.between(0, 2) == 0 ? 1 : Math.min(body - 1, 5);
      mutate(random, split, from, body);
      seal(split, 1);
      decoded += decodesOrIsCorrupt(split, "seed " + seed) ? 1 : 0;
    }
    // Some damage only changes values: the test must have reached that far.
    assertThat(decoded).isBetween(1_000, 19_000);
  }

  @Test
  void decode_ofRandomBytesBehindAValidChecksum_isCorruptOrAscending() {
    for (int seed = 0; seed < 20_000; seed++) {
      RandomSamples random = new RandomSamples(seed);
      ByteArrayWriter out = new ByteArrayWriter(64);
      RawBlockEncoder.encodeHeader(out);
      ByteArrayWriter body = new ByteArrayWriter(64);
      body.writeVarint(random.between(0, 1000));
      for (int i = random.between(0, 60); i > 0; i--) {
        body.writeByte(random.between(0, 1) == 0 ? random.between(0, 63) : (int) random.bits());
      }
      out.writeVarint(random.between(1, RawBlocks.MAX_SAMPLES));
      out.writeVarint(body.size() + RawBlocks.CHECKSUM_BYTES);
      out.writeBytes(body.array(), 0, body.size());
      out.writeInt(0);
      byte[] split = out.toByteArray();
      seal(split, 1);
      decodesOrIsCorrupt(split, "seed " + seed);
    }
  }

  @Test
  void decode_ofBlocksOutOfOrder_isCorrupt() {
    ByteArrayWriter out = new ByteArrayWriter(64);
    RawBlockEncoder.encodeHeader(out);
    double[] values = {1, 2, 3};
    ENCODER.encode(0, new long[] {100, 200, 300}, values, 0, 3, out);
    ENCODER.encode(0, new long[] {250, 350, 400}, values, 0, 3, out);
    assertThatThrownBy(() -> decode(out.toByteArray()))
        .hasMessageContaining("first timestamp is 250 (expected: above 300 of the block before)");
  }

  @Test
  void decode_ofForeignBytes_namesSplitByteAndRule() {
    assertThatThrownBy(() -> RawSplitCodec.decode(42, new byte[] {7}, 0, 1, new SampleBuffer(0)))
        .isInstanceOf(GatewayException.class)
        .hasMessage("raw split of 42, byte 0: version is 7 (expected: 1)");
    assertThatThrownBy(() -> decode(new byte[] {0x51}))
        .hasMessage("raw split of 0, byte 0: state is 5 (expected: 0, 3 or 15)");
    assertThatThrownBy(() -> RawSplitCodec.decode(42, new byte[0], 0, 1, new SampleBuffer(0)))
        .hasMessage("raw split of 42, byte 0: the split is empty");
    assertThatThrownBy(() -> decode(new byte[] {1, (byte) 0x81, 0x20, 5}))
        .hasMessage("raw split of 0, byte 1: number of samples is 4097 (expected: 1..4096)");
    assertThatThrownBy(() -> decode(new byte[] {1, 1, 127, 0}))
        .hasMessage("raw split of 0, byte 2: length of the block is 127, 1 are left");
    assertThatThrownBy(() -> decode(new byte[] {1, 1, 6, 0, 0, 0, 0, 0, 0}))
        .hasMessage("raw split of 0, byte 5: checksum does not match the block");
  }

  private static byte[] randomSplit(RandomSamples random, RandomSamples.Values shape, int blocks) {
    RandomSamples.Times times = random.oneOf(RandomSamples.Times.values());
    long[] timestamps = random.timestamps(times, 0, random.between(blocks, 40));
    double[] values = random.values(shape, timestamps.length);
    int first = blocks == 1 ? timestamps.length : timestamps.length / 2;
    ByteArrayWriter out = new ByteArrayWriter(64);
    RawBlockEncoder.encodeHeader(out);
    ENCODER.encode(0, timestamps, values, 0, first, out);
    if (first < timestamps.length) {
      ENCODER.encode(0, timestamps, values, first, timestamps.length, out);
    }
    return out.toByteArray();
  }

  /** Overwrites a few bytes of a range. */
  private static void mutate(RandomSamples random, byte[] bytes, int from, int to) {
    for (int i = random.between(1, 4); i > 0; i--) {
      int at = random.between(from, to - 1);
      bytes[at] =
          switch (random.between(0, 3)) {
            case 0 -> (byte) (bytes[at] ^ 1 << random.between(0, 7));
            case 1 -> (byte) (bytes[at] + random.between(-2, 2));
            case 2 -> (byte) 0xff;
            default -> (byte) random.bits();
          };
    }
  }

  private static void seal(byte[] split, int block) {
    CRC32C checksum = new CRC32C();
    int at = split.length - RawBlocks.CHECKSUM_BYTES;
    checksum.update(split, block, at - block);
    LittleEndian.putInt(split, at, (int) checksum.getValue());
  }

  private static SampleBuffer decode(byte[] split) {
    SampleBuffer samples = new SampleBuffer(0);
    RawSplitCodec.decode(0, split, Long.MIN_VALUE, Long.MAX_VALUE, samples);
    return samples;
  }

  private static void assertCorrupt(byte[] split, String description) {
    assertThat(decodesOrIsCorrupt(split, description)).as(description).isFalse();
  }

  private static boolean decodesOrIsCorrupt(byte[] split, String description) {
    try {
      SampleBuffer samples = decode(split);
      long previous = -1;
      for (int i = 0; i < samples.size; i++) {
        if (samples.timestampsMillis[i] <= previous
            || samples.timestampsMillis[i] >= RawSplit.SPAN_MILLIS) {
          throw new AssertionError(description + ": timestamp " + samples.timestampsMillis[i]);
        }
        previous = samples.timestampsMillis[i];
      }
      assertThat(samples.timestampsMillis.length)
          .as(description)
          .isLessThanOrEqualTo(2 * RawBlocks.MAX_SAMPLES);
      return true;
    } catch (GatewayException e) {
      assertThat(e.kind()).as(description).isEqualTo(Kind.CORRUPT);
      assertThat(e).as(description).hasMessageMatching("raw split of 0, byte \\d+: .+");
      return false;
    } catch (RuntimeException e) {
      throw new AssertionError(description, e);
    }
  }
}
