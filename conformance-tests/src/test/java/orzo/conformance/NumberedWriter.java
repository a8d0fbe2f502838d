package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static orzo.conformance.prometheus.WriteRequestBody.encodeLabels;
import static orzo.conformance.prometheus.WriteRequestBody.labels;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.GatewayServer;

/**
 * A client that writes numbered samples to series of its own, one request at a time, and remembers
 * which were acknowledged. After an error it sends the same request again, to the next of its
 * gateways, or leaves it at that.
 */
final class NumberedWriter implements AutoCloseable {
  private static final int SERIES = 20;

  /** Samples of each series in one request. */
  static final int SAMPLES_PER_SERIES = 5;

  private static final String TENANT = "crash";

  /** Counters begin anew after so many samples, in half of the series. */
  private static final int RESET_SAMPLES = 1_009;

  /** When samples are: the first, and how long after that each next one. */
  record Timeline(long startMillis, long stepMillis) {
    /** A sample a second, of some time ago. */
    static final Timeline SECONDS = new Timeline(1_700_000_000_000L, 1_000);

    long time(int sample) {
      return startMillis + sample * stepMillis;
    }
  }

  /** All samples of one series that were acknowledged, in order of time. */
  record Written(Map<String, String> labels, long[] timestampsMillis, double[] values) {}

  private final int number;
  private final List<RemoteWriteClient> clients;
  private final long pauseNanos;
  private final Timeline timeline;
  private final RandomGenerator random;
  private final Thread thread;
  private final byte[][] labels = new byte[SERIES][];

  // One bit for each body; body b holds samples b * SAMPLES_PER_SERIES … of every series.
  private final BitSet acknowledged = new BitSet(); // of the thread, until it has ended
  private final BitSet unknown = new BitSet(); // of the thread, until it has ended
  private final AtomicLong acknowledgedBodies = new AtomicLong();
  private final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();
  private volatile boolean stopping;

  private NumberedWriter(
      List<GatewayServer> gateways, int number, Duration pause, Timeline timeline, long seed) {
    this.number = number;
    this.pauseNanos = pause.toNanos();
    this.timeline = timeline;
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    // Half of the writers use each listener.
    clients =
        gateways.stream()
            .map(gateway -> number % 2 == 0 ? gateway.url() : gateway.writeUrl())
            .map(url -> new RemoteWriteClient(url.resolve("/api/v1/write"), TENANT))
            .toList();
    for (int series = 0; series < SERIES; series++) {
      labels[series] = encodeLabels(labelsOf(series));
    }
    thread = Thread.ofPlatform().name("writer-" + number).unstarted(this::run);
  }

  /** Starts one that writes to one gateway, as fast as that answers. */
  static NumberedWriter start(GatewayServer gateway, int number, long seed) {
    return start(List.of(gateway), number, Duration.ZERO, Timeline.SECONDS, seed);
  }

  /**
   * Starts one that writes to the first gateway, and to the others when that fails.
   *
   * @param pause between an answer and the next request
   * @param timeline when the samples are
   */
  static NumberedWriter start(
      List<GatewayServer> gateways, int number, Duration pause, Timeline timeline, long seed) {
    NumberedWriter writer = new NumberedWriter(gateways, number, pause, timeline, seed);
    writer.thread.start();
    return writer;
  }

  private Map<String, String> labelsOf(int series) {
    return labels("__name__", "numbered", "writer", "" + number, "series", "" + series);
  }

  private void run() {
    for (int index = 0; !stopping; index++) {
      deliver(index, body(index));
      LockSupport.parkNanos(pauseNanos);
    }
  }

  private byte[] body(int index) {
    WriteRequestBody body = new WriteRequestBody();
    long[] times = new long[SAMPLES_PER_SERIES];
    double[] values = new double[SAMPLES_PER_SERIES];
    for (int series = 0; series < SERIES; series++) {
      for (int i = 0; i < SAMPLES_PER_SERIES; i++) {
        int sample = index * SAMPLES_PER_SERIES + i;
        times[i] = time(sample);
        values[i] = value(series, sample);
      }
      body.add(labels[series], times, values);
    }
    return body.compressed();
  }

  private long time(int sample) {
    return timeline.time(sample);
  }

