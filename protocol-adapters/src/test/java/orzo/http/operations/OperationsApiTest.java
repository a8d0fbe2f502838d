package orzo.http.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.http.HttpConfig;
import orzo.http.HttpListener;

class OperationsApiTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile Optional<String> notReady = Optional.empty();
  private HttpListener listener;

  @BeforeEach
  void start() {
    OperationsApi api = new OperationsApi(registry, () -> notReady, "1.2.3<4");
    listener = new HttpListener(HttpConfig.of("127.0.0.1", 0), registry, List.of(api::mount));
    listener.start();
  }

  @AfterEach
  void stop() {
    client.close();
    listener.close();
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void healthy_isSaidWithoutConditions() throws Exception {
    notReady = Optional.of("Redis is away");
    HttpResponse<String> response = send("GET", "/-/healthy");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("Orzo is Healthy.\n");
    assertThat(send("HEAD", "/-/healthy").statusCode()).isEqualTo(200);
  }

  @Test
  void ready_followsTheSupplier() throws Exception {
    assertThat(send("GET", "/-/ready").body()).isEqualTo("Orzo is Ready.\n");
    notReady = Optional.of("Redis at 127.0.0.1:6379 is away");
    HttpResponse<String> response = send("GET", "/-/ready");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("Orzo is not ready: Redis at 127.0.0.1:6379 is away\n");
    HttpResponse<String> head = send("HEAD", "/-/ready");
    assertThat(head.statusCode()).isEqualTo(503);
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "text/plain",
        "text/html,application/xhtml+xml",
        "text/plain;version=0.0.4;q=1,*/*;q=0.1"
      })
  void metrics_withoutOpenMetrics_arePrometheusText(String accept) throws Exception {
    Counter.builder().name("orzo_test_total").help("Help.").register(registry).inc(3);
    HttpResponse<String> response = send("GET", "/metrics", "Accept", accept);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/plain; version=0.0.4");
    assertThat(response.body())
        .contains("# HELP orzo_test_total Help.\n", "orzo_test_total 3.0\n")
        .doesNotContain("# EOF");
  }

  @Test
  void metrics_withOpenMetrics_areOpenMetrics() throws Exception {
    Counter.builder().name("orzo_test_total").help("Help.").register(registry).inc(3);
    HttpResponse<String> response =
        send(
            "GET",
            "/metrics",
            "Accept",
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3");
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(response.body())
        .contains("# TYPE orzo_test counter\n", "orzo_test_total 3.0\n")
        .endsWith("# EOF\n");
  }

  @Test
  void metrics_countRequestsByEndpointAndStatus() throws Exception {
    send("GET", "/-/healthy");
    send("GET", "/-/healthy");
    send("GET", "/nope/" + "x".repeat(50));
    assertThat(send("GET", "/metrics").body())
        .contains(
            "orzo_http_requests_total{endpoint=\"/-/healthy\",status=\"200\"} 2.0\n",
            "orzo_http_requests_total{endpoint=\"other\",status=\"404\"} 1.0\n",
            "orzo_http_request_duration_seconds_count{endpoint=\"/-/healthy\"} 2\n")
        .doesNotContain("xxx");
  }

  @Test
  void metrics_whoseCollectionFails_areAnError() throws Exception {
    GaugeWithCallback.builder()
        .name("orzo_broken")
        .help("Help.")
        .callback(_ -> {
          throw new IllegalStateException("broken");
        })
        .register(registry);
    HttpResponse<String> response = send("GET", "/metrics");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).isEqualTo("Internal Server Error\n");
  }

  @ParameterizedTest
  @CsvSource({"/", "/?x=y"})
  void startPage_namesThePaths(String path) throws Exception {
    HttpResponse<String> response = send("GET", path);
    assertThat(response.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(response.body()).contains("Orzo 1.2.3&lt;4", "href=\"/metrics\"", "/api/v1/query");
  }
}
