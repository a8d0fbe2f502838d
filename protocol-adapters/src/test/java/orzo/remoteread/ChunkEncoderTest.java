package orzo.remoteread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.split.SampleBuffer;

class ChunkEncoderTest {
  private static final long BASE = 1_700_000_000_000L;
  private static final double STALE = Double.longBitsToDouble(NativeHistogram.STALE_SUM_BITS);

  // What a Prometheus 2.42 answered a remote read with that was written the same samples before.

  @Test
  void encode_floats_areTheBytesOfPrometheus() {
    long[] times = {
      0, 15_000, 30_000, 45_001, 60_000, 75_000, 90_000, 91_000, 300_000, 300_001, 1_500_000,
      1_515_000, 1_530_000
    };
    double[] values = {
      1, 1, 2, 3.5, -0.25, 1e300, Double.POSITIVE_INFINITY, 0, -0.0, 1e-7, 123456789.125, STALE, 7
    };
    SampleBuffer samples = new SampleBuffer(times.length);
    for (int i = 0; i < times.length; i++) {
      samples.add(BASE + times[i], values[i]);
    }
    assertOneChunk(
        samples,
        Chunk.Encoding.XOR,
        "000d80a0abfef9623ff000000000000098753097ffe0007605dfff603bff78001c1f60f3f21e44003ace8071f9"
            + "0f22001d67dc9509ffc000000000000e32c80a000000000000000eccf99af9eb5fca6af2bd2f00000000"
            + "00124f7e9ff9ee31b38f2bd2fffffffffffedeb19c5efcdade68a90000057fd8000000000004");
  }

  @Test
  void encode_integerHistograms_areTheBytesOfPrometheus() {
    SampleBuffer samples = new SampleBuffer(6);
    for (int i = 0; i < 6; i++) {
      int square = i * i;
      NativeHistogram histogram =
          NativeHistogram.exponential(
              ResetHint.UNKNOWN,
              true,
              3,
              0x1p-128,
              square,
              square + 10 + 6 * square + 4 * i,
              12.5 * i * i + .1,
              Buckets.of(
                  new int[] {-2, -1, 4, 7}, new double[] {2 * square + i, 4 * square, 10, 2 * i}),
              Buckets.of(new int[] {0}, new double[] {i}));
      samples.add(BASE + 15_000L * i, histogram.sum(), 0, histogram);
    }
    assertOneChunk(
        samples,
        Chunk.Encoding.HISTOGRAM,
        "000600749ce568d2328c5fc0003179fcad0018a1fdccccccccccccd18adb3e0ea63171c3fff90aaaaaaaaaaa99c"
            + "77928b1d280301fffffffffff529b818e940054aaaaaaaaaaae94dc0c74a006a4aaaaaaaaaab4a6e063a"
            + "5001a8aaaaaaaaaa9a53700");
  }

  @Test
  void encode_floatHistograms_areTheBytesOfPrometheus() {
    SampleBuffer samples = new SampleBuffer(6);
    for (int i = 0; i < 6; i++) {
      NativeHistogram histogram =
          NativeHistogram.exponential(
              ResetHint.UNKNOWN,
              false,
              -1,
              0.001,
              0.5 * i,
              10 + 3.25 * i,
              1.5 + i,
              Buckets.of(new int[] {0}, new double[] {10 + 2.25 * i}),
              Buckets.of(new int[] {-3, -2, 5}, new double[] {.5 * i, 0, 0}));
      samples.add(BASE + 15_000L * i, histogram.sum(), 0, histogram);
    }
    assertOneChunk(
        samples,
        Chunk.Encoding.FLOAT_HISTOGRAM,
        "000600ff3f50624dd2f1a9fcbc6294ab1c37f0000c5e7f2b400201200000000000000000000000000001ffc0000"
            + "0000000020120000000000000000000000000000000000000000000000000000000000007c1d4c6c17b8"
            + "89ffe137fffb05ce227fe3589bac1c00297ac18dc26ec07ac4fd63f7d80c6d16784cfff8a1f84cfff1b0"
            + "6d76839a33b4180");
  }

  private static void assertOneChunk(SampleBuffer samples, Chunk.Encoding encoding, String hex) {
    List<Chunk> chunks = new ChunkEncoder().encode(samples);
    assertThat(chunks).hasSize(1);
    Chunk chunk = chunks.getFirst();
    assertThat(HexFormat.of().formatHex(chunk.bytes())).isEqualTo(hex);
    assertThat(chunk.encoding()).isEqualTo(encoding);
    assertThat(chunk.minMillis()).isEqualTo(samples.timestampsMillis[0]);
    assertThat(chunk.maxMillis()).isEqualTo(samples.timestampsMillis[samples.size - 1]);
    assertSame("golden", decoded(chunks), samples);
  }

