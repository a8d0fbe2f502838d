package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.http.gnocchi.ResourcesUnderTest.Answer;

/** Aggregates of several metrics; none of these tests changes anything. */
class AggregatesApiTest {
  private static final ResourcesUnderTest API = new ResourcesUnderTest();

  private static final String A = "a1edfca0-4393-4fda-b94d-b05a3a1b3747";
  private static final String B = "b1edfca0-4393-4fda-b94d-b05a3a1b3747";
  private static final String C = "c1edfca0-4393-4fda-b94d-b05a3a1b3747";
  private static final String NONE = "01edfca0-4393-4fda-b94d-b05a3a1b3747";

  /**
   * Metrics {@code cpu.user} and {@code cpu.idle} of A, {@code cpu.user} of B, {@code disk} of C.
   */
  private static String userOfA = "";

  private static String idleOfA = "";
  private static String userOfB = "";
  private static String diskOfC = "";

  @BeforeAll
  static void create() throws Exception {
    API.send(
        "admin",
        "POST",
        "/archive_policy",
        "{'name': 'fine', 'definition': [{'granularity': 60}, {'granularity': 300}],"
            + " 'aggregation_methods': ['mean', 'max', 'last', 'count']}");
    API.send(
        "admin",
        "POST",
        "/archive_policy",
        "{'name': 'coarse', 'definition': [{'granularity': 3600}]}");
    API.send(
        "admin",
        "POST",
        "/resource_type",
        "{'name': 'host', 'attributes': {'rack': {'type': 'string', 'required': false}}}");
    JsonObject a =
        resource(
            A,
            "r1",
            "'cpu.user': {'archive_policy_name': 'fine'},"
                + " 'cpu.idle': {'archive_policy_name': 'fine'}");
    JsonObject b = resource(B, "r2", "'cpu.user': {'archive_policy_name': 'fine'}");
    JsonObject c = resource(C, "r1", "'disk': {'archive_policy_name': 'coarse'}");
    userOfA = a.getString("cpu.user");
    idleOfA = a.getString("cpu.idle");
    userOfB = b.getString("cpu.user");
    diskOfC = c.getString("disk");
    measures(userOfA, "00:00", 1, "00:01", 3, "00:05", 5);
    measures(userOfB, "00:00", 10, "00:05", 20, "00:06", 30);
    measures(idleOfA, "00:00", 99);
    measures(diskOfC, "00:00", 7);
  }

  private static JsonObject resource(String id, String rack, String metrics) throws Exception {
    Answer created =
        API.post(
            "/resource/host",
            "{'id': '" + id + "', 'rack': '" + rack + "', 'metrics': {" + metrics + "}}");
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    return created.json().getJsonObject("metrics");
  }

