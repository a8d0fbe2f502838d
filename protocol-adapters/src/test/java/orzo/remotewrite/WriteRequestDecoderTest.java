package orzo.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static orzo.remotewrite.WriteRequests.encode;
import static orzo.remotewrite.WriteRequests.field;
import static orzo.remotewrite.WriteRequests.request;
import static orzo.remotewrite.WriteRequests.sample;
import static orzo.remotewrite.WriteRequests.series;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import orzo.intake.InMemoryIntake;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.SeriesCache;
import orzo.metric.Labels;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;
import orzo.remotewrite.oracle.Exemplar;
import orzo.remotewrite.oracle.Label;
import orzo.remotewrite.oracle.TimeSeries;
import orzo.remotewrite.oracle.WriteRequest;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** The hand-written walk against protobuf's generated classes. */
class WriteRequestDecoderTest {
  private static final int MAX_SAMPLES = 1000;

  private final InMemoryIntake intake = new InMemoryIntake();
  private final SeriesCache cache = new SeriesCache(1 << 20, 1);
  private final MetadataCache metadataCache = new MetadataCache(2);
  private final WriteRequestDecoder decoder =
      new WriteRequestDecoder(cache, metadataCache, MAX_SAMPLES);
  private final DecodedWrite write = new DecodedWrite(4);
  private Tenant tenant = new Tenant("ann");
  private int cases;

  private void decode(byte[] message) {
    write.clear();
    // Behind the message lies what an earlier, longer one left in the buffer.
    byte[] buffer = Arrays.copyOf(message, message.length + 16);
    Arrays.fill(buffer, message.length, buffer.length, (byte) 0x0A);
    decoder.decode(tenant, buffer, message.length, write);
  }

  private PendingWrite store() {
    return PendingWrites.store(tenant, write, intake, cache, metadataCache);
  }

