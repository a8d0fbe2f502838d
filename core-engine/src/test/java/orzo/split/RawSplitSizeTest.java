package orzo.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import orzo.column.ValueColumn;
import orzo.encoding.ByteArrayWriter;

/** What typical series may cost: 480 samples, one each 15 s, in one block unless said otherwise. */
class RawSplitSizeTest {
  private static final int SAMPLES = 480;
  private final SplittableRandom random = new SplittableRandom(1);
  private double level;

  @Test
  void constant_costsAFewBytes() {
    assertThat(bytes(i -> 1, 0, SAMPLES)).isLessThanOrEqualTo(18);
  }

  @Test
  void regularIncrements_costAFewBytes() {
    assertThat(bytes(i -> 1000 + 15.0 * i, 0, SAMPLES)).isLessThanOrEqualTo(19);
  }

  /** The entropy of sixteen equally likely increments is 4 bits, 240 bytes. */
  @Test
  void counterOfSmallIncrements_costsItsEntropy() {
    assertThat(bytes(i -> level += random.nextInt(16), 0, SAMPLES)).isLessThanOrEqualTo(260);
  }

  /** The entropy of a normal distribution of deviation 30 is 6.95 bits, 417 bytes. */
  @Test
  void counterOfARegularRate_costsLittleMoreThanItsEntropy() {
    assertThat(bytes(i -> level += 1000 + Math.rint(30 * random.nextGaussian()), 0, SAMPLES))
        .isLessThanOrEqualTo(510);
  }

  @Test
  void counterWithAReset_costsAFewBytesMore() {
    double[] increments = random.doubles(SAMPLES, 900, 1100).map(Math::rint).toArray();
    int without = bytes(i -> level += increments[i], 0, SAMPLES);
    int with = bytes(i -> level = i == 200 ? 0 : level + increments[i], 0, SAMPLES);
    assertThat(with).isBetween(without + 1, without + 20);
  }

  /** A hundred equally likely values: 6.64 bits, 399 bytes. */
  @Test
  void gaugeOfOneDecimal_costsItsEntropy() {
    assertThat(bytes(i -> random.nextInt(450, 550) / 10.0, 0, SAMPLES)).isLessThanOrEqualTo(445);
  }

  @Test
  void memoryInPages_costsNothingForTheBitsOfAPage() {
    level = 1 << 30;
    assertThat(bytes(i -> level += 4096.0 * random.nextInt(-128, 128), 0, SAMPLES))
        .isLessThanOrEqualTo(510);
  }

  @Test
  void gaugeThatMostlyStays_costsLessThanAThirdOfAByte() {
    assertThat(
            bytes(i -> level = random.nextInt(20) == 0 ? random.nextInt(5000) : level, 0, SAMPLES))
        .isLessThanOrEqualTo(130);
  }

  @Test
  void nanForAll_costsAFewBytes() {
    assertThat(bytes(i -> Double.NaN, 0, SAMPLES)).isLessThanOrEqualTo(26);
  }

  @Test
  void staleMarkerAtTheEnd_costsAFewBytes() {
    double stale = Double.longBitsToDouble(ValueColumn.STALE_MARKER);
    IntToDoubleFunction counter = i -> i * 1000 + i * 31 % 16;
    assertThat(bytes(i -> i < SAMPLES - 1 ? counter.applyAsDouble(i) : stale, 0, SAMPLES))
        .isLessThanOrEqualTo(bytes(counter, 0, SAMPLES) + 4);
  }

  /** 52 random bits with the sign and exponent of one power of two. */
  @Test
  void noise_costsItsMantissa() {
    assertThat(bytes(i -> 1 + random.nextDouble(), 0, SAMPLES)).isLessThanOrEqualTo(52 * 60 + 40);
  }

  @Test
  void randomBits_costNoMoreThanRawAndABlocksFrame() {
    assertThat(bytes(i -> Double.longBitsToDouble(random.nextLong()), 0, SAMPLES))
        .isLessThanOrEqualTo(8 * SAMPLES + 40);
  }

  @Test
  void jitterOfAFewMilliseconds_costsItsEntropy() {
    int regular = bytes(i -> 1, 0, SAMPLES);
    // Nine equally likely offsets: 3.17 bits, 190 bytes.
    assertThat(bytes(i -> 1, 4, SAMPLES)).isLessThanOrEqualTo(regular + 260);
  }

  @Test
  void blocksOfAnOpenSplit_costAFewBytesMoreEach() {
    double[] gauge = random.doubles(SAMPLES, 0, 1000).map(Math::rint).toArray();
    assertThat(bytes(i -> gauge[i], 0, 120))
        .isLessThanOrEqualTo(bytes(i -> gauge[i], 0, SAMPLES) + 3 * 24);
  }

  /** Bytes of a split, its timestamps up to {@code jitter} ms off a grid of 15 s. */
  private int bytes(IntToDoubleFunction value, int jitter, int block) {
    SplittableRandom jitters = new SplittableRandom(2);
    long[] timestamps = new long[SAMPLES];
    double[] values = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      timestamps[i] = 7_123 + 15_000L * i + jitters.nextInt(-jitter, jitter + 1);
      values[i] = value.applyAsDouble(i);
    }
    ByteArrayWriter out = new ByteArrayWriter(1024);
    RawBlockEncoder.encodeHeader(out);
    RawBlockEncoder encoder = new RawBlockEncoder();
    for (int from = 0; from < SAMPLES; from += block) {
      encoder.encode(0, timestamps, values, from, from + block, out);
    }
    return out.size();
  }
}
