package orzo.remotewrite;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static orzo.remotewrite.WriteRequests.compress;
import static orzo.remotewrite.WriteRequests.request;
import static orzo.remotewrite.WriteRequests.sample;
import static orzo.remotewrite.WriteRequests.series;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.intake.InMemoryIntake;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Registration;
import orzo.intake.Rejection;
import orzo.intake.SeriesCache;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;
import orzo.metric.Tenant;
import orzo.remotewrite.oracle.Exemplar;
import orzo.remotewrite.oracle.Histogram;
import orzo.remotewrite.oracle.Label;
import orzo.remotewrite.oracle.MetricMetadata;
import orzo.remotewrite.oracle.WriteRequest;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class RemoteWriteReceiverTest {
  private final InMemoryIntake intake = new InMemoryIntake();
  private final IntakeCounters counters = new IntakeCounters();
  private final SeriesCache cache = new SeriesCache(1 << 20, 1);
  private final RemoteWriteReceiver receiver =
      new RemoteWriteReceiver(
          intake, counters, cache, RemoteWriteLimits.DEFAULT, LabelResources.DEFAULT, 2);

  private WriteReply receive(byte[] body) {
    return receiver.receive(Tenant.DEFAULT, body, body.length).toCompletableFuture().join();
  }

  private long rejected(Rejection reason) {
    return counters.rejected(Protocol.REMOTE_WRITE, reason);
  }

  @AfterEach
  void nothingIsLost() {
    assertThat(receiver.inFlightBytes()).isZero();
    long rejected = 0;
    for (Rejection reason : Rejection.values()) {
      rejected += rejected(reason);
    }
    assertThat(counters.received(Protocol.REMOTE_WRITE))
        .isEqualTo(counters.accepted(Protocol.REMOTE_WRITE) + rejected);
  }

  @Test
  void receive_knownSeries_areNotRegisteredAgain() {
    byte[] body = compress(request(series("__name__", "up").addSamples(sample(1, 2))));
    for (int i = 0; i < 3; i++) {
      assertThat(receive(body)).isEqualTo(WriteReply.STORED);
    }
    assertThat(intake.registerCalls()).isEqualTo(1);
    assertThat(cache.size()).isEqualTo(1);
    assertThat(intake.sampleCount()).isEqualTo(3);
  }

  @Test
  void receive_newSeries_belongToTheResourceOfJobAndInstance() {
    receive(
        compress(
            WriteRequest.newBuilder()
                .addTimeseries(
                    series("__name__", "up", "instance", "web:1", "job", "node")
                        .addSamples(sample(1, 2)))
                .addTimeseries(series("__name__", "up", "job", "x").addSamples(sample(1, 2)))
                .build()));

    assertThat(intake.registered())
        .extracting(Registration::resource)
        .containsExactly(new ResourceRef("prometheus", "node@web:1"), null);
  }

  @Test
  void receive_manyNewSeries_registersThemAll() {
    WriteRequest.Builder request = WriteRequest.newBuilder();
    for (int i = 0; i < 25_000; i++) {
      request.addTimeseries(series("__name__", "up", "i", "" + i).addSamples(sample(i, i)));
    }
    assertThat(receive(compress(request.build()))).isEqualTo(WriteReply.STORED);
    assertThat(intake.registerCalls()).isEqualTo(3);
    Map<Labels, List<Sample>> stored = intake.samples(Tenant.DEFAULT);
    assertThat(stored).hasSize(25_000);
    for (int i = 0; i < 25_000; i++) {
      assertThat(stored.get(Labels.of("__name__", "up", "i", "" + i)))
          .containsExactly(Sample.of(i, i));
    }
  }

  @Test
  void receive_invalidSeriesAgain_isRejectedAgain() {
    byte[] body = compress(request(series("a", "b").addSamples(sample(1, 2))));
    for (int i = 1; i <= 2; i++) {
      assertThat(receive(body).text())
          .isEqualTo(
              "1 of 1 series rejected: series {a=\"b\"}: no metric name (expected: a label __name__"
                  + " with a value)");
      assertThat(rejected(Rejection.INVALID_LABELS)).isEqualTo(i);
    }
    assertThat(cache.size()).isZero();
  }

  @Test
  void receive_badHistogram_isRejectedWhileTheRestIsStored() {
    Histogram good = Histogram.newBuilder().setSum(1).setTimestamp(7).build();
    byte[] body =
        compress(
            request(
                series("__name__", "up").addSamples(sample(1, 2)),
                series("__name__", "h", "a", "b")
                    .addSamples(sample(1, 3))
                    .addHistograms(good)
                    .addHistograms(Histogram.newBuilder().setSchema(99).setTimestamp(5)),
                series("__name__", "h2").addHistograms(Histogram.newBuilder().setSchema(99))));
    for (int i = 1; i <= 2; i++) { // by registration, and by the cache
      WriteReply reply = receive(body);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.text())
          .isEqualTo(
              "2 of 3 native histograms rejected: series {__name__=\"h\",a=\"b\"}: schema: 99"
                  + " (expected: -4..52, or -53 with custom bounds), at timestamp 5");
      assertThat(rejected(Rejection.INVALID_HISTOGRAM)).isEqualTo(2L * i);
      assertThat(intake.sampleCount()).isEqualTo(3L * i);
      assertThat(counters.accepted(Protocol.REMOTE_WRITE)).isEqualTo(3L * i);
    }
    assertThat(intake.samples(Tenant.DEFAULT).get(Labels.of("__name__", "h", "a", "b")))
        .contains(
            new Sample(7, Double.doubleToRawLongBits(1), 0, HistogramMessages.expected(good)));
  }

  @Test
  void receive_version2_saysHowMuchIsStored() {
    WriteRequests2 requests = new WriteRequests2();
    requests.add(
        requests
            .series("__name__", "up")
            .addSamples(WriteRequests2.sample(1, 2, 0))
            .addHistograms(Histogram.newBuilder().setTimestamp(3)),
        requests
            .series("a", "b") // without a name
            .addSamples(WriteRequests2.sample(1, 2, 0))
            .addSamples(WriteRequests2.sample(2, 2, 0))
            .addHistograms(Histogram.newBuilder().setTimestamp(3)));
    byte[] body = compress(requests.build().toByteArray());
    for (int i = 1; i <= 2; i++) {
      WriteReply reply = receive2(body);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.text())
          .startsWith("1 of 2 series rejected: series {a=\"b\"}: no metric name");
      assertThat(reply.written()).isEqualTo(new WriteReply.Written(1, 1, 0));
      assertThat(intake.sampleCount()).isEqualTo(2L * i);
    }
    assertThat(receive2(new byte[] {1}).written()).isEqualTo(WriteReply.Written.NOTHING);
    assertThat(receive(compress(request(series("__name__", "up")))).written()).isNull();
  }

  private WriteReply receive2(byte[] body) {
    return receiver
        .receive(Tenant.DEFAULT, WriteProtocol.V2, body, body.length)
        .toCompletableFuture()
        .join();
  }

  @Test
  void receive_exemplars_keepsThoseThatMayBe() {
    Label trace = Label.newBuilder().setName("trace_id").setValue("a").build();
    Label endless = Label.newBuilder().setName("trace_id").setValue("a".repeat(121)).build();
    byte[] body =
        compress(
            request(
                series("__name__", "up")
                    .addSamples(sample(1, 2))
                    .addExemplars(
                        Exemplar.newBuilder().addLabels(trace).setValue(3).setTimestamp(4)),
                series("__name__", "up")
                    .addExemplars(Exemplar.newBuilder().addLabels(endless).setTimestamp(4)),
                series("a", "b") // without a name
                    .addExemplars(Exemplar.newBuilder().addLabels(trace))));
    orzo.metric.Exemplar kept = new orzo.metric.Exemplar(Labels.of("trace_id", "a"), 3, 4);
    List<orzo.metric.Exemplar> all = new ArrayList<>();
    for (int i = 1; i <= 2; i++) { // by registration, and by the cache
      WriteReply reply = receive(body);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.text())
          .startsWith("1 of 3 series rejected: series {a=\"b\"}: no metric name")
          .contains("; 2 of 3 exemplars rejected: {trace_id=\"aaa")
          .endsWith(": labels have 129 characters (expected: at most 128)");
      assertThat(rejected(Rejection.INVALID_EXEMPLAR)).isEqualTo(2L * i);
      assertThat(counters.accepted(Protocol.REMOTE_WRITE)).isEqualTo(2L * i);
      all.add(kept);
      assertThat(intake.exemplars(Tenant.DEFAULT))
          .isEqualTo(Map.of(Labels.of("__name__", "up"), all));
    }
  }

  private static WriteRequest.Builder metadata(String... namesAndHelps) {
    WriteRequest.Builder request = WriteRequest.newBuilder();
    for (int i = 0; i < namesAndHelps.length; i += 2) {
      request.addMetadata(
          MetricMetadata.newBuilder()
              .setMetricFamilyName(namesAndHelps[i])
              .setHelp(namesAndHelps[i + 1])
              .setType(MetricMetadata.MetricType.COUNTER));
    }
    return request;
  }

  private String help(String name) {
    return requireNonNull(intake.metadata(Tenant.DEFAULT).get(name), name).help();
  }

  @Test
  void receive_metadata_isStoredWhenItDiffers() {
    assertThat(receive(compress(metadata("a", "1", "b", "1").build())))
        .isEqualTo(WriteReply.STORED);
    assertThat(intake.metadata(Tenant.DEFAULT))
        .containsEntry("a", new orzo.metric.MetricMetadata("a", "counter", "1", ""));
    assertThat(intake.describeCalls()).isEqualTo(1);
    receive(compress(metadata("b", "1", "a", "1").build()));
    assertThat(intake.describeCalls()).as("the same again").isEqualTo(1);
    receive(compress(metadata("a", "2").build()));
    receive(compress(metadata("a", "1").build()));
    assertThat(intake.describeCalls()).isEqualTo(3);
    assertThat(help("a")).isEqualTo("1");
  }

  @Test
  void receive_metadataStatedTwice_keepsTheLast() {
    for (int i = 0; i < 3; i++) {
      receive(compress(metadata("a", "1", "a", "2").build()));
      assertThat(help("a")).isEqualTo("2");
    }
  }

  @Test
  void receive_metadataWhenStorageIsAway_isTriedAgain() {
    byte[] body = compress(metadata("a", "1").build());
    intake.failWith(new GatewayException(Kind.UNAVAILABLE, "away"));
    assertThat(receive(body).status()).isEqualTo(503);
    intake.failWith(null);
    assertThat(receive(body)).isEqualTo(WriteReply.STORED);
    assertThat(help("a")).isEqualTo("1");
  }

  @Test
  void receive_invalidMetadata_costsTheRestNothing() {
    WriteReply reply =
        receive(
            compress(
                metadata("", "1", "a", "x".repeat(9000), "b", "1")
                    .addTimeseries(series("__name__", "up").addSamples(sample(1, 2)))
                    .build()));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text())
        .isEqualTo(
            "2 pieces of metadata rejected: metadata: metric name is empty (expected: one UTF-8"
                + " character or more)");
    assertThat(intake.metadata(Tenant.DEFAULT)).containsOnlyKeys("b");
    assertThat(intake.sampleCount()).isEqualTo(1);
    assertThat(rejected(Rejection.INVALID_METADATA)).isEqualTo(2);
    assertThat(receive(compress(metadata("a", "x".repeat(9000)).build())).text())
        .isEqualTo(
            "1 pieces of metadata rejected: metadata of 'a': help has 9000 bytes (expected: at most"
                + " 8192)");
  }

  @Test
  void receive_mutatedBodies_areNeverMoreThanRefused() {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      byte[] body = WriteRequests.randomValid(random).toByteArray();
      boolean compressedFirst = random.nextBoolean();
      if (compressedFirst) {
        body = compress(body);
      }
      for (int i = random.nextInt(4); i > 0 && body.length > 0; i--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt();
      }
      WriteReply reply = receive(compressedFirst ? body : compress(body));
      assertThat(reply.status()).as("seed %d: %s", seed, reply.text()).isIn(204, 400, 413);
      assertThat(reply.text().isEmpty()).as("seed %d", seed).isEqualTo(reply.status() == 204);
    }
  }

  @Test
  void limits_ofZero_throw() {
    assertThatThrownBy(() ->
            new RemoteWriteLimits(1, 0, 1, 1, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("decompressedBytes: 0 (expected: > 0)");
  }
}