  private static SampleBuffer decoded(List<Chunk> chunks) {
    SampleBuffer decoded = new SampleBuffer(1);
    for (Chunk chunk : chunks) {
      int from = decoded.size;
      ChunkReader.read(chunk.encoding().number(), chunk.bytes(), decoded);
      assertThat(decoded.size - from).isBetween(1, ChunkEncoder.MAX_SAMPLES);
      assertThat(chunk.minMillis()).isEqualTo(decoded.timestampsMillis[from]);
      assertThat(chunk.maxMillis()).isEqualTo(decoded.timestampsMillis[decoded.size - 1]);
    }
    return decoded;
  }

  private static @Nullable NativeHistogram histogram(SampleBuffer samples, int i) {
    @Nullable NativeHistogram @Nullable [] histograms = samples.histograms();
    return histograms == null ? null : histograms[i];
  }

  /** Compares all but hints, which a reader finds again only as far as they matter. */
  private static void assertSame(String what, SampleBuffer found, SampleBuffer expected) {
    assertThat(found.size).as(what).isEqualTo(expected.size);
    for (int i = 0; i < expected.size; i++) {
      String which = what + ", sample " + i;
      assertThat(found.timestampsMillis[i]).as(which).isEqualTo(expected.timestampsMillis[i]);
      assertThat(Double.doubleToRawLongBits(found.values[i]))
          .as(which)
          .isEqualTo(Double.doubleToRawLongBits(expected.values[i]));
      NativeHistogram left = histogram(found, i);
      NativeHistogram right = histogram(expected, i);
      assertThat(left == null).as(which).isEqualTo(right == null);
      if (left != null && right != null) {
        assertThat(left.withResetHint(ResetHint.UNKNOWN))
            .as(which)
            .isEqualTo(right.withResetHint(ResetHint.UNKNOWN));
        assertThat(left.resetHint() == ResetHint.GAUGE)
            .as(which)
            .isEqualTo(right.resetHint() == ResetHint.GAUGE);
      }
    }
  }

