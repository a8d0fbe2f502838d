package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.http.HttpConfig;
import orzo.http.HttpListener;
import orzo.http.TenantHeader;
import orzo.http.access.Authentication;
import orzo.metric.BuiltInPolicies;
import orzo.metric.Labels;
import orzo.policy.PolicyBook;
import orzo.policy.PolicyEditor;
import orzo.promql.syntax.PromQlParser;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;
import orzo.storage.OutageLog;
import orzo.storage.PolicyChange;
import orzo.wire.ByteBudget;

class GnocchiApiTest {
  private static final String MINUTELY =
      "{'name': 'minutely', 'definition': [{'granularity': '1 minute', 'points': 20},"
          + " {'granularity': 3600}]}";

  private final InMemoryStorage storage = new InMemoryStorage(1, () -> 0);
  private final PolicyBook book =
      new PolicyBook(
          storage.policies(),
          "standard",
          false,
          Duration.ofDays(1),
          new OutageLog(System::nanoTime));
  private final Map<String, Long> metrics = new HashMap<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpListener listener;

  @BeforeEach
  void start() {
    book.start();
    GnocchiApi api =
        new GnocchiApi(
            new GnocchiSettings(
                Authentication.NONE,
                new TenantHeader("X-Tenant"),
                false,
                100,
                new ByteBudget(8 << 20)),
            List.of(
                new PolicyApi(
                    book,
                    new PolicyEditor(
                        storage.policies(), book, name -> metrics.getOrDefault(name, 0L)),
                    text -> PromQlParser.parseSelector(text).matchers())));
    listener =
        new HttpListener(
            HttpConfig.of("127.0.0.1", 0), new PrometheusRegistry(), List.of(api::mount));
    listener.start();
  }

  @AfterEach
  void stop() {
    client.close();
    listener.close();
    book.close();
  }

