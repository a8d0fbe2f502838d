package orzo.conformance.prometheus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a server over the Prometheus HTTP API as one tenant. Safe for many threads. */
public final class PrometheusClient implements AutoCloseable {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI url;
  private final String tenant;

  /**
   * Creates a client.
   *
   * @param url without {@code /api/v1}
   * @param tenant value of the header {@code X-Scope-OrgID}; empty for none
   */
  public PrometheusClient(URI url, String tenant) {
    this.url = url;
    this.tenant = tenant;
  }

  /** An HTTP answer as it came. */
  public record Reply(int status, String text) {
    /**
     * The member {@code data}.
     *
     * @throws IllegalStateException if the server reports an error
     */
    public Json data() {
      Json answer = Json.parse(text);
      if (status != 200 || !answer.get("status").text().equals("success")) {
        throw new IllegalStateException("HTTP " + status + ": " + text);
      }
      return answer.get("data");
    }
  }

  /** Evaluates an expression at one time. */
  public QueryAnswer query(String expression, long timestampMillis) {
    String path = path("/api/v1/query", "query", expression, "time", seconds(timestampMillis));
    return QueryAnswer.of(get(path).data());
  }

  /** Evaluates an expression on a grid of times. */
  public QueryAnswer queryRange(
      String expression, long startMillis, long endMillis, Duration step) {
    String path =
        path(
            "/api/v1/query_range",
            "query",
            expression,
            "start",
            seconds(startMillis),
            "end",
            seconds(endMillis),
            "step",
            seconds(step.toMillis()));
    return QueryAnswer.of(get(path).data());
  }

  /** Builds a path with parameters given as name, value, name, value …. */
  public static String path(String path, String... namesAndValues) {
    StringBuilder text = new StringBuilder(path);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      text.append(i == 0 ? '?' : '&').append(encode(namesAndValues[i]));
      text.append('=').append(encode(namesAndValues[i + 1]));
    }
    return text.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** A time as the API takes it: seconds with a fraction. */
  public static String seconds(long millis) {
    return BigDecimal.valueOf(millis, 3).toPlainString();
  }

  /** Fetches a path. */
  public Reply get(String pathWithParameters) {
    return send(request(pathWithParameters).GET().build());
  }

  /** Posts a form, whose fields are given as name, value, name, value …. */
  public Reply postForm(String path, String... namesAndValues) {
    String form = path("", namesAndValues);
    String body = form.isEmpty() ? "" : form.substring(1);
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String pathWithParameters) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(pathWithParameters)).timeout(Duration.ofSeconds(60));
    return tenant.isEmpty() ? request : request.header("X-Scope-OrgID", tenant);
  }

  private Reply send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + request.uri(), e);
    }
  }

  /** Drops open connections. */
  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
