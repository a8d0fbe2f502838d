package orzo.conformance.prometheus;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Sends remote-write 1.0 requests to one URL as one tenant. Safe for many threads. */
public final class RemoteWriteClient implements AutoCloseable {
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
   * @param url with path
   * @param tenant value of the header {@code X-Scope-OrgID}; empty for none
   */
  public RemoteWriteClient(URI url, String tenant) {
    this.url = url;
    this.tenant = tenant;
  }

  /**
   * What the server said.
   *
   * @param status HTTP status
   * @param text of the body
   * @param retryAfter the header of that name, whole seconds
   */
  public record Reply(int status, String text, Optional<Duration> retryAfter) {
    /** Whether everything was stored. */
    public boolean isSuccess() {
      return status / 100 == 2;
    }

    /** Whether the protocol asks the sender to send the same bytes again. */
    public boolean isRetryable() {
      return status == 429 || status / 100 == 5;
    }
  }

  /**
   * Sends a compressed body and waits for the answer.
   *
   * @throws IOException if no answer came: whether the server has the samples is unknown
   */
  public Reply send(byte[] compressed) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
            .header("User-Agent", "orzo-conformance")
            .POST(HttpRequest.BodyPublishers.ofByteArray(compressed));
    if (!tenant.isEmpty()) {
      request.header("X-Scope-OrgID", tenant);
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      Optional<Duration> retryAfter =
          response
              .headers()
              .firstValue("Retry-After")
              .filter(text -> text.matches("\\d{1,6}"))
              .map(text -> Duration.ofSeconds(Long.parseLong(text)));
      return new Reply(response.statusCode(), response.body().strip(), retryAfter);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while sending to " + url, e);
    }
  }

  /** Drops open connections, without waiting for answers. */
  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