  private void assertMalformed(byte[] message, String text) {
    assertThatThrownBy(() -> decode(message))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED))
        .hasMessage("remote write: protobuf: " + text);
  }

  /** What a request says, as the generated classes read it. */
  private static Map<Labels, List<Sample>> expected(WriteRequest request) {
    Map<Labels, List<Sample>> samples = new HashMap<>();
    for (TimeSeries series : request.getTimeseriesList()) {
      if (series.getSamplesCount() + series.getHistogramsCount() + series.getExemplarsCount() > 0) {
        List<Sample> list =
            samples.computeIfAbsent(labels(series.getLabelsList()), _ -> new ArrayList<>());
        series
            .getSamplesList()
            .forEach(sample -> list.add(Sample.of(sample.getTimestamp(), sample.getValue())));
        series
            .getHistogramsList()
            .forEach(one ->
                list.add(
                    new Sample(
                        one.getTimestamp(),
                        Double.doubleToRawLongBits(one.getSum()),
                        one.getStartTimestamp(),
                        HistogramMessages.expected(one))));
      }
    }
    return samples;
  }

  private static Map<Labels, List<orzo.metric.Exemplar>> exemplars(
      WriteRequest request, int times) {
    Map<Labels, List<orzo.metric.Exemplar>> exemplars = new HashMap<>();
    for (int i = 0; i < times; i++) {
      for (TimeSeries series : request.getTimeseriesList()) {
        for (Exemplar one : series.getExemplarsList()) {
          exemplars
              .computeIfAbsent(labels(series.getLabelsList()), _ -> new ArrayList<>())
              .add(
                  new orzo.metric.Exemplar(
                      labels(one.getLabelsList()), one.getValue(), one.getTimestamp()));
        }
      }
    }
    return exemplars;
  }

  private static Labels labels(List<Label> fields) {
    Map<String, String> labels = new HashMap<>();
    for (Label label : fields) {
      labels.put(label.getName(), label.getValue());
    }
    return Labels.copyOf(labels);
  }

  private static Map<String, MetricMetadata> expectedMetadata(WriteRequest request) {
    Map<String, MetricMetadata> metadata = new HashMap<>();
    request
        .getMetadataList()
        .forEach(one ->
            metadata.put(
                one.getMetricFamilyName(),
                new MetricMetadata(
                    one.getMetricFamilyName(),
                    one.getTypeValue() > 7
                        ? "unknown"
                        : one.getType().name().toLowerCase(Locale.ROOT),
                    one.getHelp(),
                    one.getUnit())));
    return metadata;
  }

  /** First all series are new, then all are known; all samples arrive each time. */
  @Test
  void decode_randomRequests_agreesWithTheOracle() throws Exception {
    for (long seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      WriteRequest made = WriteRequests.randomValid(random);
      byte[] message = seed % 2 == 0 ? made.toByteArray() : WriteRequests.encodeOddly(made, random);
      WriteRequest request = WriteRequest.parseFrom(message);
      var once = new WriteRequestDecoderTest();
      once.decode(message);
      assertThat(once.write.batch.size()).as("seed %d: known series", seed).isZero();
      once.store();
      once.assertStored(seed, request, 1);

      for (int times = 2; times <= 4; times++) { // found by hash, then by their order
        once.decode(message);
        assertThat(once.write.newSeries).as("seed %d: new series", seed).isZero();
        once.store();
        once.assertStored(seed, request, times);
      }
    }
  }

  private void assertStored(long seed, WriteRequest request, int times) {
    Map<Labels, List<Sample>> expected = expected(request);
    expected.replaceAll((_, samples) -> {
      // A series may come in several encodings, of which only some are known the second time;
      // the order between them is then another.
      List<Sample> all = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        all.addAll(samples);
      }
      return sorted(all);
    });
    Map<Labels, List<Sample>> stored = new HashMap<>(intake.samples(tenant));
    stored.replaceAll((_, samples) -> sorted(samples));
    assertThat(stored).as("seed %d", seed).isEqualTo(expected);
    assertThat(intake.metadata(tenant)).as("seed %d", seed).isEqualTo(expectedMetadata(request));
    assertThat(write.series).isEqualTo(request.getTimeseriesCount());
    assertThat(intake.exemplars(tenant)).as("seed %d", seed).isEqualTo(exemplars(request, times));
    assertThat(write.histograms)
        .isEqualTo(
            request.getTimeseriesList().stream().mapToInt(s -> s.getHistogramsCount()).sum());
  }

  private static List<Sample> sorted(List<Sample> samples) {
    return samples.stream()
        .sorted(
            Comparator.comparingLong(Sample::timestampMillis)
                .thenComparingLong(Sample::valueBits)
                .thenComparing(Sample::toString))
        .toList();
  }

  @Test
  void decode_samplesOfASeries_keepTheirOrderAndBits() {
    double stale = Double.longBitsToDouble(WriteRequests.STALE_BITS);
    byte[] message =
        request(
                series("__name__", "up")
                    .addSamples(sample(5, 1))
                    .addSamples(sample(5, stale))
                    .addSamples(sample(-1, -0.0))
                    .addSamples(sample(Long.MIN_VALUE, Double.longBitsToDouble(-1L))))
            .toByteArray();
    List<Sample> samples =
        List.of(
            Sample.of(5, 1),
            new Sample(5, WriteRequests.STALE_BITS),
            Sample.of(-1, -0.0),
            new Sample(Long.MIN_VALUE, -1L));
    decode(message);
    store();
    assertThat(intake.samples(tenant)).isEqualTo(Map.of(Labels.of("__name__", "up"), samples));
    decode(message); // now by the cache
    store();
    List<Sample> twice = new ArrayList<>(samples);
    twice.addAll(samples);
    assertThat(intake.samples(tenant)).isEqualTo(Map.of(Labels.of("__name__", "up"), twice));
  }

  /** Where a series was expected by its order, one comes whose labels only start the same. */
  @Test
  void decode_seriesThatStartsLikeTheExpectedOne_isAnother() {
    TimeSeries.Builder first = series("__name__", "a").addSamples(sample(1, 1));
    TimeSeries.Builder expected = series("__name__", "b", "c", "1").addSamples(sample(1, 2));
    TimeSeries.Builder longer =
        series("__name__", "b", "c", "1", "d", "2").addSamples(sample(1, 3));
    TimeSeries.Builder shorter = series("__name__", "b").addSamples(sample(1, 4));
    byte[] labelsBehind =
        field(
            1,
            encode(out -> {
              out.writeRawBytes(expected.build().toByteArray());
              out.writeRawBytes(series("e", "3").build().toByteArray());
            }));
    for (int i = 0; i < 3; i++) {
      decode(request(first, expected).toByteArray());
      store();
    }
    for (int i = 0; i < 3; i++) {
      decode(request(first, longer).toByteArray());
      store();
      decode(request(first, shorter).toByteArray());
      store();
      decode(
          encode(out -> {
            out.writeRawBytes(request(first).toByteArray());
            out.writeRawBytes(labelsBehind);
          }));
      store();
      decode(request(first, expected).toByteArray());
      store();
    }
    assertThat(intake.samples(tenant))
        .isEqualTo(
            Map.of(
                Labels.of("__name__", "a"), Collections.nCopies(15, Sample.of(1, 1)),
                Labels.of("__name__", "b", "c", "1"), Collections.nCopies(6, Sample.of(1, 2)),
                Labels.of("__name__", "b", "c", "1", "d", "2"),
                    Collections.nCopies(3, Sample.of(1, 3)),
                Labels.of("__name__", "b"), Collections.nCopies(3, Sample.of(1, 4)),
                Labels.of("__name__", "b", "c", "1", "e", "3"),
                    Collections.nCopies(3, Sample.of(1, 2))));
  }

  @Test
  void decode_seriesWithoutSamples_isNotRegistered() {
    decode(request(series("__name__", "up")).toByteArray());
    assertThat(write.newSeries).isZero();
    assertThat(write.series).isEqualTo(1);
  }

  @Test
  void decode_oneLabelSetInTwoEncodings_isOneSeries() {
    decode(
        request(
                series("__name__", "up", "a", "1").addSamples(sample(1, 1)),
                series("a", "1", "__name__", "up").addSamples(sample(2, 2)),
                series("b", "", "a", "1", "__name__", "up").addSamples(sample(3, 3)))
            .toByteArray());
    assertThat(write.newSeries).isEqualTo(3);
    store();
    assertThat(intake.samples(tenant))
        .isEqualTo(
            Map.of(
                Labels.of("__name__", "up", "a", "1"),
                List.of(Sample.of(1, 1), Sample.of(2, 2), Sample.of(3, 3))));
  }

  @Test
  void decode_everyTruncation_isMalformedOrEndsBetweenFields() throws Exception {
    WriteRequest request = WriteRequests.randomValid(new Random(7));
    byte[] message = request.toByteArray();
    assertThat(message.length).isGreaterThan(200);
    for (int length = 0; length < message.length; length++) {
      assertAgrees("length " + length, Arrays.copyOf(message, length));
    }
  }

  @Test
  void decode_mutatedBytes_isMalformedOrAgreesWithTheOracle() {
    for (long seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      WriteRequest made = WriteRequests.randomValid(random);
      byte[] message = seed % 2 == 0 ? made.toByteArray() : WriteRequests.encodeOddly(made, random);
      if (message.length == 0) {
        continue;
      }
      for (int i = random.nextInt(3); i >= 0; i--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt(256);
      }
      assertAgrees("seed " + seed, message);
    }
  }

  @Test
  void decode_randomBytes_isMalformedOrAgreesWithTheOracle() {
    for (long seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      byte[] message = new byte[random.nextInt(60)];
      random.nextBytes(message);
      if (message.length > 3) { // so that more than the first tag is looked at
        message[0] = 0x0A;
        message[1] = (byte) (message.length - 2);
      }
      assertAgrees("seed " + seed, message);
    }
  }

  /** Both refuse a message, or both read it, and then the same. */
  private void assertAgrees(String what, byte[] message) {
    tenant = new Tenant("case" + cases++); // to whom all series are new
    WriteRequest request = null;
    try {
      request = WriteRequest.parseFrom(message);
    } catch (InvalidProtocolBufferException ignored) {
      // the oracle refuses it
    }
    try {
      decode(message);
    } catch (GatewayException e) {
      assertThat(e.kind()).as(what).isEqualTo(Kind.MALFORMED);
      // Stricter on purpose: known fields of a wrong type, lengths of more than 32 bits, varints
      // whose tenth byte announces another (which protobuf's C++ and Go refuse, Java takes).
      if (request != null && !hasKnownFieldOfWrongType(request)) {
        assertThat(e)
            .as(what)
            .hasMessageMatching(".*(length \\d{10,20} where|more than 10 bytes).*");
      }
      return;
    }
    if (request == null) {
      // Text that is not UTF-8 costs a series or an exemplar, not the request; what is in labels to
      // which there is no sample is not looked at.
      boolean unseen = write.newSeries < write.series;
      assertThat(store().reply().status() == 400 || unseen).as(what).isTrue();
      return;
    }
    int samples = request.getTimeseriesList().stream().mapToInt(s -> s.getSamplesCount()).sum();
    assertThat(write.samples).as(what).isEqualTo(samples);
    int histograms =
        request.getTimeseriesList().stream().mapToInt(s -> s.getHistogramsCount()).sum();
    assertThat(write.histograms).as(what).isEqualTo(histograms);
    assertThat(write.batch.size() + write.newSamples.size)
        .as(what)
        .isEqualTo(samples + histograms - write.invalidHistograms);
    assertThat(write.series).as(what).isEqualTo(request.getTimeseriesCount());
    store();
  }

  private static boolean hasKnownFieldOfWrongType(WriteRequest request) {
    return hasAny(request.getUnknownFields(), 1, 3)
        || request.getMetadataList().stream()
            .anyMatch(one -> hasAny(one.getUnknownFields(), 1, 2, 4, 5))
        || request.getTimeseriesList().stream()
            .anyMatch(series ->
                hasAny(series.getUnknownFields(), 1, 2, 3, 4)
                    || series.getLabelsList().stream()
                        .anyMatch(label -> hasAny(label.getUnknownFields(), 1, 2))
                    || series.getExemplarsList().stream()
                        .anyMatch(one ->
                            hasAny(one.getUnknownFields(), 1, 2, 3)
                                || one.getLabelsList().stream()
                                    .anyMatch(label -> hasAny(label.getUnknownFields(), 1, 2)))
                    || series.getHistogramsList().stream()
                        .anyMatch(HistogramMessageTest::hasKnownFieldOfWrongType)
                    || series.getSamplesList().stream()
                        .anyMatch(sample -> hasAny(sample.getUnknownFields(), 1, 2)));
  }

  private static boolean hasAny(UnknownFieldSet fields, int... numbers) {
    return Arrays.stream(numbers).anyMatch(fields::hasField);
  }

  @Test
  void decode_brokenMessages_sayWhereAndWhy() {
    assertMalformed(new byte[] {0x0A, 5, 1}, "length 5 where 1 bytes are left at byte 1");
    assertMalformed(new byte[] {0x0A}, "truncated varint at byte 1");
    assertMalformed(
        new byte[] {0x08, 1}, "a field of WriteRequest has wire type 0 (expected: 2) at byte 1");
    assertMalformed(new byte[] {0x02, 0}, "field number 0 at byte 0");
    assertMalformed(new byte[] {0x7E}, "wire type 6 at byte 1");
    assertMalformed(new byte[] {0x7C}, "wire type 4 at byte 1");
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) 0x80);
    assertMalformed(endless, "varint of more than 10 bytes at byte 10");
    assertMalformed(
        field(1, field(2, new byte[] {0x09, 0, 0})), "truncated 64-bit value at byte 5");
    assertMalformed(
        field(1, field(2, new byte[] {0x11, 0, 0, 0, 0, 0, 0, 0, 0})),
        "a field of Sample has wire type 1 (expected: 0) at byte 5");
    assertMalformed(
        encode(out -> {
          out.writeTag(20, 3);
          out.writeTag(21, 4);
        }),
        "end of group 21 in group 20 at byte 4");
    byte[] nested = new byte[300];
    Arrays.fill(nested, (byte) (15 << 3 | 3));
    assertMalformed(nested, "groups nested over 100 deep at byte 101");
  }
}
