package orzo.conformance.benchmark;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.xerial.snappy.Snappy;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.intake.Admission;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.intake.ReceivedExemplar;
import orzo.intake.Registration;
import orzo.intake.SampleBatch;
import orzo.intake.SeriesCache;
import orzo.metric.MetricMetadata;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.remotewrite.LabelResources;
import orzo.remotewrite.RemoteWriteLimits;
import orzo.remotewrite.RemoteWriteReceiver;
import orzo.remotewrite.WriteReply;

/**
 * A remote-write body of 2,000 samples, each of another series with ten labels, from the received
 * bytes to the batch that goes to storage; and the parts of that. Nanoseconds per sample.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(RemoteWriteBenchmark.SAMPLES)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class RemoteWriteBenchmark {
  /** Samples in a body, as Prometheus sends them. */
  static final int SAMPLES = 2000;

  /** How many series there are in all; each body brings the next 2,000. */
  @Param({"10000", "200000"})
  public int series;

  private byte[][] labels = {};
  private byte[][] bodies = {};
  private byte[] plain = {};
  private int next;
  private final SeriesCache cache = new SeriesCache(512 << 20, 1);
  private final SeriesCache.Lookup lookup = cache.lookup();
  private final RemoteWriteReceiver receiver =
      new RemoteWriteReceiver(
          new NoStorage(),
          new IntakeCounters(),
          cache,
          RemoteWriteLimits.DEFAULT,
          LabelResources.DEFAULT,
          2);

  /** Makes the bodies and lets the series be known. */
  @Setup
  public void makeBodies() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    labels = new byte[series][];
    bodies = new byte[series / SAMPLES][];
    WriteRequestBody body = new WriteRequestBody();
    for (int i = 0; i < series; i++) {
      labels[i] = encodeLabels(i);
      double value = random.nextInt(10_000_000) / 100.0;
      body.add(labels[i], 1_800_000_000_000L + random.nextInt(15_000), value);
      if (body.samples() == SAMPLES) {
        bodies[i / SAMPLES] = body.compressed();
        body.clear();
      }
    }
    for (int i = 0; i < bodies.length; i++) {
      receive();
    }
    if (cache.size() != series) {
      throw new IllegalStateException(cache.size() + " series known (expected: " + series + ")");
    }
    plain = new byte[Snappy.uncompressedLength(bodies[0]) + 100_000];
    System.out.printf(
        "%nbodies of %d bytes, %d decompressed%n", bodies[0].length, plain.length - 100_000);
  }

  private static byte[] encodeLabels(int i) {
    int host = i / 500;
    return WriteRequestBody.encodeLabels(
        "__name__", "node_cpu_seconds_total_" + i % 50,
        "cluster", "production-eu-central-1",
        "cpu", Integer.toString(i / 50 % 10),
        "env", "production",
        "instance", "10.12." + host / 250 + "." + host % 250 + ":9100",
        "job", "node-exporter",
        "mode", "iowait",
        "namespace", "monitoring",
        "pod", "node-exporter-" + Integer.toHexString(host * 0x9E3779B9),
        "service", "node-exporter");
  }

  /** Everything: decompression, walk, lookup, batch. */
  @Benchmark
  public WriteReply receive() {
    byte[] body = bodies[next++ % bodies.length];
    WriteReply reply =
        receiver.receive(Tenant.DEFAULT, body, body.length).toCompletableFuture().join();
    if (reply.status() != 204) {
      throw new IllegalStateException(reply.toString());
    }
    return reply;
  }

  /** Decompression alone. */
  @Benchmark
  public int decompress() throws Exception {
    byte[] body = bodies[next++ % bodies.length];
    return Snappy.uncompress(body, 0, body.length, plain, 0);
  }

  /** The lookup of series in their usual order. */
  @Benchmark
  public long findInOrder() {
    int first = next++ % bodies.length * SAMPLES;
    long sum = 0;
    lookup.restart();
    for (int i = first; i < first + SAMPLES; i++) {
      sum += lookup.find(Tenant.DEFAULT, labels[i], 0, labels[i].length);
    }
    return sum;
  }

  /** The lookup of series in no order: hash, chain, comparison. */
  @Benchmark
  public long find() {
    int first = next++ % bodies.length * SAMPLES;
    long sum = 0;
    for (int i = first; i < first + SAMPLES; i++) {
      sum += cache.find(Tenant.DEFAULT, labels[i], 0, labels[i].length);
    }
    return sum;
  }

  /** Acknowledges everything at once. */
  private static final class NoStorage implements Intake {
    private int registered;

    @Override
    public Admission admission() {
      return Admission.ACCEPTING;
    }

    @Override
    public long[] register(Tenant tenant, List<Registration> series) {
      long[] refs = new long[series.size()];
      for (int i = 0; i < refs.length; i++) {
        refs[i] = SeriesRef.of(0, registered++);
      }
      return refs;
    }

    @Override
    public CompletionStage<Void> append(SampleBatch batch) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void keep(List<ReceivedExemplar> exemplars) {}

    @Override
    public void describe(Tenant tenant, List<MetricMetadata> metadata) {}
  }
}
