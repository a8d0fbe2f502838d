package orzo.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import orzo.encoding.ByteArrayReader;
import orzo.encoding.ByteArrayWriter;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class HistogramCodecTest {
  private static final NativeHistogram KETTLE =
      NativeHistogram.exponential(
          ResetHint.NOT_RESET,
          true,
          1,
          0.25,
          2,
          12,
          3.5,
          Buckets.of(new int[] {-1, 0, 4}, new double[] {3, 1, 5}),
          Buckets.of(new int[] {2}, new double[] {1}));

  @Test
  void read_ofWhatWasWritten_isTheSame() {
    for (int seed = 0; seed < 300; seed++) {
      for (NativeHistogram histogram : HistogramSequences.random(seed, 40)) {
        ByteArrayWriter out = new ByteArrayWriter(0);
        HistogramCodec.write(histogram, out);
        ByteArrayReader in = new ByteArrayReader(out.array(), 0, out.size());

        NativeHistogram read = HistogramCodec.read(in, histogram.sum());

        assertThat(read).as("seed %s", seed).isEqualTo(histogram);
        assertThat(in.remaining()).as("seed %s", seed).isZero();
      }
    }
  }

  /** A change here means that backlogs can no longer be read. */
  @Test
  void write_hasTheDocumentedBytes() {
    ByteArrayWriter out = new ByteArrayWriter(0);
    HistogramCodec.write(KETTLE, out);
    assertThat(HexFormat.of().formatHex(out.toByteArray()))
        .isEqualTo(
            String.join(
                "",
                "02", // not reset
                "01", // integer, exponential
                "02000000000000d03f", // schema 1, zero threshold 0.25
                "02", // two runs of positive buckets:
                "0102", // from -1 on, two
                "0601", // three left out, one
                "01", // one run of negative buckets:
                "0401", // from 2 on, one
                "1813", // count 12, zero bucket 10 less
                "02" + "03" + "08", // 3, 1, 5
                "07")); // 1
  }

  @Test
  void column_ofWhatWasEncoded_isTheSame() {
    HistogramColumnEncoder encoder = new HistogramColumnEncoder();
    for (int seed = 0; seed < 600; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int from = random.nextInt(3);
      @Nullable NativeHistogram[] column = column(random, seed, from);
      ByteArrayWriter out = new ByteArrayWriter(0);
      encoder.encode(column, from, column.length, out);

      @Nullable NativeHistogram[] decoded = new NativeHistogram[column.length];
      HistogramColumn.decode(
          new ByteArrayReader(out.array(), 0, out.size()),
          sums(column),
          decoded,
          from,
          column.length - from);

      assertThat(Arrays.asList(decoded).subList(from, column.length))
          .as("seed %s", seed)
          .isEqualTo(Arrays.asList(column).subList(from, column.length));
    }
  }

  /** Random histograms, floats in between. */
  private static @Nullable NativeHistogram[] column(SplittableRandom random, int seed, int from) {
    List<NativeHistogram> histograms = HistogramSequences.random(seed, 1 + random.nextInt(150));
    @Nullable NativeHistogram[] column = new NativeHistogram[from + histograms.size()];
    for (int i = 0; i < histograms.size(); i++) {
      column[from + i] = random.nextInt(10) == 0 ? null : histograms.get(i);
    }
    return column;
  }

  private static double[] sums(@Nullable NativeHistogram[] column) {
    return Arrays.stream(column).mapToDouble(one -> one == null ? 7 : one.sum()).toArray();
  }

  @Test
  void column_ofOneHugeHistogram_isTheSame() {
    int[] indexes = new int[HistogramCodec.MAX_BUCKETS];
    double[] counts = new double[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = 2 * i;
      counts[i] = i % 7;
    }
    NativeHistogram huge =
        NativeHistogram.exponential(
            ResetHint.GAUGE, false, 8, 0, 0, 1, 1, Buckets.of(indexes, counts), Buckets.EMPTY);
    ByteArrayWriter out = new ByteArrayWriter(0);
    NativeHistogram[] column = {huge, huge, huge, huge, huge};
    new HistogramColumnEncoder().encode(column, 0, 5, out);

    @Nullable NativeHistogram[] decoded = new NativeHistogram[5];
    HistogramColumn.decode(
        new ByteArrayReader(out.array(), 0, out.size()), sums(column), decoded, 0, 5);

    assertThat(decoded).containsExactly(huge, huge, huge, huge, huge);
  }

  /** Sequences of request durations with about 25 buckets, as clients have them. */
  @Test
  void column_ofAnOrdinaryHistogram_takesLessThanAByteForABucket() {
    NativeHistogram[] column =
        HistogramSequences.requestDurations(1, 240, 30).toArray(NativeHistogram[]::new);
    ByteArrayWriter out = new ByteArrayWriter(0);
    new HistogramColumnEncoder().encode(column, 0, column.length, out);

    int buckets = Arrays.stream(column).mapToInt(one -> one.positive().size()).sum();
    assertThat(out.size()).isLessThan(buckets);
  }

  @Test
  void decode_ofDamage_isCorruptOrBounded() {
    HistogramColumnEncoder encoder = new HistogramColumnEncoder();
    int readable = 0;
    for (int seed = 0; seed < 30_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      @Nullable NativeHistogram[] column = column(random, seed % 100, 0);
      ByteArrayWriter out = new ByteArrayWriter(0);
      boolean single = random.nextBoolean() && column[0] != null;
      if (single && column[0] != null) {
        HistogramCodec.write(column[0], out);
      } else {
        encoder.encode(column, 0, column.length, out);
      }
      byte[] bytes = out.toByteArray();
      if (random.nextInt(3) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      }
      for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 0; i--) {
        bytes[random.nextInt(Math.min(bytes.length, 40))] = (byte) random.nextInt();
      }
      readable += readsOrIsCorrupt(bytes, single, column) ? 1 : 0;
    }
    assertThat(readable).isBetween(500, 29_500);
  }

  private static boolean readsOrIsCorrupt(
      byte[] bytes, boolean single, @Nullable NativeHistogram[] column) {
    ByteArrayReader in = new ByteArrayReader(bytes, 0, bytes.length);
    try {
      if (single) {
        HistogramCodec.read(in, 1);
      } else {
        HistogramColumn.decode(
            in, sums(column), new NativeHistogram[column.length], 0, column.length);
      }
      return true;
    } catch (GatewayException e) {
      assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
      return false;
    }
  }

  @Test
  void decode_ofMoreThanIsAllowed_namesIt() {
    ByteArrayWriter out = new ByteArrayWriter(0);
    out.writeVarint(0); // no samples before
    out.writeVarint(4000); // histograms
    out.writeByte(HistogramColumn.LAYOUT);
    out.writeByte(1); // exponential
    out.writeZigzag(0);
    out.writeLong(0);
    out.writeVarint(1);
    out.writeZigzag(0);
    out.writeVarint(100); // buckets
    out.writeVarint(0);
    assertThatThrownBy(() ->
            HistogramColumn.decode(
                new ByteArrayReader(out.array(), 0, out.size()),
                new double[4000],
                new NativeHistogram[4000],
                0,
                4000))
        .hasMessage("byte 3: 4000 histograms of 102 cells each are too many");
  }
}
