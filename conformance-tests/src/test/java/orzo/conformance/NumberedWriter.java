package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static orzo.conformance.prometheus.WriteRequestBody.encodeLabels;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.GatewayServer;

/**
 * A client that writes numbered samples to series of its own, one request at a time, and remembers
 * which were acknowledged. After an error it sends the same request again, or leaves it at that.
 */
final class NumberedWriter {
  private static final int SERIES = 20;
  private static final int SAMPLES_PER_SERIES = 5;
  private static final long T0 = 1_700_000_000_000L;
  private static final long STEP_MILLIS = 100;

  private final int number;
  private final RemoteWriteClient client;
  private final RandomGenerator random;
  private final Thread thread;
  private final byte[][] labels = new byte[SERIES][];

  // One bit for each body; body b holds samples b * SAMPLES_PER_SERIES … of every series.
  private final BitSet acknowledged = new BitSet(); // of the thread, until it has ended
  private final BitSet unknown = new BitSet(); // of the thread, until it has ended
  private final AtomicLong acknowledgedBodies = new AtomicLong();
  private final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();
  private volatile boolean stopping;

  private NumberedWriter(GatewayServer gateway, int number, long seed) {
    this.number = number;
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    // Half of the writers use each listener.
    client =
        new RemoteWriteClient(
            (number % 2 == 0 ? gateway.url() : gateway.writeUrl()).resolve("/api/v1/write"),
            "crash");
    for (int series = 0; series < SERIES; series++) {
      labels[series] =
          encodeLabels("__name__", "numbered", "writer", "" + number, "series", "" + series);
    }
    thread = Thread.ofPlatform().name("writer-" + number).unstarted(this::run);
  }

  static NumberedWriter start(GatewayServer gateway, int number, long seed) {
    NumberedWriter writer = new NumberedWriter(gateway, number, seed);
    writer.thread.start();
    return writer;
  }

  private void run() {
    WriteRequestBody body = new WriteRequestBody();
    long[] times = new long[SAMPLES_PER_SERIES];
    double[] values = new double[SAMPLES_PER_SERIES];
    for (int index = 0; !stopping; index++) {
      body.clear();
      for (int series = 0; series < SERIES; series++) {
        for (int i = 0; i < SAMPLES_PER_SERIES; i++) {
          int sample = index * SAMPLES_PER_SERIES + i;
          times[i] = T0 + sample * STEP_MILLIS;
          values[i] = value(series, sample);
        }
        body.add(labels[series], times, values);
      }
      deliver(index, body.compressed());
    }
  }

  private static double value(int series, int sample) {
    return series * 1e7 + sample;
  }

  private void deliver(int index, byte[] compressed) {
    boolean insists = random.nextBoolean();
    do {
      unknown.set(index);
      try {
        RemoteWriteClient.Reply reply = client.send(compressed);
        if (reply.isSuccess()) {
          unknown.clear(index);
          acknowledged.set(index);
          acknowledgedBodies.incrementAndGet();
          return;
        }
        if (!reply.isRetryable()) {
          refusals.add("HTTP " + reply.status() + ": " + reply.text());
          return;
        }
      } catch (IOException _) {
        // Killed while it answered, or not up again yet: the fate of the samples is unknown.
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    } while (insists && !stopping);
  }

  long acknowledgedBodies() {
    return acknowledgedBodies.get();
  }

  List<String> refusals() {
    return List.copyOf(refusals);
  }

  long acknowledgedSamples() {
    return (long) acknowledged.cardinality() * SERIES * SAMPLES_PER_SERIES;
  }

  long unknownSamples() {
    return (long) unknown.cardinality() * SERIES * SAMPLES_PER_SERIES;
  }

  /** Ends the writer after its current request. */
  void stop() {
    stopping = true;
    try {
      thread.join(Duration.ofSeconds(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }

  /** Reads all samples back: every acknowledged one once, no other than those sent. */
  void check(GatewayServer gateway) {
    assertThat(thread.isAlive()).as("writer %d still runs", number).isFalse();
    int samples = acknowledged.length() * SAMPLES_PER_SERIES;
    long end = T0 + (Math.max(acknowledged.length(), unknown.length()) + 1) * 1_000L;
    String selector = "numbered{writer=\"" + number + "\"}[" + (end - T0 + 1_000) + "ms]";
    try (PrometheusClient reader = new PrometheusClient(gateway.url(), "crash")) {
      List<QueryAnswer.Series> found = reader.query(selector, end).series();
      assertThat(found).as("series of writer %d", number).hasSize(SERIES);
      for (QueryAnswer.Series series : found) {
        List<String> wrong = compare(series, samples);
        assertThat(wrong).as("samples of %s", series.labels()).isEmpty();
      }
    }
  }

  private List<String> compare(QueryAnswer.Series series, int samples) {
    int number = Integer.parseInt(series.labels().getOrDefault("series", "-1"));
    List<String> wrong = new ArrayList<>();
    BitSet seen = new BitSet();
    for (QueryAnswer.Point point : series.points()) {
      int sample = (int) ((point.timestampMillis() - T0) / STEP_MILLIS);
      int body = sample / SAMPLES_PER_SERIES;
      if ((point.timestampMillis() - T0) % STEP_MILLIS != 0
          || !acknowledged.get(body) && !unknown.get(body)) {
        wrong.add("never sent: " + point);
      } else if (seen.get(sample)) {
        wrong.add("twice: " + point);
      } else if (point.value() != value(number, sample)) {
        wrong.add("other value than " + value(number, sample) + ": " + point);
      }
      seen.set(sample);
    }
    for (int sample = 0; sample < samples; sample++) {
      if (acknowledged.get(sample / SAMPLES_PER_SERIES) && !seen.get(sample)) {
        wrong.add("acknowledged and lost: sample " + sample);
      }
    }
    return wrong;
  }
}
