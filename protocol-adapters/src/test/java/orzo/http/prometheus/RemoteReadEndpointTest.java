package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;
import orzo.http.HttpConfig;
import orzo.metric.Labels;
import orzo.remoteread.ReadBounds;
import orzo.remoteread.oracle.LabelMatcher;
import orzo.remoteread.oracle.Query;
import orzo.remoteread.oracle.ReadRequest;
import orzo.remoteread.oracle.ReadResponse;

class RemoteReadEndpointTest {
  private static ApiUnderTest api;

  @BeforeAll
  static void start() {
    ReadBounds bounds = new ReadBounds(100, 1 << 20, 2, 1 << 20);
    api = new ApiUnderTest(HttpConfig.of("127.0.0.1", 0), QueryLimits.DEFAULT, bounds, false);
    for (int i = 0; i < 80; i++) {
      api.reader.add(Labels.of("__name__", "up", "job", "a"), 1000L * i, i);
      api.reader.add(Labels.of("__name__", "up", "job", "b"), 1000L * i, -i);
    }
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static byte[] asking(int type, String name, long end) {
    return ReadRequest.newBuilder()
        .addQueries(
            Query.newBuilder()
                .setEndTimestampMs(end)
                .addMatchers(LabelMatcher.newBuilder().setName("__name__").setValue(name)))
        .addAcceptedResponseTypesValue(type)
        .build()
        .toByteArray();
  }

  private static HttpResponse<byte[]> post(String path, byte[] body, String... headers) {
    return api.send(
        api.request(path, headers).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void assertText(HttpResponse<byte[]> response, int status, String text) {
    assertThat(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(text + "\n");
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
    assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
  }

  @Test
  void read_samples_isOneCompressedMessage() throws IOException {
    for (String path : new String[] {"/api/v1/read", "/prometheus/api/v1/read"}) {
      HttpResponse<byte[]> response =
          post(path, Snappy.compress(asking(0, "up", 30_000)), "Accept-Encoding", "gzip");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).contains("application/x-protobuf");
      assertThat(response.headers().firstValue("Content-Encoding")).contains("snappy");
      ReadResponse answer = ReadResponse.parseFrom(Snappy.uncompress(response.body()));
      assertThat(answer.getResults(0).getTimeseriesList())
          .hasSize(2)
          .allSatisfy(series -> assertThat(series.getSamplesCount()).isEqualTo(31));
    }
  }

  @Test
  void read_chunks_isAStreamThatIsNotCompressed() throws IOException {
    HttpResponse<byte[]> response =
        post(
            "/api/v1/read",
            Snappy.compress(asking(1, "up", Long.MAX_VALUE)),
            "Accept-Encoding",
            "gzip");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse");
    assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(response.body()).hasSizeGreaterThan(100); // more samples than a message may have
  }

  @Test
  void read_ofAnotherTenant_findsNothing() throws IOException {
    HttpResponse<byte[]> response =
        post("/api/v1/read", Snappy.compress(asking(0, "up", 30_000)), "X-Scope-OrgID", "other");
    assertThat(ReadResponse.parseFrom(Snappy.uncompress(response.body())))
        .isEqualTo(
            ReadResponse.newBuilder()
                .addResults(orzo.remoteread.oracle.QueryResult.getDefaultInstance())
                .build());
  }

  @Test
  void read_ofTooManySamples_isBad() throws IOException {
    assertText(
        post("/api/v1/read", Snappy.compress(asking(0, "up", 79_000))),
        400,
        "exceeded sample limit (100)");
  }

  @Test
  void read_ofAnUnknownType_isBad() throws IOException {
    assertText(
        post("/api/v1/read", Snappy.compress(asking(5, "up", 1))),
        400,
        "server does not support any of the requested response types: [5]; supported: [SAMPLES"
            + " (0), STREAMED_XOR_CHUNKS (1)]");
  }

  @Test
  void read_ofNoRequest_isBad() {
    assertText(
        post("/api/v1/read", new byte[] {0x78, 0x79}),
        400,
        "remote read: Snappy block of 2 bytes is damaged or in the framed format (expected: block"
            + " format)");
    assertThat(api.get("/api/v1/read").statusCode()).isEqualTo(405);
  }

  @Test
  void read_ofAnEndlessBody_isTooLarge() {
    HttpResponse<byte[]> response = post("/api/v1/read", new byte[(4 << 20) + 1]);
    assertText(response, 413, "body of more than 4194304 bytes (expected: less)");
  }
}
