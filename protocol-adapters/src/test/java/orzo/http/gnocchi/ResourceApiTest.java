package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.book.MetricRecord;
import orzo.http.gnocchi.ResourcesUnderTest.Answer;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.ResourceRef;
import orzo.metric.Tenant;

class ResourceApiTest {
  private static final String ID = "d11edfca-4393-4fda-b94d-b05a3a1b3747";
  private static final String OTHER = "e22edfca-4393-4fda-b94d-b05a3a1b3747";
  private static final String GENERIC = "/resource/generic/" + ID;

  private final ResourcesUnderTest api = new ResourcesUnderTest();

  @BeforeEach
  void createType() throws Exception {
    Answer created =
        api.send(
            "admin",
            "POST",
            "/resource_type",
            "{'name': 'host', 'attributes': {"
                + "'name': {'type': 'string', 'max_length': 5, 'min_length': 2},"
                + "'size': {'type': 'number', 'required': false, 'min': -2, 'max': 3},"
                + "'owner': {'type': 'uuid', 'required': false},"
                + "'up': {'type': 'bool', 'required': false},"
                + "'at': {'type': 'datetime', 'required': false}}}");
    assertThat(created.status()).isEqualTo(201);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static String description(Answer answer) {
    return answer.json().getString("description");
  }

  private static JsonObject details(Answer answer) {
    return answer.json().getJsonObject("description");
  }

  @Test
  void types_areListedWithTheirUrls() throws Exception {
    assertThat(api.get("/resource").json().getMap())
        .containsEntry("generic", api.origin() + "/v1/resource/generic")
        .containsEntry("host", api.origin() + "/v1/resource/host")
        .hasSize(2);
  }

  @Test
  void create_answersWithAllThatIsKnown() throws Exception {
    Answer answer =
        api.post(
            "/resource/generic",
            "{'id': 'D11EDFCA-4393-4fda-b94d-b05a3a1b3747', 'user_id': 'u', 'project_id': 'p',"
                + " 'started_at': '2014-01-03T02:02:02.000250'}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Location")).isEqualTo(api.origin() + "/v1" + GENERIC);
    JsonObject json = answer.json();
    assertThat(json.getString("revision_start")).startsWith("2026-01-01T00:00:");
    json.remove("revision_start");
    assertThat(json)
        .isEqualTo(
            new JsonObject()
                .put("id", ID)
                .put("original_resource_id", "D11EDFCA-4393-4fda-b94d-b05a3a1b3747")
                .put("type", "generic")
                .put("creator", "me")
                .put("created_by_user_id", "me")
                .put("created_by_project_id", "")
                .put("user_id", "u")
                .put("project_id", "p")
                .put("started_at", "2014-01-03T02:02:02.000250+00:00")
                .putNull("ended_at")
                .putNull("revision_end")
                .put("metrics", new JsonObject()));
    assertThat(api.get(GENERIC).json().getString("user_id")).isEqualTo("u");
    assertThat(api.get("/resource/host/" + ID).status()).isEqualTo(404);
  }

