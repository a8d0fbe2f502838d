package orzo.split;

import java.util.Arrays;
import java.util.SplittableRandom;
import orzo.column.DecimalScale;

/** Runs of samples of many shapes, the same for the same seed. */
final class RandomSamples {
  /** What the values are like. */
  enum Values {
    CONSTANT_INTEGER,
    CONSTANT_DECIMAL,
    CONSTANT_BITS,
    COUNTER,
    COUNTER_WITH_RESETS,
    FAST_COUNTER,
    COUNTER_OF_PAGES,
    COUNTER_OF_SECONDS,
    HUGE_INTEGERS,
    GAUGE_INTEGER,
    GAUGE_1_DECIMAL,
    GAUGE_2_DECIMALS,
    GAUGE_3_DECIMALS,
    MIXED_DECIMALS,
    TINY_DECIMALS,
    STEPS,
    BOOLEAN,
    SMOOTH_CURVE,
    FLOATS,
    RANDOM_MANTISSA,
    RANDOM_BITS,
    SPECIAL_ONLY,
    SPECIAL_AMONG_DECIMALS,
    SPECIAL_AMONG_BITS,
    ZEROS_OF_BOTH_SIGNS
  }

  /** What the timestamps are like. */
  enum Times {
    REGULAR,
    JITTERED,
    REGULAR_WITH_GAPS,
    JITTERED_WITH_GAPS,
    WHOLE_SECONDS,
    IRREGULAR,
    EVERY_MILLISECOND,
    UNTIL_THE_END
  }

  private static final long[] SPECIAL = {
    0x7ff0_0000_0000_0002L, // Prometheus' staleness marker
    0x7ff8_0000_0000_0001L, // NaN as Go writes it
    0x7ff8_0000_0000_0000L,
    0xfff8_0000_0000_0000L,
    0x7ff0_0000_0000_0000L,
    0xfff0_0000_0000_0000L,
    0x7fff_ffff_ffff_ffffL,
    0xffff_ffff_ffff_ffffL,
    0x8000_0000_0000_0000L,
    0x0000_0000_0000_0001L,
    0x7fef_ffff_ffff_ffffL,
    0x43e0_0000_0000_0000L, // 2^63
    0xc3e0_0000_0000_0000L,
    0x4340_0000_0000_0001L, // above 2^53
  };

  private final SplittableRandom random;

  RandomSamples(long seed) {
    random = new SplittableRandom(seed);
  }

