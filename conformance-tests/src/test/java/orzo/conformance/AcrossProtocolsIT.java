package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import orzo.conformance.prometheus.Json;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.QueryAnswer.Point;
import orzo.conformance.prometheus.QueryAnswer.Series;
import orzo.conformance.server.GatewayServer;

/**
 * What came by one protocol is asked for by another: metrics of the Gnocchi API by their resources'
 * attributes in PromQL, and series of Prometheus as resources and metrics in the Gnocchi API. Each
 * test is a tenant of its own.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class AcrossProtocolsIT {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String TYPE =
      """
      {"name": "vm", "attributes": {"flavor": {"type": "string"}, "cores": {"type": "number",
       "required": false}, "metric_id": {"type": "string", "required": false}}}
      """;

  private static GatewayServer gateway;

  private String tenant;
  private TenantClient prometheus;

  @BeforeAll
  static void start() {
    gateway = Workspace.gateway("AcrossProtocolsIT", Map.of());
    gateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void connect(TestInfo info) {
    tenant = info.getTestMethod().orElseThrow().getName();
    prometheus = TenantClient.of(gateway, tenant);
  }

  private Json call(int status, String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.url().resolve("/v1" + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .header("X-Scope-OrgID", tenant)
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode())
          .as("%s %s: %s", method, path, answer.body())
          .isEqualTo(status);
      return answer.body().isEmpty() ? new Json.Null() : Json.parse(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Json get(String path) {
    return call(200, "GET", path, "");
  }

  /** Creates a resource with the metric "load", and returns it. */
  private Json machine(String id, String flavor) {
    return call(
        201,
        "POST",
        "/resource/vm",
        """
        {"id": "%s", "flavor": "%s", "cores": 4, "metrics": {"load": {"archive_policy_name": "high"}}}
        """
            .formatted(id, flavor));
  }

  private void push(String resource, Instant time, double value) {
    String body = "[{\"timestamp\": \"" + time + "\", \"value\": " + value + "}]";
    call(202, "POST", "/resource/vm/" + resource + "/metric/load/measures", body);
  }

  private List<Series> query(String expression, Instant time) {
    return prometheus.reader().query(expression, time.toEpochMilli()).series();
  }

  private static Instant instant(Json time) {
    return OffsetDateTime.parse(time.text()).toInstant();
  }

  @Test
  void metricOfTheGnocchiApi_hasItsResourcesAttributesAsLabels() {
    call(201, "POST", "/resource_type", TYPE);
    Json machine = machine("web-1", "small");
    String other = machine("web-2", "large").get("id").text();
    Instant now = instant(machine.get("revision_start")).plusSeconds(1);
    push("web-1", now, 3);
    push("web-2", now, 5);

    List<Series> found = query("load{flavor=\"small\"}", now);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().value()).isEqualTo(3);
    assertThat(found.getFirst().labels())
        .isEqualTo(
            Map.of(
                "__name__", "load",
                "metric_id", machine.get("metrics").get("load").text(),
                "resource_id", machine.get("id").text(),
                "resource_type", "vm",
                "original_resource_id", "web-1",
                "flavor", "small",
                "cores", "4"));
    for (String selector :
        List.of(
            "{flavor=~\"sm.*\"}",
            "{original_resource_id=\"web-1\"}",
            "load{flavor!=\"large\"}",
            "{__name__=~\"lo.d\",cores=\"4\",resource_id!=\"" + other + "\"}",
            "load{flavor=\"small\",nothing=\"\"}")) {
      assertThat(query(selector, now)).as(selector).hasSize(1);
    }
    for (String selector :
        List.of("load{flavor=\"\"}", "load{flavor=\"huge\"}", "{flavor=\"small\",cores=\"8\"}")) {
      assertThat(query(selector, now)).as(selector).isEmpty();
    }
    assertThat(query("sum by (resource_type) (load)", now).getFirst().value()).isEqualTo(8);

    PrometheusClient reader = prometheus.reader();
    assertThat(reader.get("/api/v1/labels").data().texts())
        .containsExactly(
            "__name__",
            "cores",
            "flavor",
            "metric_id",
            "original_resource_id",
            "resource_id",
            "resource_type");
    assertThat(reader.get("/api/v1/label/flavor/values").data().texts())
        .containsExactly("large", "small");
    String start = Long.toString(now.getEpochSecond() - 60);
    String end = Long.toString(now.getEpochSecond() + 60);
    for (String[] time : List.of(new String[0], new String[] {"start", start, "end", end})) {
      String[] match = {"match[]", "load{flavor=\"large\"}"};
      String[] parameters = Stream.of(match, time).flatMap(Stream::of).toArray(String[]::new);
      assertThat(reader.get(PrometheusClient.path("/api/v1/series", parameters)).data().list())
          .extracting(one -> one.get("original_resource_id").text())
          .containsExactly("web-2");
      assertThat(
              reader
                  .get(
                      PrometheusClient.path(
                          "/api/v1/label/original_resource_id/values", parameters))
                  .data()
                  .texts())
          .containsExactly("web-2");
      assertThat(reader.get(PrometheusClient.path("/api/v1/labels", parameters)).data().texts())
          .contains("flavor", "cores");
    }
  }

  @Test
  void attributeThatChanges_endsTheSeriesAndBeginsAnother() {
    call(201, "POST", "/resource_type", TYPE);
    Json machine = machine("web-1", "small");
    Instant created = instant(machine.get("revision_start"));
    push("web-1", created.minusSeconds(10), 1); // before there was a resource
    push("web-1", created.plusMillis(1), 2);
    await().pollDelay(Duration.ofMillis(20)).until(() -> true); // revisions are a time apart
    Json grown = call(200, "PATCH", "/resource/vm/web-1", "{\"flavor\": \"large\"}");
    Instant changed = instant(grown.get("revision_start"));
    push("web-1", changed.plusSeconds(10), 3);
    push("web-1", changed.plusSeconds(20), 4);

    List<Series> all = query("load[1m]", changed.plusSeconds(30));
    assertThat(all).extracting(one -> one.labels().get("flavor")).containsExactly("large", "small");
    assertThat(all.get(0).points()).extracting(Point::value).containsExactly(3.0, 4.0);
    assertThat(all.get(1).points()).extracting(Point::value).containsExactly(1.0, 2.0);

    // Each moment has one of them: the old one until the first sample of the new one.
    assertThat(flavors(changed.minusMillis(1))).containsExactly("small 2.0");
    assertThat(flavors(changed.plusSeconds(5))).containsExactly("small 2.0");
    assertThat(flavors(changed.plusSeconds(10))).containsExactly("large 3.0");
    assertThat(flavors(changed.plusSeconds(25))).containsExactly("large 4.0");
    QueryAnswer range =
        prometheus
            .reader()
            .queryRange(
                "sum(load)",
                changed.toEpochMilli(),
                changed.plusSeconds(20).toEpochMilli(),
                Duration.ofSeconds(1));
    assertThat(range.series().getFirst().points())
        .extracting(Point::value)
        .doesNotContain(5.0) // never both
        .hasSize(21);
    assertThat(query("load{flavor=\"small\"}[1m]", changed.plusSeconds(30)).getFirst().points())
        .hasSize(2);

    // Back again: the series goes on.
    Json back = call(200, "PATCH", "/resource/vm/web-1", "{\"flavor\": \"small\"}");
    Instant again = instant(back.get("revision_start"));
    push("web-1", again.plusSeconds(40), 6);
    assertThat(flavors(again.plusSeconds(41))).containsExactly("small 6.0");
    String series = PrometheusClient.path("/api/v1/series", "match[]", "load");
    assertThat(prometheus.reader().get(series).data().list()).hasSize(2);
  }

  private List<String> flavors(Instant time) {
    return query("load", time).stream()
        .map(one -> one.labels().get("flavor") + " " + one.value())
        .toList();
  }

  @Test
  void metricWithoutAResource_andOneThatIsRenamed_areFoundByName() {
    String body = "{\"name\": \"alone\", \"archive_policy_name\": \"high\"}";
    String id = call(201, "POST", "/metric", body).get("id").text();
    Instant now = Instant.ofEpochSecond(1_700_000_000);
    String measure = "[{\"timestamp\": \"" + now + "\", \"value\": 7}]";
    call(202, "POST", "/metric/" + id + "/measures", measure);
    assertThat(query("alone", now))
        .extracting(Series::labels)
        .containsExactly(Map.of("__name__", "alone", "metric_id", id));

    call(
        201,
        "POST",
        "/resource/generic",
        "{\"id\": \"box\", \"project_id\": \"p\", \"metrics\": {\"renamed\": \"" + id + "\"}}");
    assertThat(query("alone", now)).isEmpty();
    List<Series> renamed = query("renamed{project_id=\"p\"}", now);
    assertThat(renamed).hasSize(1);
    assertThat(renamed.getFirst().labels())
        .containsEntry("original_resource_id", "box")
        .containsEntry("resource_type", "generic");

    call(204, "DELETE", "/metric/" + id, "");
    assertThat(query("renamed", now)).isEmpty();
    assertThat(query("{metric_id=\"" + id + "\"}", now)).isEmpty();
  }

  @Test
  void attributeWithATakenName_hasAnother() {
    call(201, "POST", "/resource_type", TYPE);
    call(
        201,
        "POST",
        "/resource/vm",
        """
        {"id": "odd", "flavor": "x", "metric_id": "mine",
         "metrics": {"load": {"archive_policy_name": "high"}}}
        """);
    Instant now = Instant.ofEpochSecond(1_700_000_000);
    push("odd", now, 1);
    assertThat(query("load{attribute_metric_id=\"mine\"}", now)).hasSize(1);
    assertThat(query("load{metric_id=\"mine\"}", now)).isEmpty();
  }

  @Test
  void seriesOfPrometheus_isAResourceWithMetricsInTheGnocchiApi() {
    long time = 1_700_000_000_000L;
    for (int i = 0; i < 3; i++) {
      prometheus.write(
          Map.of("__name__", "up", "job", "node", "instance", "web:9100"), time + i * 60_000L, i);
      prometheus.write(
          Map.of("__name__", "up", "job", "node", "instance", "db:9100"), time + i * 60_000L, 10);
    }
    // A label that looks like an id of the Gnocchi API is a label like any other.
    String stray = "5a301761-aaaa-46e2-8900-8b4f6fe6675a";
    prometheus.write(Map.of("__name__", "stray", "metric_id", stray), time, 1);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get("/resource/prometheus").list()).hasSize(2));
    Json web =
        call(200, "POST", "/search/resource/prometheus", "{\"=\": {\"instance\": \"web:9100\"}}")
            .list()
            .getFirst();
    assertThat(web.get("job").text()).isEqualTo("node");
    String metric = web.get("metrics").get("up").text();
    assertThat(get("/metric/" + metric).get("name").text()).isEqualTo("up");
    Json measures = get("/metric/" + metric + "/measures?granularity=300&aggregation=max");
    assertThat(measures.list().getLast().list().get(2).number()).isEqualTo(2);
    Json aggregates =
        call(
            200,
            "POST",
            "/aggregates?granularity=300",
            """
            {"operations": "(aggregate max (metric up max))", "resource_type": "prometheus",
             "search": "job = 'node'"}
            """);
    assertThat(
            aggregates.get("measures").get("aggregated").list().getFirst().list().get(2).number())
        .isEqualTo(10);

    assertThat(query("up", Instant.ofEpochMilli(time + 120_000))).hasSize(2);
    assertThat(query("stray{metric_id=\"" + stray + "\"}", Instant.ofEpochMilli(time))).hasSize(1);
  }

  @Test
  void seriesOfBothProtocols_areSelectedTogether() {
    call(201, "POST", "/resource_type", TYPE);
    Instant now = Instant.ofEpochSecond(1_700_000_000);
    machine("web-1", "small");
    push("web-1", now, 3);
    prometheus.write(Map.of("__name__", "load", "job", "j"), now.toEpochMilli(), 4);
    prometheus.write(Map.of("__name__", "load", "flavor", "a"), now.toEpochMilli(), 5);

    assertThat(query("load", now)).hasSize(3);
    assertThat(query("sum(load)", now).getFirst().value()).isEqualTo(12);
    assertThat(query("load{flavor=~\".+\"}", now)).hasSize(2);
    assertThat(query("load{metric_id=\"\"}", now)).hasSize(2);
    assertThat(query("count({__name__=~\".+\"})", now).getFirst().value()).isEqualTo(3);
  }
}
