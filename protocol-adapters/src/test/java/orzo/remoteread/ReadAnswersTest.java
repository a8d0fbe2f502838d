package orzo.remoteread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.remoteread.oracle.ChunkedReadResponse;
import orzo.remoteread.oracle.ReadResponse;
import orzo.remotewrite.oracle.BucketSpan;
import orzo.remotewrite.oracle.Histogram;
import orzo.remotewrite.oracle.Label;
import orzo.remotewrite.oracle.Sample;
import orzo.remotewrite.oracle.TimeSeries;
import orzo.split.SampleBuffer;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Both kinds of answers, read by protobuf's own classes. */
class ReadAnswersTest {
  private static final Labels FLOATS = Labels.of("__name__", "floats", "a", "ü");
  private static final Labels HISTOGRAMS = Labels.of("__name__", "histograms");

  private final SeriesInMemory series = new SeriesInMemory(Tenant.DEFAULT);

  private static ReadQuery query(String name, long start, long end) {
    return new ReadQuery(
        start, end, List.of(Matcher.of("__name__", Matcher.Operation.MATCHES, name)));
  }

  private static ReadMeter meter(ResponseType type) {
    return new ReadMeter(ReadBounds.DEFAULT, type, () -> false, () -> false);
  }

  private ReadResponse samples(ReadQuery... queries) throws IOException {
    byte[] answer =
        SampleAnswer.of(series, Tenant.DEFAULT, List.of(queries), meter(ResponseType.SAMPLES));
    return ReadResponse.parseFrom(Snappy.uncompress(answer));
  }

