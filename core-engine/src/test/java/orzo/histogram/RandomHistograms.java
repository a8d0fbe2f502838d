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

  /** An exponential histogram, whose buckets lie outside its zero bucket, if it has one. */
  static NativeHistogram exponential(Random random, int minSchema, boolean withZeroBucket) {
    int schema = random.nextInt(minSchema, 5);
    int from = withZeroBucket ? 1 : -30;
    Buckets positive = buckets(random, from, 30);
    Buckets negative = buckets(random, from, 30);
    double zero = withZeroBucket ? random.nextInt(5) : 0;
    return NativeHistogram.exponential(
        ResetHint.UNKNOWN,
        false,
        schema,
        withZeroBucket ? 1 : 0,
        zero,
        zero + positive.total() + negative.total(),
        random.nextInt(1000) - 500,
        positive,
        negative);
  }

  /** A histogram with some of the bounds 1, 2, 3 and so on. */
  static NativeHistogram custom(Random random) {
    double[] bounds =
        java.util.stream.IntStream.rangeClosed(1, 9)
            .filter(_ -> random.nextBoolean())
            .asDoubleStream()
            .toArray();
    Buckets buckets = buckets(random, 0, bounds.length + 1);
    return NativeHistogram.custom(
        ResetHint.UNKNOWN, false, buckets.total(), random.nextInt(100), bounds, buckets);
  }
}
