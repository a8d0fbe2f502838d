package orzo.histogram;

import java.util.Random;
import java.util.TreeMap;

/** Histograms by chance, for properties that hold for all of them. */
final class RandomHistograms {
  private RandomHistograms() {}

  /** Up to ten buckets with whole counts, some of them zero, at indexes in {@code [from, to)}. */
  static Buckets buckets(Random random, int from, int to) {
    TreeMap<Integer, Double> counts = new TreeMap<>();
    for (int i = random.nextInt(11); i > 0; i--) {
      counts.put(random.nextInt(from, to), (double) random.nextInt(20));
    }
    return Buckets.of(
        counts.keySet().stream().mapToInt(Integer::intValue).toArray(),
        counts.values().stream().mapToDouble(Double::doubleValue).toArray());
  }
}
