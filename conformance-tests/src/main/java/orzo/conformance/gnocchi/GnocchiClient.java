package orzo.conformance.gnocchi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import orzo.conformance.prometheus.Json;
import orzo.conformance.queries.RawClient;

/**
 * Gnocchi's API, as user {@code admin} of its basic authentication. Each request has a connection
 * of its own, as Gnocchi's figures were taken. Safe for many threads.
 */
final class GnocchiClient {
  private static final byte[] NOTHING = {};
  private static final String HEADERS =
      "Authorization: basic YWRtaW46\r\nContent-Type: application/json\r\nAccept:"
          + " application/json\r\n";

  private final URI url;

  GnocchiClient(URI url) {
    this.url = url;
  }

  /**
   * Creates a policy with the six methods that are Gnocchi's defaults.
   *
   * @param definition its granularities, as JSON
   */
  void createPolicy(String name, String definition) throws IOException {
    byte[] _ =
        ask(
            "POST",
            "/v1/archive_policy",
            ("{\"name\": \"" + name + "\", \"back_window\": 0, \"definition\": " + definition + "}")
                .getBytes(StandardCharsets.UTF_8));
  }

  /** Creates metrics one by one, and returns their ids. */
  List<String> createMetrics(String policy, String prefix, int count) throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String metric =
          "{\"archive_policy_name\": \"" + policy + "\", \"name\": \"" + prefix + i + "\"}";
      byte[] reply = ask("POST", "/v1/metric", metric.getBytes(StandardCharsets.UTF_8));
      ids.add(Json.parse(new String(reply, StandardCharsets.UTF_8)).get("id").text());
    }
    return ids;
  }

  /** Pushes measures of many metrics; returns when they are accepted. */
  void push(byte[] body) throws IOException {
    byte[] _ = ask("POST", "/v1/batch/metrics/measures", body);
  }

  /** Gets something. */
  byte[] get(String path) throws IOException {
    return ask("GET", path, NOTHING);
  }

  /** Posts something. */
  byte[] post(String path, byte[] body) throws IOException {
    return ask("POST", path, body);
  }

  private byte[] ask(String method, String path, byte[] body) throws IOException {
    try (RawClient connection = new RawClient(url)) {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      int status = connection.ask(method, path, HEADERS, body, answer).status();
      if (status >= 300) {
        throw new IOException(
            method
                + " "
                + path
                + ": HTTP "
                + status
                + " "
                + answer.toString(StandardCharsets.UTF_8));
      }
      return answer.toByteArray();
    }
  }
}
