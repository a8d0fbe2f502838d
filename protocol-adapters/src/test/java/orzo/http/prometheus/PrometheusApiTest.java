package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.query.QueryException;
import orzo.query.QueryResult;
import orzo.query.QueryValue;
import orzo.split.SampleBuffer;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Requests and answers of each endpoint, over real HTTP. */
class PrometheusApiTest {
  private static ApiUnderTest api;

  @BeforeAll
  static void start() {
    api = new ApiUnderTest(QueryLimits.DEFAULT);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static String data(HttpResponse<String> response) {
    assertThat(response.body()).startsWith("{\"status\":\"success\",\"data\":");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    return response
        .body()
        .substring("{\"status\":\"success\",\"data\":".length(), response.body().length() - 1);
  }

  private static void assertError(
      HttpResponse<String> response, int status, String type, String message) {
    String quoted = message.replace("\\", "\\\\").replace("\"", "\\\"");
    assertThat(response.body())
        .isEqualTo(
            "{\"status\":\"error\",\"errorType\":\"" + type + "\",\"error\":\"" + quoted + "\"}");
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
  }

  // Values.

  @Test
  void query_scalar_isPositionalWithBareTimestamp() {
    api.engine.answerWith(new QueryValue.Scalar(1_435_781_451_780L, 1e-7));
    assertThat(data(api.get("/api/v1/query?query=1e-7")))
        .isEqualTo("{\"resultType\":\"scalar\",\"result\":[1435781451.78,\"0.0000001\"]}");
  }

  @Test
  void query_text_isEscaped() {
    api.engine.answerWith(new QueryValue.Text(1000, "a\"b\\ü\n"));
    assertThat(data(api.get("/api/v1/query?query=x")))
        .isEqualTo("{\"resultType\":\"string\",\"result\":[1,\"a\\\"b\\\\ü\\n\"]}");
  }

  @Test
  void query_vector_showsEverySeries() {
    api.engine.answerWith(
        new QueryValue.Vector(
            List.of(Labels.of("__name__", "up", "job", "a"), Labels.EMPTY),
            new double[] {1, Double.NaN},
            1_435_781_451_780L));
    assertThat(data(api.get("/api/v1/query?query=up")))
        .isEqualTo(
            "{\"resultType\":\"vector\",\"result\":["
                + "{\"metric\":{\"__name__\":\"up\",\"job\":\"a\"},"
                + "\"value\":[1435781451.780,\"1\"]},"
                + "{\"metric\":{},\"value\":[1435781451.780,\"NaN\"]}]}");
  }

  @Test
  void query_emptyVector_isAnEmptyList() {
    api.engine.answerWith(new QueryValue.Vector(List.of(), new double[0], 0));
    assertThat(data(api.get("/api/v1/query?query=none")))
        .isEqualTo("{\"resultType\":\"vector\",\"result\":[]}");
  }

  @Test
  void queryRange_matrix_showsEverySample() {
    SampleBuffer one = new SampleBuffer(2);
    one.add(0, 0.5);
    one.add(15_000, Double.NEGATIVE_INFINITY);
    SampleBuffer two = new SampleBuffer(8); // larger than what it holds
    two.add(15_000, 1e21);
    api.engine.answerWith(
        new QueryValue.Matrix(
            List.of(Labels.of("job", "a"), Labels.of("job", "b")), List.of(one, two)));
    assertThat(data(api.get("/api/v1/query_range?query=up&start=0&end=15&step=15")))
        .isEqualTo(
            "{\"resultType\":\"matrix\",\"result\":["
                + "{\"metric\":{\"job\":\"a\"},\"values\":[[0,\"0.5\"],[15,\"-Inf\"]]},"
                + "{\"metric\":{\"job\":\"b\"},\"values\":[[15,\"1e+21\"]]}]}");
  }

  @Test
  void query_annotations_areShownAndCapped() {
    List<String> infos = IntStream.range(0, 12).mapToObj(i -> "i" + i).toList();
    api.engine.answerBy(_ -> new QueryResult(new QueryValue.Scalar(0, 1), List.of("w\"1"), infos));
    assertThat(api.get("/api/v1/query?query=1").body())
        .endsWith(
            ",\"warnings\":[\"w\\\"1\"],\"infos\":[\"i0\",\"i1\",\"i2\",\"i3\",\"i4\",\"i5\",\"i6\","
                + "\"i7\",\"i8\",\"i9\",\"2 more info annotations omitted\"]}");
  }

  @ParameterizedTest
  @CsvSource({"0,3,false", "3,3,false", "2,2,true", "1,1,true"})
  void query_limit_truncatesVectors(int limit, int shown, boolean warned) {
    Labels labels = Labels.of("a", "b");
    api.engine.answerWith(
        new QueryValue.Vector(List.of(labels, labels, labels), new double[] {1, 2, 3}, 0));
    String body = api.get("/api/v1/query?query=up&limit=" + limit).body();
    assertThat(body.split("metric", -1)).hasSize(shown + 1);
    assertThat(body.endsWith(",\"warnings\":[\"results truncated due to limit\"]}"))
        .isEqualTo(warned);
  }

  @Test
  void queryRange_limit_truncatesMatrices() {
    SampleBuffer run = new SampleBuffer(1);
    run.add(0, 7);
    Labels labels = Labels.of("a", "b");
    api.engine.answerWith(new QueryValue.Matrix(List.of(labels, labels), List.of(run, run)));
    assertThat(api.get("/api/v1/query_range?query=x&start=0&end=1&step=1&limit=1").body())
        .isEqualTo(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
                + "{\"metric\":{\"a\":\"b\"},\"values\":[[0,\"7\"]]}]},"
                + "\"warnings\":[\"results truncated due to limit\"]}");
  }

  // Parameters as the engine sees them.

  @ParameterizedTest
  @CsvSource({
    "'', 1772366400250", // now
    "&time=1435781451.781, 1435781451781",
    "&time=1435781451.7814, 1435781451781",
    "&time=1435781451.7816, 1435781451782",
    "&time=1.4e9, 1400000000000",
    "&time=-1.5, -1500",
    "&time=2015-07-01T20:10:51.781Z, 1435781451781",
    "&time=2015-07-01T22:10:51.781%2B02:00, 1435781451781",
    "&time=2015-07-01T20:10:51Z, 1435781451000",
    "&time=2015-07-01T20:10:51.781999999999Z, 1435781451781",
    "&time=-292273086-05-16T16:47:06Z, -9223309901257974000",
    "&time=292277025-08-18T07:12:54.999999999Z, 9223309901257974999",
  })
  void query_time_isUnderstood(String parameter, long expectedMillis) {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    data(api.get("/api/v1/query?query=up" + parameter));
    assertThat(api.engine.last.get().start()).isEqualTo(expectedMillis);
  }

  @ParameterizedTest
  @CsvSource({
    "15, 15000",
    "0.5, 500",
    "1h30m, 5400000",
    "1y, 31536000000",
    "1w2d, 777600000",
    "250ms, 250",
    "1e3, 1000000",
    "+60, 60000",
  })
  void queryRange_step_isUnderstood(String step, long expectedMillis) {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    data(api.post("/api/v1/query_range", "query", "up", "start", "0", "end", "60", "step", step));
    Fakes.Asked asked = api.engine.last.get();
    assertThat(asked.step()).isEqualTo(expectedMillis);
    assertThat(asked.start()).isZero();
    assertThat(asked.end()).isEqualTo(60_000);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 120000, 300000",
    "&timeout=10, 10000, 300000",
    "&timeout=1h, 120000, 300000", // the configured one is the most
    "&timeout=1500ms&lookback_delta=1m, 1500, 60000",
    "&lookback_delta=0, 120000, 300000",
  })
  void query_timeoutAndLookback_reachTheEngine(String parameters, long timeout, long lookback) {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    data(api.get("/api/v1/query?query=up" + parameters));
    Fakes.Asked asked = api.engine.last.get();
    // The wait for a turn is taken off.
    assertThat(asked.options().timeout())
        .isBetween(Duration.ofMillis(timeout - 1000), Duration.ofMillis(timeout));
    assertThat(asked.options().lookback()).isEqualTo(Duration.ofMillis(lookback));
    assertThat(asked.options().maxSamples()).isEqualTo(50_000_000);
  }