  // Chunks of our own.

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 119, 120, 121, 500})
  void encode_manySamples_startsAChunkEvery120(int size) {
    SampleBuffer samples = new SampleBuffer(size);
    for (int i = 0; i < size; i++) {
      samples.add(-5_000 + 1000L * i, i / 3.0);
    }
    List<Chunk> chunks = new ChunkEncoder().encode(samples);
    assertThat(chunks).hasSize((size + 119) / 120);
    assertSame(size + " samples", decoded(chunks), samples);
  }

  @Test
  void encode_ofNothing_isNothing() {
    assertThat(new ChunkEncoder().encode(new SampleBuffer(3))).isEmpty();
  }

  @Test
  void encode_whatMayBeAReset_startsAChunk() {
    SampleBuffer samples = new SampleBuffer(8);
    add(samples, counter(ResetHint.UNKNOWN, 4, 6));
    add(samples, counter(ResetHint.NOT_RESET, 5, 6));
    add(samples, counter(ResetHint.UNKNOWN, 5, 5)); // a bucket falls
    add(samples, counter(ResetHint.RESET, 6, 7)); // says so
    add(samples, counter(ResetHint.GAUGE, 6, 7));
    add(samples, counter(ResetHint.GAUGE, 1, 1)); // gauges may fall
    add(samples, NativeHistogram.stale());
    add(samples, NativeHistogram.stale());
    add(samples, counter(ResetHint.UNKNOWN, 6, 7));
    samples.add(samples.size, 3);
    List<Chunk> chunks = new ChunkEncoder().encode(samples);
    assertThat(chunks.stream().map(chunk -> (int) chunk.bytes()[1]))
        .containsExactly(2, 1, 1, 2, 2, 1, 1);
    assertThat(chunks.stream().limit(6).map(chunk -> chunk.bytes()[2] & 0xc0))
        .containsExactly(0, 0, 0x80, 0xc0, 0, 0);
    assertSame("resets", decoded(chunks), samples);
  }

  private static void add(SampleBuffer samples, NativeHistogram histogram) {
    samples.add(samples.size, histogram.sum(), 0, histogram);
  }

  private static NativeHistogram counter(ResetHint hint, int first, int second) {
    return NativeHistogram.exponential(
        hint,
        true,
        2,
        0.125,
        0,
        first + second,
        first + 2.0 * second,
        Buckets.of(new int[] {3, 9}, new double[] {first, second}),
        Buckets.EMPTY);
  }

  @Test
  void encode_randomSamples_areReadBack() {
    for (long seed = 0; seed < 400; seed++) {
      SampleBuffer samples = random(new Random(seed));
      assertSame("seed " + seed, decoded(new ChunkEncoder().encode(samples)), samples);
    }
  }

  private static SampleBuffer random(Random random) {
    SampleBuffer samples = new SampleBuffer(16);
    long time = random.nextLong(-1L << 42, 1L << 42);
    NativeHistogram histogram = null;
    int size = random.nextInt(1, 300);
    for (int i = 0; i < size; i++) {
      time += random.nextInt(8) == 0 ? 1L << random.nextInt(34) : 1000 + random.nextInt(3);
      if (random.nextInt(20) == 0) {
        histogram = random.nextBoolean() ? null : random(random, random.nextBoolean());
      } else if (histogram != null && random.nextInt(4) == 0) {
        histogram = grown(random, histogram);
      }
      if (histogram == null) {
        samples.add(time, random(random, 9));
      } else {
        NativeHistogram added = random.nextInt(30) == 0 ? NativeHistogram.stale() : histogram;
        samples.add(time, added.sum(), 0, added);
      }
    }
    return samples;
  }

  private static double random(Random random, int kinds) {
    return switch (random.nextInt(kinds)) {
      case 0 -> Double.longBitsToDouble(random.nextLong());
      case 1 -> STALE;
      case 2 -> 0;
      default -> random.nextInt(50) / 4.0;
    };
  }

  private static NativeHistogram random(Random random, boolean integer) {
    Buckets positive = randomBuckets(random, integer);
    ResetHint hint = ResetHint.values()[random.nextInt(4)];
    double sum = random(random, 1);
    sum = Double.doubleToRawLongBits(sum) == NativeHistogram.STALE_SUM_BITS ? 1 : sum;
    if (random.nextInt(3) == 0) {
      double[] bounds = new double[24];
      for (int i = 0; i < bounds.length; i++) {
        bounds[i] = (i == 0 ? -1 : bounds[i - 1]) + random.nextInt(1, 9) / (i % 2 == 0 ? 8.0 : 7.0);
      }
      int[] indexes = positive.indexes();
      double[] counts = positive.counts();
      for (int i = 0; i < indexes.length; i++) {
        indexes[i] = i;
      }
      return NativeHistogram.custom(
          hint, integer, random.nextInt(1000), sum, bounds, Buckets.of(indexes, counts));
    }
    double threshold =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> Math.scalb(1.0, random.nextInt(-250, 20));
          case 2 -> Double.MIN_VALUE;
          default -> random.nextDouble();
        };
    return NativeHistogram.exponential(
        hint,
        integer,
        random.nextInt(-4, 9),
        threshold,
        random.nextInt(5),
        random.nextInt(1 << 20),
        sum,
        positive,
        randomBuckets(random, integer));
  }

  private static Buckets randomBuckets(Random random, boolean integer) {
    int size = random.nextInt(12);
    int[] indexes = new int[size];
    double[] counts = new double[size];
    int next = random.nextInt(-500, 500);
    for (int i = 0; i < size; i++) {
      next += random.nextInt(3) == 0 ? random.nextInt(2, 50) : 1;
      indexes[i] = next;
      counts[i] = integer ? random.nextInt(1 << random.nextInt(1, 30)) : random.nextDouble();
    }
    return Buckets.of(indexes, counts);
  }

  /** The same layout with observations more. */
  private static NativeHistogram grown(Random random, NativeHistogram last) {
    double[] counts = last.positive().counts();
    for (int i = 0; i < counts.length; i++) {
      counts[i] += random.nextInt(3);
    }
    NativeHistogram grown =
        last.hasCustomBuckets()
            ? NativeHistogram.custom(
                ResetHint.UNKNOWN,
                last.isInteger(),
                last.count() + 30,
                last.sum() + 1,
                last.bounds(),
                Buckets.of(last.positive().indexes(), counts))
            : NativeHistogram.exponential(
                ResetHint.UNKNOWN,
                last.isInteger(),
                last.schema(),
                last.zeroThreshold(),
                last.zeroCount() + random.nextInt(2),
                last.count() + 30,
                last.sum() + 1,
                Buckets.of(last.positive().indexes(), counts),
                last.negative());
    return Objects.requireNonNull(grown);
  }
}
