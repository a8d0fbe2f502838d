package orzo.fold;

import java.util.SplittableRandom;
import orzo.split.SampleBuffer;

/** Series of many shapes, the same for the same seed. */
final class RandomSeries {
  static final double STALE = Double.longBitsToDouble(0x7ff0_0000_0000_0002L);

  final SplittableRandom random;
  final long granularityMillis;

  RandomSeries(long seed) {
    random = new SplittableRandom(seed);
    long[] granularities = {1, 7, 1000, 60_000, 300_000, 3_600_000, 1 + random.nextLong(100_000)};
    granularityMillis = granularities[random.nextInt(granularities.length)];
  }

  /**
   * Up to {@code most} samples, at least one: counters, gauges, decimals, now and then NaN, ±Inf,
   * or a staleness marker.
   */
  SampleBuffer samples(int most) {
    int count = random.nextInt(5) == 0 ? 1 : random.nextInt(1, most + 1);
    long interval = Math.max(1, granularityMillis / random.nextInt(1, 30));
    boolean onGrid = random.nextBoolean();
    int shape = random.nextInt(5);
    int specials = random.nextInt(3) == 0 ? 8 : Integer.MAX_VALUE;
    long at = random.nextLong(-200, 200) * granularityMillis;
    double level = random.nextInt(1000);
    SampleBuffer samples = new SampleBuffer(0);
    for (int i = 0; i < count; i++) {
      level =
          switch (shape) {
            case 0 -> random.nextInt(30) == 0 ? 0 : level + random.nextInt(100);
            case 1 -> random.nextInt(1000) / 100.0;
            case 2 -> random.nextInt(10) == 0 ? random.nextInt(100) : level;
            case 3 -> random.nextDouble() - 0.5;
            default -> random.nextInt(-5, 5) * 1e9 + random.nextInt(100);
          };
      boolean special = specials < 100 && random.nextInt(specials) == 0;
      samples.add(at, special ? special() : level);
      at += onGrid ? interval : random.nextLong(1, 2 * interval + 1);
      if (random.nextInt(20) == 0) {
        at += random.nextLong(4 * granularityMillis + 1);
      }
    }
    return samples;
  }

  private double special() {
    return switch (random.nextInt(6)) {
      case 0 -> Double.POSITIVE_INFINITY;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2, 3 -> STALE;
      default -> Double.NaN;
    };
  }
}
