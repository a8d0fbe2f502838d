package orzo.remotewrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static orzo.remotewrite.WriteRequests.compress;
import static orzo.remotewrite.WriteRequests.request;
import static orzo.remotewrite.WriteRequests.sample;
import static orzo.remotewrite.WriteRequests.series;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.intake.Admission;
import orzo.intake.InMemoryIntake;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.intake.SeriesCache;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** What both HTTP front ends do, asked over real sockets. */
abstract class RemoteWriteContract {
  static final RemoteWriteLimits LIMITS =
      new RemoteWriteLimits(
          200_000, 400_000, 1_000_000, 30, 100, 200, Duration.ofSeconds(2), Duration.ofSeconds(7));
  static final String TENANT_HEADER = "X-Scope-OrgID";

  private static final byte[] UP =
      compress(request(series("__name__", "up").addSamples(sample(1, 2))));

  final InMemoryIntake intake = new InMemoryIntake();
  final IntakeCounters counters = new IntakeCounters();
  final RemoteWriteReceiver receiver =
      new RemoteWriteReceiver(
          intake, counters, new SeriesCache(1 << 20, 1), LIMITS, LabelResources.DEFAULT, 2);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private int port;

  /** Starts the front end on loopback and returns its port. */
  abstract int start() throws Exception;

  /** Stops the front end. */
  abstract void stop() throws Exception;

  /** The other path besides {@code /api/v1/write}. */
  abstract String otherPath();

  @BeforeEach
  void startFrontEnd() throws Exception {
    port = start();
  }

  @AfterEach
  void stopFrontEnd() throws Exception {
    client.close();
    stop();
    assertThat(receiver.inFlightBytes()).as("reserved after all requests").isZero();
    long rejected = 0;
    for (Rejection reason : Rejection.values()) {
      rejected += counters.rejected(Protocol.REMOTE_WRITE, reason);
    }
    assertThat(counters.received(Protocol.REMOTE_WRITE))
        .as("received = accepted + rejected")
        .isEqualTo(counters.accepted(Protocol.REMOTE_WRITE) + rejected);
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(20))
        .header("Content-Type", "application/x-protobuf")
        .header("Content-Encoding", "snappy")
        .header("X-Prometheus-Remote-Write-Version", "0.1.0");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(byte[] body) throws Exception {
    return send(to("/api/v1/write").POST(BodyPublishers.ofByteArray(body)));
  }

  private long rejected(Rejection reason) {
    return counters.rejected(Protocol.REMOTE_WRITE, reason);
  }

  private void assertUpStored(String tenant) {
    assertThat(intake.samples(new Tenant(tenant)))
        .isEqualTo(Map.of(Labels.of("__name__", "up"), List.of(Sample.of(1, 2))));
  }

