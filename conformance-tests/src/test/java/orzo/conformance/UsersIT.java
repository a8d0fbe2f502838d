package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.conformance.prometheus.Json;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.GatewayServer;

/**
 * A gateway with {@code auth.mode=users}: who is let in, by which protocol, and what users of
 * several projects see and may do of each other's.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class UsersIT {
  // Each password is the name followed by "-secret", each token "token-of-" followed by the name;
  // the hashes are of Python's crypt and hashlib. alice and carol work for one project, bob for
  // another.
  private static final String USERS =
      """
      users:
        - name: root
          password: "$2a$04$......................CTvDRCg82bQwehFVkoA4nk6meCrUI3e"
          roles: [admin]
          tenants: ["*"]
        - name: alice
          password: "$2b$04$abcdefghijklmnopqrstuuHCSenwm8buK215m4R4q2ZmPL95d0lX2"
          tokens: ["sha256:19c28a50b1a09097592e7ceddb7e0771ff4d469747541a7536579eef857e05ce"]
          project: shop
        - name: carol
          tokens: ["%s"]
          project: shop
        - name: collector
          tokens: ["sha256:6a9bc7f22196146e9de59387f9ec22665f6bc654406d3020a4033cf91e5d7a2e"]
          project: services
          roles: [service]
      """
          .formatted(sha256("token-of-carol"));

  private static final String BOB =
      """
        - name: bob
          password: "$2y$05$zyxwvutsrqponmlkjihgfu7H29Z33PfcnaGtjmPkw2pjjUy2gDAl6"
          project: bank
      """;

  private static final String ROOT = password("root");
  private static final String ALICE = password("alice");
  private static final String CAROL = "Bearer token-of-carol";
  private static final String COLLECTOR = "Bearer token-of-collector";
  private static final String BOBS = password("bob");
  private static final String NOBODY = "";

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static Path users;
  private static GatewayServer gateway;

  @BeforeAll
  static void start() throws IOException {
    users = Workspace.directory("UsersIT-users").resolve("users.yaml");
    Files.writeString(users, USERS + BOB);
    gateway =
        Workspace.gateway(
            "UsersIT",
            Map.of(
                "auth.mode", "users",
                "auth.users-file", users.toString(),
                "http.admin-api", "true"));
    gateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static String password(String user) {
    byte[] credentials = (user + ":" + user + "-secret").getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(credentials);
  }

  private static String sha256(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Reply(int status, String text) {
    Json json() {
      return Json.parse(text);
    }
  }

  private static Reply send(HttpRequest request) {
    try {
      HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpRequest.Builder request(String who, URI url) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofSeconds(60))
            .header("Accept", "application/json");
    return who.isEmpty() ? request : request.header("Authorization", who);
  }

  private static Reply call(String who, String method, String path, String body) {
    return send(
        request(who, gateway.url().resolve(path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build());
  }

  private static Reply get(String who, String path) {
    return call(who, "GET", path, "");
  }

  private static int status(String who, String method, String path, String body) {
    return call(who, method, path, body).status;
  }

  private static Reply write(String who, URI url, String tenant, String name) {
    byte[] labels = WriteRequestBody.encodeLabels("__name__", name, "job", "j", "instance", "i");
    HttpRequest.Builder request =
        request(who, url)
            .header("Content-Type", "application/x-protobuf")
            .POST(
                BodyPublishers.ofByteArray(
                    new WriteRequestBody().add(labels, 1_000, 7).compressed()));
    return send((tenant.isEmpty() ? request : request.header("X-Scope-OrgID", tenant)).build());
  }

  private static Reply query(String who, String expression) {
    return get(who, PrometheusClient.path("/api/v1/query", "query", expression, "time", "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/metrics",
        "/api/v1/query?query=1",
        "/prometheus/api/v1/labels",
        "/api/v1/status/config",
        "/federate",
        "/api/v1/admin/tsdb/delete_series",
        "/v1/metric",
        "/v1/resource/generic",
        "/v1/capabilities"
      })
  void everything_wantsAUser(String path) {
    assertThat(get(NOBODY, path).status).isEqualTo(401);
    assertThat(get(password("mallory"), path).status).isEqualTo(401);
    assertThat(get("Bearer token-of-mallory", path).status).isEqualTo(401);
    assertThat(get(ROOT, path).status).isNotEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/-/healthy", "/-/ready"})
  void health_isToldToAnybody(String path) {
    assertThat(get(NOBODY, path).status).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "http, /api/v1/write",
    "http, /v1/prometheus/write",
    "write, /api/v1/write",
    "write, /api/v1/receive"
  })
  void prometheusAndGrafana_writeAndRead(String listener, String path) {
    URI url = (listener.equals("http") ? gateway.url() : gateway.writeUrl()).resolve(path);
    String name = listener + path.replace('/', '_');
    assertThat(write(NOBODY, url, "", name).status).isEqualTo(401);
    assertThat(write(password("mallory"), url, "", name).status).isEqualTo(401);
    assertThat(write(ALICE, url, "team-a", name).status).isEqualTo(403);
    assertThat(query(ALICE, name).json().get("data").get("result").list()).isEmpty();

    assertThat(write(ALICE, url, "", name).status).isIn(202, 204);
    assertThat(write("Bearer token-of-alice", url, "default", name).status).isIn(202, 204);
    for (String who : List.of(ALICE, "Bearer token-of-alice", COLLECTOR)) {
      Reply answer = query(who, name);
      assertThat(answer.json().get("data").get("result").list()).as(answer.text).hasSize(1);
    }
  }

  @Test
  void administration_isForAdministrators() {
    String path = "/api/v1/admin/tsdb/delete_series?match%5B%5D=nothing_like_it";
    assertThat(status(ALICE, "POST", path, "")).isEqualTo(403);
    assertThat(status(COLLECTOR, "POST", path, "")).isEqualTo(403);
    assertThat(status(ROOT, "POST", path, "")).isEqualTo(204);
  }

  @Test
  void policiesAndTypes_areForAdministratorsAndServices() {
    String policy =
        "{\"name\": \"of-root\", \"definition\": [{\"granularity\": 60, \"points\": 5}]}";
    assertThat(status(ALICE, "POST", "/v1/archive_policy", policy)).isEqualTo(403);
    assertThat(status(COLLECTOR, "POST", "/v1/archive_policy", policy)).isEqualTo(201);
    assertThat(get(ALICE, "/v1/archive_policy/of-root").status).isEqualTo(200);
    assertThat(status(COLLECTOR, "DELETE", "/v1/archive_policy/of-root", "")).isEqualTo(403);
    assertThat(status(ROOT, "DELETE", "/v1/archive_policy/of-root", "")).isEqualTo(204);

    assertThat(status(ALICE, "POST", "/v1/resource_type", "{\"name\": \"car\"}")).isEqualTo(403);
    assertThat(status(COLLECTOR, "POST", "/v1/resource_type", "{\"name\": \"car\"}"))
        .isEqualTo(201);
    assertThat(get(BOBS, "/v1/resource_type/car").status).isEqualTo(200);
    assertThat(status(COLLECTOR, "DELETE", "/v1/resource_type/car", "")).isEqualTo(403);
    assertThat(status(ROOT, "DELETE", "/v1/resource_type/car", "")).isEqualTo(204);
  }

  @Test
  void metric_isItsCreatorsAndTheProjects() {
    String body = "{\"archive_policy_name\": \"low\", \"name\": \"owned\"}";
    Reply created = call(ALICE, "POST", "/v1/metric", body);
    assertThat(created.status).as(created.text).isEqualTo(201);
    Json metric = created.json();
    assertThat(metric.get("creator").text()).isEqualTo("alice:shop");
    assertThat(metric.get("created_by_user_id").text()).isEqualTo("alice");
    assertThat(metric.get("created_by_project_id").text()).isEqualTo("shop");
    String id = metric.get("id").text();
    String path = "/v1/metric/" + id;
    String measures = "[{\"timestamp\": \"2026-01-01T00:00:00\", \"value\": 1}]";
    String batch = "{\"" + id + "\": " + measures + "}";

    for (String who : List.of(ALICE, CAROL, ROOT)) {
      assertThat(ids(get(who, "/v1/metric"))).contains(id);
      assertThat(get(who, path).status).isEqualTo(200);
      assertThat(status(who, "POST", path + "/measures", measures)).isEqualTo(202);
      assertThat(get(who, path + "/measures").status).isEqualTo(200);
    }
    assertThat(ids(get(BOBS, "/v1/metric"))).doesNotContain(id);
    for (String who : List.of(ALICE, CAROL, ROOT, COLLECTOR)) {
      assertThat(seenInPromQl(who, id)).as(who).isEqualTo(3);
    }
    assertThat(seenInPromQl(BOBS, id)).isZero();
    assertThat(get(BOBS, path).status).isEqualTo(403);
    assertThat(get(BOBS, path + "/measures").status).isEqualTo(403);
    assertThat(status(BOBS, "POST", path + "/measures", measures)).isEqualTo(403);
    assertThat(status(BOBS, "POST", "/v1/batch/metrics/measures", batch)).isEqualTo(403);
    String aggregates = "{\"operations\": \"(metric " + id + " mean)\"}";
    assertThat(status(BOBS, "POST", "/v1/aggregates", aggregates)).isEqualTo(403);
    assertThat(status(CAROL, "POST", "/v1/aggregates", aggregates)).isEqualTo(200);
    assertThat(status(BOBS, "DELETE", path, "")).isEqualTo(403);

    assertThat(ids(get(COLLECTOR, "/v1/metric")))
        .as("services are shown it by id only")
        .doesNotContain(id);
    assertThat(get(COLLECTOR, path).status).isEqualTo(200);
    assertThat(status(COLLECTOR, "POST", "/v1/batch/metrics/measures", batch)).isEqualTo(202);
    assertThat(status(COLLECTOR, "DELETE", path, "")).isEqualTo(403);
    assertThat(status(CAROL, "DELETE", path, "")).isEqualTo(204);
  }

  /** How many of three ways to ask for a metric by labels find it. */
  private static int seenInPromQl(String who, String metric) {
    String time = Long.toString(Instant.parse("2026-01-01T00:00:00Z").getEpochSecond());
    Reply samples =
        get(who, PrometheusClient.path("/api/v1/query", "query", "owned", "time", time));
    Reply series = get(who, PrometheusClient.path("/api/v1/series", "match[]", "owned"));
    Reply values = get(who, "/api/v1/label/metric_id/values");
    int found = samples.json().get("data").get("result").list().size();
    found += series.json().get("data").list().size();
    return found + (values.json().get("data").texts().contains(metric) ? 1 : 0);
  }

  private static List<String> ids(Reply list) {
    assertThat(list.status).as(list.text).isEqualTo(200);
    return list.json().list().stream().map(one -> one.get("id").text()).toList();
  }

  @Test
  void resource_isItsCreatorsTheProjectsAndTheOwners() {
    String id = "0f1e2d3c-4b5a-4968-8776-655443322110";
    Reply created =
        call(
            ALICE,
            "POST",
            "/v1/resource/generic",
            """
            {"id": "%s", "project_id": "bank", "metrics": {"load": {"archive_policy_name": "low"}}}
            """
                .formatted(id));
    assertThat(created.status).as(created.text).isEqualTo(201);
    String metric = created.json().get("metrics").get("load").text();
    String path = "/v1/resource/generic/" + id;
    String change = "{\"user_id\": \"u\"}";

    for (String who : List.of(ALICE, CAROL, ROOT, BOBS)) {
      assertThat(get(who, path).status).isEqualTo(200);
      assertThat(get(who, path + "/history").status).isEqualTo(200);
      assertThat(ids(get(who, "/v1/resource/generic"))).contains(id);
      assertThat(
              ids(
                  call(
                      who,
                      "POST",
                      "/v1/search/resource/generic",
                      "{\"=\": {\"id\": \"" + id + "\"}}")))
          .containsExactly(id);
      assertThat(get(who, "/v1/metric/" + metric).status).isEqualTo(200);
      assertThat(get(who, path + "/metric/load/measures").status).isEqualTo(200);
      assertThat(ids(get(who, "/v1/metric"))).contains(metric);
    }
    assertThat(status(BOBS, "PATCH", path, change)).as("an owner only looks").isEqualTo(403);
    assertThat(status(BOBS, "POST", path + "/metric/load/measures", "[]")).isEqualTo(403);
    assertThat(status(BOBS, "DELETE", path, "")).isEqualTo(403);
    assertThat(status(COLLECTOR, "PATCH", path, change)).isEqualTo(200);
    assertThat(status(COLLECTOR, "DELETE", path, "")).isEqualTo(403);

    String hidden = "0f1e2d3c-4b5a-4968-8776-655443322111";
    assertThat(status(ALICE, "POST", "/v1/resource/generic", "{\"id\": \"" + hidden + "\"}"))
        .isEqualTo(201);
    assertThat(get(BOBS, "/v1/resource/generic/" + hidden).status).isEqualTo(404);
    assertThat(get(BOBS, "/v1/resource/generic/" + hidden + "/history").status).isEqualTo(404);
    assertThat(get(BOBS, "/v1/resource/generic/" + hidden + "/metric").status).isEqualTo(404);
    assertThat(ids(get(BOBS, "/v1/resource/generic"))).doesNotContain(hidden);
    assertThat(status(BOBS, "PATCH", "/v1/resource/generic/" + hidden, change)).isEqualTo(403);
    String all = "{\"in\": {\"id\": [\"" + id + "\", \"" + hidden + "\"]}}";
    Reply none = call(BOBS, "DELETE", "/v1/resource/generic", all);
    assertThat(none.json().get("deleted").number()).as("what is not one's own stays").isZero();
    Reply both = call(CAROL, "DELETE", "/v1/resource/generic", all);
    assertThat(both.json().get("deleted").number()).isEqualTo(2);
  }

  @Test
  void file_thatChanges_countsWithoutARestart() throws IOException {
    assertThat(get(BOBS, "/v1/metric").status).isEqualTo(200);

    Files.writeString(users, USERS);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get(BOBS, "/v1/metric").status).isEqualTo(401));
    Files.writeString(users, "users: nobody");
    double failures = own("orzo_users_load_failures_total");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> own("orzo_users_load_failures_total") > failures);
    assertThat(get(ALICE, "/v1/metric").status).as("a faulty file changes nothing").isEqualTo(200);
    Files.writeString(users, USERS + BOB);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get(BOBS, "/v1/metric").status).isEqualTo(200));
  }

  /** One of the gateway's own metrics, which are asked for with a password, too. */
  private static double own(String metric) {
    return get(ROOT, "/metrics")
        .text
        .lines()
        .filter(line -> line.startsWith(metric + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void refusals_areCounted_andPasswordsComparedOnce() {
    assertThat(get(ALICE, "/v1/metric").status).isEqualTo(200);
    double compared = own("orzo_password_comparisons_total");
    double refused = own("orzo_access_refusals_total{reason=\"no_credentials\"}");
    for (int i = 0; i < 10; i++) {
      assertThat(get(ALICE, "/v1/metric").status).isEqualTo(200);
      assertThat(get(NOBODY, "/v1/metric").status).isEqualTo(401);
    }
    assertThat(own("orzo_password_comparisons_total")).isEqualTo(compared);
    assertThat(own("orzo_access_refusals_total{reason=\"no_credentials\"}"))
        .isEqualTo(refused + 10);
  }
}