  /** One of the given, by chance. */
  <T> T oneOf(T[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** An integer of {@code [min, max]}. */
  int between(int min, int max) {
    return random.nextInt(min, max + 1);
  }

  /** Any 64 bits. */
  long bits() {
    return random.nextLong();
  }

  /** A split's start: ordinary, negative, around zero, or at the ends of all time. */
  long splitStart() {
    return RawSplit.startOf(
        switch (random.nextInt(6)) {
          case 0 -> 0;
          case 1 -> -1;
          case 2 -> Long.MAX_VALUE;
          case 3 -> Long.MIN_VALUE + RawSplit.SPAN_MILLIS;
          case 4 -> random.nextLong(Long.MIN_VALUE / 2, Long.MAX_VALUE);
          default -> random.nextLong(1_600_000_000_000L, 1_900_000_000_000L);
        });
  }

  /** Up to {@code count} ascending timestamps of a split, at least one. */
  long[] timestamps(Times times, long splitStart, int count) {
    long span = Math.min(RawSplit.SPAN_MILLIS, Long.MAX_VALUE - Math.max(0, splitStart));
    long interval = oneOf(new Long[] {1_000L, 5_000L, 10_000L, 15_000L, 60_000L, 33_333L});
    long phase = random.nextLong(Math.min(span, interval));
    long at =
        switch (times) {
          case EVERY_MILLISECOND -> random.nextLong(span - Math.min(span - 1, count));
          case UNTIL_THE_END -> span - Math.min(span, count);
          case WHOLE_SECONDS -> 0;
          default -> phase;
        };
    long grid = at;
    long[] found = new long[count];
    int n = 0;
    while (n < count && at < span) {
      if (n == 0 || splitStart + at > found[n - 1]) {
        found[n++] = splitStart + at;
      }
      switch (times) {
        case REGULAR -> at += interval;
        case JITTERED -> {
          grid += interval;
          at = grid + random.nextInt(-4, 5);
        }
        case REGULAR_WITH_GAPS -> at += interval * (random.nextInt(20) == 0 ? 3 : 1);
        case JITTERED_WITH_GAPS -> {
          grid += interval * (random.nextInt(20) == 0 ? random.nextInt(1, 9) : 1);
          at = grid + random.nextInt(-4, 5);
        }
        case WHOLE_SECONDS -> at += 10_000 + 1000L * random.nextInt(-1, 2);
        case IRREGULAR -> at += 1 + random.nextInt(1 << random.nextInt(1, 20));
        case EVERY_MILLISECOND, UNTIL_THE_END -> at++;
      }
    }
    return Arrays.copyOf(found, n);
  }

  /** Values of a shape. */
  double[] values(Values shape, int count) {
    double[] values = new double[count];
    double level = random.nextInt(1, 1 << random.nextInt(1, 30));
    double constant = constant(shape, level);
    int increment = 1 << random.nextInt(1, 12);
    long huge = random.nextLong();
    for (int i = 0; i < count; i++) {
      switch (shape) {
        case COUNTER -> level += random.nextInt(increment);
        case COUNTER_WITH_RESETS ->
            level = random.nextInt(40) == 0 ? 0 : level + increment + random.nextInt(10);
        case FAST_COUNTER -> level += 1e9 + random.nextInt(1 << 24);
        case COUNTER_OF_PAGES -> level += random.nextInt(increment) * 4096.0;
        case COUNTER_OF_SECONDS -> level += random.nextInt(increment) / 100.0;
        case HUGE_INTEGERS -> huge += random.nextLong(1L << 40);
        case STEPS, BOOLEAN -> {
          if (random.nextInt(10) == 0) {
            level = shape == Values.BOOLEAN ? random.nextInt(2) : random.nextInt(100_000);
          }
        }
        default -> {}
      }
      values[i] =
          switch (shape) {
            case CONSTANT_INTEGER, CONSTANT_DECIMAL, CONSTANT_BITS -> constant;
            case COUNTER,
                COUNTER_WITH_RESETS,
                FAST_COUNTER,
                COUNTER_OF_PAGES,
                COUNTER_OF_SECONDS,
                STEPS,
                BOOLEAN ->
                level;
            case HUGE_INTEGERS -> (double) huge;
            case GAUGE_INTEGER -> random.nextInt(-increment, increment);
            case GAUGE_1_DECIMAL -> random.nextInt(200, 500) / 10.0;
            case GAUGE_2_DECIMALS -> random.nextInt(-100, 10_000) / 100.0;
            case GAUGE_3_DECIMALS -> random.nextInt(1_000_000) / 1000.0;
            case MIXED_DECIMALS -> random.nextInt(1000) / DecimalScale.power(between(0, 6));
            case TINY_DECIMALS -> random.nextInt(1000) / 1e15;
            case SMOOTH_CURVE -> Math.rint(1e6 * Math.sin(i / 40.0));
            case FLOATS -> (double) (random.nextInt(10_000) / 7f);
            case RANDOM_MANTISSA -> 20 + random.nextDouble();
            case RANDOM_BITS -> Double.longBitsToDouble(random.nextLong());
            case SPECIAL_ONLY -> special();
            case SPECIAL_AMONG_DECIMALS ->
                random.nextInt(8) == 0 ? special() : random.nextInt(1000) / 10.0;
            case SPECIAL_AMONG_BITS -> random.nextInt(8) == 0 ? special() : random.nextDouble();
            case ZEROS_OF_BOTH_SIGNS -> random.nextBoolean() ? 0.0 : -0.0;
          };
    }
    return values;
  }

  private double constant(Values shape, double level) {
    return switch (shape) {
      case CONSTANT_DECIMAL -> level / 1000;
      case CONSTANT_BITS -> random.nextBoolean() ? special() : random.nextDouble();
      default -> level;
    };
  }

  private double special() {
    return Double.longBitsToDouble(SPECIAL[random.nextInt(SPECIAL.length)]);
  }
}