  private static void measures(String metric, Object... pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      API.measures.add(
          UUID.fromString(metric),
          Instant.parse("2026-02-01T" + pairs[i] + ":00Z").toEpochMilli(),
          (Integer) pairs[i + 1]);
    }
  }

  @AfterAll
  static void stop() {
    API.close();
  }

  private static String operations(String operations) {
    return "{'operations': '" + operations + "'}";
  }

  private static String named(String operations, String search) {
    return "{'operations': '"
        + operations
        + "', 'resource_type': 'host', 'search': "
        + search
        + "}";
  }

  private static JsonObject found(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  /** Measures in few words: minutes, granularity and value of each. */
  private static String show(JsonArray measures) {
    StringBuilder text = new StringBuilder();
    for (Object each : measures) {
      JsonArray measure = (JsonArray) each;
      assertThat(measure.getString(0)).startsWith("2026-02-01T00:").endsWith(":00+00:00");
      text.append(measure.getString(0), 14, 16)
          .append('/')
          .append(measure.getDouble(1).intValue())
          .append('=')
          .append(measure.getDouble(2))
          .append(' ');
    }
    return text.toString().strip();
  }

  @Test
  void aggregates_ofIds_areByIdAndAggregation() throws Exception {
    JsonObject measures =
        found(
                API.post(
                    "/aggregates",
                    operations("(metric (" + userOfA + " mean) (" + userOfB + " max))")))
            .getJsonObject("measures");
    assertThat(measures.fieldNames()).containsExactlyInAnyOrder(userOfA, userOfB);
    assertThat(show(measures.getJsonObject(userOfA).getJsonArray("mean")))
        .isEqualTo("00/300=2.0 05/300=5.0 00/60=1.0 01/60=3.0 05/60=5.0");
    assertThat(show(measures.getJsonObject(userOfB).getJsonArray("max")))
        .isEqualTo("00/300=10.0 05/300=30.0 00/60=10.0 05/60=20.0 06/60=30.0");
  }

  @Test
  void aggregates_ofOperationsInJson_areOneSeries() throws Exception {
    Answer answer =
        API.post(
            "/aggregates?granularity=60&fill=0&start=2026-02-01T00:00:30Z&stop=2026-02-01T00:06",
            "{'operations': ['aggregate', 'sum', ['metric', ['"
                + userOfA
                + "', 'mean'], ['"
                + userOfB
                + "', 'mean']]]}");
    assertThat(show(found(answer).getJsonObject("measures").getJsonArray("aggregated")))
        .isEqualTo("00/60=11.0 01/60=3.0 05/60=25.0");
  }

  @Test
  void aggregates_thatNeedOverlap_areCutToIt() throws Exception {
    String body =
        operations("(aggregate mean (metric (" + userOfA + " mean) (" + userOfB + " mean)))");
    assertThat(
            show(
                found(API.post("/aggregates?granularity=60&needed_overlap=60", body))
                    .getJsonObject("measures")
                    .getJsonArray("aggregated")))
        .isEqualTo("00/60=5.5 01/60=3.0 05/60=12.5");
    Answer refused = API.post("/aggregates?granularity=60&needed_overlap=70", body);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getJsonObject("description"))
        .isEqualTo(
            new JsonObject()
                .put("cause", "Metrics cannot be aggregated")
                .put(
                    "reason",
                    "Less than 70.000000% of datapoints overlap in this timespan (66.67%)")
                .put(
                    "detail",
                    new JsonArray()
                        .add(new JsonArray().add(userOfA).add("mean"))
                        .add(new JsonArray().add(userOfB).add("mean"))));
  }

  @Test
  void aggregates_withDetails_showMetrics() throws Exception {
    JsonArray references =
        found(
                API.post(
                    "/aggregates?details=true",
                    operations("(metric (" + userOfA + " mean) (" + userOfA + " max))")))
            .getJsonArray("references");
    assertThat(references).hasSize(1);
    JsonObject metric = references.getJsonObject(0);
    assertThat(metric.getString("id")).isEqualTo(userOfA);
    assertThat(metric.getJsonObject("archive_policy").getString("name")).isEqualTo("fine");
    assertThat(metric.getJsonObject("resource").getString("id")).isEqualTo(A);
  }

  @Test
  void aggregates_ofPatterns_areByResource() throws Exception {
    JsonObject measures =
        found(API.post("/aggregates?granularity=300", named("(metric cpu.* mean)", "{}")))
            .getJsonObject("measures");
    assertThat(measures.fieldNames()).containsExactlyInAnyOrder(A, B);
    assertThat(measures.getJsonObject(A).fieldNames())
        .containsExactlyInAnyOrder("cpu.user", "cpu.idle");
    assertThat(show(measures.getJsonObject(A).getJsonObject("cpu.idle").getJsonArray("mean")))
        .isEqualTo("00/300=99.0");
    assertThat(show(measures.getJsonObject(B).getJsonObject("cpu.user").getJsonArray("mean")))
        .isEqualTo("00/300=10.0 05/300=25.0");
  }

  @Test
  void aggregates_ofASearch_takeItsResourcesOnly() throws Exception {
    for (String search : List.of("{'=': {'rack': 'r2'}}", "\\\"rack = r2\\\"")) {
      String body = named("(aggregate count (metric cpu.user mean))", search).replace("\\", "");
      Answer answer = API.post("/aggregates?granularity=300&details=1", body);
      assertThat(show(found(answer).getJsonObject("measures").getJsonArray("aggregated")))
          .isEqualTo("00/300=1.0 05/300=1.0");
      assertThat(answer.json().getJsonArray("references").getJsonObject(0).getString("rack"))
          .isEqualTo("r2");
    }
  }

  @Test
  void aggregates_groupedBy_answerEachGroupThatHasMetrics() throws Exception {
    Answer answer =
        API.post(
            "/aggregates?granularity=300&groupby=rack&groupby=type",
            named("(aggregate sum (metric cpu.* mean))", "{}"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.list()).hasSize(2);
    JsonObject first = answer.list().getJsonObject(0);
    assertThat(first.getJsonObject("group"))
        .isEqualTo(new JsonObject().put("rack", "r1").put("type", "host"));
    assertThat(
            show(
                first
                    .getJsonObject("measures")
                    .getJsonObject("measures")
                    .getJsonArray("aggregated")))
        .isEqualTo("00/300=101.0 05/300=5.0");
    assertThat(answer.list().getJsonObject(1).getJsonObject("group").getString("rack"))
        .isEqualTo("r2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'operations': []} | Operation must not be empty for dictionary value"
            + " @ data['operations']",
        "{'operations': {'foo': 'bar'}} | Expected a tuple/list, got a <class 'dict'> for"
            + " dictionary value @ data['operations']",
        "{'operations': '(notexist (absolute (metric a mean)))'} | 'notexist' operation invalid for"
            + " dictionary value @ data['operations']",
        "{'operations': ['metric', ['a', 'mean'], ['b']]} | expected a metric and its aggregation,"
            + " two strings @ data['operations'][1]",
        "{} | required key not provided @ data['operations']",
        "{'operations': '(metric a mean)', 'more': 1} | extra keys not allowed @ data['more']",
        "{'operations': '(metric a mean)', 'resource_type': 'host'} | required key not provided"
            + " @ data['search']",
        "{'operations': '(metric a mean)', 'search': {}} | required key not provided"
            + " @ data['resource_type']",
        "[] | expected a dictionary",
      })
  void aggregates_ofABodyThatIsNotRight_areRefused(String body, String reason) throws Exception {
    Answer answer = API.post("/aggregates", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getJsonObject("description").getString("cause"))
        .isEqualTo("Invalid input");
    assertThat(answer.json().getJsonObject("description").getString("reason")).isEqualTo(reason);
  }

  @Test
  void aggregates_ofAStringThatIsNoList_areRefused() throws Exception {
    Answer answer = API.post("/aggregates", operations("(metroc foo bar"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getJsonObject("description"))
        .isEqualTo(
            new JsonObject()
                .put("cause", "Invalid operations")
                .put("reason", "Fail to parse the operations string")
                .put("detail", "Expected ')', found end of text  (at char 15), (line:1, col:16)"));
  }

  @Test
  void aggregates_withoutMetrics_areRefused() throws Exception {
    Answer answer = API.post("/aggregates", operations("(+ 1 2)"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getJsonObject("description"))
        .isEqualTo(
            new JsonObject()
                .put("cause", "Operations is invalid")
                .put("reason", "At least one 'metric' is required")
                .put("detail", "(+ 1 2)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "start=notadate | start | Must be a datetime or a timestamp",
        "stop=notadate | stop | Must be a datetime or a timestamp",
        "needed_overlap=notnumber | needed_overlap | Must be a number",
        "granularity=foobar | granularity | Unable to parse timespan",
        "fill=foobar | fill | Must be a float, 'dropna', 'null', 'ffill', 'bfill', 'full_ffill' or"
            + " 'full_bfill'",
      })
  void aggregates_withAParameterThatIsNotRight_areRefused(
      String parameter, String name, String reason) throws Exception {
    Answer answer = API.post("/aggregates?" + parameter, "");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getJsonObject("description"))
        .isEqualTo(
            new JsonObject()
                .put("cause", "Argument value error")
                .put("detail", name)
                .put("reason", reason));
  }

  @Test
  void aggregates_ofMetricsThatAreNotThere_areRefused() throws Exception {
    Answer missing =
        API.post("/aggregates", operations("(metric (" + userOfA + " mean) (" + NONE + " mean))"));
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.json().getJsonObject("description"))
        .isEqualTo(
            new JsonObject()
                .put("cause", "Unknown metrics")
                .put("reason", "Provided metrics don't exists")
                .put("detail", new JsonArray().add(NONE)));
    Answer invalid = API.post("/aggregates", operations("(metric foo mean)"));
    assertThat(invalid.status()).isEqualTo(400);
    assertThat(invalid.json().getJsonObject("description").getString("cause"))
        .isEqualTo("Invalid metric references");
    Answer unnamed = API.post("/aggregates", named("(metric (foo mean) (bar mean))", "{}"));
    assertThat(unnamed.status()).isEqualTo(404);
    assertThat(unnamed.json().getString("description"))
        .isEqualTo("Metric ['bar', 'foo'] does not exist");
    Answer ungrouped = API.post("/aggregates?groupby=rack", named("(metric foo mean)", "{}"));
    assertThat(ungrouped.status()).isEqualTo(404);
  }

  @Test
  void aggregates_ofOtherMethodsAndGranularities_areRefused() throws Exception {
    Answer method = API.post("/aggregates", operations("(metric " + userOfA + " what?)"));
    assertThat(method.status()).isEqualTo(404);
    assertThat(method.json().getJsonObject("description"))
        .isEqualTo(
            new JsonObject()
                .put("cause", "Metrics with unknown aggregation")
                .put("detail", new JsonArray().add(new JsonArray().add(userOfA).add("what?"))));
    Answer granularity =
        API.post("/aggregates?granularity=123", operations("(metric " + userOfA + " mean)"));
    assertThat(granularity.status()).isEqualTo(400);
    assertThat(granularity.json().getJsonObject("description"))
        .isEqualTo(
            new JsonObject()
                .put("cause", "Metrics cannot be aggregated")
                .put("reason", "Granularities are missing")
                .put(
                    "detail",
                    new JsonArray().add(new JsonArray().add(userOfA).add("mean").add(123.0))));
    Answer none =
        API.post(
            "/aggregates", operations("(metric (" + userOfA + " mean) (" + diskOfC + " mean))"));
    assertThat(none.status()).isEqualTo(400);
    assertThat(none.json().getJsonObject("description").getString("reason"))
        .isEqualTo("No granularity match");
  }

  @Test
  void aggregates_ofMetricsOfOthers_areForbidden() throws Exception {
    Answer answer =
        API.send("you", "POST", "/aggregates", operations("(metric " + userOfA + " mean)"));
    assertThat(answer.status()).isEqualTo(403);
  }

  @Test
  void aggregates_ofATypeOrAttributeThatIsNotThere_areRefused() throws Exception {
    Answer type =
        API.post(
            "/aggregates",
            "{'operations': '(metric a mean)', 'resource_type': 'nope', 'search': {}}");
    assertThat(type.status()).isEqualTo(400);
    assertThat(type.json().getJsonObject("description"))
        .isEqualTo(
            new JsonObject().put("cause", "Resource type does not exist").put("detail", "nope"));
    Answer attribute = API.post("/aggregates?groupby=nope", named("(metric cpu.user mean)", "{}"));
    assertThat(attribute.status()).isEqualTo(400);
    assertThat(attribute.json().getString("description")).contains("Invalid pagination");
  }

  @Test
  void aggregation_ofMetrics_isOneSeriesWhereAllHaveMeasures() throws Exception {
    String both = "metric=" + userOfA + "&metric=" + userOfB;
    Answer got = API.get("/aggregation/metric?granularity=300&refresh=true&" + both);
    assertThat(got.status()).as(got.body()).isEqualTo(200);
    assertThat(show(got.list())).isEqualTo("00/300=6.0 05/300=15.0");
    Answer posted =
        API.post(
            "/aggregation/metric?granularity=60&reaggregation=max&fill=null",
            "['" + userOfA + "', '" + userOfB + "']");
    assertThat(show(posted.list())).isEqualTo("00/60=10.0 01/60=3.0 05/60=20.0 06/60=30.0");
    Answer resampled =
        API.get("/aggregation/metric?granularity=60&resample=300&fill=dropna&" + both);
    assertThat(show(resampled.list())).isEqualTo("00/300=2.0 05/300=25.0");
  }

  @Test
  void aggregation_ofOneMetric_isItsMeasures() throws Exception {
    Answer got = API.get("/aggregation/metric?granularity=60&metric=" + userOfB);
    assertThat(show(got.list())).isEqualTo("00/60=10.0 05/60=20.0 06/60=30.0");
    assertThat(API.get("/aggregation/metric").list()).isEmpty();
  }

  @Test
  void aggregation_thatCannotBe_isRefused() throws Exception {
    String both = "metric=" + userOfA + "&metric=" + userOfB;
    assertThat(API.get("/aggregation/metric?metric=foobar").status()).isEqualTo(400);
    assertThat(API.get("/aggregation/metric?metric=" + NONE).json().getString("description"))
        .isEqualTo("Metric " + NONE + " does not exist");
    assertThat(API.post("/aggregation/metric", "{}").status()).isEqualTo(400);
    assertThat(API.post("/aggregation/metric", "[5]").status()).isEqualTo(400);
    assertThat(API.get("/aggregation/metric?granularity=x&" + both).status()).isEqualTo(400);
    assertThat(API.get("/aggregation/metric?fill=asdf&" + both).status()).isEqualTo(400);
    assertThat(API.get("/aggregation/metric?resample=60&" + both).json().getString("description"))
        .isEqualTo("A granularity must be specified to resample");
    Answer method = API.get("/aggregation/metric?aggregation=wtf&" + both);
    assertThat(method.status()).isEqualTo(404);
    assertThat(method.json().getString("description"))
        .isEqualTo(
            "Aggregation method 'wtf' at granularity '60.0' for metric "
                + userOfA
                + " does not exist");
    Answer granularity = API.get("/aggregation/metric?granularity=42&" + both);
    assertThat(granularity.status()).isEqualTo(404);
    assertThat(granularity.body()).contains("Aggregation method 'mean' at granularity '42.0' for");
    Answer again = API.get("/aggregation/metric?aggregation=last&" + both);
    assertThat(again.status()).isEqualTo(400);
    assertThat(again.body()).contains("'last' is no method to aggregate metrics by");
    assertThat(API.send("you", "GET", "/aggregation/metric?" + both, "").status()).isEqualTo(403);
  }

  @Test
  void aggregation_ofResources_takesTheMetricsOfAName() throws Exception {
    Answer all = API.post("/aggregation/resource/host/metric/cpu.user?granularity=300", "");
    assertThat(show(all.list())).isEqualTo("00/300=6.0 05/300=15.0");
    Answer some =
        API.post(
            "/aggregation/resource/host/metric/cpu.user?granularity=300", "{'=': {'rack': 'r1'}}");
    assertThat(show(some.list())).isEqualTo("00/300=2.0 05/300=5.0");
    Answer groups =
        API.post("/aggregation/resource/generic/metric/cpu.user?granularity=300&groupby=id", "");
    assertThat(groups.list()).hasSize(3);
    assertThat(show(groups.list().getJsonObject(1).getJsonArray("measures")))
        .isEqualTo("00/300=10.0 05/300=25.0");
    assertThat(groups.list().getJsonObject(2).getJsonArray("measures")).isEmpty();
    assertThat(API.post("/aggregation/resource/host/metric/nope", "").list()).isEmpty();
  }

  @Test
  void aggregation_ofPathsThatAreNotThere_isRefused() throws Exception {
    assertThat(
            API.post("/aggregation/resource/nope/metric/cpu.user", "")
                .json()
                .getString("description"))
        .isEqualTo("Resource type nope does not exist");
    assertThat(API.get("/aggregation/resource/host/metric/cpu.user").status()).isEqualTo(405);
    assertThat(API.post("/aggregation/resource/host/metric", "").status()).isEqualTo(405);
    assertThat(API.post("/aggregation/re/host/metric/cpu.user", "").status()).isEqualTo(404);
    assertThat(API.post("/aggregation/resource/host/nope/cpu.user", "").status()).isEqualTo(404);
    assertThat(
            API.post("/aggregation/resource/host/metric/cpu.user?groupby=nope", "")
                .json()
                .getString("description"))
        .isEqualTo("Invalid groupby attribute");
  }

  @Test
  void aggregates_withHistory_divideMeasuresAmongStates() throws Exception {
    String id = "d1edfca0-4393-4fda-b94d-b05a3a1b3747";
    String metric =
        API.post(
                "/resource/host",
                "{'id': '"
                    + id
                    + "', 'rack': 'old',"
                    + " 'metrics': {'moved': {'archive_policy_name': 'fine'}}}")
            .json()
            .getJsonObject("metrics")
            .getString("moved");
    Instant minute = Instant.parse("2026-01-01T00:00:00Z");
    API.measures.add(UUID.fromString(metric), minute.minusSeconds(60).toEpochMilli(), 7);
    API.measures.add(UUID.fromString(metric), minute.toEpochMilli(), 60);
    API.measures.add(UUID.fromString(metric), minute.plusSeconds(60).toEpochMilli(), 30);
    JsonObject moved = API.patch("/resource/host/" + id, "{'rack': 'new'}").json();
    double since =
        Instant.parse(moved.getString("revision_start").replace("+00:00", "Z")).getEpochSecond()
            - minute.getEpochSecond();
    assertThat(since).isBetween(1.0, 59.0);
    Answer answer =
        API.post(
            "/aggregates?granularity=60&groupby=rack&use_history=true&details=true"
                + "&start=2026-01-01T00:00:00&stop=2026-01-01T00:02:00",
            named("(aggregate mean (metric moved mean))", "{'=': {'id': '" + id + "'}}"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.list()).hasSize(2);
    assertThat(group(answer, "new")).containsExactly(60 - since, 30.0);
    assertThat(group(answer, "old")).containsExactly(since);
    // Without a range, the first state counts from the beginning, and the last to the end.
    Answer whole =
        API.post(
            "/aggregates?granularity=60&groupby=original_resource_id&use_history=true",
            named("(aggregate mean (metric moved mean))", "{'=': {'id': '" + id + "'}}"));
    JsonArray measures =
        whole
            .list()
            .getJsonObject(0)
            .getJsonObject("measures")
            .getJsonObject("measures")
            .getJsonArray("aggregated");
    assertThat(measures.stream().map(each -> ((JsonArray) each).getDouble(2)))
        .containsExactly(7.0, 60.0, 30.0);
    Answer refused =
        API.post(
            "/aggregates?groupby=rack&use_history=true",
            named("(metric moved mean)", "{'=': {'id': '" + id + "'}}"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).contains("use_history needs operations that make one series");
  }

  private static List<Double> group(Answer answer, String rack) {
    for (Object each : answer.list()) {
      JsonObject group = (JsonObject) each;
      if (group.getJsonObject("group").getString("rack").equals(rack)) {
        assertThat(group.getJsonObject("measures").getJsonArray("references")).hasSize(1);
        return group
            .getJsonObject("measures")
            .getJsonObject("measures")
            .getJsonArray("aggregated")
            .stream()
            .map(measure -> ((JsonArray) measure).getDouble(2))
            .toList();
      }
    }
    return List.of();
  }
}