  private List<ChunkedReadResponse> frames(int maxFrameBytes, ReadQuery... queries)
      throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    new ChunkStream(series, maxFrameBytes, meter(ResponseType.STREAMED_XOR_CHUNKS), stream)
        .write(Tenant.DEFAULT, List.of(queries));
    return frames(stream.toByteArray());
  }

  private static List<ChunkedReadResponse> frames(byte[] stream) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(stream));
    List<ChunkedReadResponse> frames = new ArrayList<>();
    while (in.available() > 0) {
      int length = 0;
      for (int shift = 0; ; shift += 7) {
        int group = in.readUnsignedByte();
        length |= (group & 0x7f) << shift;
        if (group < 0x80) {
          break;
        }
      }
      int checksum = in.readInt();
      byte[] frame = in.readNBytes(length);
      CRC32C computed = new CRC32C();
      computed.update(frame);
      assertThat((int) computed.getValue()).isEqualTo(checksum);
      frames.add(ChunkedReadResponse.parseFrom(frame));
    }
    return frames;
  }

  private static Label label(String name, String value) {
    return Label.newBuilder().setName(name).setValue(value).build();
  }

  @Test
  void samples_ofFloats_haveWhatIsInTheRange() throws IOException {
    for (int i = 0; i < 10; i++) {
      series.add(FLOATS, 1000L * i, i / 2.0);
    }
    series.add(HISTOGRAMS, 99_000, 1);
    assertThat(samples(query(".+", 2000, 4000), query("nobody", 0, 9), query("histo.*", 0, 99_000)))
        .isEqualTo(
            ReadResponse.newBuilder()
                .addResults(
                    orzo.remoteread.oracle.QueryResult.newBuilder()
                        .addTimeseries(
                            TimeSeries.newBuilder()
                                .addLabels(label("__name__", "floats"))
                                .addLabels(label("a", "ü"))
                                .addSamples(Sample.newBuilder().setTimestamp(2000).setValue(1))
                                .addSamples(Sample.newBuilder().setTimestamp(3000).setValue(1.5))
                                .addSamples(Sample.newBuilder().setTimestamp(4000).setValue(2))))
                .addResults(orzo.remoteread.oracle.QueryResult.getDefaultInstance())
                .addResults(
                    orzo.remoteread.oracle.QueryResult.newBuilder()
                        .addTimeseries(
                            TimeSeries.newBuilder()
                                .addLabels(label("__name__", "histograms"))
                                .addSamples(Sample.newBuilder().setTimestamp(99_000).setValue(1))))
                .build());
  }

  private static NativeHistogram integers(ResetHint hint) {
    return NativeHistogram.exponential(
        hint,
        true,
        3,
        0.5,
        2,
        14,
        5.5,
        Buckets.of(new int[] {-1, 0, 4}, new double[] {5, 3, 1}),
        Buckets.of(new int[] {2}, new double[] {3}));
  }

  @Test
  void samples_ofHistograms_haveAllOfThem() throws IOException {
    NativeHistogram custom =
        NativeHistogram.custom(
            ResetHint.GAUGE,
            false,
            2.5,
            -1,
            new double[] {0.5, 2},
            Buckets.of(new int[] {0, 2}, new double[] {0.5, 2}));
    series
        .add(HISTOGRAMS, 1000, integers(ResetHint.RESET))
        .add(HISTOGRAMS, 2000, custom)
        .add(HISTOGRAMS, 3000, NativeHistogram.stale())
        .add(HISTOGRAMS, 4000, 7);
    TimeSeries found = samples(query("histograms", 0, 9999)).getResults(0).getTimeseries(0);
    assertThat(found.getHistogramsList())
        .containsExactly(
            Histogram.newBuilder()
                .setCountInt(14)
                .setSum(5.5)
                .setSchema(3)
                .setZeroThreshold(0.5)
                .setZeroCountInt(2)
                .addNegativeSpans(BucketSpan.newBuilder().setOffset(2).setLength(1))
                .addNegativeDeltas(3)
                .addPositiveSpans(BucketSpan.newBuilder().setOffset(-1).setLength(2))
                .addPositiveSpans(BucketSpan.newBuilder().setOffset(3).setLength(1))
                .addPositiveDeltas(5)
                .addPositiveDeltas(-2)
                .addPositiveDeltas(-2)
                .setResetHint(Histogram.ResetHint.YES)
                .setTimestamp(1000)
                .build(),
            Histogram.newBuilder()
                .setCountFloat(2.5)
                .setSum(-1)
                .setSchema(-53)
                .setZeroCountFloat(0)
                .addPositiveSpans(BucketSpan.newBuilder().setLength(1))
                .addPositiveSpans(BucketSpan.newBuilder().setOffset(1).setLength(1))
                .addPositiveCounts(0.5)
                .addPositiveCounts(2)
                .setResetHint(Histogram.ResetHint.GAUGE)
                .setTimestamp(2000)
                .addCustomValues(0.5)
                .addCustomValues(2)
                .build(),
            Histogram.newBuilder()
                .setCountInt(0)
                .setSum(Double.longBitsToDouble(NativeHistogram.STALE_SUM_BITS))
                .setZeroCountInt(0)
                .setTimestamp(3000)
                .build());
    assertThat(found.getSamplesList())
        .containsExactly(Sample.newBuilder().setTimestamp(4000).setValue(7).build());
  }

  @Test
  void frames_ofPrometheus_areTheSameBytes() throws IOException {
    Labels golden = Labels.of("__name__", "golden_fractions");
    for (int i = 0; i < 6; i++) {
      series.add(
          golden,
          1_700_000_000_000L + 15_000L * i,
          NativeHistogram.exponential(
              ResetHint.UNKNOWN,
              false,
              -1,
              0.001,
              0.5 * i,
              10 + 3.25 * i,
              1.5 + i,
              Buckets.of(new int[] {0}, new double[] {10 + 2.25 * i}),
              Buckets.of(new int[] {-3, -2, 5}, new double[] {.5 * i, 0, 0})));
    }
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    new ChunkStream(series, 1 << 20, meter(ResponseType.STREAMED_XOR_CHUNKS), stream)
        .write(Tenant.DEFAULT, List.of(query("golden_fractions", 0, Long.MAX_VALUE)));
    // What a Prometheus 2.42 answered that was written the same samples before.
    assertThat(HexFormat.of().formatHex(stream.toByteArray()))
        .isEqualTo(
            "c001c51dc8560abd010a1c0a085f5f6e616d655f5f1210676f6c64656e5f6672616374696f6e73129c01"
                + "0880d095ffbc3110f8999affbc311803228901000600ff3f50624dd2f1a9fcbc6294ab1c37f0000c5e7f"
                + "2b400201200000000000000000000000000001ffc0000000000002012000000000000000000000000000"
                + "0000000000000000000000000000000007c1d4c6c17b889ffe137fffb05ce227fe3589bac1c00297ac18"
                + "dc26ec07ac4fd63f7d80c6d16784cfff8a1f84cfff1b06d76839a33b4180");
  }

  @Test
  void frames_ofManySeries_areInOrderAndWhole() throws IOException {
    for (int i = 0; i < 500; i++) {
      Labels labels = Labels.of("__name__", "many", "i", "%03d".formatted(i));
      for (int j = 0; j <= i; j++) {
        series.add(labels, 1000L * j, i + j / 8.0);
      }
    }
    List<ChunkedReadResponse> frames =
        frames(1 << 20, query("many", 0, 400_000), query("none", 0, 1), query("many", 0, 0));
    assertThat(frames).hasSize(1000);
    for (int i = 0; i < 1000; i++) {
      ChunkedReadResponse frame = frames.get(i);
      assertThat(frame.getQueryIndex()).isEqualTo(i < 500 ? 0 : 2);
      assertThat(frame.getChunkedSeriesCount()).isEqualTo(1);
      assertThat(frame.getChunkedSeries(0).getLabelsList())
          .containsExactly(label("__name__", "many"), label("i", "%03d".formatted(i % 500)));
      SampleBuffer decoded = new SampleBuffer(1);
      frame
          .getChunkedSeries(0)
          .getChunksList()
          .forEach(chunk ->
              ChunkReader.read(chunk.getTypeValue(), chunk.getData().toByteArray(), decoded));
      int last = i < 500 ? Math.min(i, 400) : 0;
      assertThat(decoded.size).isEqualTo(last + 1);
      assertThat(decoded.timestampsMillis[last]).isEqualTo(1000L * last);
      assertThat(decoded.values[last]).isEqualTo(i % 500 + last / 8.0);
    }
  }

  @Test
  void frames_endWhenTheyAreFull() throws IOException {
    for (int i = 0; i < 1000; i++) {
      series.add(FLOATS, 1000L * i, Math.sqrt(i));
    }
    List<ChunkedReadResponse> whole = frames(1 << 20, query("floats", 0, 1_000_000));
    assertThat(whole).hasSize(1);
    List<orzo.remoteread.oracle.Chunk> chunks =
        whole.getFirst().getChunkedSeries(0).getChunksList();
    assertThat(chunks).hasSize(9);
    List<ChunkedReadResponse> small = frames(2000, query("floats", 0, 1_000_000));
    assertThat(small.size()).isBetween(3, 8);
    assertThat(small.stream().flatMap(frame -> frame.getChunkedSeries(0).getChunksList().stream()))
        .containsExactlyElementsOf(chunks);
    assertThat(small)
        .allSatisfy(frame -> assertThat(frame.getChunkedSeries(0).getLabelsCount()).isEqualTo(2));
    List<ChunkedReadResponse> tiny = frames(1, query("floats", 0, 1_000_000));
    assertThat(tiny).hasSize(9);
    assertThat(tiny.getLast().getChunkedSeries(0).getChunks(0).getData())
        .isNotEqualTo(ByteString.EMPTY);
  }

  @Test
  void answers_beyondABound_areRefused() {
    for (int i = 0; i < 100; i++) {
      series.add(FLOATS, i, Math.sqrt(i));
      series.add(HISTOGRAMS, i, i);
    }
    List<ReadQuery> queries = List.of(query(".+", 0, 99));
    ReadBounds bounds = new ReadBounds(150, 1000, 1, 1 << 20);
    assertLimit(
        meter -> SampleAnswer.of(series, Tenant.DEFAULT, queries, meter),
        new ReadMeter(bounds, ResponseType.SAMPLES, () -> false, () -> false),
        Kind.LIMIT,
        "exceeded sample limit (150)");
    assertLimit(
        meter -> SampleAnswer.of(series, Tenant.DEFAULT, queries, meter),
        new ReadMeter(
            new ReadBounds(1000, 1000, 1, 900), ResponseType.SAMPLES, () -> false, () -> false),
        Kind.LIMIT,
        "exceeded memory limit (900 bytes); ask for fewer series or less time, or accept streamed"
            + " chunks");
    assertLimit(
        meter -> stream(queries, meter),
        new ReadMeter(
            new ReadBounds(150, 1000, 1, 100),
            ResponseType.STREAMED_XOR_CHUNKS,
            () -> false,
            () -> false),
        Kind.LIMIT,
        "exceeded memory limit (100 bytes); ask for fewer series or less time");
    assertLimit(
        meter -> stream(queries, meter),
        new ReadMeter(bounds, ResponseType.STREAMED_XOR_CHUNKS, () -> true, () -> false),
        Kind.LIMIT,
        "remote read: canceled by the client");
    assertLimit(
        meter -> stream(queries, meter),
        new ReadMeter(bounds, ResponseType.STREAMED_XOR_CHUNKS, () -> false, () -> true),
        Kind.UNAVAILABLE,
        "remote read: timed out");
  }

  private void stream(List<ReadQuery> queries, ReadMeter meter) {
    try {
      new ChunkStream(series, 1000, meter, new ByteArrayOutputStream())
          .write(Tenant.DEFAULT, queries);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertLimit(
      Consumer<ReadMeter> work, ReadMeter meter, Kind kind, String message) {
    assertThatThrownBy(() -> work.accept(meter))
        .isInstanceOf(GatewayException.class)
        .hasMessage(message)
        .extracting(e -> ((GatewayException) e).kind())
        .isEqualTo(kind);
  }

  @Test
  void stream_ofManyParts_givesBackWhatWasSent() throws IOException {
    AtomicBoolean late = new AtomicBoolean();
    for (int i = 0; i < 2000; i++) {
      series.add(Labels.of("__name__", "many", "i", "%04d".formatted(i)), 0, i / 7.0);
    }
    // Room for a part at a time, not for all of them.
    ReadBounds bounds = new ReadBounds(1, 1 << 20, 1, 20_000);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    new ChunkStream(
            series,
            1 << 20,
            new ReadMeter(bounds, ResponseType.STREAMED_XOR_CHUNKS, () -> false, late::get),
            stream)
        .write(Tenant.DEFAULT, List.of(query("many", 0, 0)));
    assertThat(frames(stream.toByteArray())).hasSize(2000);
  }
}