  @Test
  void post_samples_storesThemAndAnswers204() throws Exception {
    HttpResponse<String> response = post(UP);
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("X-Prometheus-Remote-Write-Version"))
        .hasValue("0.1.0");
    assertUpStored("default");
    assertThat(counters.accepted(Protocol.REMOTE_WRITE)).isEqualTo(1);
  }

  @Test
  void post_version2_storesAndSaysHowMuch() throws Exception {
    WriteRequests2 requests = new WriteRequests2();
    requests.add(requests.series("__name__", "up").addSamples(WriteRequests2.sample(1, 2, 0)));
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/write"))
                .header(
                    "Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request")
                .header("Content-Encoding", "snappy")
                .POST(BodyPublishers.ofByteArray(compress(requests.build().toByteArray()))));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
    assertThat(response.headers().firstValue("X-Prometheus-Remote-Write-Samples-Written"))
        .hasValue("1");
    assertThat(response.headers().firstValue("X-Prometheus-Remote-Write-Histograms-Written"))
        .hasValue("0");
    assertThat(response.headers().firstValue("X-Prometheus-Remote-Write-Exemplars-Written"))
        .hasValue("0");
    assertUpStored("default");
  }

  @Test
  void post_toTheOtherPath_isTheSame() throws Exception {
    assertThat(send(to(otherPath() + "?x=1").POST(BodyPublishers.ofByteArray(UP))).statusCode())
        .isEqualTo(otherPath().startsWith("/v1/") ? 202 : 204);
    assertUpStored("default");
  }

  @Test
  void post_emptyRequest_succeeds() throws Exception {
    assertThat(post(compress(new byte[0])).statusCode()).isEqualTo(204);
  }

  @Test
  void post_tenantHeader_namesTheOwner() throws Exception {
    HttpResponse<String> response =
        send(
            to("/api/v1/write")
                .header(TENANT_HEADER, "team-a")
                .POST(BodyPublishers.ofByteArray(UP)));
    assertThat(response.statusCode()).isEqualTo(204);
    assertUpStored("team-a");
    assertThat(intake.samples(Tenant.DEFAULT)).isEmpty();
    post(UP); // the series that one tenant has in the cache is new to another
    assertUpStored("default");
    assertUpStored("team-a");
  }

  @Test
  void post_invalidTenant_isBad() throws Exception {
    HttpResponse<String> response =
        send(to("/api/v1/write").header(TENANT_HEADER, "a|b").POST(BodyPublishers.ofByteArray(UP)));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).startsWith("remote write: tenant 'a|b' (expected: 1 to 150 of ");
    assertThat(intake.sampleCount()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/x-protobuf                                      | snappy | 204
          Application/X-Protobuf                                      | Snappy | 204
          application/x-protobuf;proto=prometheus.WriteRequest        | snappy | 204
          application/x-protobuf; proto="prometheus.WriteRequest"     | snappy | 204
          application/x-protobuf; charset=x                           | snappy | 204
                                                                      | snappy | 204
          application/x-protobuf                                      |        | 204
          application/x-protobuf;proto=io.prometheus.write.v3.Request | snappy | 415
          application/x-protobuf;proto                                | snappy | 415
          application/json                                            | snappy | 415
          application/x-protobuf                                      | gzip   | 415
          application/x-protobuf                                      | zstd   | 415
          """)
  void post_contentHeaders_areNegotiated(String type, String encoding, int status)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/write"))
            .POST(BodyPublishers.ofByteArray(UP));
    if (type != null) {
      request.header("Content-Type", type);
    }
    if (encoding != null) {
      request.header("Content-Encoding", encoding);
    }
    HttpResponse<String> response = send(request);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(intake.sampleCount()).isEqualTo(status == 204 ? 1 : 0);
    if (status == 415) {
      assertThat(response.body()).startsWith("remote write: ").contains("(expected: ");
    }
  }

  @Test
  void get_isNotAllowed() throws Exception {
    HttpResponse<String> response = send(to("/api/v1/write").GET());
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("POST");
    assertThat(response.body()).isEqualTo("remote write: method GET (expected: POST)\n");
  }

  @Test
  void post_elsewhere_isNotFound() throws Exception {
    assertThat(send(to("/api/v1/wri").POST(BodyPublishers.ofByteArray(UP))).statusCode())
        .isEqualTo(404);
  }

  @Test
  void post_noSnappyBlock_isBad() throws Exception {
    HttpResponse<String> response = post("no snappy, I fear".getBytes(UTF_8));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .isEqualTo(
            "remote write: Snappy block of 17 bytes is damaged or in the framed format (expected:"
                + " block format)\n");
    assertThat(post(new byte[0]).statusCode()).isEqualTo(400);
    assertThat(rejected(Rejection.MALFORMED)).isEqualTo(2);
  }

  @Test
  void post_noProtobuf_storesNothing() throws Exception {
    byte[] good = request(series("__name__", "up").addSamples(sample(1, 2))).toByteArray();
    byte[] broken = Arrays.copyOf(good, good.length + 1);
    broken[good.length] = 0x0A;
    HttpResponse<String> response = post(compress(broken));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .isEqualTo("remote write: protobuf: truncated varint at byte " + broken.length + "\n");
    assertThat(intake.sampleCount()).isZero();
    assertThat(rejected(Rejection.MALFORMED)).isEqualTo(1);
  }

  @Test
  void post_badSeriesAmongGood_storesTheGoodAndNamesTheFirstBad() throws Exception {
    HttpResponse<String> response =
        post(
            compress(
                request(
                    series("__name__", "up").addSamples(sample(1, 2)),
                    series("__name__", "a", "b", "1", "b", "2")
                        .addSamples(sample(1, 1))
                        .addSamples(sample(2, 1)),
                    series("job", "x").addSamples(sample(1, 1)),
                    series("__name__", "down").addSamples(sample(3, 4)))));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .isEqualTo(
            "2 of 4 series rejected: series {__name__=\"a\",b=\"1\",b=\"2\"}: label name 'b' twice"
                + " (expected: once)\n");
    assertThat(intake.samples(Tenant.DEFAULT))
        .isEqualTo(
            Map.of(
                Labels.of("__name__", "up"), List.of(Sample.of(1, 2)),
                Labels.of("__name__", "down"), List.of(Sample.of(3, 4))));
    assertThat(counters.received(Protocol.REMOTE_WRITE)).isEqualTo(5);
    assertThat(counters.accepted(Protocol.REMOTE_WRITE)).isEqualTo(2);
    assertThat(rejected(Rejection.DUPLICATE_LABEL)).isEqualTo(2);
    assertThat(rejected(Rejection.INVALID_LABELS)).isEqualTo(1);
  }

  @Test
  void post_tooLong_isTooLarge() throws Exception {
    HttpResponse<String> response = post(new byte[LIMITS.compressedBytes() + 1]);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body())
        .isEqualTo("remote write: body is longer than 200000 bytes; send less at once\n");
    assertThat(rejected(Rejection.TOO_LARGE)).isEqualTo(1);
    assertThat(post(UP).statusCode()).isEqualTo(204);
  }

  @Test
  void post_chunkedAndTooLong_isTooLarge() throws Exception {
    HttpRequest.Builder request =
        to("/api/v1/write")
            .POST(
                BodyPublishers.ofByteArrays(
                    Collections.nCopies(30, new byte[10_000]))); // no Content-Length
    assertThat(send(request).statusCode()).isEqualTo(413);
    assertThat(rejected(Rejection.TOO_LARGE)).isEqualTo(1);
  }

  @Test
  void post_endlessBody_isCutOff() throws Exception {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      write(out, head("Transfer-Encoding: chunked"));
      byte[] chunk = ("2710\r\n" + "x".repeat(10_000) + "\r\n").getBytes(ISO_8859_1);
      long sent = 0;
      try {
        while (sent < 1L << 30) {
          out.write(chunk);
          sent += chunk.length;
        }
      } catch (IOException expected) {
        // the gateway hung up
      }
      assertThat(sent).isLessThan(100L << 20);
    }
  }

  @Test
  void post_decompressesToTooMuch_isTooLarge() throws Exception {
    HttpResponse<String> response = post(compress(new byte[LIMITS.decompressedBytes() + 1]));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body())
        .isEqualTo(
            "remote write: body decompresses to 400001 bytes (expected: at most 400000); send less"
                + " at once\n");
  }

  @Test
  void post_manySamples_isTooLarge() throws Exception {
    byte[] samples = new byte[2 * 20_000]; // each a sample of zero at zero
    for (int i = 0; i < samples.length; i += 2) {
      samples[i] = 2 << 3 | 2;
    }
    HttpResponse<String> response = post(compress(WriteRequests.field(1, samples)));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body())
        .isEqualTo("remote write: more than 16666 samples and buckets in one request\n");
  }

  @ParameterizedTest
  @CsvSource({"LIMIT, 503, OVERLOADED", "UNAVAILABLE, 503, UNAVAILABLE", "CORRUPT, 500, INTERNAL"})
  void post_whenStorageFails_saysWhetherToRepeat(Kind kind, int status, Rejection reason)
      throws Exception {
    for (boolean known : new boolean[] {false, true}) {
      if (known) { // fail in the append rather than in the registration
        intake.failWith(null);
        assertThat(post(UP).statusCode()).isEqualTo(204);
      }
      intake.failWith(new GatewayException(kind, "no storage today"));
      HttpResponse<String> response = post(UP);
      assertThat(response.statusCode()).isEqualTo(status);
      assertThat(response.body()).isEqualTo("no storage today\n");
      assertThat(response.headers().firstValue("Retry-After").orElse(""))
          .isEqualTo(status == 500 ? "" : "7");
      assertThat(rejected(reason)).isEqualTo(known ? 2 : 1);
    }
    intake.failWith(null);
    assertThat(post(UP).statusCode()).isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource({"BACKLOG_FULL, the backlog is full", "STORAGE_FULL, storage is full"})
  void post_whenThereIsNoRoom_isPutOffUnread(Admission admission, String text) throws Exception {
    Rejection reason = Rejection.valueOf(admission.name());
    intake.admit(admission);
    HttpResponse<String> response = post(new byte[] {1, 2, 3}); // undecodable, if anyone tried
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("remote write: " + text + "; try again later\n");
    assertThat(response.headers().firstValue("Retry-After")).hasValue("7");
    assertThat(rejected(reason)).isEqualTo(1);
    assertThat(counters.received(Protocol.REMOTE_WRITE)).isEqualTo(1);
    assertThat(receiver.inFlightBytes()).isZero();

    intake.admit(Admission.ACCEPTING);
    assertThat(post(UP).statusCode()).isEqualTo(204);
    assertUpStored("default");
  }

  @Test
  void post_whenSomethingBreaks_isAnInternalError() throws Exception {
    intake.failWith(new IllegalStateException("a fault of ours, made for the test"));
    HttpResponse<String> response = post(UP);
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).isEqualTo("remote write: internal error, see the gateway's log\n");
  }

  @Test
  void post_isAnsweredOnlyOnceStored() throws Exception {
    intake.hold();
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(
            to("/api/v1/write").POST(BodyPublishers.ofByteArray(UP)).build(),
            BodyHandlers.ofString());
    await().until(() -> intake.heldAppends() == 1);
    assertThat(response).isNotDone();
    assertThat(counters.accepted(Protocol.REMOTE_WRITE)).isZero();
    intake.release();
    assertThat(response.get().statusCode()).isEqualTo(204);
    assertUpStored("default");
  }

  @Test
  void post_beyondTheMemoryOfAll_isPutOff() throws Exception {
    intake.hold();
    List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
    for (int i = 0; i < 20; i++) { // each holds a batch of 4,096 samples
      responses.add(
          client.sendAsync(
              to("/api/v1/write").POST(BodyPublishers.ofByteArray(UP)).build(),
              BodyHandlers.ofString()));
    }
    await()
        .until(() ->
            intake.heldAppends() + responses.stream().filter(CompletableFuture::isDone).count()
                == 20);
    assertThat(receiver.inFlightBytes()).isBetween(1L, LIMITS.inFlightBytes());
    intake.release();
    long putOff = 0;
    for (CompletableFuture<HttpResponse<String>> response : responses) {
      if (response.get().statusCode() != 204) {
        assertThat(response.get().statusCode()).isEqualTo(503);
        assertThat(response.get().headers().firstValue("Retry-After")).hasValue("7");
        putOff++;
      }
    }
    assertThat(putOff).isBetween(10L, 19L);
    assertThat(rejected(Rejection.OVERLOADED)).isEqualTo(putOff);
    assertThat(intake.sampleCount()).isEqualTo(20 - putOff);
  }

  @Test
  void post_byManyAtOnce_storesAll() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      byte[] body =
          compress(
              request(
                  series("__name__", "up", "i", "" + i % 10).addSamples(sample(i, i)),
                  series("__name__", "down", "i", "" + i).addSamples(sample(i, i))));
      responses.add(
          client.sendAsync(
              to("/api/v1/write").POST(BodyPublishers.ofByteArray(body)).build(),
              BodyHandlers.ofString()));
      if (i % 5 == 4) {
        for (CompletableFuture<HttpResponse<String>> response : responses) {
          assertThat(response.get().statusCode()).isEqualTo(204);
        }
        responses.clear();
      }
    }
    assertThat(intake.sampleCount()).isEqualTo(400);
    assertThat(intake.samples(Tenant.DEFAULT)).hasSize(210);
    assertThat(counters.accepted(Protocol.REMOTE_WRITE)).isEqualTo(400);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static String head(String... headers) {
    return "POST /api/v1/write HTTP/1.1\r\nHost: x\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }

  private static String status(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "end";
      }
      head.append((char) next);
    }
    line.append(head, 0, head.indexOf("\r\n"));
    int at = head.toString().toLowerCase(Locale.ROOT).indexOf("content-length: ");
    if (at >= 0) {
      int end = head.indexOf("\r\n", at);
      in.readNBytes(Integer.parseInt(head.substring(at + 16, end)));
    }
    return line.toString();
  }

  @Test
  void connection_isKeptAndPipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      intake.hold();
      for (int i = 0; i < 3; i++) {
        write(out, head("Content-Length: " + UP.length));
        out.write(UP);
        write(out, "GET /api/v1/write HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      await().until(() -> intake.heldAppends() > 0);
      intake.release();
      for (int i = 0; i < 3; i++) {
        assertThat(status(in)).isEqualTo("HTTP/1.1 204 No Content");
        assertThat(status(in)).isEqualTo("HTTP/1.1 405 Method Not Allowed");
      }
      write(out, head("Content-Length: " + UP.length, "Connection: close"));
      out.write(UP);
      assertThat(status(in)).isEqualTo("HTTP/1.1 204 No Content");
      assertThat(in.read()).isEqualTo(-1);
      assertThat(intake.sampleCount()).isEqualTo(4);
    }
  }

  @Test
  void expect100_isAnsweredBeforeTheBody() throws Exception {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      write(out, head("Content-Length: " + UP.length, "Expect: 100-continue"));
      assertThat(status(in)).isEqualTo("HTTP/1.1 100 Continue");
      out.write(UP);
      assertThat(status(in)).isEqualTo("HTTP/1.1 204 No Content");
    }
    try (Socket socket = connect()) {
      write(
          socket.getOutputStream(),
          head("Content-Length: " + UP.length, "Expect: 100-continue", "Content-Encoding: gzip"));
      assertThat(status(socket.getInputStream())).isEqualTo("HTTP/1.1 415 Unsupported Media Type");
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void body_thatComesByteByByte_isRead() throws Exception {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      write(out, head("Content-Length: " + UP.length));
      for (byte b : UP) {
        out.write(b);
        out.flush();
      }
      assertThat(status(socket.getInputStream())).isEqualTo("HTTP/1.1 204 No Content");
    }
    assertUpStored("default");
  }

  @Test
  void body_thatDoesNotEnd_isGivenUp() throws Exception {
    try (Socket socket = connect()) {
      write(socket.getOutputStream(), head("Content-Length: 1000") + "abc");
      assertThat(status(socket.getInputStream())).isEqualTo("HTTP/1.1 408 Request Timeout");
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(rejected(Rejection.MALFORMED)).isEqualTo(1);
  }

  @Test
  void connection_lostMidRequest_leavesNothingBehind() throws Exception {
    try (Socket socket = connect()) {
      write(socket.getOutputStream(), head("Content-Length: 100000") + "abc");
      await().until(() -> receiver.inFlightBytes() > 0);
    }
    await().until(() -> receiver.inFlightBytes() == 0);
    assertThat(post(UP).statusCode()).isEqualTo(204);
  }
}
