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
import orzo.encoding.ByteArrayWriter;
import orzo.split.RawBlockEncoder;
import orzo.split.RawSplit;
import orzo.split.RawSplitCodec;
import orzo.split.SampleBuffer;

/**
 * Raw splits of four hours, one sample each 15 s, decoded and encoded on one thread: samples per
 * microsecond, that is millions per second. Each run prints the bytes per sample of its shape.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(SplitCodecBenchmark.SPLITS * SplitCodecBenchmark.SAMPLES)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class SplitCodecBenchmark {
  /** Several splits, so that no branch is learnt by heart. */
  static final int SPLITS = 64;

  static final int SAMPLES = (int) (RawSplit.SPAN_MILLIS / 15_000);

  private static final long START = RawSplit.startOf(1_800_000_000_000L);

  /** What a series is like. */
  public enum Shape {
    /** A counter of events at a regular rate, such as of packets, on a regular grid. */
    COUNTER,
    /** The same, each timestamp up to 4 ms off the grid. */
    COUNTER_JITTERED,
    /** Seconds of processor time with two decimals. */
    CPU_SECONDS,
    /** Memory in bytes, in pages of 4 KiB. */
    MEMORY,
    /** A temperature with one decimal. */
    GAUGE,
    /** A number of things, which stays for a while and then changes. */
    STEPS,
    /** What never changes. */
    CONSTANT,
    /** Doubles of 52 random bits near a level. */
    NOISE
  }

  /** The shape of all splits of a run. */
  @Param public Shape shape = Shape.COUNTER;

  /** Samples in a block: open splits have 120 or so, rewritten ones have all in one. */
  @Param({"120", "960"})
  public int block;

  private final long[][] timestamps = new long[SPLITS][SAMPLES];
  private final double[][] values = new double[SPLITS][SAMPLES];
  private final byte[][] encoded = new byte[SPLITS][];
  private final SampleBuffer buffer = new SampleBuffer(SAMPLES);
  private final RawBlockEncoder encoder = new RawBlockEncoder();
  private final ByteArrayWriter out = new ByteArrayWriter(1 << 14);

  /** Makes the splits. */
  @Setup
  public void encodeAll() {
    SplittableRandom random = new SplittableRandom(1);
    long bytes = 0;
    for (int split = 0; split < SPLITS; split++) {
      fill(random, timestamps[split], values[split]);
      encodeSplit(split);
      encoded[split] = out.toByteArray();
      bytes += out.size();
    }
    System.out.printf(
        "%n%s, blocks of %d: %.3f bytes per sample%n",
        shape, block, bytes / (double) (SPLITS * SAMPLES));
  }

  private void fill(SplittableRandom random, long[] times, double[] column) {
    long phase = random.nextLong(4, 14_000);
    double level = random.nextInt(1 << 20);
    for (int i = 0; i < SAMPLES; i++) {
      long jitter = shape == Shape.COUNTER_JITTERED ? random.nextLong(-4, 5) : 0;
      times[i] = START + phase + 15_000L * i + jitter;
      switch (shape) {
        case COUNTER, COUNTER_JITTERED -> level += 1000 + Math.rint(30 * random.nextGaussian());
        case CPU_SECONDS -> level += random.nextInt(40) / 100.0;
        case MEMORY -> level += 4096.0 * random.nextInt(-200, 201);
        case GAUGE -> level = 450 + random.nextInt(100);
        case STEPS -> level = random.nextInt(20) == 0 ? random.nextInt(5000) : level;
        case NOISE -> level = 20 + random.nextDouble();
        case CONSTANT -> {}
      }
      column[i] =
          switch (shape) {
            case CPU_SECONDS -> Math.rint(level * 100) / 100;
            case GAUGE -> level / 10;
            default -> level;
          };
    }
  }

  private void encodeSplit(int split) {
    out.clear();
    RawBlockEncoder.encodeHeader(out);
    for (int from = 0; from < SAMPLES; from += block) {
      encoder.encode(
          START, timestamps[split], values[split], from, Math.min(SAMPLES, from + block), out);
    }
  }

  /** Decodes whole splits. */
  @Benchmark
  public double decode() {
    double sum = 0;
    for (byte[] split : encoded) {
      buffer.clear();
      RawSplitCodec.decode(START, split, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
      sum += buffer.values[buffer.size - 1];
    }
    return sum;
  }

  /** Encodes whole splits. */
  @Benchmark
  public int encode() {
    int bytes = 0;
    for (int split = 0; split < SPLITS; split++) {
      encodeSplit(split);
      bytes += out.size();
    }
    return bytes;
  }
}
