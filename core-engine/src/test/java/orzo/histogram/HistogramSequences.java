package orzo.histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Histograms as a series has them one after the other, the same for the same seed. */
public final class HistogramSequences {
  private HistogramSequences() {}

  /** Histograms that grow, change their layout now and then, and are now and then anything. */
  public static List<NativeHistogram> random(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<NativeHistogram> histograms = new ArrayList<>();
    TreeMap<Integer, Double> positive = new TreeMap<>();
    TreeMap<Integer, Double> negative = new TreeMap<>();
    boolean custom = random.nextInt(4) == 0;
    boolean integer = random.nextInt(3) > 0;
    double[] bounds = bounds(random);
    int schema = random.nextInt(NativeHistogram.MIN_SCHEMA, NativeHistogram.MAX_SCHEMA + 1);
    while (histograms.size() < count) {
      if (random.nextInt(50) == 0) {
        positive.clear(); // a reset
      }
      if (random.nextInt(60) == 0) {
        histograms.add(NativeHistogram.stale());
        continue;
      }
      for (int i = random.nextInt(6); i > 0; i--) {
        double more = integer ? random.nextInt(1 << random.nextInt(20)) : random.nextDouble();
        positive.merge(
            custom ? random.nextInt(bounds.length + 1) : near(random), more, Double::sum);
        if (!custom && random.nextInt(4) == 0) {
          negative.merge(near(random), more, Double::sum);
        }
      }
      histograms.add(
          custom
              ? NativeHistogram.custom(
                  hint(random), integer, number(random), number(random), bounds, buckets(positive))
              : NativeHistogram.exponential(
                  hint(random),
                  integer,
                  schema,
                  random.nextInt(30) == 0 ? 0.5 : 0x1p-128,
                  random.nextInt(10),
                  number(random),
                  number(random),
                  buckets(positive),
                  buckets(negative)));
    }
    return histograms;
  }

  /** What a client library's histogram of request durations is like, scraped again and again. */
  public static List<NativeHistogram> requestDurations(long seed, int count, int perInterval) {
    SplittableRandom random = new SplittableRandom(seed);
    List<NativeHistogram> histograms = new ArrayList<>();
    TreeMap<Integer, Double> buckets = new TreeMap<>();
    double sum = 0;
    double total = 0;
    for (int i = 0; i < count; i++) {
      int observations = random.nextInt(perInterval / 2, perInterval * 3 / 2);
      for (int k = 0; k < observations; k++) {
        double seconds = Math.exp(random.nextDouble() * 2 + random.nextDouble() * 2 - 5);
        buckets.merge((int) Math.ceil(Math.log(seconds) / Math.log(2) * 8), 1.0, Double::sum);
        sum += seconds;
        total++;
      }
      histograms.add(
          NativeHistogram.exponential(
              ResetHint.UNKNOWN,
              true,
              3,
              0x1p-128,
              0,
              total,
              sum,
              buckets(buckets),
              Buckets.EMPTY));
    }
    return histograms;
  }

  private static ResetHint hint(SplittableRandom random) {
    return random.nextInt(3) > 0
        ? ResetHint.UNKNOWN
        : ResetHint.values()[random.nextInt(ResetHint.values().length)];
  }

  private static int near(SplittableRandom random) {
    return random.nextInt(500) == 0 ? random.nextInt() : random.nextInt(-10, 10);
  }

  private static double number(SplittableRandom random) {
    return switch (random.nextInt(20)) {
      case 0 -> Double.longBitsToDouble(random.nextLong());
      case 1 -> Double.NaN;
      case 2 -> Double.NEGATIVE_INFINITY;
      case 3 -> -0.0;
      case 4 -> 0x1p63;
      default -> random.nextInt(1 << 20);
    };
  }

  private static double[] bounds(SplittableRandom random) {
    double[] bounds = new double[random.nextInt(6)];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = i * 2.5 - 3;
    }
    return bounds;
  }

  private static Buckets buckets(NavigableMap<Integer, Double> counts) {
    return Buckets.of(
        counts.keySet().stream().mapToInt(Integer::intValue).toArray(),
        counts.values().stream().mapToDouble(Double::doubleValue).toArray());
  }
}