  private static double value(int series, int sample) {
    return series * 1e7 + (series % 2 == 0 ? sample : sample % RESET_SAMPLES);
  }

  private void deliver(int index, byte[] compressed) {
    boolean insists = random.nextBoolean();
    for (int attempt = 0; !attempt(index, compressed, attempt) && insists; attempt++) {
      if (stopping) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** Sends a body once; returns whether it need not be sent again. */
  private boolean attempt(int index, byte[] compressed, int attempt) {
    unknown.set(index);
    try {
      RemoteWriteClient.Reply reply = clients.get(attempt % clients.size()).send(compressed);
      if (reply.isSuccess()) {
        unknown.clear(index);
        acknowledged.set(index);
        acknowledgedBodies.incrementAndGet();
        return true;
      }
      if (!reply.isRetryable()) {
        refusals.add("HTTP " + reply.status() + ": " + reply.text());
        return true;
      }
    } catch (IOException _) {
      // Killed while it answered, or not up again yet: the fate of the samples is unknown.
    }
    return false;
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
      thread.join(Duration.ofSeconds(70));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sends everything of unknown fate again until it is acknowledged, so that what is stored is
   * known to the sample; the writer has stopped.
   */
  void settle() {
    assertStopped();
    for (int index = unknown.nextSetBit(0); index >= 0; index = unknown.nextSetBit(index + 1)) {
      byte[] body = body(index);
      int one = index;
      AtomicInteger attempt = new AtomicInteger();
      await("writer " + number + " sends body " + index + " again")
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> attempt(one, body, attempt.getAndIncrement()));
    }
    assertThat(refusals).as("requests refused for good").isEmpty();
  }

  /** What was acknowledged, series by series; the writer has stopped. */
  List<Written> written() {
    assertStopped();
    int[] samples =
        acknowledged.stream()
            .flatMap(
                body -> IntStream.range(body * SAMPLES_PER_SERIES, (body + 1) * SAMPLES_PER_SERIES))
            .toArray();
    List<Written> written = new ArrayList<>();
    for (int series = 0; series < SERIES; series++) {
      int one = series;
      written.add(
          new Written(
              labelsOf(series),
              Arrays.stream(samples).mapToLong(this::time).toArray(),
              Arrays.stream(samples).mapToDouble(sample -> value(one, sample)).toArray()));
    }
    return written;
  }

  /** A client that reads what writers wrote. */
  static PrometheusClient reader(GatewayServer gateway) {
    return new PrometheusClient(gateway.url(), TENANT);
  }

  private void assertStopped() {
    assertThat(thread.isAlive()).as("writer %d still runs", number).isFalse();
  }

  /** Reads all samples back: every acknowledged one once, no other than those sent. */
  void check(GatewayServer gateway) {
    assertStopped();
    int samples = acknowledged.length() * SAMPLES_PER_SERIES;
    long end = time(Math.max(acknowledged.length(), unknown.length()) * SAMPLES_PER_SERIES + 1);
    long range = end - timeline.startMillis + timeline.stepMillis;
    String selector = "numbered{writer=\"" + number + "\"}[" + range + "ms]";
    try (PrometheusClient reader = reader(gateway)) {
      List<QueryAnswer.Series> found = reader.query(selector, end).series();
      assertThat(found).as("series of writer %d at %s", number, gateway.url()).hasSize(SERIES);
      for (QueryAnswer.Series series : found) {
        List<String> wrong = compare(series, samples);
        assertThat(wrong).as("samples of %s at %s", series.labels(), gateway.url()).isEmpty();
      }
    }
  }

  /** Drops its connections; call when nothing is to be sent any more. */
  @Override
  public void close() {
    stop();
    clients.forEach(RemoteWriteClient::close);
  }

  private List<String> compare(QueryAnswer.Series series, int samples) {
    int number = Integer.parseInt(series.labels().getOrDefault("series", "-1"));
    List<String> wrong = new ArrayList<>();
    BitSet seen = new BitSet();
    for (QueryAnswer.Point point : series.points()) {
      long since = point.timestampMillis() - timeline.startMillis;
      int sample = (int) (since / timeline.stepMillis);
      int body = sample / SAMPLES_PER_SERIES;
      if (since % timeline.stepMillis != 0 || !acknowledged.get(body) && !unknown.get(body)) {
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