  @Test
  void query_elevenThousandSteps_areAllowed() {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    data(api.get("/api/v1/query_range?query=up&start=0&end=11000.999&step=1"));
    assertThat(api.engine.last.get().end()).isEqualTo(11_000_999);
  }

  @Test
  void post_formAndUrl_bothCountAndTheFormWins() {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    data(api.post("/api/v1/query?query=url&time=5", "query", "sum(a) + \"ü&=%\""));
    assertThat(api.engine.last.get().query()).isEqualTo("sum(a) + \"ü&=%\"");
    assertThat(api.engine.last.get().start()).isEqualTo(5000);
  }

  @Test
  void post_withoutFormContentType_usesTheUrlOnly() {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    HttpRequest request =
        api.request("/api/v1/query?query=url", "Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("query=body"))
            .build();
    data(api.send(request));
    assertThat(api.engine.last.get().query()).isEqualTo("url");
  }

  @ParameterizedTest
  @CsvSource({"query=%zz, %zz", "query=a%2, %2", "%, %", "a=%+1&query=x, %+1"})
  void post_badEscape_isNamed(String form, String escape) {
    HttpRequest request =
        api.request("/api/v1/query", "Content-Type", "application/x-www-form-urlencoded; a=b")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    assertError(
        api.send(request),
        400,
        "bad_data",
        "error parsing form values: invalid URL escape \"" + escape + "\" (expected: %00 to %FF)");
  }

  @Test
  void post_largeForm_isRefused() {
    HttpResponse<String> response = api.post("/api/v1/query", "query", "x".repeat((10 << 20) + 1));
    assertError(
        response, 413, "bad_data", "error parsing form values: more than 10485760 bytes of form");
  }

  @Test
  void post_longQuery_isRefusedBeforeItIsParsed() {
    String tooLong = "x".repeat((1 << 20) + 1);
    String reason = ": 1048577 characters (expected: at most 1048576)";
    assertError(
        api.post("/api/v1/query", "query", tooLong),
        400,
        "bad_data",
        "invalid parameter \"query\"" + reason);
    assertError(
        api.post("/api/v1/labels", "match[]", tooLong),
        400,
        "bad_data",
        "invalid parameter \"match[]\"" + reason);
  }

  @Test
  void post_thatExpectsToContinue_isToldTo() {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    HttpRequest request =
        api.request("/api/v1/query", "Content-Type", "application/x-www-form-urlencoded")
            .expectContinue(true)
            .POST(HttpRequest.BodyPublishers.ofString("query=up"))
            .build();
    assertThat(api.send(request).statusCode()).isEqualTo(200);
    assertThat(api.engine.last.get().query()).isEqualTo("up");
  }

  @Test
  void answer_thatCannotBeWritten_breaksTheConnection() {
    // More series than values: half an answer must not look like a whole one.
    api.engine.answerWith(
        new QueryValue.Vector(List.of(Labels.EMPTY, Labels.EMPTY), new double[] {1}, 0));
    assertThatThrownBy(() ->
            api.client()
                .send(
                    api.request("/api/v1/query?query=x").build(),
                    HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void get_longQuery_isTaken() {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    String query = "x".repeat(200_000);
    data(api.get("/api/v1/query?query=" + query));
    assertThat(api.engine.last.get().query()).hasSize(200_000);
  }

  @Test
  void prometheusPrefix_servesTheSame() {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    assertThat(data(api.post("/prometheus/api/v1/query", "query", "1+1")))
        .isEqualTo("{\"resultType\":\"scalar\",\"result\":[1,\"1\"]}");
  }

  // Errors.

  private static Stream<Arguments> badParameters() {
    String range = "/api/v1/query_range?query=up&";
    String query = "/api/v1/query?query=up&";
    return Stream.of(
        Arguments.of(
            range + "start=foo&end=1&step=1",
            "invalid parameter \"start\": cannot parse \"foo\" to a valid timestamp"),
        Arguments.of(
            range + "end=1&step=1",
            "invalid parameter \"start\": cannot parse \"\" to a valid timestamp"),
        Arguments.of(
            range + "start=0&end=2015-02-30T00:00:00Z&step=1",
            "invalid parameter \"end\": cannot parse \"2015-02-30T00:00:00Z\" to a valid timestamp"),
        Arguments.of(
            range + "start=NaN&end=1&step=1",
            "invalid parameter \"start\": cannot parse \"NaN\" to a valid timestamp"),
        Arguments.of(
            range + "start=1e300&end=1&step=1",
            "invalid parameter \"start\": cannot parse \"1e300\" to a valid timestamp"),
        Arguments.of(
            range + "start=2&end=1&step=1",
            "invalid parameter \"end\": end timestamp must not be before start time"),
        Arguments.of(
            range + "start=0&end=1",
            "invalid parameter \"step\": cannot parse \"\" to a valid duration"),
        Arguments.of(
            range + "start=0&end=1&step=1m1h",
            "invalid parameter \"step\": cannot parse \"1m1h\" to a valid duration"),
        Arguments.of(
            range + "start=0&end=1&step=1e300",
            "invalid parameter \"step\": cannot parse \"1e300\" to a valid duration. It overflows int64"),
        Arguments.of(
            range + "start=0&end=1&step=300y",
            "invalid parameter \"step\": cannot parse \"300y\" to a valid duration"),
        Arguments.of(
            range + "start=0&end=1&step=0",
            "invalid parameter \"step\": zero or negative query resolution step widths are not"
                + " accepted. Try a positive integer"),
        Arguments.of(
            range + "start=0&end=1&step=-1",
            "invalid parameter \"step\": zero or negative query resolution step widths are not"
                + " accepted. Try a positive integer"),
        Arguments.of(
            range + "start=0&end=1&step=0.0001",
            "invalid parameter \"step\": zero or negative query resolution step widths are not"
                + " accepted. Try a positive integer"),
        Arguments.of(
            range + "start=0&end=11001&step=1",
            "exceeded maximum resolution of 11,000 points per timeseries."
                + " Try decreasing the query resolution (?step=XX)"),
        Arguments.of(
            range
                + "start=-292273086-05-16T16:47:06Z&end=292277025-08-18T07:12:54.999999999Z&step=1d",
            "exceeded maximum resolution of 11,000 points per timeseries."
                + " Try decreasing the query resolution (?step=XX)"),
        Arguments.of(
            query + "time=foo",
            "invalid parameter \"time\": invalid time value for 'time':"
                + " cannot parse \"foo\" to a valid timestamp"),
        Arguments.of(
            query + "time=2015-07-01T20:10",
            "invalid parameter \"time\": invalid time value for 'time':"
                + " cannot parse \"2015-07-01T20:10\" to a valid timestamp"),
        Arguments.of(
            query + "time=a%22b%0A",
            "invalid parameter \"time\": invalid time value for 'time':"
                + " cannot parse \"a\\\"b\\n\" to a valid timestamp"),
        Arguments.of(
            query + "timeout=x",
            "invalid parameter \"timeout\": cannot parse \"x\" to a valid duration"),
        Arguments.of(
            query + "lookback_delta=x",
            "error parsing lookback delta duration: cannot parse \"x\" to a valid duration"),
        Arguments.of(
            query + "limit=x",
            "invalid parameter \"limit\": strconv.Atoi: parsing \"x\": invalid syntax"),
        Arguments.of(
            query + "limit=99999999999999999999",
            "invalid parameter \"limit\": strconv.Atoi: parsing \"99999999999999999999\":"
                + " value out of range"),
        Arguments.of(query + "limit=-1", "invalid parameter \"limit\": limit must be non-negative"),
        Arguments.of("/api/v1/series", "no match[] parameter provided"),
        Arguments.of(
            "/api/v1/series?match[]={}",
            "invalid parameter \"match[]\": match[] must contain at least one non-empty matcher"),
        Arguments.of(
            "/api/v1/series?match[]=a{",
            "invalid parameter \"match[]\": 1:3: parse error: unexpected end of input"),
        Arguments.of(
            "/api/v1/series?match[]=up&start=x",
            "invalid parameter \"start\": invalid time value for 'start':"
                + " cannot parse \"x\" to a valid timestamp"),
        Arguments.of("/api/v1/labels?match[]=a{", "1:3: parse error: unexpected end of input"),
        Arguments.of(
            "/api/v1/labels?match[]={job=~\".*\"}",
            "match[] must contain at least one non-empty matcher"),
        Arguments.of(
            "/api/v1/labels?end=x",
            "invalid parameter \"end\": invalid time value for 'end':"
                + " cannot parse \"x\" to a valid timestamp"),
        Arguments.of("/api/v1/label/a%FFb/values", "invalid label name: \"a\ufffdb\""),
        Arguments.of("/api/v1/metadata?limit=x", "limit must be a number"),
        Arguments.of("/api/v1/metadata?limit_per_metric=x", "limit_per_metric must be a number"),
        Arguments.of(
            "/api/v1/rules?type=X", "invalid parameter \"type\": not supported value \"x\""),
        Arguments.of(
            "/api/v1/query_exemplars?query=up&start=2&end=1",
            "end timestamp must not be before start timestamp"),
        Arguments.of("/api/v1/query_exemplars", "1:1: parse error: no expression found in input"),
        Arguments.of(
            "/api/v1/format_query",
            "invalid parameter \"query\": 1:1: parse error: no expression found in input"),
        Arguments.of(
            "/api/v1/parse_query",
            "invalid parameter \"query\": 1:1: parse error: no expression found in input"));
  }

  @ParameterizedTest
  @MethodSource("badParameters")
  void badParameter_isNamed(String path, String message) {
    assertError(api.get(path), 400, "bad_data", message);
  }

  @ParameterizedTest
  @CsvSource({
    "BAD_DATA, 400, bad_data, 'invalid parameter \"query\": the reason'",
    "EXECUTION, 422, execution, the reason",
    "TIMEOUT, 503, timeout, the reason",
    "CANCELED, 499, canceled, the reason",
    "UNAVAILABLE, 503, unavailable, the reason",
  })
  void engineRefusal_isAnsweredByItsType(
      QueryException.Type type, int status, String errorType, String message) {
    api.engine.answerBy(_ -> {
      throw new QueryException(type, "the reason");
    });
    assertError(api.get("/api/v1/query?query=x"), status, errorType, message);
    assertError(
        api.post("/api/v1/query_range", "query", "x", "start", "0", "end", "1", "step", "1"),
        status,
        errorType,
        message);
  }

  @ParameterizedTest
  @CsvSource({
    "MALFORMED, 400, bad_data",
    "LIMIT, 422, execution",
    "UNAVAILABLE, 503, unavailable",
    "CORRUPT, 500, internal",
  })
  void storageFailure_isAnsweredByItsKind(Kind kind, int status, String errorType) {
    api.engine.answerBy(_ -> {
      throw new GatewayException(kind, "the reason");
    });
    assertError(api.get("/api/v1/query?query=x"), status, errorType, "the reason");
  }

  @Test
  void unexpectedFailure_isAnInternalError() {
    api.engine.answerBy(_ -> {
      throw new IllegalStateException("broken");
    });
    assertError(
        api.get("/api/v1/query?query=x"),
        500,
        "internal",
        "unexpected error: java.lang.IllegalStateException: broken");
  }

  @Test
  void timeoutOfNothing_isATimeout() {
    assertError(
        api.get("/api/v1/query?query=x&timeout=-1"),
        503,
        "timeout",
        "query timed out in query execution");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/nope", "/api/v1", "/nope", "/api/v1/label/values"})
  void unknownPath_isPlainNotFound(String path) {
    HttpResponse<String> response = api.get(path);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).isEqualTo("404 page not found\n");
    assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /api/v1/query, 'GET, HEAD, OPTIONS, POST'",
    "POST, /api/v1/metadata, 'GET, HEAD, OPTIONS'",
    "PUT, /prometheus/api/v1/series, 'GET, HEAD, OPTIONS, POST'",
    "POST, /api/v1/label/job/values, 'GET, HEAD, OPTIONS'",
    "POST, /-/healthy, 'GET, HEAD, OPTIONS'",
  })
  void wrongMethod_isNotAllowed(String method, String path, String allowed) {
    HttpResponse<String> response =
        api.send(api.request(path).method(method, HttpRequest.BodyPublishers.noBody()).build());
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.body()).isEqualTo("Method Not Allowed\n");
    assertThat(response.headers().firstValue("Allow")).contains(allowed);
  }

  @Test
  void options_isNoContent() {
    HttpResponse<String> response =
        api.send(
            api.request("/api/v1/query")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build());
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void head_hasTheLengthAndNoBody() {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    int length = api.get("/api/v1/query?query=1").body().length();
    HttpResponse<String> response =
        api.send(
            api.request("/api/v1/query?query=1")
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(length);
  }

  // Series and labels.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/v1/labels | [\"__name__\",\"http.status\",\"job\"]",
        "/api/v1/labels?start=0&end=9 | [\"__name__\",\"http.status\",\"job\"]",
        "/api/v1/labels?match[]=up | [\"__name__\",\"job\"]",
        "/api/v1/labels?match[]=up&match[]=cpu | [\"__name__\",\"http.status\",\"job\"]",
        "/api/v1/labels?match[]=nothing | []",
        "/api/v1/label/job/values | [\"a\",\"b\"]",
        "/api/v1/label/__name__/values?match[]={job=\"a\"}&limit=0 | [\"cpu\",\"up\"]",
        "/api/v1/label/http.status/values | [\"200 \\\"ok\\\"\\n\"]",
        "/api/v1/label/U__http_2E_status/values | [\"200 \\\"ok\\\"\\n\"]",
        "/api/v1/label/nothing/values | []",
        "/api/v1/series?match[]=up | [{\"__name__\":\"up\",\"job\":\"a\"},{\"__name__\":\"up\",\"job\":\"b\"}]",
        "/api/v1/series?match[]=up&match[]={job=\"b\"}&start=1&end=2 | [{\"__name__\":\"up\",\"job\":\"a\"},{\"__name__\":\"up\",\"job\":\"b\"}]",
        "/api/v1/series?match[]=nothing | []",
        "/api/v1/metadata | {\"cpu\":[{\"type\":\"counter\",\"help\":\"Seconds of \\\"CPU\\\".\",\"unit\":\"seconds\"}],\"up\":[{\"type\":\"gauge\",\"help\":\"\",\"unit\":\"\"}]}",
        "/api/v1/metadata?metric=up&limit_per_metric=1 | {\"up\":[{\"type\":\"gauge\",\"help\":\"\",\"unit\":\"\"}]}",
        "/api/v1/metadata?limit=1 | {\"cpu\":[{\"type\":\"counter\",\"help\":\"Seconds of \\\"CPU\\\".\",\"unit\":\"seconds\"}]}",
        "/api/v1/metadata?limit=0 | {}",
        "/api/v1/rules | {\"groups\":[]}",
        "/api/v1/rules?type=alert | {\"groups\":[]}",
        "/api/v1/alerts | {\"alerts\":[]}",
        "/api/v1/query_exemplars?query=rate(up[1m])/2&start=1&end=2 | [{\"seriesLabels\":{\"__name__\":\"up\",\"job\":\"a\"},\"exemplars\":[{\"labels\":{\"trace_id\":\"t1500\"},\"value\":\"187.5\",\"timestamp\":1.500},{\"labels\":{\"trace_id\":\"t2000\"},\"value\":\"250\",\"timestamp\":2}]}]",
        "/api/v1/query_exemplars?query=cpu&start=1&end=2 | []",
        "/api/v1/query_exemplars?query=1 | []",
        "/api/v1/format_query?query=sum(up)by(job)/2 | \"sum by (job) (up) / 2\"",
        "/api/v1/parse_query?query=-1 | {\"type\":\"numberLiteral\",\"val\":\"-1\"}",
      })
  void endpoint_answers(String path, String expected) {
    assertThat(data(api.get(path))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/v1/labels?limit=1 | [\"__name__\"]",
        "/api/v1/label/job/values?limit=1 | [\"a\"]",
        "/api/v1/series?match[]=up&limit=1 | [{\"__name__\":\"up\",\"job\":\"a\"}]",
      })
  void endpoint_overTheLimit_truncatesAndWarns(String path, String expected) {
    assertThat(data(api.get(path)))
        .isEqualTo(expected + ",\"warnings\":[\"results truncated due to limit\"]");
  }

  @Test
  void endpoint_atTheLimit_doesNotWarn() {
    assertThat(data(api.get("/api/v1/label/job/values?limit=2"))).isEqualTo("[\"a\",\"b\"]");
  }

  @Test
  void labelsAndSeries_takeForms() {
    assertThat(data(api.post("/api/v1/labels", "match[]", "up", "start", "1", "end", "2")))
        .isEqualTo("[\"__name__\",\"job\"]");
    assertThat(data(api.post("/api/v1/series", "match[]", "cpu", "match[]", "nothing")))
        .isEqualTo("[{\"__name__\":\"cpu\",\"http.status\":\"200 \\\"ok\\\"\\n\",\"job\":\"a\"}]");
  }

  @Test
  void buildInfo_tellsTheApiVersionAndTheProgram() {
    assertThat(data(api.get("/api/v1/status/buildinfo")))
        .isEqualTo(
            "{\"application\":\"Orzo\",\"applicationVersion\":\"0.1.0\",\"version\":\"3.5.0\","
                + "\"revision\":\"abc\",\"branch\":\"\",\"buildUser\":\"\","
                + "\"buildDate\":\"2026-01-01\",\"goVersion\":\"\"}");
  }

  @Test
  void runtimeInfo_hasPrometheusMembers() {
    assertThat(data(api.get("/api/v1/status/runtimeinfo")))
        .startsWith("{\"startTime\":\"2026-03-01T12:00:00.250Z\",\"CWD\":\"")
        .contains(
            "\"serverTime\":\"2026-03-01T12:00:00.250Z\"",
            "\"reloadConfigSuccess\":true",
            "\"GOMAXPROCS\":",
            "\"storageRetention\":\"\"}");
  }

  // Times of look-ups.

  @Test
  void lookUps_withSelectorsAndATime_leaveOutWhatHasNoData() {
    String old = "match[]=up&start=0&end=99";
    assertThat(data(api.get("/api/v1/series?" + old)))
        .isEqualTo("[{\"__name__\":\"up\",\"job\":\"a\"}]");
    assertThat(data(api.get("/api/v1/label/job/values?" + old))).isEqualTo("[\"a\"]");
    assertThat(data(api.get("/api/v1/labels?" + old))).isEqualTo("[\"__name__\",\"job\"]");
    assertThat(data(api.get("/api/v1/label/job/values?match[]=up&end=1e9")))
        .isEqualTo("[\"a\",\"b\"]");
    assertThat(data(api.get("/api/v1/label/job/values?start=0&end=99"))).isEqualTo("[\"a\",\"b\"]");
    assertThat(api.get("/api/v1/series?match[]=up&start=1e9&limit=1").body())
        .isEqualTo(
            "{\"status\":\"success\",\"data\":[{\"__name__\":\"up\",\"job\":\"a\"}],"
                + "\"warnings\":[\"results truncated due to limit\"]}");
  }

  // Tenants.

  @Test
  void tenant_isTakenFromTheHeader() {
    api.engine.answerBy(_ -> Fakes.scalar(1));
    data(api.get("/api/v1/query?query=x", "X-Scope-OrgID", "team-a"));
    assertThat(api.engine.last.get().tenant()).isEqualTo(new Tenant("team-a"));
    data(api.get("/api/v1/query?query=x"));
    assertThat(api.engine.last.get().tenant()).isEqualTo(Tenant.DEFAULT);
    assertThat(data(api.get("/api/v1/label/__name__/values", "X-Scope-OrgID", "other")))
        .isEqualTo("[\"secret\"]");
    assertThat(data(api.get("/api/v1/metadata", "X-Scope-OrgID", "other"))).isEqualTo("{}");
  }

  @Test
  void tenant_thatIsNotAllowed_isRefused() {
    assertError(
        api.get("/api/v1/query?query=x", "X-Scope-OrgID", "a/b"),
        400,
        "bad_data",
        "header X-Scope-OrgID: tenant 'a/b' (expected: 1 to 150 of a-z A-Z 0-9 ! - _ . * ' ( ),"
            + " not '.' or '..')");
    assertError(
        api.get("/api/v1/labels", "X-Scope-OrgID", "a", "X-Scope-OrgID", "b"),
        400,
        "bad_data",
        "header X-Scope-OrgID: given 2 times (expected: once)");
  }
}