  @Test
  void create_withAnIdThatIsNoUuid_makesOne() throws Exception {
    Answer answer = api.post("/resource/generic", "{'id': 'my host'}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json().getString("original_resource_id")).isEqualTo("my host");
    String id = answer.json().getString("id");
    assertThat(api.get("/resource/generic/my%20host").json().getString("id")).isEqualTo(id);
    assertThat(api.get("/resource/generic/" + id).status()).isEqualTo(200);
    assertThat(api.send("you", "GET", "/resource/generic/my%20host", "").status()).isEqualTo(404);
  }

  @Test
  void create_withAttributes_keepsThem() throws Exception {
    Answer answer =
        api.post(
            "/resource/host",
            "{'id': '"
                + ID
                + "', 'name': 'é☃', 'size': 2.5, 'up': true,"
                + " 'owner': '{E495EBAD-be64-46c0-81d6-b079beb48df9}', 'at': 1493723471}");

    assertThat(answer.status()).isEqualTo(201);
    JsonObject json = api.get("/resource/host/" + ID).json();
    assertThat(json).isEqualTo(answer.json());
    assertThat(json.getString("name")).isEqualTo("é☃");
    assertThat(json.getDouble("size")).isEqualTo(2.5);
    assertThat(json.getBoolean("up")).isTrue();
    assertThat(json.getString("owner")).isEqualTo("e495ebad-be64-46c0-81d6-b079beb48df9");
    assertThat(json.getString("at")).isEqualTo("2017-05-02T11:11:11+00:00");
    assertThat(api.get(GENERIC).json().size()).isEqualTo(13);
    assertThat(api.get("/resource/generic").list().getJsonObject(0).size()).isEqualTo(13);
    assertThat(api.get("/resource/generic?details=true").each("name")).containsExactly("é☃");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | expected a dictionary",
        "{'name': 'abc'} | required key not provided @ data['id']",
        "{'id': 'a'} | required key not provided @ data['name']",
        "{'id': 3, 'name': 'abc'} | not a valid value for dictionary value @ data['id']",
        "{'id': 'a/b', 'name': 'abc'} | '/' is not supported in resource id for dictionary value"
            + " @ data['id']",
        "{'id': 'a', 'name': 'abc', 'x': 1} | extra keys not allowed @ data['x']",
        "{'id': 'a', 'name': 'too long'} | length of value must be at most 5 for dictionary value"
            + " @ data['name']",
        "{'id': 'a', 'name': 'x'} | length of value must be at least 2 for dictionary value"
            + " @ data['name']",
        "{'id': 'a', 'name': null} | expected str for dictionary value @ data['name']",
        "{'id': 'a', 'name': 'abc', 'size': 4} | value must be at most 3 for dictionary value"
            + " @ data['size']",
        "{'id': 'a', 'name': 'abc', 'size': -4} | value must be at least -2 for dictionary value"
            + " @ data['size']",
        "{'id': 'a', 'name': 'abc', 'size': '1'} | expected Real for dictionary value"
            + " @ data['size']",
        "{'id': 'a', 'name': 'abc', 'up': 1} | expected bool for dictionary value @ data['up']",
        "{'id': 'a', 'name': 'abc', 'owner': 'me'} | badly formed hexadecimal UUID string for"
            + " dictionary value @ data['owner']",
        "{'id': 'a', 'name': 'abc', 'at': 'then'} | Unable to convert timestamps for dictionary"
            + " value @ data['at']",
        "{'id': 'a', 'name': 'abc', 'started_at': 'then'} | not a valid value for dictionary value"
            + " @ data['started_at']",
        "{'id': 'a', 'name': 'abc', 'user_id': 3} | not a valid value for dictionary value"
            + " @ data['user_id']",
        "{'id': 'a', 'name': 'abc', 'metrics': []} | expected a dictionary for dictionary value"
            + " @ data['metrics']",
        "{'id': 'a', 'name': 'abc', 'metrics': {'cpu': 10}} | not a valid value for dictionary"
            + " value @ data['metrics']['cpu']",
        "{'id': 'a', 'name': 'abc', 'metrics': {'cpu': {'x': 'y'}}} | extra keys not allowed"
            + " @ data['metrics']['cpu']['x']",
        "{'id': 'a', 'name': 'abc', 'metrics': {'cpu': {'unit': 3}}} | expected str for dictionary"
            + " value @ data['metrics']['cpu']['unit']"
      })
  void create_malformed_isRefused(String body, String reason) throws Exception {
    Answer answer = api.post("/resource/host", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(details(answer).getString("cause")).isEqualTo("Invalid input");
    assertThat(details(answer).getString("reason")).isEqualTo(reason);
    assertThat(api.get("/resource/generic").body()).isEqualTo("[]");
  }

  @Test
  void bodies_areRefused_whereTheyAreNotJson() throws Exception {
    assertThat(api.post("/resource/generic", "{}", "Content-Type", "text/plain").status())
        .isEqualTo(415);
    Answer empty = api.post("/resource/generic", "");
    assertThat(empty.status()).isEqualTo(400);
    assertThat(details(empty).encode())
        .isEqualTo(
            "{\"cause\":\"Unable to decode body\",\"reason\":\"Expected object or value\","
                + "\"detail\":[]}");
    assertThat(api.post("/resource/generic", "{").status()).isEqualTo(400);
  }

  @Test
  void resources_areRefused_whereTheyCannotBe() throws Exception {
    assertThat(api.post("/resource/nothing", "{'id': 'a'}").status()).isEqualTo(404);
    assertThat(description(api.get("/resource/nothing")))
        .isEqualTo("Resource type nothing does not exist");
    api.post("/resource/generic", "{'id': '" + ID + "'}");
    Answer again = api.post("/resource/host", "{'id': '" + ID + "', 'name': 'abc'}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(description(again)).isEqualTo("Resource " + ID + " already exists");
    assertThat(
            description(
                api.post(
                    "/resource/generic",
                    "{'id': 'b', 'started_at': '2014-12-15', 'ended_at': '2001-12-15'}")))
        .isEqualTo("Start timestamp cannot be after end timestamp");
    assertThat(description(api.patch(GENERIC, "{'ended_at': '2001-12-15T02:59:43'}")))
        .isEqualTo(
            "Value 2001-12-15 02:59:43+00:00 for attribute ended_at on resource type generic is"
                + " invalid");
    Answer missing = api.get("/resource/generic/" + OTHER, "Accept", "*/*");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(api.get("/resource/generic/" + OTHER, "Accept", "text/plain").status())
        .isEqualTo(406);
    assertThat(api.patch("/resource/generic/" + OTHER, "{}").status()).isEqualTo(404);
    assertThat(api.delete("/resource/generic/" + OTHER).status()).isEqualTo(404);
    assertThat(api.get("/resource/generic/" + OTHER + "/history").status()).isEqualTo(404);
    assertThat(api.get("/resource/generic/" + OTHER + "/metric").status()).isEqualTo(404);
    assertThat(api.post(GENERIC + "/history", "{}").status()).isEqualTo(405);
  }

  @Test
  void missing_asText_saysWhatGnocchiSays() throws Exception {
    Answer missing =
        api.get("/resource/generic/" + OTHER, "Accept", "application/json;q=0.1, text/plain");

    assertThat(missing.body())
        .isEqualTo(
            "404 Not Found\n\nThe resource could not be found.\n\nResource "
                + OTHER
                + " does not exist\n");
  }

  @Test
  void patch_makesARevision_whereSomethingChanges() throws Exception {
    api.post("/resource/host", "{'id': '" + ID + "', 'name': 'one', 'size': 1}");
    String path = "/resource/host/" + ID;
    JsonObject first = api.get(path).json();

    assertThat(api.patch(path, "{}").json()).isEqualTo(first);
    assertThat(api.patch(path, "{'name': 'one'}").json()).isEqualTo(first);
    Answer changed = api.patch(path, "{'name': 'two', 'user_id': 'u'}");

    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().getDouble("size")).isEqualTo(1);
    Answer history = api.get(path + "/history?sort=revision_end:asc-nullslast");
    assertThat(history.each("name")).containsExactly("one", "two");
    assertThat(history.each("user_id")).containsExactly("null", "u");
    assertThat(history.each("revision_start"))
        .containsExactly(
            first.getString("revision_start"), changed.json().getString("revision_start"));
    assertThat(history.each("revision_end"))
        .containsExactly(changed.json().getString("revision_start"), "null");
    assertThat(api.patch(path, "{'user_id': null}").json().getValue("user_id")).isNull();
    assertThat(details(api.patch(path, "{'id': 'x'}")).getString("reason"))
        .isEqualTo("extra keys not allowed @ data['id']");
  }

  @Test
  void metrics_comeWithTheResource_andGoWithIt() throws Exception {
    Answer answer =
        api.post(
            "/resource/generic",
            "{'id': '"
                + ID
                + "', 'metrics': {'cpu': {'archive_policy_name': 'low', 'unit': '%'},"
                + " 'disk': {'archive_policy_name': 'low'}}}");
    String cpu = answer.json().getJsonObject("metrics").getString("cpu");
    assertThat(answer.json().getJsonObject("metrics").fieldNames()).containsExactly("cpu", "disk");

    Answer list = api.get(GENERIC + "/metric");
    assertThat(list.each("name")).containsExactly("cpu", "disk");
    assertThat(list.each("unit")).containsExactly("%", "null");
    assertThat(list.each("resource_id")).containsExactly(ID, ID);
    assertThat(api.get(GENERIC + "/metric/cpu").json().getString("shown")).isEqualTo(cpu);
    assertThat(api.get(GENERIC + "/metric/cpu/measures").json().getString("measures"))
        .isEqualTo(cpu);
    assertThat(api.post(GENERIC + "/metric/cpu/measures", "[]").json().getString("pushed"))
        .isEqualTo(cpu);
    assertThat(api.delete(GENERIC + "/metric/cpu").json().getString("deleted")).isEqualTo(cpu);
    assertThat(description(api.get(GENERIC + "/metric/no"))).isEqualTo("Metric no does not exist");
    assertThat(api.post(GENERIC + "/metric/cpu", "{}").status()).isEqualTo(405);

    assertThat(
            api.patch(GENERIC, "{'metrics': {'ram': '" + cpu + "'}}")
                .json()
                .getJsonObject("metrics"))
        .isEqualTo(new JsonObject().put("ram", cpu));
    Answer added = api.post(GENERIC + "/metric", "{'swap': {'archive_policy_name': 'low'}}");
    assertThat(added.status()).isEqualTo(200);
    assertThat(added.each("name")).containsExactly("swap", "ram");
    assertThat(api.get(GENERIC + "/history").list()).hasSize(1);

    assertThat(api.delete(GENERIC).status()).isEqualTo(204);
    assertThat(api.books.current(Tenant.DEFAULT).metrics())
        .extracting(MetricRecord::id)
        .extracting(UUID::toString)
        .doesNotContain(cpu)
        .hasSize(1); // "disk", which was taken away from the resource
    assertThat(api.books.current(Tenant.DEFAULT).deletedMetrics()).isEmpty(); // nothing is left
  }

  @Test
  void metrics_areRefused_whereTheyCannotBe() throws Exception {
    String create = "{'id': '" + ID + "', 'metrics': {";
    assertThat(
            description(
                api.post("/resource/generic", create + "'a/b': {'archive_policy_name': 'low'}}}")))
        .isEqualTo("'/' is not supported in metric name");
    assertThat(
            description(
                api.post("/resource/generic", create + "'a': {'archive_policy_name': 'none'}}}")))
        .isEqualTo("Archive policy none does not exist");
    assertThat(description(api.post("/resource/generic", create + "'a': {}}}")))
        .isEqualTo(
            "No archive policy name specified and no archive policy rule found matching the"
                + " metric name a");
    assertThat(description(api.post("/resource/generic", create + "'a': '" + OTHER + "'}}")))
        .isEqualTo("Metric " + OTHER + " does not exist");
    assertThat(api.get("/resource/generic").body()).isEqualTo("[]");

    api.post("/resource/generic", create + "'a': {'archive_policy_name': 'low'}}}");
    Answer again = api.post(GENERIC + "/metric", "{'a': {'archive_policy_name': 'low'}}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(description(again)).isEqualTo("Named metric a already exists");
    Answer foreign =
        api.send(
            "you",
            "POST",
            "/resource/generic",
            "{'id': 'x', 'metrics': {'a': '"
                + api.get(GENERIC).json().getJsonObject("metrics").getString("a")
                + "'}}");
    assertThat(foreign.status()).isEqualTo(400);
  }

  @Test
  void metrics_getThePolicyOfARule() throws Exception {
    api.send(
        "admin",
        "POST",
        "/archive_policy_rule",
        "{'name': 'r', 'metric_pattern': 'disk.*', 'archive_policy_name': 'high'}");

    api.post("/resource/generic", "{'id': '" + ID + "', 'metrics': {'disk.io': {}}}");

    assertThat(
            api.get(GENERIC + "/metric")
                .list()
                .getJsonObject(0)
                .getJsonObject("archive_policy")
                .getString("name"))
        .isEqualTo("high");
  }

  @Test
  void strangers_mayLook_butChangeNothing() throws Exception {
    api.post("/resource/generic", "{'id': '" + ID + "'}");

    assertThat(api.send("you", "GET", GENERIC, "").status()).isEqualTo(200);
    assertThat(api.send("you", "PATCH", GENERIC, "{'user_id': 'x'}").status()).isEqualTo(403);
    assertThat(api.send("you", "DELETE", GENERIC, "").status()).isEqualTo(403);
    assertThat(api.send("you", "POST", GENERIC + "/metric", "{}").status()).isEqualTo(403);
    assertThat(api.send("admin", "DELETE", GENERIC, "").status()).isEqualTo(204);
  }

  @Test
  void preconditions_decideWhatCounts() throws Exception {
    Answer created = api.post("/resource/generic", "{'id': '" + ID + "'}");
    String tag = created.header("ETag");
    String modified = created.header("Last-Modified");
    assertThat(tag).matches("\"[0-9a-f]{40}\"");
    assertThat(modified).matches("Thu, 01 Jan 2026 00:00:\\d\\d GMT");
    assertThat(api.get(GENERIC).header("ETag")).isEqualTo(tag);

    assertThat(api.get(GENERIC, "If-Match", "\"x\", " + tag).status()).isEqualTo(200);
    assertThat(api.get(GENERIC, "If-Match", "*").status()).isEqualTo(200);
    assertThat(api.get(GENERIC, "If-Match", "\"x\"").status()).isEqualTo(412);
    Answer known = api.get(GENERIC, "If-None-Match", tag);
    assertThat(known.status()).isEqualTo(304);
    assertThat(known.body()).isEmpty();
    assertThat(api.get(GENERIC, "If-None-Match", "*").status()).isEqualTo(304);
    assertThat(api.get(GENERIC, "If-None-Match", "\"x\"").status()).isEqualTo(200);
    assertThat(api.get(GENERIC, "If-Modified-Since", modified).status()).isEqualTo(304);
    assertThat(api.get(GENERIC, "If-Modified-Since", "Wed, 31 Dec 2025 00:00:00 GMT").status())
        .isEqualTo(200);
    assertThat(api.get(GENERIC, "If-Modified-Since", "soon").status()).isEqualTo(200);

    assertThat(api.patch(GENERIC, "{'user_id': 'x'}", "If-Match", "\"x\"").status()).isEqualTo(412);
    assertThat(api.patch(GENERIC, "{'user_id': 'x'}", "If-None-Match", tag).status())
        .isEqualTo(412);
    Answer late =
        api.patch(
            GENERIC, "{'user_id': 'x'}", "If-Unmodified-Since", "Wed, 31 Dec 2025 00:00:00 GMT");
    assertThat(late.status()).isEqualTo(412);
    Answer changed =
        api.patch(GENERIC, "{'user_id': 'x'}", "If-Match", tag, "If-Unmodified-Since", modified);
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.header("ETag")).isNotEqualTo(tag);
    assertThat(api.delete(GENERIC, "If-Match", tag).status()).isEqualTo(412);
    assertThat(api.delete(GENERIC, "If-Match", changed.header("ETag")).status()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'eq': {'started_at': '2014-08-04'}}",
        "{'in': {'id': ['" + ID + "', '" + OTHER + "', 'not one']}}"
      })
  void deleteAll_ofAFilter_saysHowMany(String filter) throws Exception {
    for (String id : List.of(ID, OTHER)) {
      api.post("/resource/generic", "{'id': '" + id + "', 'started_at': '2014-08-04'}");
    }
    api.post("/resource/generic", "{'id': 'stays'}");

    Answer answer = api.send("me", "DELETE", "/resource/generic", filter);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"deleted\": 2}");
    assertThat(api.get("/resource/generic").each("original_resource_id")).containsExactly("stays");
  }

  @Test
  void deleteAll_withoutAFilter_isRefused() throws Exception {
    api.post("/resource/generic", "{'id': '" + ID + "'}");
    for (String filter : List.of("", "{}", "{'and': []}", "{'in': {'id': []}}", "[1, 2]")) {
      assertThat(api.send("me", "DELETE", "/resource/generic", filter).status())
          .as(filter)
          .isEqualTo(400);
    }
    assertThat(api.delete("/resource/generic?filter=id%20in%20%5B" + ID + "%5D").body())
        .isEqualTo("{\"deleted\": 1}");
  }

  @Test
  void implied_isShown_andIsAnyOtherOnceSomebodyChangesIt() throws Exception {
    Labels labels = Labels.of("__name__", "up", "job", "web", "instance", "h:1");
    int[] _ =
        api.storage
            .catalog()
            .register(
                0,
                List.of(
                    Metric.of(
                        Tenant.DEFAULT,
                        labels,
                        "low",
                        ResourceRef.ofLabels("prometheus", labels, List.of("job", "instance")),
                        null)));
    api.follower.catchUp();

    assertThat(api.get("/resource_type").each("name"))
        .containsExactly("generic", "host", "prometheus");
    assertThat(api.get("/resource/prometheus").each("instance")).containsExactly("h:1");
    JsonObject shown = api.get("/resource/prometheus/web@h:1").json();
    assertThat(shown.getString("job")).isEqualTo("web");
    assertThat(shown.getValue("creator")).isNull();
    assertThat(shown.getString("started_at")).isEqualTo("1970-01-01T00:00:00+00:00");
    assertThat(shown.getJsonObject("metrics").fieldNames()).containsExactly("up");
    assertThat(api.patch("/resource/prometheus/web@h:1", "{'user_id': 'u'}").status())
        .isEqualTo(403);

    Answer changed = api.send("admin", "PATCH", "/resource/prometheus/web@h:1", "{'user_id': 'u'}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().getString("id")).isEqualTo(shown.getString("id"));
    assertThat(changed.json().getJsonObject("metrics")).isEqualTo(shown.getJsonObject("metrics"));
    assertThat(api.get("/resource/prometheus/web@h:1/history").each("user_id"))
        .containsExactlyInAnyOrder("null", "u");

    assertThat(api.send("admin", "DELETE", "/resource/prometheus/web@h:1", "").status())
        .isEqualTo(204);
    assertThat(api.index.size()).isZero();
    assertThat(api.get("/resource/prometheus").status()).isEqualTo(200);
    assertThat(api.get("/resource/generic").body()).isEqualTo("[]");
  }
}