  private record Answer(int status, String body, HttpResponse<String> response) {
    JsonObject json() {
      return new JsonObject(body);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /** Sends a request; single quotes in its body stand for double ones. */
  private Answer send(String method, String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + "/v1" + path))
            .method(
                method,
                body.isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body.replace('\'', '"')));
    boolean typed = false;
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
      typed |= headers[i].equals("Content-Type");
    }
    if (!typed) {
      request.header("Content-Type", "application/json");
    }
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body(), response);
  }

  private Answer get(String path, String... headers) throws Exception {
    return send("GET", path, "", headers);
  }

  private Answer post(String path, String body, String... headers) throws Exception {
    return send("POST", path, body, headers);
  }

  private Answer patch(String path, String body, String... headers) throws Exception {
    return send("PATCH", path, body, headers);
  }

  private Answer delete(String path) throws Exception {
    return send("DELETE", path, "");
  }

  @Test
  void list_whereNothingIs_isEmpty() throws Exception {
    Answer answer = get("/archive_policy");

    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.body).isEqualTo("[]");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(get("/archive_policy_rule").body).isEqualTo("[]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "text/html", "application/json;q=0, text/*"})
  void anything_forAClientThatDoesNotTakeJson_is406(String accept) throws Exception {
    assertThat(get("/archive_policy", "Accept", accept).status).isEqualTo(406);
    assertThat(post("/archive_policy", MINUTELY, "Accept", accept).status).isEqualTo(406);
    assertThat(book.policies()).isEmpty();
  }

  @Test
  void createPolicy_computesWhatIsNotStated_andSaysWhereItIs() throws Exception {
    Answer created = post("/archive_policy", MINUTELY);

    assertThat(created.status).as(created.body).isEqualTo(201);
    assertThat(created.header("Location"))
        .isEqualTo("http://127.0.0.1:" + listener.port() + "/v1/archive_policy/minutely");
    assertThat(created.body)
        .isEqualTo(
            ("{'name': 'minutely', 'back_window': 0, 'definition': ["
                    + "{'timespan': '0:20:00', 'granularity': '0:01:00', 'points': 20}, "
                    + "{'timespan': null, 'granularity': '1:00:00', 'points': null}], "
                    + "'aggregation_methods': ['mean', 'min', 'max', 'sum', 'std', 'count'], "
                    + "'raw': '0:00:00'}")
                .replace('\'', '"'));
    assertThat(get("/archive_policy/minutely").body).isEqualTo(created.body);
    assertThat(get("/archive_policy").body).isEqualTo("[" + created.body + "]");
  }

  @Test
  void createPolicy_withEverything_isKept() throws Exception {
    Answer created =
        post(
            "/archive_policy",
            "{'name': 'p', 'back_window': '2', 'raw': '2 days',"
                + " 'aggregation_methods': ['-std', '+95pct', '+increase'],"
                + " 'definition': [{'timespan': '1 hour', 'points': 1000.9}]}");

    assertThat(created.status).as(created.body).isEqualTo(201);
    JsonObject json = created.json();
    assertThat(json.getInteger("back_window")).isEqualTo(2);
    assertThat(json.getString("raw")).isEqualTo("2 days, 0:00:00");
    assertThat(json.getJsonArray("aggregation_methods"))
        .isEqualTo(
            new JsonArray(List.of("mean", "min", "max", "sum", "count", "95pct", "increase")));
    assertThat(json.getJsonArray("definition").getJsonObject(0).getString("granularity"))
        .isEqualTo("0:00:03.600000");
  }

  @Test
  void createPolicy_rawOnly_needsNoDefinition() throws Exception {
    Answer created = post("/archive_policy", "{'name': 'week', 'raw': '7 days'}");

    assertThat(created.status).as(created.body).isEqualTo(201);
    assertThat(created.json().getJsonArray("definition")).isEmpty();
    assertThat(created.json().getJsonArray("aggregation_methods")).isEmpty();
  }

  @Test
  void createPolicy_nameOfAnyLetters_isFoundByItsLocation() throws Exception {
    Answer created = post("/archive_policy", MINUTELY.replace("minutely", "zwölf Töpfe/€ 100%+?#"));

    assertThat(created.header("Location"))
        .endsWith("/v1/archive_policy/zw%C3%B6lf%20T%C3%B6pfe%2F%E2%82%AC%20100%25%2B%3F%23");
    Answer found = get(created.header("Location").replaceAll(".*/v1", ""));
    assertThat(found.status).isEqualTo(200);
    assertThat(found.json().getString("name")).isEqualTo("zwölf Töpfe/€ 100%+?#");
  }

  @Test
  void createPolicy_again_is409() throws Exception {
    post("/archive_policy", MINUTELY);
    Answer again = post("/archive_policy", MINUTELY);

    assertThat(again.status).isEqualTo(409);
    assertThat(again.body).isEqualTo("409 Conflict\n\nArchive policy minutely already exists\n");
    assertThat(again.header("Content-Type")).startsWith("text/plain");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'x': 1} | extra keys not allowed @ data['x'] | ['x']",
        "[] | expected a dictionary | []",
        "null | expected a dictionary | []",
        "{'name': 'p'} | required key not provided @ data['definition'] | ['definition']",
        "{'name': 'p', 'definition': []}"
            + " | length of value must be at least 1 for dictionary value @ data['definition']"
            + " | ['definition']",
        "{'name': 'p', 'definition': 'x'}"
            + " | expected a list for dictionary value @ data['definition'] | ['definition']",
        "{'name': 'p', 'definition': [3]}"
            + " | expected a dictionary @ data['definition'][0] | ['definition', '0']",
        "{'name': 'p', 'definition': [{'points': 1, 'x': 1}]}"
            + " | extra keys not allowed @ data['definition'][0]['x']"
            + " | ['definition', '0', 'x']",
        "{'name': 'p', 'definition': [{'granularity': 1}, {'granularity': 0}]}"
            + " | Timespan must be positive for dictionary value"
            + " @ data['definition'][1]['granularity']"
            + " | ['definition', '1', 'granularity']",
        "{'name': 'p', 'definition': [{'granularity': '1 shenanigan'}]}"
            + " | Unable to parse timespan for dictionary value"
            + " @ data['definition'][0]['granularity']"
            + " | ['definition', '0', 'granularity']",
        "{'name': 'p', 'definition': [{'granularity': 1e400}]}"
            + " | Unable to parse timespan for dictionary value"
            + " @ data['definition'][0]['granularity']"
            + " | ['definition', '0', 'granularity']",
        "{'name': 'p', 'definition': [{'granularity': 9, 'points': 0}]}"
            + " | value must be at least 1 for dictionary value @ data['definition'][0]['points']"
            + " | ['definition', '0', 'points']",
        "{'name': 'p', 'definition': [{'granularity': 9, 'points': true}]}"
            + " | expected int for dictionary value @ data['definition'][0]['points']"
            + " | ['definition', '0', 'points']",
        "{'name': 7, 'definition': [{'granularity': 9}]}"
            + " | expected str for dictionary value @ data['name'] | ['name']",
        "{'name': 'p', 'back_window': -1, 'definition': [{'granularity': 9}]}"
            + " | value must be at least 0 for dictionary value @ data['back_window']"
            + " | ['back_window']",
        "{'name': 'p', 'raw': -1, 'definition': [{'granularity': 9}]}"
            + " | Timespan must not be negative for dictionary value @ data['raw'] | ['raw']",
        "{'name': 'p', 'aggregation_methods': 'max', 'definition': [{'granularity': 9}]}"
            + " | expected a list for dictionary value @ data['aggregation_methods']"
            + " | ['aggregation_methods']",
        "{'name': 'p', 'aggregation_methods': ['-mean', '-min', '-max', '-sum', '-std', '-count'],"
            + " 'definition': [{'granularity': 9}]}"
            + " | no method is left for dictionary value @ data['aggregation_methods']"
            + " | ['aggregation_methods']"
      })
  void createPolicy_malformed_is400AndNamesThePart(String body, String reason, String path)
      throws Exception {
    Answer answer = post("/archive_policy", body, "Accept", "application/json");

    assertThat(answer.status).isEqualTo(400);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    JsonObject description = answer.json().getJsonObject("description");
    assertThat(answer.json().getInteger("code")).isEqualTo(400);
    assertThat(answer.json().getString("title")).isEqualTo("Bad Request");
    assertThat(description.getString("cause")).isEqualTo("Invalid input");
    assertThat(description.getString("reason")).isEqualTo(reason);
    assertThat(description.getJsonArray("detail"))
        .isEqualTo(new JsonArray(path.replace('\'', '"')));
    assertThat(book.policies()).isEmpty();
  }

  @Test
  void createPolicy_unknownMethod_is400AndNamesIt() throws Exception {
    Answer answer =
        post(
            "/archive_policy",
            "{'name': 'p', 'aggregation_methods': ['max', '+wtf'],"
                + " 'definition': [{'granularity': 9}]}",
            "Accept",
            "application/json");

    assertThat(answer.status).isEqualTo(400);
    assertThat(answer.json().getJsonObject("description").getString("reason"))
        .isEqualTo("not a valid value @ data['aggregation_methods'][1]");
    assertThat(answer.json().getJsonObject("description").getString("explanation"))
        .startsWith("aggregation method 'wtf' (expected: mean,");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'granularity': 1, 'points': 60, 'timespan': '0:01:01'}"
            + " | timespan ≠ granularity × points",
        "{'granularity': '2 hour', 'timespan': '1 hour'} | timespan: PT1H (expected: >= the",
        "{'points': 3} | expected: a granularity, or points and timespan",
        "{'granularity': 9}, {'granularity': 9, 'points': 2}"
            + " | More than one archive policy uses granularity `9.0'",
        "{'granularity': 0.0001} | granularity: PT0.0001S (expected: whole milliseconds",
        "{'granularity': '5000000 days'} | granularity: PT120000000H (expected: whole"
      })
  void createPolicy_thatNoneCanBe_is400AndSaysWhy(String definition, String message)
      throws Exception {
    Answer answer = post("/archive_policy", "{'name': 'p', 'definition': [" + definition + "]}");

    assertThat(answer.status).isEqualTo(400);
    assertThat(answer.body).startsWith("400 Bad Request\n\n").contains(message);
  }

  @Test
  void createPolicy_noJson_isRefused() throws Exception {
    Answer typed = post("/archive_policy", MINUTELY, "Content-Type", "text/plain");
    assertThat(typed.status).isEqualTo(415);
    assertThat(typed.body).contains("Unsupported Media Type");

    Answer broken = post("/archive_policy", "{'name': ", "Accept", "application/json");
    assertThat(broken.status).isEqualTo(400);
    assertThat(broken.json().getJsonObject("description").getString("cause"))
        .isEqualTo("Unable to decode body");
    assertThat(post("/archive_policy", "").status).isEqualTo(400);
    assertThat(post("/archive_policy", "{}{}").status).isEqualTo(400);
    assertThat(post("/archive_policy", "[".repeat(100_000)).status).isEqualTo(400);
  }

  @Test
  void createPolicy_moreThanAMebibyte_is413() throws Exception {
    String tooLong = "{'name': '" + "x".repeat(1 << 20) + "'}";

    assertThat(post("/archive_policy", tooLong).status).isEqualTo(413);
  }

  @Test
  void updatePolicy_pointsAndBackWindow_areChanged() throws Exception {
    post("/archive_policy", MINUTELY);
    Answer updated =
        patch(
            "/archive_policy/minutely",
            "{'back_window': 3, 'definition': [{'granularity': '1 minute', 'points': 50},"
                + " {'granularity': '1 hour', 'timespan': '1 day'}]}");

    assertThat(updated.status).as(updated.body).isEqualTo(200);
    assertThat(updated.json().getInteger("back_window")).isEqualTo(3);
    assertThat(updated.json().getJsonArray("definition").encode())
        .isEqualTo(
            "[{\"timespan\":\"0:50:00\",\"granularity\":\"0:01:00\",\"points\":50},"
                + "{\"timespan\":\"1 day, 0:00:00\",\"granularity\":\"1:00:00\",\"points\":24}]");
    assertThat(get("/archive_policy/minutely").body).isEqualTo(updated.body);
  }

  @Test
  void updatePolicy_whatAnAnswerSaid_changesNothing() throws Exception {
    Answer created = post("/archive_policy", MINUTELY);
    JsonObject same = created.json().copy();
    same.remove("name");
    same.remove("aggregation_methods");

    assertThat(patch("/archive_policy/minutely", same.encode()).body).isEqualTo(created.body);
  }

  @Test
  void updatePolicy_rawAlone_keepsTheRest() throws Exception {
    post("/archive_policy", MINUTELY);
    Answer updated = patch("/archive_policy/minutely", "{'raw': 3600}");

    assertThat(updated.status).as(updated.body).isEqualTo(200);
    assertThat(updated.json().getString("raw")).isEqualTo("1:00:00");
    assertThat(updated.json().getJsonArray("definition")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'granularity': 60} | Archive policy minutely does not support change:"
            + " Cannot add or drop granularities",
        "{'granularity': 30}, {'granularity': 3600} | Archive policy minutely does not support"
            + " change: 60.0 granularity interval was changed",
        "{'granularity': 60, 'points': 2, 'timespan': 60}, {'granularity': 3600}"
            + " | timespan ≠ granularity × points"
      })
  void updatePolicy_beyondItsLimits_is400(String definition, String message) throws Exception {
    Answer before = post("/archive_policy", MINUTELY);
    Answer answer = patch("/archive_policy/minutely", "{'definition': [" + definition + "]}");

    assertThat(answer.status).isEqualTo(400);
    assertThat(answer.body).contains(message);
    assertThat(get("/archive_policy/minutely").body).isEqualTo(before.body);
  }

  @Test
  void updatePolicy_withoutDefinitionOrRaw_is400() throws Exception {
    post("/archive_policy", MINUTELY);

    assertThat(patch("/archive_policy/minutely", "{'back_window': 1}").status).isEqualTo(400);
    assertThat(patch("/archive_policy/minutely", "{'name': 'x', 'raw': 1}").status).isEqualTo(400);
  }

  @Test
  void anythingOfAPolicyThatIsNot_is404() throws Exception {
    Answer answer = get("/archive_policy/%E2%9C%94", "Accept", "application/json");
    assertThat(answer.status).isEqualTo(404);
    assertThat(answer.json().getString("description")).isEqualTo("Archive policy ✔ does not exist");
    assertThat(patch("/archive_policy/absent", "{}").status).isEqualTo(404);
    assertThat(delete("/archive_policy/absent").body)
        .isEqualTo(
            """
            404 Not Found

            The resource could not be found.

            Archive policy absent does not exist
            """);
  }

  @Test
  void deletePolicy_thatNothingUses_is204AndGone() throws Exception {
    post("/archive_policy", MINUTELY);
    Answer deleted = delete("/archive_policy/minutely");

    assertThat(deleted.status).isEqualTo(204);
    assertThat(deleted.body).isEmpty();
    assertThat(get("/archive_policy/minutely").status).isEqualTo(404);
  }

  @Test
  void deletePolicy_inUse_is400() throws Exception {
    post("/archive_policy", MINUTELY);
    metrics.put("minutely", 2L);

    Answer refused = delete("/archive_policy/minutely");
    assertThat(refused.status).isEqualTo(400);
    assertThat(refused.body).contains("Archive policy minutely is still in use by 2 metrics");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /archive_policy",
    "DELETE, /archive_policy",
    "POST, /archive_policy/x",
    "PUT, /archive_policy/x",
    "PUT, /archive_policy_rule/x"
  })
  void otherMethods_are405(String method, String path) throws Exception {
    assertThat(send(method, path, "{}").status).isEqualTo(405);
  }

  @Test
  void rules_areMadeRenamedAndDeleted() throws Exception {
    post("/archive_policy", MINUTELY);
    Answer created = rule("any", "*", "");
    assertThat(created.status).as(created.body).isEqualTo(201);
    assertThat(created.header("Location")).endsWith("/v1/archive_policy_rule/any");
    assertThat(created.json())
        .isEqualTo(
            new JsonObject()
                .put("name", "any")
                .put("metric_pattern", "*")
                .put("archive_policy_name", "minutely"));
    rule("deep", "disk.io.*", "");
    rule("disk", "disk.*", "");

    assertThat(names()).containsExactly("deep", "disk", "any");
    assertThat(rule("any", "x", "").status).isEqualTo(409);
    assertThat(delete("/archive_policy/minutely").body).contains("the rules deep, disk, any");

    Answer renamed = patch("/archive_policy_rule/any", "{'name': 'all'}");
    assertThat(renamed.status).isEqualTo(200);
    assertThat(renamed.json().getString("metric_pattern")).isEqualTo("*");
    assertThat(get("/archive_policy_rule/all").json()).isEqualTo(renamed.json());
    assertThat(get("/archive_policy_rule/any").status).isEqualTo(404);
    assertThat(patch("/archive_policy_rule/any", "{'name': 'x'}").status).isEqualTo(404);
    Answer taken = patch("/archive_policy_rule/all", "{'name': 'disk'}");
    assertThat(taken.status).isEqualTo(400);
    assertThat(taken.body)
        .contains(
            "Archive policy rule all does not support change:"
                + " Archive policy rule disk already exists.");
    assertThat(patch("/archive_policy_rule/all", "").status).isEqualTo(400);

    assertThat(delete("/archive_policy_rule/all").status).isEqualTo(204);
    Answer gone = delete("/archive_policy_rule/all");
    assertThat(gone.status).isEqualTo(404);
    assertThat(gone.body).contains("Archive policy rule all does not exist");
  }

  @Test
  void createRule_withASelector_choosesByLabels() throws Exception {
    post("/archive_policy", MINUTELY);
    Answer created = rule("db", "*", "{host=~\\'db[0-9]+\\', env!=\\'\\'}");

    assertThat(created.status).as(created.body).isEqualTo(201);
    assertThat(created.json().getString("selector")).isEqualTo("{host=~\"db[0-9]+\", env!=\"\"}");
    assertThat(book.policyFor(Labels.of("__name__", "up", "host", "db7", "env", "live")))
        .isEqualTo("minutely");
    assertThat(book.policyFor(Labels.of("__name__", "up", "host", "db7"))).isEqualTo("standard");
  }

  @Test
  void createRule_malformed_is400() throws Exception {
    post("/archive_policy", MINUTELY);
    Answer noPolicy =
        post(
            "/archive_policy_rule",
            "{'name': 'r', 'metric_pattern': '*', 'archive_policy_name': 'absent'}",
            "Accept",
            "application/json");
    assertThat(noPolicy.status).isEqualTo(400);
    assertThat(noPolicy.json().getJsonObject("description"))
        .isEqualTo(
            new JsonObject().put("cause", "Archive policy does not exist").put("detail", "absent"));

    assertThat(post("/archive_policy_rule", "{'whaa': 1}").body)
        .contains("extra keys not allowed @ data['whaa']");
    assertThat(post("/archive_policy_rule", "{'name': 'r', 'metric_pattern': '*'}").body)
        .contains("required key not provided @ data['archive_policy_name']");
    assertThat(rule("r", "*", "{host=").body).contains("data['selector']");
    assertThat(rule("r", "*", "{host=~\\'(\\'}").status).isEqualTo(400);
    assertThat(book.rules()).isEmpty();
  }

  @Test
  void list_ofWhatAnotherNodeChanged_isOfNow() throws Exception {
    assertThat(
            storage.policies().change(0, List.of(new PolicyChange.PutPolicy(BuiltInPolicies.BOOL))))
        .isTrue();

    assertThat(get("/archive_policy/bool").json().getInteger("back_window")).isEqualTo(3600);
  }

  @Test
  void anything_whileStorageIsAway_is503WithRetryAfter() throws Exception {
    storage.failNext(Operation.READ_POLICIES, new GatewayException(Kind.UNAVAILABLE, "gone"));
    Answer away = get("/archive_policy");
    assertThat(away.status).isEqualTo(503);
    assertThat(away.header("Retry-After")).isEqualTo("5");
    assertThat(away.body).isEqualTo("503 Service Unavailable\n\ngone\n");

    storage.failNext(
        Operation.CHANGE_POLICIES, new GatewayException(Kind.UNAVAILABLE, "gone again"));
    assertThat(post("/archive_policy", MINUTELY).status).isEqualTo(503);
    assertThat(post("/archive_policy", MINUTELY).status).isEqualTo(201);
  }

  private Answer rule(String name, String pattern, String selector) throws Exception {
    return post(
        "/archive_policy_rule",
        "{'name': '"
            + name
            + "', 'metric_pattern': '"
            + pattern
            + "', 'archive_policy_name': 'minutely'"
            + (selector.isEmpty() ? "" : ", 'selector': '" + selector + "'")
            + "}");
  }

  private List<String> names() throws Exception {
    return new JsonArray(get("/archive_policy_rule").body)
        .stream().map(rule -> ((JsonObject) rule).getString("name")).toList();
  }
}
