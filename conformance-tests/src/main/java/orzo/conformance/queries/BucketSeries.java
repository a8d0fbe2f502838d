package orzo.conformance.queries;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import orzo.conformance.load.LoadRun;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;

/**
 * Classic histograms, which the load tool's node exporters don't have: 40 of twelve buckets. One
 * thread at a time.
 */
final class BucketSeries implements LoadRun.Companion {
  static final String NAME = "http_request_duration_seconds_bucket";

  private static final String[] BOUNDS = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"
  };
  private static final int INSTANCES = 10;
  private static final String[] HANDLERS = {"/", "/login", "/search", "/api"};
  private static final Duration INTERVAL = Duration.ofSeconds(15);

  /** No sample lies where a window may end: Prometheus 2 and 3 differ in whether it counts. */
  private static final long OFFSET_MILLIS = 7_123;

  private final RemoteWriteClient client;
  private final long startMillis;
  private final Random random;
  private final long[][] totals = new long[INSTANCES * HANDLERS.length][BOUNDS.length];
  private int written;

  /**
   * Prepares samples that are the same for the same times.
   *
   * @param startMillis of the first sample of every bucket; another follows each 15 seconds
   */
  BucketSeries(RemoteWriteClient client, long startMillis) {
    this.client = client;
    this.startMillis = startMillis;
    random = new Random(startMillis);
  }

  @Override
  public void writeBefore(int scrape) throws IOException {
    long[] times = new long[scrape - written];
    for (int i = 0; i < times.length; i++) {
      times[i] = startMillis + OFFSET_MILLIS + (written + i) * INTERVAL.toMillis();
    }
    for (int one = 0; one < totals.length; one++) {
      RemoteWriteClient.Reply reply = client.send(body(one, times).compressed());
      if (!reply.isSuccess()) {
        throw new IOException("buckets: HTTP " + reply.status() + ": " + reply.text());
      }
    }
    written = scrape;
  }

  private WriteRequestBody body(int one, long[] times) {
    double[][] counts = new double[BOUNDS.length][times.length];
    for (int i = 0; i < times.length; i++) {
      long below = 0;
      for (int bucket = 0; bucket < BOUNDS.length; bucket++) {
        totals[one][bucket] += random.nextInt(1 + 40 / (1 + Math.abs(bucket - 5)));
        below += totals[one][bucket];
        counts[bucket][i] = below;
      }
    }
    WriteRequestBody body = new WriteRequestBody();
    for (int bucket = 0; bucket < BOUNDS.length; bucket++) {
      Map<String, String> labels =
          Map.of(
              "__name__",
              NAME,
              "handler",
              HANDLERS[one % HANDLERS.length],
              "instance",
              "app-" + one / HANDLERS.length,
              "job",
              "app",
              "le",
              BOUNDS[bucket]);
      body.add(WriteRequestBody.encodeLabels(labels), times, counts[bucket]);
    }
    return body;
  }
}
