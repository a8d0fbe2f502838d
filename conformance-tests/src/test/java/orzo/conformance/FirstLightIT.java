package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static orzo.conformance.prometheus.WriteRequestBody.encodeLabels;
import static orzo.conformance.prometheus.WriteRequestBody.labels;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.conformance.prometheus.Json;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.QueryAnswer.Point;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.GatewayServer;

/** Remote write in, PromQL out, on one gateway; each test is a tenant of its own. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class FirstLightIT {
  private static final long T0 = 1_700_000_000_000L;
  private static final Duration HOUR = Duration.ofHours(1);

  private static GatewayServer gateway;

  private TenantClient client;

  @BeforeAll
  static void start() {
    gateway = Workspace.gateway("FirstLightIT", Map.of("http.admin-api", "true"));
    gateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void connect(TestInfo info) {
    client = TenantClient.of(gateway, tenant(info));
  }

  private static String tenant(TestInfo info) {
    String name = info.getDisplayName() + info.getTestMethod().orElseThrow().getName();
    return "first-light-" + Integer.toHexString(name.hashCode());
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @ParameterizedTest
  @CsvSource({
    "http, /api/v1/write",
    "http, /v1/prometheus/write",
    "write, /api/v1/write",
    "write, /api/v1/receive"
  })
  void write_onAnyListenerAndPath_isVisibleToTheNextQuery(
      String listener, String path, TestInfo info) throws Exception {
    URI base = listener.equals("http") ? gateway.url() : gateway.writeUrl();
    try (RemoteWriteClient writer = new RemoteWriteClient(base.resolve(path), tenant(info))) {
      byte[] encoded = encodeLabels("__name__", "up", "instance", "a:1");
      for (int i = 0; i < 50; i++) {
        byte[] body = new WriteRequestBody().add(encoded, T0 + i * 1000L, i).compressed();
        RemoteWriteClient.Reply reply = writer.send(body);
        assertThat(reply.status())
            .as(reply.text())
            .isEqualTo(path.equals("/v1/prometheus/write") ? 202 : 204);
        List<QueryAnswer.Series> found = client.reader().query("up", T0 + i * 1000L).series();
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().labels())
            .isEqualTo(labels("__name__", "up", "instance", "a:1"));
        assertThat(found.getFirst().value()).isEqualTo(i);
      }
    }
  }

  @Test
  void deleteSeries_deletesWhatIsSelected_andWhatIsWrittenLaterIsNew() {
    byte[] left = encodeLabels("__name__", "speed", "wheel", "left");
    byte[] right = encodeLabels("__name__", "speed", "wheel", "right");
    client.write(new WriteRequestBody().add(left, T0, 1).add(right, T0, 2));
    PrometheusClient reader = client.reader();
    assertThat(reader.get("/api/v1/status/tsdb").data().get("headStats").get("numSeries").number())
        .isEqualTo(2);

    String delete = "/api/v1/admin/tsdb/delete_series";
    String selector = "{wheel=\"left\"}";
    assertThat(reader.postForm(delete, "match[]", selector, "start", "1700000000").status())
        .isEqualTo(422);
    assertThat(reader.query("speed", T0).series()).hasSize(2);
    assertThat(reader.postForm(delete, "match[]", selector).status()).isEqualTo(204);
    assertThat(reader.query("speed", T0).series())
        .extracting(QueryAnswer.Series::labels)
        .containsExactly(labels("__name__", "speed", "wheel", "right"));
    assertThat(reader.get("/api/v1/label/wheel/values").data().texts()).containsExactly("right");

    client.write(new WriteRequestBody().add(left, T0 + 1000, 3));
    assertThat(reader.query("speed[1m]", T0 + 1000).series())
        .extracting(series -> series.points().getFirst().value())
        .containsExactlyInAnyOrder(2.0, 3.0);
  }

  @Test
  void lookUps_ofATimeWithoutData_findNothing() {
    client.write(
        new WriteRequestBody().add(encodeLabels("__name__", "speed", "wheel", "left"), T0, 1));
    String selected = "/api/v1/label/wheel/values?match[]=speed&start=".replace("[]", "%5B%5D");
    long seconds = T0 / 1000;
    PrometheusClient reader = client.reader();
    String time = (seconds - 60) + "&end=" + (seconds + 60);
    assertThat(reader.get(selected + time).data().texts()).containsExactly("left");
    long now = Instant.now().toEpochMilli() / 1000;
    String today = (now - 60) + "&end=" + now;
    assertThat(reader.get(selected + today).data().texts()).isEmpty();
  }

  @Test
  void query_instantAndRange_followLookback() {
    byte[] encoded = encodeLabels("__name__", "speed", "wheel", "left");
    client.write(
        new WriteRequestBody()
            .add(encoded, new long[] {T0, T0 + 15_000, T0 + 30_000}, new double[] {1.5, 2.5, -3}));
    assertThat(client.reader().query("speed", T0 - 1).series()).isEmpty();
    assertThat(client.reader().query("speed", T0 + 29_999).series().getFirst().value())
        .isEqualTo(2.5);
    assertThat(client.reader().query("speed", T0 + 30_000 + 299_000).series()).hasSize(1);
    assertThat(client.reader().query("speed", T0 + 30_000 + 301_000).series()).isEmpty();
    QueryAnswer range =
        client.reader().queryRange("speed * 2", T0, T0 + 40_000, Duration.ofSeconds(10));
    assertThat(range.type()).isEqualTo("matrix");
    assertThat(range.series().getFirst().labels()).isEqualTo(Map.of("wheel", "left"));
    assertThat(range.series().getFirst().points())
        .containsExactly(
            new Point(T0, 3),
            new Point(T0 + 10_000, 3),
            new Point(T0 + 20_000, 5),
            new Point(T0 + 30_000, -6),
            new Point(T0 + 40_000, -6));
  }

  @Test
  void query_rateOfACounter_extrapolatesToTheWindow() {
    byte[] encoded = encodeLabels("__name__", "requests_total", "code", "200");
    long[] times = new long[41];
    double[] values = new double[41];
    Arrays.setAll(times, i -> T0 + i * 15_000L);
    Arrays.setAll(values, i -> 30.0 * i);
    client.write(new WriteRequestBody().add(encoded, times, values));
    long now = T0 + 600_000 + 1;
    assertThat(client.reader().query("rate(requests_total[5m])", now).series().getFirst().value())
        .isCloseTo(2.0, withinPercentage(1e-9));
    QueryAnswer.Series sum =
        client
            .reader()
            .query("sum by (code) (increase(requests_total[2m]))", now)
            .series()
            .getFirst();
    assertThat(sum.labels()).isEqualTo(Map.of("code", "200"));
    assertThat(sum.value()).isCloseTo(240.0, withinPercentage(1e-9));
  }

  @Test
  void metadataQueries_describeWhatWasWritten() {
    client.write(labels("__name__", "disk_free", "disk", "a", "host", "x"), T0, 1);
    client.write(labels("__name__", "disk_free", "disk", "b", "host", "y"), T0, 2);
    client.write(labels("__name__", "load1", "host", "x"), T0, 3);
    PrometheusClient reader = client.reader();
    assertThat(reader.get("/api/v1/labels").data().texts())
        .containsExactly("__name__", "disk", "host");
    assertThat(reader.get("/api/v1/label/__name__/values").data().texts())
        .containsExactly("disk_free", "load1");
    String matchX = PrometheusClient.path("/api/v1/label/disk/values", "match[]", "{host=\"x\"}");
    assertThat(reader.get(matchX).data().texts()).containsExactly("a");
    String series =
        PrometheusClient.path("/api/v1/series", "match[]", "disk_free{disk=~\"a|b\",host!=\"x\"}");
    assertThat(reader.get(series).data().list())
        .singleElement()
        .extracting(Json::textMembers)
        .isEqualTo(labels("__name__", "disk_free", "disk", "b", "host", "y"));
  }

  @Test
  void metadata_ofFamilies_isKept() {
    client.write(
        new WriteRequestBody()
            .addMetadata(1, "jobs_total", "Jobs done.", "")
            .addMetadata(2, "queue_bytes", "Bytes that wait.", "bytes")
            .add(encodeLabels("__name__", "jobs_total"), T0, 1));
    Json data = client.reader().get("/api/v1/metadata").data();
    assertThat(data.get("jobs_total").list())
        .singleElement()
        .extracting(Json::textMembers)
        .isEqualTo(Map.of("type", "counter", "help", "Jobs done.", "unit", ""));
    assertThat(data.get("queue_bytes").list().getFirst().textMembers())
        .isEqualTo(Map.of("type", "gauge", "help", "Bytes that wait.", "unit", "bytes"));
  }

  @Test
  void tenants_seeNothingOfEachOther_inAnyApi() {
    try (TenantClient other = TenantClient.of(gateway, "first-light-other-tenant")) {
      Map<String, String> mine = labels("__name__", "secret", "owner", "mine");
      client.write(mine, T0, 42);
      client.write(new WriteRequestBody().addMetadata(2, "secret", "Mine.", ""));
      other.write(labels("__name__", "secret", "owner", "theirs"), T0, 43);
      String match = PrometheusClient.path("/api/v1/series", "match[]", "{__name__=~\".+\"}");
      for (String time : List.of("", "&start=0&end=4000000000")) {
        assertThat(client.reader().get(match + time).data().list())
            .singleElement()
            .extracting(Json::textMembers)
            .isEqualTo(mine);
      }
      assertThat(client.reader().query("secret", T0).series()).hasSize(1);
      assertThat(other.reader().query("secret", T0).series().getFirst().value()).isEqualTo(43);
      assertThat(other.reader().query("secret{owner=\"mine\"}", T0).series()).isEmpty();
      Duration step = Duration.ofSeconds(10);
      assertThat(other.reader().queryRange("{owner=~\".+\"}", T0, T0 + 1000, step).series())
          .singleElement()
          .extracting(QueryAnswer.Series::value)
          .isEqualTo(43.0);
      assertThat(other.reader().get("/api/v1/label/owner/values").data().texts())
          .containsExactly("theirs");
      assertThat(other.reader().get("/api/v1/metadata").data().find("secret")).isEmpty();
    }
    try (TenantClient nobody = TenantClient.of(gateway, "first-light-never-written")) {
      assertThat(nobody.reader().get("/api/v1/labels").data().list()).isEmpty();
      assertThat(nobody.reader().query("secret", T0).series()).isEmpty();
    }
  }

  @Test
  void tenant_withoutHeader_isDefault() {
    try (TenantClient unnamed = TenantClient.of(gateway, "");
        TenantClient named = TenantClient.of(gateway, "default")) {
      unnamed.write(labels("__name__", "whose"), T0, 7);
      assertThat(named.reader().query("whose", T0).series()).hasSize(1);
      assertThat(client.reader().query("whose", T0).series()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no snappy", "cut short", "no protobuf", "empty name", "label twice"})
  void write_ofAMalformedBody_isRefusedAndCounted(String kind) {
    byte[] good =
        new WriteRequestBody().add(encodeLabels("__name__", "fine", "a", "b"), T0, 1).compressed();
    byte[] twice = encodeLabels("__name__", "bad", "a", "1");
    byte[] body =
        switch (kind) {
          case "no snappy" -> "hello".getBytes(StandardCharsets.UTF_8);
          case "cut short" -> Arrays.copyOf(good, good.length - 3);
          case "no protobuf" -> new byte[] {4, 12, -1, -1, -1, -1};
          case "empty name" ->
              new WriteRequestBody()
                  .add(encodeLabels("__name__", "bad", "", "x"), T0, 1)
                  .compressed();
          case "label twice" ->
              new WriteRequestBody()
                  .add(concatenate(twice, encodeLabels("a", "2")), T0, 1)
                  .compressed();
          default -> throw new IllegalArgumentException(kind);
        };
    double before = rejected();
    RemoteWriteClient.Reply reply = client.send(body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.text()).isNotBlank();
    assertThat(rejected()).isGreaterThan(before);
    assertThat(client.reader().get("/api/v1/labels").data().list()).isEmpty();
  }

  private static byte[] concatenate(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** The sum of all counters of rejected samples and requests in the gateway's own metrics. */
  private double rejected() {
    String text = client.reader().get("/metrics").text();
    List<String> counters =
        text.lines()
            .filter(line -> line.matches("orzo_\\w*rejected\\w*_total(\\{.*)? .*"))
            .toList();
    assertThat(counters).as("counters of what was rejected, in\n%s", text).isNotEmpty();
    return counters.stream()
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void write_withOneBadSeries_keepsTheGoodOnesAndNamesTheBadOne() {
    RemoteWriteClient.Reply reply =
        client.send(
            new WriteRequestBody()
                .add(encodeLabels("__name__", "good_one"), T0, 1)
                .add(encodeLabels("__name__", "bad_one", "", "x"), T0, 2)
                .add(encodeLabels("__name__", "good_two"), T0, 3)
                .compressed());
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text()).contains("bad_one");
    assertThat(client.reader().get("/api/v1/label/__name__/values").data().texts())
        .containsExactly("good_one", "good_two");
    assertThat(client.reader().query("good_two", T0).series().getFirst().value()).isEqualTo(3);
  }

  @Test
  void write_of1970_isTaken() {
    client.write(labels("__name__", "moon", "n", "1"), 1_000, 1);
    client.write(labels("__name__", "moon", "n", "2"), 86_400_000, 2);
    assertThat(client.reader().query("sum(moon)", 2_000).series().getFirst().value()).isEqualTo(1);
    assertThat(client.reader().query("sum(moon)", 86_400_000).series().getFirst().value())
        .isEqualTo(2);
  }

  @Test
  void write_ofTheSameBodyTwice_changesNothing() {
    byte[] encoded = encodeLabels("__name__", "twice", "a", "b");
    WriteRequestBody body = new WriteRequestBody();
    for (int i = 0; i < 100; i++) {
      body.add(encoded, T0 + i * 1000L, i);
    }
    client.write(body);
    List<Point> once = client.raw("twice", HOUR, T0 + 200_000);
    client.write(body);
    assertThat(once).hasSize(100);
    assertThat(client.raw("twice", HOUR, T0 + 200_000)).isEqualTo(once);
  }

  @Test
  void write_atAnEqualTimestamp_lastWins() {
    client.write(labels("__name__", "corrected"), T0, 1);
    client.write(labels("__name__", "corrected"), T0, 2);
    assertThat(client.raw("corrected", HOUR, T0)).containsExactly(new Point(T0, 2));
  }

  @Test
  void write_outOfOrder_isSortedForQueries() {
    byte[] encoded = encodeLabels("__name__", "shuffled");
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(5));
    List<Point> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      expected.add(new Point(T0 + i * 60_000L, i));
      if (i % 20 == 19) {
        WriteRequestBody body = new WriteRequestBody();
        for (int k : order.subList(i - 19, i + 1)) {
          body.add(encoded, T0 + k * 60_000L, k);
        }
        client.write(body);
      }
    }
    assertThat(client.raw("shuffled", Duration.ofHours(6), T0 + 300 * 60_000L)).isEqualTo(expected);
  }

  @Test
  void stalenessMarker_endsTheSeriesUntilItsNextSample() {
    byte[] encoded = encodeLabels("__name__", "came_and_went");
    double stale = Double.longBitsToDouble(WriteRequestBody.STALE_NAN_BITS);
    long[] times = {T0, T0 + 10_000, T0 + 20_000, T0 + 40_000};
    client.write(new WriteRequestBody().add(encoded, times, new double[] {1, 2, stale, 4}));
    assertThat(client.reader().query("came_and_went", T0 + 19_999).series()).hasSize(1);
    assertThat(client.reader().query("came_and_went", T0 + 20_000).series()).isEmpty();
    assertThat(client.reader().query("came_and_went", T0 + 39_999).series()).isEmpty();
    assertThat(client.reader().query("came_and_went", T0 + 40_000).series()).hasSize(1);
    String count = "count_over_time(came_and_went[1h])";
    assertThat(client.reader().query(count, T0 + 60_000).series().getFirst().value()).isEqualTo(3);
  }

  @Test
  void values_atTheEdgesOfDouble_comeBackExactly() {
    double[] values = {
      0.0,
      -0.0,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.MIN_VALUE,
      -Double.MAX_VALUE,
      0.1 + 0.2,
      9_007_199_254_740_991.0,
      1e21,
      1_234_567.891_011
    };
    long[] times = new long[values.length];
    Arrays.setAll(times, i -> T0 + i);
    client.write(new WriteRequestBody().add(encodeLabels("__name__", "edges"), times, values));
    List<Point> points = client.raw("edges", HOUR, T0 + values.length);
    assertThat(points.stream().map(point -> Double.doubleToLongBits(point.value())))
        .containsExactlyElementsOf(
            Arrays.stream(values).mapToObj(Double::doubleToLongBits).toList());
  }

  @Test
  void labels_inAnyLanguage_comeBackExactly() {
    Map<String, String> labels =
        labels("__name__", "grüße.total", "straße", "Ørsted \"5\" \\ 日本 🍝", "plain", "a\nb");
    client.write(labels, T0, 1);
    List<QueryAnswer.Series> found = client.reader().query("{\"grüße.total\"}", T0).series();
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().labels()).isEqualTo(labels);
    assertThat(client.reader().query("{\"straße\"=~\"Ør.*🍝\"}", T0).series()).hasSize(1);
  }

  @Test
  void write_ofManySeriesAtOnce_isCountedInFull() {
    WriteRequestBody body = new WriteRequestBody();
    for (int i = 0; i < 5_000; i++) {
      body.add(encodeLabels("__name__", "many", "i", Integer.toString(i)), T0, i);
    }
    client.write(body);
    assertThat(client.reader().query("count(many)", T0).series().getFirst().value())
        .isEqualTo(5_000);
    assertThat(client.reader().query("sum(many)", T0).series().getFirst().value())
        .isEqualTo(4_999 * 2_500.0);
  }

  @Test
  void query_withErrors_saysWhichAndWhere() {
    PrometheusClient.Reply parse =
        client.reader().postForm("/api/v1/query", "query", "sum(rate(x[5m])", "time", "0");
    assertThat(parse.status()).isEqualTo(400);
    assertThat(Json.parse(parse.text()).get("status").text()).isEqualTo("error");
    assertThat(Json.parse(parse.text()).get("errorType").text()).isEqualTo("bad_data");
    assertThat(Json.parse(parse.text()).get("error").text()).isNotBlank();
    PrometheusClient.Reply tooFine =
        client
            .reader()
            .postForm(
                "/api/v1/query_range", "query", "x", "start", "0", "end", "11000.5", "step", "1");
    assertThat(tooFine.status()).as(tooFine.text()).isEqualTo(200);
    PrometheusClient.Reply tooMany =
        client
            .reader()
            .postForm(
                "/api/v1/query_range", "query", "x", "start", "0", "end", "11001", "step", "1");
    assertThat(tooMany.status()).as(tooMany.text()).isEqualTo(400);
    assertThat(tooMany.text()).contains("11,000 points");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/status/buildinfo",
        "/api/v1/status/runtimeinfo",
        "/api/v1/rules",
        "/api/v1/alerts",
        "/api/v1/query_exemplars?query=up&start=0&end=1",
        "/prometheus/api/v1/labels"
      })
  void api_thatGrafanaProbes_answersSuccess(String path) {
    assertThat(client.reader().get(path).data()).isNotNull();
  }

  @Test
  void healthAndReadiness_answer200() {
    assertThat(client.reader().get("/-/healthy").status()).isEqualTo(200);
    assertThat(client.reader().get("/-/ready").status()).isEqualTo(200);
  }
}
