package orzo.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static orzo.remotewrite.WriteRequests.encode;
import static orzo.remotewrite.WriteRequests2.sample;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import orzo.histogram.NativeHistogram;
import orzo.intake.InMemoryIntake;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.SeriesCache;
import orzo.metric.Exemplar;
import orzo.metric.Labels;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;
import orzo.remotewrite.oracle.Histogram;
import orzo.remotewrite.oracle2.Exemplar2;
import orzo.remotewrite.oracle2.Request;
import orzo.remotewrite.oracle2.Sample2;
import orzo.remotewrite.oracle2.TimeSeries2;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** The hand-written walk against protobuf's generated classes. */
class WriteRequest2DecoderTest {
  private static final int MAX_SAMPLES = 10_000;

  private final InMemoryIntake intake = new InMemoryIntake();
  private final SeriesCache cache = new SeriesCache(1 << 20, 1);
  private final MetadataCache metadataCache = new MetadataCache(2);
  private final WriteRequest2Decoder decoder =
      new WriteRequest2Decoder(cache, metadataCache, MAX_SAMPLES);
  private final DecodedWrite write = new DecodedWrite(4);
  private Tenant tenant = new Tenant("ann");
  private int cases;

  private void decode(byte[] message) {
    write.clear();
    write.protocol = WriteProtocol.V2;
    // Behind the message lies what an earlier, longer one left in the buffer.
    byte[] buffer = Arrays.copyOf(message, message.length + 16);
    Arrays.fill(buffer, message.length, buffer.length, (byte) 0x2A);
    decoder.decode(tenant, buffer, message.length, write);
  }

  private PendingWrite store() {
    return PendingWrites.store(tenant, write, intake, cache, metadataCache);
  }

