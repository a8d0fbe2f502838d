package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.http.HttpConfig;
import orzo.http.HttpListener;
import orzo.http.TenantHeader;
import orzo.http.access.Authentication;
import orzo.policy.PolicyBook;
import orzo.policy.PolicyEditor;
import orzo.storage.InMemoryStorage;
import orzo.storage.OutageLog;
import orzo.wire.ByteBudget;

/** Who may do what, and under which address the server calls itself, behind proxies. */
class AccessTest {
  private static final String ADMIN = "basic YWRtaW46";
  private static final String FOOBAR = "basic Zm9vYmFyOg==";
  private static final String POLICY =
      "{\"name\": \"%s\", \"definition\": [{\"granularity\": 60}]}";

  private static final InMemoryStorage STORAGE = new InMemoryStorage(1, () -> 0);
  private static final PolicyBook BOOK =
      new PolicyBook(
          STORAGE.policies(),
          "standard",
          false,
          Duration.ofDays(1),
          new OutageLog(System::nanoTime));
  private static final HttpListener LISTENER =
      new HttpListener(
          HttpConfig.of("127.0.0.1", 0),
          new PrometheusRegistry(),
          List.of(
              new GnocchiApi(
                      new GnocchiSettings(
                          Authentication.GNOCCHI_BASIC,
                          new TenantHeader("X-Tenant"),
                          true,
                          100,
                          new ByteBudget(8 << 20)),
                      List.of(
                          new PolicyApi(
                              BOOK,
                              new PolicyEditor(STORAGE.policies(), BOOK, _ -> 0),
                              _ -> List.of())))
                  ::mount));
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    BOOK.start();
    LISTENER.start();
  }

  @AfterAll
  static void stop() {
    CLIENT.close();
    LISTENER.close();
    BOOK.close();
  }

  private static HttpResponse<String> send(
      String method, String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + LISTENER.port() + path))
            .method(method, BodyPublishers.ofString(body))
            .header("Content-Type", "application/json");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anything_withoutCredentials_is401() throws Exception {
    HttpResponse<String> plain = send("GET", "/v1/archive_policy", "");
    assertThat(plain.statusCode()).isEqualTo(401);
    assertThat(plain.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"orzo\"");
    assertThat(plain.body()).startsWith("401 Unauthorized\n");

    HttpResponse<String> json =
        send("POST", "/v1/archive_policy", "no JSON", "Accept", "application/json");
    assertThat(json.statusCode()).isEqualTo(401);
    assertThat(new JsonObject(json.body()).getInteger("code")).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/archive_policy",
    "PATCH, /v1/archive_policy/kept",
    "DELETE, /v1/archive_policy/kept",
    "POST, /v1/archive_policy_rule",
    "PATCH, /v1/archive_policy_rule/kept",
    "DELETE, /v1/archive_policy_rule/kept",
  })
  void changesOfPoliciesAndRules_byAUser_are403BeforeTheBodyIsLookedAt(String method, String path)
      throws Exception {
    HttpResponse<String> refused = send(method, path, "no JSON", "Authorization", FOOBAR);

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).isEqualTo("403 Forbidden\n\nAccess was denied to this resource.\n");
  }

  @Test
  void policies_areTheAdminsToChange_andEverybodysToSee() throws Exception {
    HttpResponse<String> created =
        send("POST", "/v1/archive_policy", POLICY.formatted("seen"), "Authorization", ADMIN);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);

    assertThat(send("GET", "/v1/archive_policy/seen", "", "Authorization", FOOBAR).statusCode())
        .isEqualTo(200);
    assertThat(send("GET", "/v1/archive_policy_rule", "", "Authorization", FOOBAR).statusCode())
        .isEqualTo(200);
    assertThat(send("DELETE", "/v1/archive_policy/seen", "", "Authorization", ADMIN).statusCode())
        .isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Forwarded | for=192.0.2.60;proto=https;host=example.org | https://example.org",
        "Forwarded | host=\"[::1]:80\";Proto=HTTPS;x=\"a\\\",b\", host=other | HTTPS://[::1]:80",
        "X-Forwarded-Host | example.org, inner | http://example.org",
        "X-Forwarded-Prefix | /metrics/ | http://127.0.0.1:PORT/metrics",
        "X-Forwarded-Proto | https | https://127.0.0.1:PORT",
        "Forwarded | for=192.0.2.60 | http://127.0.0.1:PORT",
      })
  void url_isWhatTheProxyInFrontSays(String header, String value, String expected)
      throws Exception {
    HttpResponse<String> created =
        send(
            "POST",
            "/v1/archive_policy",
            POLICY.formatted("there"),
            "Authorization",
            ADMIN,
            header,
            value);

    assertThat(created.headers().firstValue("Location").orElseThrow())
        .isEqualTo(
            expected.replace("PORT", Integer.toString(LISTENER.port()))
                + "/v1/archive_policy/there");
    send("DELETE", "/v1/archive_policy/there", "", "Authorization", ADMIN);
  }
}
