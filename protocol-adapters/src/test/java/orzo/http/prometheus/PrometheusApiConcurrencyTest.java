package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.http.HttpConfig;
import orzo.metric.Labels;
import orzo.query.QueryException;
import orzo.query.QueryResult;
import orzo.query.QueryValue;
import orzo.split.SampleBuffer;

/** Large answers, slow queries, clients that leave, and the server's own end. */
@Timeout(60)
class PrometheusApiConcurrencyTest {
  private static final QueryLimits TIGHT =
      new QueryLimits(
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          1000,
          77,
          1 << 20,
          1,
          1,
          Duration.ofMillis(200));

  private static final int SERIES = 40;
  private static final int SAMPLES = 11_000;

  private static QueryValue.Matrix largeMatrix() {
    List<Labels> series = new ArrayList<>();
    List<SampleBuffer> samples = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      series.add(Labels.of("__name__", "large", "i", Integer.toString(i)));
      SampleBuffer run = new SampleBuffer(SAMPLES);
      for (int j = 0; j < SAMPLES; j++) {
        run.add(1_700_000_000_000L + j * 1000L, i + j / 7.0);
      }
      samples.add(run);
    }
    return new QueryValue.Matrix(series, samples);
  }

  private static final String LARGE_QUERY =
      "/api/v1/query_range?query=large&start=0&end=11000&step=1";

  /**
   * Reads the answer with a JSON parser that knows nothing of the writer, and checks each sample.
   */
  private static void assertLarge(InputStream body) throws IOException {
    int samples = 0;
    int series = 0;
    try (JsonParser parser = new JsonFactory().createParser(body)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.FIELD_NAME
            && "values".equals(parser.currentName())) {
          assertThat(parser.nextToken()).isEqualTo(JsonToken.START_ARRAY);
          int j = 0;
          while (parser.nextToken() == JsonToken.START_ARRAY) {
            parser.nextToken();
            assertThat(parser.getLongValue()).isEqualTo(1_700_000_000L + j);
            parser.nextToken();
            double expected = series + j / 7.0;
            if (Double.parseDouble(parser.getText()) != expected) {
              throw new AssertionError(
                  "series " + series + " sample " + j + ": " + parser.getText());
            }
            assertThat(parser.nextToken()).isEqualTo(JsonToken.END_ARRAY);
            j++;
          }
          samples += j;
          series++;
        }
      }
    }
    assertThat(series).isEqualTo(SERIES);
    assertThat(samples).isEqualTo(SERIES * SAMPLES);
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1, ''", "HTTP_1_1, gzip", "HTTP_2, ''", "HTTP_2, 'deflate, gzip;q=0.5'"})
  void largeAnswer_arrivesWhole(HttpClient.Version version, String accepted) throws Exception {
    try (ApiUnderTest api = new ApiUnderTest(QueryLimits.DEFAULT)) {
      api.engine.answerWith(largeMatrix());
      HttpRequest.Builder request = api.request(LARGE_QUERY).version(version);
      if (!accepted.isEmpty()) {
        request.header("Accept-Encoding", accepted);
      }
      HttpResponse<byte[]> response =
          api.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
      InputStream body = new ByteArrayInputStream(response.body());
      if (accepted.isEmpty()) {
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(response.body()).hasSizeGreaterThan(10_000_000);
      } else {
        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(response.body()).hasSizeLessThan(5_000_000);
        body = new GZIPInputStream(body);
      }
      assertThat(response.headers().allValues("Vary")).contains("Accept-Encoding");
      assertLarge(body);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, 2000, true",
    "gzip, 10, false", // too small to gain
    "'gzip;q=0', 2000, false",
    "'*', 2000, true",
    "'br, x-gzip', 2000, true",
    "br, 2000, false",
  })
  void smallAnswer_isCompressedWhereItGains(String accepted, int length, boolean compressed)
      throws Exception {
    try (ApiUnderTest api = new ApiUnderTest(QueryLimits.DEFAULT)) {
      String text = "y".repeat(length);
      api.engine.answerWith(new QueryValue.Text(0, text));
      HttpResponse<byte[]> response =
          api.send(
              api.request("/api/v1/query?query=x", "Accept-Encoding", accepted).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(response.headers().firstValue("Content-Encoding").isPresent())
          .isEqualTo(compressed);
      assertThat(response.headers().firstValueAsLong("Content-Length"))
          .hasValue(response.body().length);
      InputStream body = new ByteArrayInputStream(response.body());
      byte[] plain = (compressed ? new GZIPInputStream(body) : body).readAllBytes();
      assertThat(new String(plain, StandardCharsets.UTF_8)).contains(text);
    }
  }

  @Test
  void slowReader_holdsBackTheWriter_andStillGetsEverything() throws Exception {
    SampleBuffer run = largeMatrix().samples().getFirst();
    int series = 300; // about 100 MB of answer, far more than the buffers of two sockets
    AtomicInteger written = new AtomicInteger();
    List<SampleBuffer> samples =
        new AbstractList<>() {
          @Override
          public SampleBuffer get(int i) {
            written.set(i + 1);
            return run;
          }

          @Override
          public int size() {
            return series;
          }
        };
    try (ApiUnderTest api = new ApiUnderTest(QueryLimits.DEFAULT)) {
      api.engine.answerWith(
          new QueryValue.Matrix(Collections.nCopies(series, Labels.of("a", "b")), samples));
      try (Socket socket = connect(api)) {
        send(socket, "GET " + LARGE_QUERY + " HTTP/1.0\r\n\r\n");
        InputStream in = socket.getInputStream();
        skipHead(in);
        AtomicInteger before = new AtomicInteger(-1);
        assertThat(
                until(
                    () -> {
                      // Others are served meanwhile, although nothing is read here.
                      for (int i = 0; i < 100; i++) {
                        assertThat(api.get("/-/healthy").statusCode()).isEqualTo(200);
                      }
                      return before.getAndSet(written.get()) == written.get();
                    },
                    Duration.ofSeconds(20)))
            .as("the writer waits")
            .isTrue();
        assertThat(written.get()).as("series written while none is read").isLessThan(series);
        String end = "";
        byte[] bytes = new byte[1 << 16];
        for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
          end = new String(bytes, 0, read, StandardCharsets.US_ASCII);
        }
        assertThat(end).endsWith("\"]]}]}}");
        assertThat(written.get()).isEqualTo(series);
      }
    }
  }

  @Test
  void clientThatLeaves_cancelsItsQuery() throws Exception {
    try (ApiUnderTest api = new ApiUnderTest(QueryLimits.DEFAULT)) {
      CountDownLatch running = new CountDownLatch(1);
      CompletableFuture<Boolean> seen = new CompletableFuture<>();
      api.engine.answerBy(asked -> {
        running.countDown();
        seen.complete(until(asked.options().cancelled(), Duration.ofSeconds(20)));
        throw new QueryException(QueryException.Type.CANCELED, "query was canceled");
      });
      try (Socket socket = connect(api)) {
        send(socket, "GET /api/v1/query?query=slow HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).isNotDone();
      }
      assertThat(seen.get(20, TimeUnit.SECONDS)).as("cancelled").isTrue();
      assertThat(
              until(
                  () -> metrics(api).contains("{endpoint=\"/api/v1/query\",status=\"499\"} 1.0"),
                  Duration.ofSeconds(10)))
          .as("counted as 499")
          .isTrue();
    }
  }

  @Test
  void clientThatLeavesDuringTheAnswer_freesTheWriter() throws Exception {
    try (ApiUnderTest api = new ApiUnderTest(TIGHT)) {
      api.engine.answerWith(largeMatrix());
      for (int i = 0; i < 5; i++) {
        try (Socket socket = connect(api)) {
          send(socket, "GET " + LARGE_QUERY + " HTTP/1.1\r\nHost: x\r\n\r\n");
          skipHead(socket.getInputStream());
        }
      }
      api.engine.answerBy(_ -> Fakes.scalar(1));
      assertThat(api.get("/api/v1/query?query=1").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void tooManyQueries_areRefusedAtOnceOrAfterTheWait() throws Exception {
    try (ApiUnderTest api = new ApiUnderTest(TIGHT)) {
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      api.engine.answerBy(_ -> {
        running.countDown();
        await(release);
        return Fakes.scalar(1);
      });
      CompletableFuture<HttpResponse<String>> first = async(api, "/api/v1/query?query=1");
      assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();

      List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        others.add(async(api, "/api/v1/query?query=1"));
      }
      for (CompletableFuture<HttpResponse<String>> other : others) {
        HttpResponse<String> response = other.get(20, TimeUnit.SECONDS);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
            .contains("\"errorType\":\"unavailable\"", "too many queries: 1 are running");
      }
      HttpResponse<String> impatient = api.get("/api/v1/query?query=1&timeout=10ms");
      assertThat(impatient.statusCode()).isEqualTo(503);
      assertThat(impatient.body())
          .contains("\"errorType\":\"timeout\",\"error\":\"query timed out in query queue\"");
      // What needs no query is answered all the while.
      assertThat(api.get("/api/v1/status/buildinfo").statusCode()).isEqualTo(200);
      assertThat(metrics(api))
          .contains("orzo_queries_running 1.0", "orzo_queries_refused_total 3.0");

      release.countDown();
      assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(api.get("/api/v1/query?query=1").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void close_letsARunningQueryFinish() throws Exception {
    ApiUnderTest api = new ApiUnderTest(QueryLimits.DEFAULT);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    api.engine.answerBy(_ -> {
      running.countDown();
      await(release);
      return Fakes.scalar(42);
    });
    int port = api.listener.port();
    CompletableFuture<HttpResponse<String>> answer = async(api, "/api/v1/query?query=1");
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(api.listener::close);
    assertThat(until(() -> refusesConnections(port), Duration.ofSeconds(10))).isTrue();
    assertThat(closed).isNotDone();
    release.countDown();
    assertThat(answer.get(20, TimeUnit.SECONDS).body()).contains("\"42\"");
    closed.get(20, TimeUnit.SECONDS);
    api.close();
  }

  @Test
  void close_withAQueryThatDoesNotEnd_cancelsItAfterTheGrace() throws Exception {
    HttpConfig config =
        new HttpConfig("127.0.0.1", 0, List.of(), "X-Scope-OrgID", Duration.ofMillis(300));
    ApiUnderTest api = new ApiUnderTest(config, QueryLimits.DEFAULT);
    AtomicBoolean cancelled = new AtomicBoolean();
    CountDownLatch running = new CountDownLatch(1);
    api.engine.answerBy(asked -> {
      running.countDown();
      cancelled.set(until(asked.options().cancelled(), Duration.ofSeconds(20)));
      return new QueryResult(new QueryValue.Scalar(0, 0), List.of(), List.of());
    });
    CompletableFuture<HttpResponse<String>> answer = async(api, "/api/v1/query?query=1");
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    api.listener.close();
    assertThat(until(cancelled::get, Duration.ofSeconds(10))).isTrue();
    assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class);
    api.close();
  }

  @Test
  void start_onATakenPort_saysSo() {
    try (ApiUnderTest api = new ApiUnderTest(QueryLimits.DEFAULT)) {
      int taken = api.listener.port();
      assertThatThrownBy(
              () -> new ApiUnderTest(HttpConfig.of("127.0.0.1", taken), QueryLimits.DEFAULT))
          .hasMessageStartingWith("HTTP: cannot listen on 127.0.0.1:" + taken + ": ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://grafana.example, https://grafana.example, https://grafana.example",
    "https://grafana.example, https://evil.example, ''",
    "*, https://any.example, *",
    "'', https://any.example, ''",
  })
  void crossOrigin_isAllowedAsConfigured(String allowed, String origin, String expected) {
    HttpConfig config =
        new HttpConfig(
            "127.0.0.1",
            0,
            allowed.isEmpty() ? List.of() : List.of(allowed),
            "X-Scope-OrgID",
            Duration.ofSeconds(1));
    try (ApiUnderTest api = new ApiUnderTest(config, QueryLimits.DEFAULT)) {
      for (String method : List.of("GET", "OPTIONS")) {
        HttpResponse<String> response =
            api.send(
                api.request("/api/v1/rules", "Origin", origin)
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build());
        assertThat(response.headers().firstValue("Access-Control-Allow-Origin").orElse(""))
            .isEqualTo(expected);
        assertThat(response.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
            .isEqualTo(
                expected.isEmpty()
                    ? ""
                    : "Accept, Authorization, Content-Type, Origin, X-Scope-OrgID");
        assertThat(response.headers().allValues("Vary").contains("Origin"))
            .isEqualTo(!allowed.isEmpty());
      }
    }
  }

  private static String metrics(ApiUnderTest api) {
    return api.get("/metrics").body();
  }

  private static CompletableFuture<HttpResponse<String>> async(ApiUnderTest api, String path) {
    return api.client().sendAsync(api.request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static Socket connect(ApiUnderTest api) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), api.listener.port());
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static void skipHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    assertThat(head).contains(" 200 ");
  }

  private static boolean refusesConnections(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("not released");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Polls until the condition holds; false when it does not within {@code most}. */
  private static boolean until(BooleanSupplier condition, Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        never.await(5, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return true;
  }
}
