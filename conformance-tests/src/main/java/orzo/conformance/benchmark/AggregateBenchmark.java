package orzo.conformance.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.Set;
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
import orzo.encoding.ByteArrayWriter;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.AggregateSplit;
import orzo.fold.AggregateSplitDecoder;
import orzo.fold.AggregateSplitEncoder;
import orzo.fold.Part;
import orzo.fold.WindowFold;
import orzo.metric.AggregationMethod;
import orzo.split.RawSplit;
import orzo.split.SampleBuffer;

/**
 * Folding raw splits of one sample each 15 s into windows of five minutes and of an hour, with the
 * methods of policy {@code standard}: nanoseconds per sample for both granularities together; and
 * full aggregate splits encoded and decoded: nanoseconds per window.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class AggregateBenchmark {
  private static final int SERIES = 32;
  private static final int SAMPLES = (int) (RawSplit.SPAN_MILLIS / 15_000);
  private static final int WINDOWS = AggregateSplit.WINDOWS;
  private static final long FINE = Duration.ofMinutes(5).toMillis();
  private static final long COARSE = Duration.ofHours(1).toMillis();

  /** What a series is like. */
  public enum Shape {
    /** A counter of events. */
    COUNTER,
    /** A measurement with one decimal. */
    GAUGE,
    /** A random walk with three decimals, on the borders of windows. */
    WALK
  }

  /** The columns that a query wants. */
  @State(Scope.Thread)
  public static class Wanted {
    /** What is asked. */
    @Param({"everything", "avg_over_time", "max_over_time", "instant"})
    public String by = "everything";

    private AggregateRows rows = new AggregateRows(AggregateSchema.ofParts(Set.of()));

    /** Makes room for them. */
    @Setup
    public void make() {
      rows =
          new AggregateRows(
              switch (by) {
                case "avg_over_time" -> AggregateSchema.ofParts(Set.of(Part.SUM));
                case "max_over_time" -> AggregateSchema.ofParts(Set.of(Part.MAX));
                case "instant" -> AggregateSchema.ofParts(Set.of(Part.LAST, Part.LAST_TIME));
                default -> SCHEMA;
              });
    }
  }

  /** The shape of all series of a run. */
  @Param public Shape shape = Shape.COUNTER;

  private static final AggregateSchema SCHEMA =
      AggregateSchema.of(
          List.of("mean", "min", "max", "sum", "count", "last", "increase").stream()
              .map(AggregationMethod::parse)
              .toList());
  private final SampleBuffer[] series = new SampleBuffer[SERIES];
  private final AggregateRows[] full = new AggregateRows[SERIES];
  private final byte[][] splits = new byte[SERIES][];
  private final WindowFold fold = new WindowFold(SCHEMA);
  private final AggregateRows rows = new AggregateRows(SCHEMA);
  private final AggregateSplitDecoder decoder = new AggregateSplitDecoder();
  private final AggregateSplitEncoder encoder = new AggregateSplitEncoder();
  private final ByteArrayWriter out = new ByteArrayWriter(1 << 14);

  /** Makes series and splits. */
  @Setup
  public void make() {
    SplittableRandom random = new SplittableRandom(1);
    long interval = shape == Shape.WALK ? 5_000 : 15_000;
    int perSplit = (int) (AggregateSplit.spanMillis(FINE) / interval);
    for (int i = 0; i < SERIES; i++) {
      series[i] = new SampleBuffer(perSplit);
      double level = random.nextInt(1 << 20);
      for (int j = 0; j < perSplit; j++) {
        switch (shape) {
          case COUNTER -> level += random.nextInt(2000);
          case GAUGE -> level = random.nextInt(450, 550) / 10.0;
          case WALK -> level = (Math.round(level * 1000) + random.nextInt(-500, 501)) / 1000.0;
        }
        long millis =
            shape == Shape.WALK ? interval * j : 7_000 + interval * j + random.nextLong(-4, 5);
        series[i].add(millis, level);
      }
      full[i] = new AggregateRows(SCHEMA);
      fold.fold(series[i], 0, perSplit, FINE, full[i]);
      out.clear();
      encoder.encode(FINE, 0, full[i], 0, full[i].size, out);
      splits[i] = out.toByteArray();
    }
  }

  /** Folds four hours of each series. */
  @Benchmark
  @OperationsPerInvocation(SERIES * SAMPLES)
  public int fold() {
    int windows = 0;
    for (SampleBuffer samples : series) {
      rows.clear();
      fold.fold(samples, 0, SAMPLES, FINE, rows);
      windows += rows.size;
      rows.clear();
      fold.fold(samples, 0, SAMPLES, COARSE, rows);
      windows += rows.size;
    }
    return windows;
  }

  /** Encodes full splits of five minutes. */
  @Benchmark
  @OperationsPerInvocation(SERIES * WINDOWS)
  public int encode() {
    int bytes = 0;
    for (AggregateRows split : full) {
      out.clear();
      encoder.encode(FINE, 0, split, 0, split.size, out);
      bytes += out.size();
    }
    return bytes;
  }

  /** Decodes full splits. */
  @Benchmark
  @OperationsPerInvocation(SERIES * WINDOWS)
  public int decode(Wanted wanted) {
    int windows = 0;
    for (byte[] split : splits) {
      wanted.rows.clear();
      decoder.decode(FINE, 0, split, Long.MIN_VALUE, Long.MAX_VALUE, wanted.rows);
      windows += wanted.rows.size;
    }
    return windows;
  }
}
