package orzo.conformance.tiers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import orzo.conformance.prometheus.Json;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.Distribution;
import orzo.conformance.server.GatewayServer;

/**
 * A gateway with series of a policy that keeps raw samples for 40 days, and windows of five minutes
 * and of an hour for longer. One thread at a time.
 */
public final class TieredGateway implements AutoCloseable {
  private static final String POLICY =
      "{\"name\":\"tiers\",\"raw\":\"40 days\",\"aggregation_methods\":"
          + "[\"mean\",\"min\",\"max\",\"sum\",\"count\",\"last\"],\"definition\":["
          + "{\"granularity\":\"5 minutes\",\"timespan\":\"60 days\"},"
          + "{\"granularity\":\"1 hour\",\"timespan\":\"400 days\"}]}";
  private static final String RULE =
      "{\"name\":\"tiers\",\"metric_pattern\":\"m\",\"archive_policy_name\":\"tiers\"}";

  private static final long INTERVAL_MILLIS = 60_000;
  private static final int SERIES_PER_BODY = 5;
  private static final int SAMPLES_PER_BODY = 1440;

  private final GatewayServer server;
  private final PrometheusClient client;
  private final int series;
  private final long startMillis;
  private final long endMillis;

  /**
   * Starts a gateway on an empty directory.
   *
   * @param series how many series it will have
   * @param endMillis when their last sample is; a full hour, and at least four hours ago, so that
   *     all of it can be aggregated
   * @param days how long before that their first sample is
   */
  public TieredGateway(
      Distribution distribution,
      Path directory,
      Map<String, String> settings,
      int series,
      int days,
      long endMillis) {
    Map<String, String> all = new LinkedHashMap<>(Map.of("engine.close-delay", "200ms"));
    all.putAll(settings);
    server = new GatewayServer(distribution, directory, all);
    client = new PrometheusClient(server.url(), "");
    this.series = series;
    this.endMillis = endMillis;
    this.startMillis = endMillis - Duration.ofDays(days).toMillis();
  }

  /** Starts the gateway, and creates the policy. */
  public void start() throws IOException {
    server.start();
    post("/v1/archive_policy", POLICY);
    post("/v1/archive_policy_rule", RULE);
  }

  private void post(String path, String body) throws IOException {
    URI uri = server.url().resolve(path);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> reply =
          http.send(
              HttpRequest.newBuilder(uri)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (reply.statusCode() != 201) {
        throw new IOException(uri + ": HTTP " + reply.statusCode() + ": " + reply.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while sending to " + uri, e);
    }
  }

  /** Writes a sample a minute for each series: random walks with three decimals. */
  public void load() throws IOException {
    try (RemoteWriteClient writer =
        new RemoteWriteClient(server.writeUrl().resolve("/api/v1/write"), "")) {
      for (int first = 0; first < series; first += SERIES_PER_BODY) {
        int last = Math.min(series, first + SERIES_PER_BODY);
        List<byte[]> labels = new ArrayList<>();
        List<Random> random = new ArrayList<>();
        long[] values = new long[last - first];
        for (int i = first; i < last; i++) {
          labels.add(WriteRequestBody.encodeLabels("__name__", "m", "instance", "host-" + i));
          random.add(new Random(i));
          values[i - first] = 40_000L + i;
        }
        for (long time = startMillis; time <= endMillis; ) {
          long end = Math.min(endMillis + 1, time + SAMPLES_PER_BODY * INTERVAL_MILLIS);
          WriteRequestBody body = new WriteRequestBody();
          for (int i = 0; i < values.length; i++) {
            int count = (int) ((end - time + INTERVAL_MILLIS - 1) / INTERVAL_MILLIS);
            long[] times = new long[count];
            double[] samples = new double[count];
            for (int s = 0; s < count; s++) {
              times[s] = time + (long) s * INTERVAL_MILLIS;
              values[i] += Math.round(random.get(i).nextGaussian() * 300);
              samples[s] = values[i] / 1000.0;
            }
            body.add(labels.get(i), times, samples);
          }
          RemoteWriteClient.Reply reply = writer.send(body.compressed());
          if (!reply.isSuccess()) {
            throw new IOException("remote write: HTTP " + reply.status() + ": " + reply.text());
          }
          time += SAMPLES_PER_BODY * INTERVAL_MILLIS;
        }
      }
    }
  }

  /** How many samples {@link #load} writes. */
  public long samples() {
    return ((endMillis - startMillis) / INTERVAL_MILLIS + 1) * series;
  }

  /** How many samples a query over everything still has to aggregate by itself. */
  public long samplesNotAggregated() {
    Question all = new Question("count_over_time(m[1h])", Duration.ofHours(1));
    return Math.round(explain(all, false).get("samples").number());
  }

  /** The answer to a question. */
  QueryAnswer ask(Question question, boolean raw) {
    return QueryAnswer.of(client.get(path(question, raw)).data());
  }

  /**
   * How long an answer took.
   *
   * @param evaluationMillis as the gateway counts it, without sending the answer
   * @param totalMillis from the first byte sent to the last received
   */
  record Times(double evaluationMillis, double totalMillis) {}

  /** How long the answer to a question takes. */
  Times time(Question question, boolean raw) {
    double secondsBefore = evaluationSeconds();
    long began = System.nanoTime();
    PrometheusClient.Reply reply = client.get(path(question, raw));
    long took = System.nanoTime() - began;
    if (reply.status() != 200) {
      throw new IllegalStateException("HTTP " + reply.status() + ": " + reply.text());
    }
    return new Times((evaluationSeconds() - secondsBefore) * 1000, took / 1e6);
  }

  private double evaluationSeconds() {
    String name = "orzo_query_duration_seconds_sum{endpoint=\"query_range\"} ";
    return client
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  /** What the selector of a question read. */
  Json explain(Question question, boolean raw) {
    String text = client.get(path(question, raw) + "&explain=true").text();
    Json operation = Json.parse(text).get("explanation");
    while (operation.find("scan").isEmpty()) {
      operation = operation.get("operands").list().getFirst();
    }
    return operation.get("scan");
  }

  private String path(Question question, boolean raw) {
    return raw
        ? question.path(startMillis, endMillis, "max_source_resolution", "0s")
        : question.path(startMillis, endMillis);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
