package orzo.http.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.access.Doorkeeper;
import orzo.access.UsersUnderTest;
import orzo.http.HttpConfig;
import orzo.http.HttpListener;
import orzo.http.operations.OperationsApi;

class AccessGateTest {
  private static final String TENANT = "X-Scope-OrgID";
  private static final String[] ALICE = {"Authorization", basic("alice:alice-secret")};
  private static final String[] TOKEN = {"X-Auth-Token", "the-token"};

  private final AccessGate gate = new AccessGate(UsersUnderTest.doorkeeper(), TENANT);
  private final HttpListener listener =
      new HttpListener(
          HttpConfig.of("127.0.0.1", 0),
          new PrometheusRegistry(),
          List.of(
              gate::mount,
              new OperationsApi(new PrometheusRegistry(), Optional::empty, "1")::mount,
              AccessGateTest::echo));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeEach
  void start() {
    listener.start();
  }

  @AfterEach
  void stop() {
    client.close();
    listener.close();
  }

  private static String basic(String credentials) {
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with the tenant, and the length of the body. */
  private static void echo(Router router) {
    router
        .route()
        .handler(context ->
            context
                .request()
                .body()
                .onSuccess(body ->
                    context
                        .response()
                        .end(context.request().getHeader(TENANT) + " " + body.length())));
  }

  private HttpResponse<String> ask(String path, String... headers) throws Exception {
    return ask("GET", path, new byte[0], headers);
  }

  private HttpResponse<String> ask(String method, String path, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
            .method(method, BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/-/healthy", "/-/ready", "/healthcheck"})
  void health_isToldToAnybody(String path) throws Exception {
    assertThat(ask(path).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/metrics",
        "/api/v1/query?query=up",
        "/prometheus/api/v1/query",
        "/api/v1/write",
        "/federate",
        "/v1",
        "/v1/metric",
        "/v1/prometheus/write",
        "/api/v1/admin/tsdb/delete_series",
        "/-/healthy/../../metrics",
        "/-/healthy/",
        "/nothing/like/it"
      })
  void everythingElse_wantsAUser(String path) throws Exception {
    HttpResponse<String> refused = ask(path);

    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().allValues("WWW-Authenticate"))
        .containsExactlyElementsOf(Doorkeeper.CHALLENGES);
    assertThat(refused.body()).isEqualTo("Unauthorized: name a user and a password, or a token\n");
    assertThat(ask("DELETE", path, new byte[0]).statusCode()).isEqualTo(401);
    assertThat(ask(path, "Authorization", basic("alice:x")).statusCode()).isEqualTo(401);
  }

  @Test
  void refusal_asJson_isLikeGnocchis() throws Exception {
    HttpResponse<String> refused = ask("/v1/metric", "Accept", "application/json, */*");

    JsonObject json = new JsonObject(refused.body());
    assertThat(json.getInteger("code")).isEqualTo(401);
    assertThat(json.getString("title")).isEqualTo("Unauthorized");
  }

  @Test
  void preflight_ofABrowser_isNotAsked() throws Exception {
    assertThat(ask("OPTIONS", "/api/v1/query", new byte[0]).statusCode()).isEqualTo(204);
  }

  @Test
  void user_isLetIn_asTheTenantThatIsTheUsers() throws Exception {
    assertThat(ask("/x", ALICE).body()).isEqualTo("team-a 0");
    assertThat(ask("/x", TOKEN).body()).isEqualTo("team-a 0");
    assertThat(ask("/x", TOKEN[0], TOKEN[1], TENANT, "default").body()).isEqualTo("default 0");

    HttpResponse<String> foreign = ask("/x", TOKEN[0], TOKEN[1], TENANT, "team-b");
    assertThat(foreign.statusCode()).isEqualTo(403);
    assertThat(foreign.body())
        .isEqualTo("Forbidden: header X-Scope-OrgID: a tenant that is not of this user\n");
    HttpResponse<String> one = ask("/x", TOKEN[0], TOKEN[1], TENANT, "default", TENANT, "team-b");
    assertThat(one.statusCode()).as("of several, each counts").isEqualTo(403);
    assertThat(gate.forbidden()).isEqualTo(2);
  }

  @Test
  void body_thatComesWhileThePasswordIsLookedAt_isNotLost() throws Exception {
    byte[] body = new byte[300_000];
    assertThat(ask("POST", "/x", body, ALICE).body()).isEqualTo("team-a 300000");
    assertThat(ask("POST", "/x", body, ALICE).body()).isEqualTo("team-a 300000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/admin/tsdb/delete_series",
        "/prometheus/api/v1/admin/tsdb/clean_tombstones",
        "/api/v1/x/../admin/tsdb/snapshot",
        "/api/v1/%61dmin/tsdb/delete_series"
      })
  void administration_isForAdministrators(String path) throws Exception {
    assertThat(ask("POST", path, new byte[0], ALICE).statusCode()).isEqualTo(403);
    assertThat(ask("POST", path, new byte[0], "Authorization", basic("bob:bob-secret")).body())
        .isEqualTo("default 0");
  }
}