  private static Labels labels(Request request, List<Integer> refs) {
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < refs.size(); i += 2) {
      labels.put(request.getSymbols(refs.get(i)), request.getSymbols(refs.get(i + 1)));
    }
    return Labels.copyOf(labels);
  }

  /** What a request says, as the generated classes read it. */
  private static void addExpected(Request request, Map<Labels, List<Sample>> samples) {
    for (TimeSeries2 series : request.getTimeseriesList()) {
      if (series.getSamplesCount() + series.getHistogramsCount() + series.getExemplarsCount()
          == 0) {
        continue;
      }
      List<Sample> list =
          samples.computeIfAbsent(
              labels(request, series.getLabelsRefsList()), _ -> new ArrayList<>());
      long created = series.getCreatedTimestamp();
      for (Sample2 one : series.getSamplesList()) {
        long start = one.getStartTimestamp() == 0 ? created : one.getStartTimestamp();
        list.add(
            new Sample(
                one.getTimestamp(), Double.doubleToRawLongBits(one.getValue()), start, null));
      }
      for (Histogram one : series.getHistogramsList()) {
        long start = one.getStartTimestamp() == 0 ? created : one.getStartTimestamp();
        NativeHistogram histogram = HistogramMessages.expected(one);
        list.add(
            new Sample(
                one.getTimestamp(), Double.doubleToRawLongBits(one.getSum()), start, histogram));
      }
    }
  }

  private static void addExpectedExemplars(Request request, Map<Labels, List<Exemplar>> exemplars) {
    for (TimeSeries2 series : request.getTimeseriesList()) {
      for (Exemplar2 one : series.getExemplarsList()) {
        exemplars
            .computeIfAbsent(labels(request, series.getLabelsRefsList()), _ -> new ArrayList<>())
            .add(
                new Exemplar(
                    labels(request, one.getLabelsRefsList()), one.getValue(), one.getTimestamp()));
      }
    }
  }

  /** Requests whose symbols stand elsewhere each time, of series of which most are known. */
  @Test
  void decode_randomRequests_agreesWithTheOracle() {
    Map<Labels, List<Sample>> expected = new HashMap<>();
    Map<Labels, List<Exemplar>> expectedExemplars = new HashMap<>();
    for (long seed = 0; seed < 500; seed++) {
      Request request = WriteRequests2.random(new Random(seed));
      decode(request.toByteArray());
      PendingWrite pending = store();

      addExpected(request, expected);
      assertThat(sorted(intake.samples(tenant))).as("seed %d", seed).isEqualTo(sorted(expected));
      int samples = request.getTimeseriesList().stream().mapToInt(s -> s.getSamplesCount()).sum();
      int histograms =
          request.getTimeseriesList().stream().mapToInt(s -> s.getHistogramsCount()).sum();
      int exemplars =
          request.getTimeseriesList().stream().mapToInt(s -> s.getExemplarsCount()).sum();
      assertThat(pending.reply())
          .isEqualTo(
              WriteReply.STORED.with(new WriteReply.Written(samples, histograms, exemplars)));
      addExpectedExemplars(request, expectedExemplars);
      assertThat(intake.exemplars(tenant)).as("seed %d", seed).isEqualTo(expectedExemplars);
    }
  }

  /** A series may come twice in a request, once new, and then once known. */
  private static Map<Labels, List<String>> sorted(Map<Labels, List<Sample>> samples) {
    Map<Labels, List<String>> sorted = new HashMap<>();
    samples.forEach((labels, list) ->
        sorted.put(labels, list.stream().map(Sample::toString).sorted().toList()));
    return sorted;
  }

  @Test
  void decode_aSeriesThatVersion1Brought_isKnown() {
    WriteRequestDecoder first = new WriteRequestDecoder(cache, metadataCache, MAX_SAMPLES);
    byte[] message =
        WriteRequests.request(
                WriteRequests.series("__name__", "up", "job", "a")
                    .addSamples(WriteRequests.sample(1, 2)))
            .toByteArray();
    first.decode(tenant, message, message.length, write);
    store();

    WriteRequests2 requests = new WriteRequests2();
    requests.add(requests.series("__name__", "up", "job", "a").addSamples(sample(2, 3, 1)));
    decode(requests.build().toByteArray());

    assertThat(write.newSeries).isZero();
    assertThat(write.batch.size()).isEqualTo(1);
    store();
    assertThat(intake.samples(tenant))
        .isEqualTo(
            Map.of(
                Labels.of("__name__", "up", "job", "a"),
                List.of(Sample.of(1, 2), new Sample(2, Double.doubleToRawLongBits(3), 1, null))));
  }

  @Test
  void decode_symbolsBehindTheSeries_andRefsInPieces_areRead() {
    byte[] message =
        encode(out -> {
          out.writeByteArray(
              5,
              encode(series -> {
                series.writeByteArray(2, sample(5, 1, 0).toByteArray());
                series.writeUInt32(1, 1);
                series.writeByteArray(1, new byte[] {2});
              }));
          out.writeString(4, "");
          out.writeString(4, "__name__");
          out.writeString(4, "up");
        });
    decode(message);
    store();
    assertThat(intake.samples(tenant))
        .isEqualTo(Map.of(Labels.of("__name__", "up"), List.of(Sample.of(5, 1))));
  }

  @Test
  void decode_metadata_isThatOfTheMetricFamily() {
    WriteRequests2 requests = new WriteRequests2();
    requests.add(
        requests
            .series("__name__", "boil_seconds_bucket", "le", "1")
            .setMetadata(requests.metadata(3, "How long.", "seconds"))
            .addSamples(sample(1, 1, 0)),
        requests
            .series("__name__", "boil_seconds_bucket", "le", "2")
            .setMetadata(requests.metadata(3, "How long.", "seconds"))
            .addSamples(sample(1, 1, 0)),
        requests
            .series("__name__", "boil_seconds_sum")
            .setMetadata(requests.metadata(3, "How long.", "seconds"))
            .addSamples(sample(1, 1, 0)),
        requests
            .series("__name__", "pots_sum")
            .setMetadata(requests.metadata(2, "Pots.", ""))
            .addSamples(sample(1, 1, 0)));
    decode(requests.build().toByteArray());
    assertThat(write.metadata).hasSize(3);
    store();
    assertThat(intake.metadata(tenant))
        .isEqualTo(
            Map.of(
                "boil_seconds",
                new MetricMetadata("boil_seconds", "histogram", "How long.", "seconds"),
                "pots_sum",
                new MetricMetadata("pots_sum", "gauge", "Pots.", "")));
    decode(requests.build().toByteArray());
    assertThat(write.metadata).isEmpty();
  }

  @Test
  void decode_brokenMessages_sayWhereAndWhy() {
    WriteRequests2 requests = new WriteRequests2();
    requests.add(TimeSeries2.newBuilder().addLabelsRefs(0).addLabelsRefs(7));
    assertMalformed(
        requests.build().toByteArray(),
        "symbol 7 (expected: below 1, the number of symbols) at byte 7");
    assertMalformed(
        Request.newBuilder()
            .addSymbols("")
            .addTimeseries(TimeSeries2.newBuilder().addLabelsRefs(0))
            .build()
            .toByteArray(),
        "labels_refs of a name without a value at byte 4");
    assertMalformed(
        Request.newBuilder().addSymbols("a").build().toByteArray(),
        "first symbol is not empty at byte 2");
    assertMalformed(
        WriteRequests.request(WriteRequests.series("__name__", "up")).toByteArray(),
        "field 1 of Request, which is remote write 1.0 (expected: 4 or 5) at byte 0");
  }

  private void assertMalformed(byte[] message, String text) {
    assertThatThrownBy(() -> decode(message))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED))
        .hasMessage("remote write: protobuf: " + text);
  }

  @Test
  void decode_mutatedBytes_isMalformedOrAgreesWithTheOracle() {
    int read = 0;
    for (long seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      byte[] message = WriteRequests2.random(random).toByteArray();
      for (int i = random.nextInt(3); i >= 0; i--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt(256);
      }
      read += assertAgrees("seed " + seed, message) ? 1 : 0;
    }
    assertThat(read).isGreaterThan(1000);
  }

  @Test
  void decode_everyTruncation_isMalformedOrAgreesWithTheOracle() {
    byte[] message = WriteRequests2.random(new Random(3)).toByteArray();
    assertThat(message.length).isGreaterThan(200);
    for (int length = 0; length < message.length; length++) {
      assertAgrees("length " + length, Arrays.copyOf(message, length));
    }
  }

  /** Whether the message could be read. */
  private boolean assertAgrees(String what, byte[] message) {
    tenant = new Tenant("case" + cases++); // to whom all series are new
    Request request = null;
    try {
      request = Request.parseFrom(message);
    } catch (InvalidProtocolBufferException ignored) {
      // the oracle refuses it
    }
    try {
      decode(message);
    } catch (GatewayException e) {
      assertThat(e.kind()).as(what).isEqualTo(Kind.MALFORMED);
      if (request != null && !hasFault(request)) {
        assertThat(e)
            .as(what)
            .hasMessageMatching(".*(length \\d{10,20} where|more than 10 bytes).*");
      }
      return false;
    }
    if (request == null) {
      // Symbols that are not UTF-8 cost the series or exemplars with them.
      store();
      return true;
    }
    assertThat(write.series).as(what).isEqualTo(request.getTimeseriesCount());
    assertThat(write.samples)
        .as(what)
        .isEqualTo(request.getTimeseriesList().stream().mapToInt(s -> s.getSamplesCount()).sum());
    assertThat(write.histograms)
        .as(what)
        .isEqualTo(
            request.getTimeseriesList().stream().mapToInt(s -> s.getHistogramsCount()).sum());
    store();
    return true;
  }

  /** Whether there is something that protobuf lets pass, and remote write does not. */
  private static boolean hasFault(Request request) {
    int symbols = request.getSymbolsCount();
    return symbols > 0 && !request.getSymbols(0).isEmpty()
        || hasAny(request.getUnknownFields(), 1, 2, 3, 4, 5)
        || request.getTimeseriesList().stream()
            .anyMatch(series ->
                hasAny(series.getUnknownFields(), 1, 2, 3, 4, 5, 6)
                    || series.getLabelsRefsCount() % 2 == 1
                    || series.getExemplarsList().stream()
                        .anyMatch(one ->
                            hasAny(one.getUnknownFields(), 1, 2, 3)
                                || one.getLabelsRefsCount() % 2 == 1
                                || one.getLabelsRefsList().stream()
                                    .anyMatch(ref -> !isIn(ref, symbols)))
                    || series.getLabelsRefsList().stream().anyMatch(ref -> !isIn(ref, symbols))
                    || series.hasMetadata()
                        && (hasAny(series.getMetadata().getUnknownFields(), 1, 3, 4)
                            || !isIn(series.getMetadata().getHelpRef(), symbols)
                            || !isIn(series.getMetadata().getUnitRef(), symbols))
                    || series.getSamplesList().stream()
                        .anyMatch(sample -> hasAny(sample.getUnknownFields(), 1, 2, 3))
                    || series.getHistogramsList().stream()
                        .anyMatch(HistogramMessageTest::hasKnownFieldOfWrongType));
  }

  private static boolean isIn(@Nullable Integer ref, int symbols) {
    return ref != null && ref >= 0 && ref < symbols;
  }

  private static boolean hasAny(UnknownFieldSet fields, int... numbers) {
    return Arrays.stream(numbers).anyMatch(fields::hasField);
  }
}
