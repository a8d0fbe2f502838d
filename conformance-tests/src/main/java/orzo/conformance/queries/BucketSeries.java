package orzo.conformance.queries;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;

/** Classic histograms, which the load tool's node exporters don't have: 40 of twelve buckets. */
final class BucketSeries {
  static final String NAME = "http_request_duration_seconds_bucket";

  private static final String[] BOUNDS = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"
  };
  private static final int INSTANCES = 10;
  private static final String[] HANDLERS = {"/", "/login", "/search", "/api"};
  private static final Duration INTERVAL = Duration.ofSeconds(15);

  /** No sample lies where a window may end: Prometheus 2 and 3 differ in whether it counts. */
  private static final long OFFSET_MILLIS = 7_123;

  private BucketSeries() {}

  /** Writes a sample of every bucket each 15 seconds; the same samples for the same times. */
  static void write(URI writeUrl, long startMillis, long endMillis) throws IOException {
    Random random = new Random(startMillis);
    int samples = (int) ((endMillis - startMillis) / INTERVAL.toMillis());
    long[] times = new long[samples];
    for (int i = 0; i < samples; i++) {
      times[i] = startMillis + OFFSET_MILLIS + i * INTERVAL.toMillis();
    }
    try (RemoteWriteClient client = new RemoteWriteClient(writeUrl, "")) {
      for (int instance = 0; instance < INSTANCES; instance++) {
        for (String handler : HANDLERS) {
          RemoteWriteClient.Reply reply =
              client.send(body(random, times, "app-" + instance, handler).compressed());
          if (!reply.isSuccess()) {
            throw new IOException("buckets: HTTP " + reply.status() + ": " + reply.text());
          }
        }
      }
    }
  }

  private static WriteRequestBody body(
      Random random, long[] times, String instance, String handler) {
    double[][] counts = new double[BOUNDS.length][times.length];
    long[] totals = new long[BOUNDS.length];
    for (int i = 0; i < times.length; i++) {
      long below = 0;
      for (int bucket = 0; bucket < BOUNDS.length; bucket++) {
        totals[bucket] += random.nextInt(1 + 40 / (1 + Math.abs(bucket - 5)));
        below += totals[bucket];
        counts[bucket][i] = below;
      }
    }
    WriteRequestBody body = new WriteRequestBody();
    for (int bucket = 0; bucket < BOUNDS.length; bucket++) {
      byte[] labels =
          WriteRequestBody.encodeLabels(
              "__name__",
              NAME,
              "handler",
              handler,
              "instance",
              instance,
              "job",
              "app",
              "le",
              BOUNDS[bucket]);
      body.add(labels, times, counts[bucket]);
    }
    return body;
  }
}
