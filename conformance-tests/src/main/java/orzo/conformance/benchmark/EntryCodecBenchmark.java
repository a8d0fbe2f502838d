package orzo.conformance.benchmark;

import java.util.SplittableRandom;
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
import orzo.intake.EntryCodec;
import orzo.intake.EntrySamples;

/** Backlog entries of a sack's share of many scrapes: nanoseconds per sample. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(EntryCodecBenchmark.SAMPLES)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class EntryCodecBenchmark {
  static final int SAMPLES = 20_000;
  private static final int SCRAPE = 500;

  /** What the values are. */
  public enum Shape {
    /** Integers of up to 40 bits. */
    COUNTERS,
    /** Two decimals. */
    GAUGES,
    /** Either, or zero, or one. */
    MIXED
  }

  /** The shape of all values. */
  @Param public Shape shape = Shape.MIXED;

  private final EntrySamples samples = new EntrySamples(SAMPLES);
  private final EntrySamples read = new EntrySamples(SAMPLES);
  private final EntryCodec.Writer writer = new EntryCodec.Writer(20 * SAMPLES);
  private byte[] entry = {};

  /** Makes the samples and their entry. */
  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    long millis = 1_800_000_000_000L;
    int series = 0;
    for (int i = 0; i < SAMPLES; i++) {
      if (i % SCRAPE == 0) {
        millis += random.nextInt(1000);
        series = random.nextInt(10_000);
      }
      samples.series[i] = series;
      samples.timestampsMillis[i] = millis;
      samples.values[i] =
          switch (shape) {
            case COUNTERS -> counter(random);
            case GAUGES -> gauge(random);
            case MIXED ->
                switch (random.nextInt(3)) {
                  case 0 -> counter(random);
                  case 1 -> gauge(random);
                  default -> random.nextInt(2);
                };
          };
      series += random.nextInt(10) == 0 ? 2 : 1;
    }
    samples.size = SAMPLES;
    entry = write();
    System.out.printf("%n%s: %.2f bytes per sample%n", shape, entry.length / (double) SAMPLES);
  }

  private static double counter(SplittableRandom random) {
    return random.nextLong(1L << random.nextInt(1, 40));
  }

  private static double gauge(SplittableRandom random) {
    return random.nextInt(10_000) / 100.0;
  }

  /** Writes an entry. */
  @Benchmark
  public byte[] write() {
    writer.clear();
    for (int i = 0; i < samples.size; i++) {
      writer.add(samples.series[i], samples.timestampsMillis[i], samples.values[i]);
    }
    return writer.toEntry();
  }

  /** Reads an entry. */
  @Benchmark
  public double read() {
    read.clear();
    EntryCodec.read(entry, read);
    return read.values[read.size - 1];
  }
}
