package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;
import static orzo.http.gnocchi.NodeUnderTest.ADMIN;
import static orzo.http.gnocchi.NodeUnderTest.FOOBAR;
import static orzo.http.gnocchi.NodeUnderTest.FOOBAZ;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.http.gnocchi.NodeUnderTest.Answer;
import orzo.intake.Protocol;
import orzo.intake.Registration;
import orzo.intake.Rejection;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;

/** Metrics and measures; users as in Gnocchi. */
class MetricApiTest {
  private NodeUnderTest node;

  @BeforeEach
  void start() throws Exception {
    node = new NodeUnderTest();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Answer send(String method, String path, String body, String user) throws Exception {
    return node.send(method, path, body, user);
  }

  private Answer get(String path) throws Exception {
    return send("GET", path, "", FOOBAR);
  }

  private Answer post(String path, String body) throws Exception {
    return send("POST", path, body, FOOBAR);
  }

  private String create(String body) throws Exception {
    return node.create(body);
  }

  private String create() throws Exception {
    return create("{'archive_policy_name': 'cookies'}");
  }

  @Test
  void push_beyondWhatAllBodiesMayHold_is503_andCounted() throws Exception {
    String id = create();
    Answer refused = post("/metric/" + id + "/measures", "[" + " ".repeat(400_000) + "]");

    assertThat(refused.status()).as(refused.body()).isEqualTo(503);
    assertThat(node.counters.rejected(Protocol.GNOCCHI, Rejection.OVERLOADED)).isEqualTo(1);
    assertThat(post("/metric/" + id + "/measures", "[]").status()).isEqualTo(202);
  }

  @Test
  void create_show_list_andDelete() throws Exception {
    String id = create("{'archive_policy_name': 'cookies', 'name': 'disk.io', 'unit': 'B/s'}");

    JsonObject shown = get("/metric/" + id).json();
    assertThat(shown.getString("name")).isEqualTo("disk.io");
    assertThat(shown.getString("unit")).isEqualTo("B/s");
    assertThat(shown.getString("creator")).isEqualTo("foobar");
    assertThat(shown.getString("created_by_project_id")).isEmpty();
    assertThat(shown.getJsonObject("archive_policy").getString("name")).isEqualTo("cookies");
    assertThat(shown.getValue("resource")).isNull();
    JsonArray listed = get("/metric").list();
    assertThat(listed).hasSize(1);
    assertThat(listed.getJsonObject(0).getString("id")).isEqualTo(id);

    assertThat(send("DELETE", "/metric/" + id, "", FOOBAZ).status()).isEqualTo(403);
    assertThat(send("DELETE", "/metric/" + id, "", FOOBAR).status()).isEqualTo(204);
    assertThat(send("DELETE", "/metric/" + id, "", FOOBAR).status()).isEqualTo(404);
    assertThat(get("/metric").list()).isEmpty();
    assertThat(get("/metric?status=delete").list()).isEmpty(); // its series was removed, too
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'name': 'volume'} | No archive policy name specified and no archive policy rule found"
            + " matching the metric name volume",
        "{'archive_policy_name': 'cream'} | Archive policy cream does not exist",
        "{'archive_policy_name': 'cookies', 'name': 'a/b'} | '/' is not supported in metric name",
        "{'archive_policy_name': 'cookies', 'resource_id': 'r'} | Name cannot be null",
        "{'archive_policy_name': 'cookies', 'name': 'n', 'resource_id': 'r'} |"
            + " Resource does not exist",
        "{'archive_policy_name': 'cookies', 'unit': 'over_length_unit_over_length_unit'} |"
            + " length of value must be at most 31 for dictionary value @ data['unit']",
        "{'archive_policy_name': 1} | expected str for dictionary value",
        "{'archive_policy_name': 'cookies', 'name': null} | expected str for dictionary value",
        "{'x': 1} | extra keys not allowed @ data['x']",
        "[] | expected a dictionary",
      })
  void create_ofWhatCannotBe_is400(String body, String reason) throws Exception {
    Answer refused = post("/metric", body);

    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains(reason);
  }

  @Test
  void create_withoutAPolicy_takesThatOfTheRule() throws Exception {
    send(
        "POST",
        "/archive_policy_rule",
        "{'name': 'r', 'metric_pattern': 'disk.*', 'archive_policy_name': 'cookies'}",
        ADMIN);

    Answer created = post("/metric", "{'name': 'disk.io'}");
    assertThat(created.json().getString("archive_policy_name")).isEqualTo("cookies");
  }

  @Test
  void measures_areReadAtOnce_coarsestGranularityFirst() throws Exception {
    String id = create();
    Answer pushed =
        post(
            "/metric/" + id + "/measures",
            "[{'timestamp': '2015-03-06T14:33:57', 'value': 43.1},"
                + " {'value': 12, 'timestamp': '2015-03-06T15:34:12.5+01:00', 'x': [1]}]");
    assertThat(pushed.status()).as(pushed.body()).isEqualTo(202);
    assertThat(pushed.body()).isEmpty();

    assertThat(get("/metric/" + id + "/measures").body())
        .isEqualTo(
            "[[\"2015-03-06T14:33:00+00:00\", 60.0, 43.1],"
                + " [\"2015-03-06T14:34:00+00:00\", 60.0, 12.0],"
                + " [\"2015-03-06T14:33:57+00:00\", 1.0, 43.1],"
                + " [\"2015-03-06T14:34:12+00:00\", 1.0, 12.0]]");
    assertThat(get("/metric/" + id + "/measures?granularity=1&start=2015-03-06T14:34").list())
        .hasSize(1);
    assertThat(get("/metric/" + id + "/measures?granularity=1&stop=1425652440").list()).hasSize(1);
    assertThat(get("/metric/" + id + "/measures?granularity=1&start=-1%20hour").list()).hasSize(2);
    assertThat(get("/metric/" + id + "/measures?granularity=1&resample=3600").body())
        .isEqualTo("[[\"2015-03-06T14:00:00+00:00\", 3600.0, 27.55]]");
    assertThat(node.counters.accepted(Protocol.GNOCCHI)).isEqualTo(2);
  }

  @Test
  void measures_ofAMetricThatHasNone_areNone() throws Exception {
    assertThat(get("/metric/" + create() + "/measures?refresh=true").body()).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "aggregation=wtf | 404 | Aggregation method does not exist for this metric",
        "aggregation=last | 404 | Aggregation method does not exist for this metric",
        "granularity=42 | 404 | Aggregation method 'mean' at granularity '42.0' for metric",
        "granularity=foobar | 400 | Unable to parse timespan",
        "granularity=0 | 400 | Timespan must be positive",
        "start=foobar | 400 | Must be a datetime or a timestamp",
        "stop=foobar | 400 | Must be a datetime or a timestamp",
        "resample=60 | 400 | A granularity must be specified to resample",
        "resample=abc&granularity=1 | 400 | Unable to parse timespan",
        "refresh=perhaps | 400 | Unable to parse `refresh'",
      })
  void measures_askedForWrongly_areRefused(String query, int status, String reason)
      throws Exception {
    Answer refused = get("/metric/" + create() + "/measures?" + query);

    assertThat(refused.status()).as(refused.body()).isEqualTo(status);
    assertThat(refused.body()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[{'timestamp': '1915-03-06T14:33:57', 'value': 1}] | Timestamp must be after Epoch",
        "[{'timestamp': '1915-100-06T14:33:57', 'value': 1}] | Unable to convert timestamps",
        "[{'timestamp': 1, 'value': 1}, {'timestamp': '-5 minutes', 'value': 1}] |"
            + " Unable to convert timestamps",
        "[{'timestamp': 1, 'value': 'foobar'}] | unexpected measures value",
        "[{'timestamp': 1}] | unexpected measures value",
        "[{'value': 1}] | unexpected measures format",
        "[[1, 2]] | unexpected measures format",
        "1 | unexpected measures format",
        "[{'timestamp': 1, | Unable to decode body",
        "[] 1 | Unable to decode body",
      })
  void push_ofWhatAreNoMeasures_is400AndCounted(String body, String reason) throws Exception {
    Answer refused = post("/metric/" + create() + "/measures", body);

    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains(reason);
    assertThat(node.counters.rejected(Protocol.GNOCCHI, Rejection.MALFORMED)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"foobar", "7f3b6a1e-4d3c-4a59-9a53-d2a6b9d3c001"})
  void anythingOfAMetricThatIsNotThere_is404(String id) throws Exception {
    assertThat(get("/metric/" + id).status()).isEqualTo(404);
    assertThat(get("/metric/" + id + "/measures").body()).contains("does not exist");
    assertThat(post("/metric/" + id + "/measures", "[]").status()).isEqualTo(404);
    assertThat(send("DELETE", "/metric/" + id, "", ADMIN).status()).isEqualTo(404);
  }

  @Test
  void anythingOfAnothersMetric_is403_butForTheAdmin() throws Exception {
    String id = create();

    assertThat(send("GET", "/metric/" + id, "", FOOBAZ).status()).isEqualTo(403);
    assertThat(send("GET", "/metric/" + id + "/measures", "", FOOBAZ).status()).isEqualTo(403);
    assertThat(send("POST", "/metric/" + id + "/measures", "[]", FOOBAZ).status()).isEqualTo(403);
    assertThat(send("GET", "/metric/" + id, "", ADMIN).status()).isEqualTo(200);
  }

  @Test
  void list_isFilteredSortedAndInPages() throws Exception {
    for (String name : List.of("b", "a", "c")) {
      create("{'archive_policy_name': 'cookies', 'unit': 'u', 'name': '" + name + "'}");
    }

    assertThat(names("/metric?sort=name:desc")).containsExactly("c", "b", "a");
    assertThat(names("/metric?name=a")).containsExactly("a");
    assertThat(names("/metric?unit=x")).isEmpty();
    assertThat(names("/metric?creator=foobaz")).isEmpty();
    JsonArray page = get("/metric?sort=name:asc&limit=2").list();
    assertThat(page).hasSize(2);
    assertThat(names("/metric?sort=name:asc&marker=" + page.getJsonObject(1).getString("id")))
        .containsExactly("c");
    assertThat(get("/metric?sort=nonexistent_key:asc").body())
        .contains("Sort key supplied is invalid: nonexistent_key");
    assertThat(get("/metric?status=x").status()).isEqualTo(400);
  }

  private List<String> names(String path) throws Exception {
    return get(path).list().stream().map(one -> ((JsonObject) one).getString("name")).toList();
  }

  @Test
  void metricOfAProtocol_isAMetricToo() throws Exception {
    Labels labels = Labels.of("__name__", "up", "job", "x");
    long[] refs = node.intake.register(Tenant.DEFAULT, List.of(Registration.of(labels)));
    assertThat(refs).hasSize(1);
    node.follower.catchUp();
    String id = Metric.of(Tenant.DEFAULT, labels, "cookies").id().toString();

    assertThat(names("/metric")).containsExactly("up");
    assertThat(get("/metric/" + id).json().getValue("creator")).isNull();
    assertThat(post("/metric/" + id + "/measures", "[]").status()).isEqualTo(403);
    assertThat(
            send("POST", "/metric/" + id + "/measures", "[{'timestamp': 60, 'value': 2}]", ADMIN)
                .status())
        .isEqualTo(202);
    assertThat(get("/metric/" + id + "/measures?granularity=1").list()).hasSize(1);
    assertThat(send("DELETE", "/metric/" + id, "", ADMIN).status()).isEqualTo(204);
    assertThat(names("/metric")).isEmpty();
  }

  @Test
  void batch_storesMeasuresOfManyMetrics_orOfNone() throws Exception {
    String one = create();
    String other = create();
    String absent = "37aec8b7-c0d9-445b-8ab9-d3c6312dcf5c";
    String measures = "[{'timestamp': 60, 'value': 2}, {'timestamp': 61, 'value': 'nan'}]";

    Answer refused =
        post(
            "/batch/metrics/measures",
            "{'"
                + one
                + "': "
                + measures
                + ", '"
                + absent.toUpperCase(Locale.ROOT)
                + "': "
                + measures
                + "}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).contains("Unknown metrics: " + absent);
    assertThat(get("/metric/" + one + "/measures").list()).isEmpty();

    assertThat(
            post(
                    "/batch/metrics/measures",
                    "{'" + one + "': " + measures + ", '" + other + "': " + measures + "}")
                .status())
        .isEqualTo(202);
    assertThat(get("/metric/" + one + "/measures?granularity=1").body())
        .isEqualTo(
            "[[\"1970-01-01T00:01:00+00:00\", 1.0, 2.0],"
                + " [\"1970-01-01T00:01:01+00:00\", 1.0, NaN]]");
    assertThat(node.counters.accepted(Protocol.GNOCCHI)).isEqualTo(4);
    assertThat(node.counters.rejected(Protocol.GNOCCHI, Rejection.MALFORMED)).isEqualTo(4);
    assertThat(post("/batch/metrics/measures", "{'x': []}").status()).isEqualTo(400);
    assertThat(post("/batch/metrics/measures", "[]").body()).contains("expected a dictionary");
  }

  @Test
  void batchByResource_ofWhatIsNotThere_is400() throws Exception {
    String resource = "46c9418d-d63b-4cdd-be89-8f57ffc5952e";
    String body = "{'" + resource + "': {'cpu': [{'timestamp': 60, 'value': 2}]}}";

    assertThat(post("/batch/resources/metrics/measures", body).body())
        .contains("Unknown metrics: " + resource + "/cpu");
    assertThat(post("/batch/resources/metrics/measures?create_metrics=true", body).body())
        .contains("No archive policy name specified");
    Answer unknown =
        post(
            "/batch/resources/metrics/measures?create_metrics=true",
            "{'" + resource + "': {'cpu': {'archive_policy_name': 'cookies', 'measures': []}}}");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.json().getJsonObject("description").getString("cause"))
        .isEqualTo("Unknown resources");
    assertThat(post("/batch/resources/metrics/measures?create_metrics=x", "{}").status())
        .isEqualTo(400);
    assertThat(post("/batch/resources/metrics/measures", "{}").status()).isEqualTo(202);
    assertThat(post("/batch/resources/metrics/measures", "{'a/b': {}}").status()).isEqualTo(400);
    assertThat(post("/batch/resources/metrics/measures", "{'r': {'n': {'x': 1}}}").body())
        .contains("extra keys not allowed");
  }

  @Test
  void capabilities_areTheAggregationMethods() throws Exception {
    assertThat(get("/capabilities").json().getJsonArray("aggregation_methods"))
        .contains("mean", "rate:last", "95pct");
  }
}
