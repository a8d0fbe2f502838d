package orzo.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import orzo.encoding.ByteArrayWriter;
import orzo.split.SampleBuffer;

/**
 * What windows of policy {@code standard} may cost, full splits of series scraped each 15 s, with a
 * hundred bytes for the key. The mix is that of a host's node exporter.
 */
class AggregateSplitSizeTest {
  private static final AggregateSchema STANDARD =
      AggregateSplitDecoderTest.schema("mean min max sum count last increase");
  private static final int KEY_BYTES = 100;
  private static final int SERIES = 8;

  /** How the values of a series move, and how many such series a host has. */
  private enum Model {
    COUNTER(65, 20_000),
    SECONDS_COUNTER(95, 500),
    IDLE_COUNTER(60, 20),
    BYTES(36, 1000),
    GAUGE(3, 12),
    NOISE(18, 3_000),
    CONSTANT(107, 1);

    private final int perHost;
    private final int speed;

    Model(int perHost, int speed) {
      this.perHost = perHost;
      this.speed = speed;
    }

    double value(long state) {
      return switch (this) {
        case COUNTER, IDLE_COUNTER, CONSTANT -> state;
        case SECONDS_COUNTER, GAUGE -> state / 100.0;
        case BYTES -> state * 4096.0;
        case NOISE -> state / 1000.0;
      };
    }

    long next(long state, SplittableRandom random) {
      return switch (this) {
        case COUNTER -> state + random.nextInt(2 * speed + 1);
        case SECONDS_COUNTER -> state + random.nextInt(speed + 1);
        case IDLE_COUNTER -> random.nextInt(32) == 0 ? state + 1 + random.nextInt(speed) : state;
        case BYTES, GAUGE -> Math.max(0, state + random.nextInt(2 * speed + 1) - speed);
        case NOISE -> 20L * speed + random.nextInt(speed + 1);
        case CONSTANT -> state;
      };
    }
  }

  @Test
  void windowsOfFiveMinutes_costAtMostEightBytes() {
    assertThat(bytesPerWindow(300_000)).isLessThanOrEqualTo(8);
  }

  @Test
  void windowsOfAnHour_costAtMostNineBytes() {
    assertThat(bytesPerWindow(3_600_000)).isLessThanOrEqualTo(9);
  }

  private static double bytesPerWindow(long granularity) {
    double total = 0;
    int series = 0;
    for (Model model : Model.values()) {
      Map<String, Integer> columns = new TreeMap<>();
      double bytes = 0;
      for (int i = 0; i < SERIES; i++) {
        bytes += bytes(model, granularity, i, columns);
      }
      double each = bytes / SERIES / AggregateSplit.WINDOWS;
      System.out.printf("%-16s %d ms windows: %.2f bytes", model, granularity, each);
      columns.forEach((part, length) ->
          System.out.printf("  %s %.2f", part, (double) length / SERIES / AggregateSplit.WINDOWS));
      System.out.println();
      total += each * model.perHost;
      series += model.perHost;
    }
    double keyed = total / series + (double) KEY_BYTES / AggregateSplit.WINDOWS;
    System.out.printf("all, %d ms windows, keys included: %.2f bytes%n", granularity, keyed);
    return keyed;
  }

  private static int bytes(Model model, long granularity, int seed, Map<String, Integer> columns) {
    SplittableRandom random = new SplittableRandom(seed);
    SampleBuffer samples = new SampleBuffer(0);
    long phase = random.nextLong(15_000);
    long state = random.nextInt(1 << 20);
    long span = AggregateSplit.spanMillis(granularity);
    for (long at = phase; at < span; at += 15_000) {
      state = model.next(state, random);
      samples.add(at + random.nextLong(-2, 3), model.value(state));
    }
    AggregateRows rows = new AggregateRows(STANDARD);
    int from = samples.timestampsMillis[0] < 0 ? 1 : 0;
    new WindowFold(STANDARD).fold(samples, from, samples.size, granularity, rows);
    int all = encode(rows, granularity);
    Set<Part> rest = EnumSet.copyOf(STANDARD.parts());
    for (int i = Part.number() - 1; i > 0; i--) {
      if (STANDARD.has(Part.of(i)) && rest.remove(Part.of(i)) && Part.of(i) != Part.BORDER) {
        // What a column adds to those that it may be relative to.
        AggregateRows fewer = new AggregateRows(AggregateSchema.ofParts(rest));
        fewer.addAll(rows, 0, rows.size);
        int without = encode(fewer, granularity);
        columns.merge(
            Part.of(i).name(), all(rows, rest, Part.of(i), granularity) - without, Integer::sum);
      }
    }
    return all;
  }

  private static int all(AggregateRows rows, Set<Part> rest, Part part, long granularity) {
    Set<Part> more = EnumSet.copyOf(rest);
    more.add(part);
    AggregateRows some = new AggregateRows(AggregateSchema.ofParts(more));
    some.addAll(rows, 0, rows.size);
    return encode(some, granularity);
  }

  private static int encode(AggregateRows rows, long granularity) {
    ByteArrayWriter out = new ByteArrayWriter(16);
    new AggregateSplitEncoder().encode(granularity, 0, rows, 0, rows.size, out);
    return out.size();
  }
}
