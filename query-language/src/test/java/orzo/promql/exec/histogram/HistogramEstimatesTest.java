package orzo.promql.exec.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;

class HistogramEstimatesTest {
  /** A histogram of some observations, and these themselves. */
  private record Observed(NativeHistogram histogram, double[] sorted) {}

  /** Observations by chance in [-100, 100], some of them zero, in buckets of schema 3. */
  private static Observed observed(Random random) {
    int size = random.nextInt(1, 60);
    double[] observations = new double[size];
    TreeMap<Integer, Double> positive = new TreeMap<>();
    TreeMap<Integer, Double> negative = new TreeMap<>();
    double zero = 0;
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double value =
          random.nextInt(5) == 0
              ? 0
              : (random.nextBoolean() ? 1 : -1) * random.nextDouble(0.1, 100);
      observations[i] = value;
      sum += value;
      if (value == 0) {
        zero++;
      } else {
        int index = (int) Math.ceil(Math.log(Math.abs(value)) / Math.log(2) * 8);
        (value > 0 ? positive : negative).merge(index, 1.0, Double::sum);
      }
    }
    Arrays.sort(observations);
    return new Observed(
        NativeHistogram.exponential(
            ResetHint.UNKNOWN,
            true,
            3,
            1e-9,
            zero,
            size,
            sum,
            buckets(positive),
            buckets(negative)),
        observations);
  }

  private static Buckets buckets(Map<Integer, Double> counts) {
    return Buckets.of(
        counts.keySet().stream().mapToInt(Integer::intValue).toArray(),
        counts.values().stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Test
  void quantile_isAsNearAsItsBucketIsWide() {
    Random random = new Random(41);
    for (int round = 0; round < 500; round++) {
      Observed observed = observed(random);
      for (double q : new double[] {0.05, 0.3, 0.5, 0.77, 0.99}) {
        double rank = q * observed.sorted.length;
        double expected = observed.sorted[(int) Math.ceil(rank) - 1];
        double actual = HistogramEstimates.quantile(q, observed.histogram).value();
        // Whole ranks lie on the border of two observations: both will do.
        double next = observed.sorted[(int) Math.min(observed.sorted.length - 1, Math.floor(rank))];
        double tolerance = 1.1;
        boolean near = isNear(actual, expected, tolerance) || isNear(actual, next, tolerance);
        assertThat(near).as("%s of %s: %s", q, observed.histogram, actual).isTrue();
      }
    }
  }

  private static boolean isNear(double actual, double expected, double factor) {
    return expected == 0
        ? Math.abs(actual) <= 1e-9
        : actual / expected > 1 / factor && actual / expected < factor;
  }

  @Test
  void fraction_belowAQuantile_isTheQuantile() {
    Random random = new Random(42);
    for (int round = 0; round < 500; round++) {
      NativeHistogram histogram = observed(random).histogram;
      for (double q : new double[] {0.1, 0.45, 0.5, 0.9}) {
        double value = HistogramEstimates.quantile(q, histogram).value();
        assertThat(HistogramEstimates.fraction(Double.NEGATIVE_INFINITY, value, histogram).value())
            .as("%s of %s", q, histogram)
            .isCloseTo(q, within(1e-9));
      }
    }
  }

  @Test
  void quantile_ofARisingRank_neverFalls() {
    Random random = new Random(43);
    for (int round = 0; round < 200; round++) {
      NativeHistogram histogram = observed(random).histogram;
      double before = Double.NEGATIVE_INFINITY;
      for (int percent = 0; percent <= 100; percent++) {
        double value = HistogramEstimates.quantile(percent / 100.0, histogram).value();
        assertThat(value).as("%s", histogram).isGreaterThanOrEqualTo(before - 1e-9);
        before = value;
      }
    }
  }

  @Test
  void quantile_outOfBounds_isInfinite() {
    NativeHistogram histogram = observed(new Random(44)).histogram;
    assertThat(HistogramEstimates.quantile(-0.1, histogram).value())
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(HistogramEstimates.quantile(1.1, histogram).value())
        .isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(HistogramEstimates.quantile(Double.NaN, histogram).value()).isNaN();
    assertThat(HistogramEstimates.quantile(0.5, histogram.emptied()).value()).isNaN();
  }

  @Test
  void variance_isNearThatOfTheObservations() {
    Random random = new Random(45);
    for (int round = 0; round < 200; round++) {
      Observed observed = observed(random);
      double mean = observed.histogram.sum() / observed.sorted.length;
      double expected = 0;
      for (double value : observed.sorted) {
        expected += (value - mean) * (value - mean) / observed.sorted.length;
      }
      assertThat(HistogramEstimates.variance(observed.histogram))
          .as("%s", observed.histogram)
          .isCloseTo(expected, within(expected * 0.2 + 40));
    }
  }

  @Test
  void trim_belowAndAbove_shareTheObservations() {
    Random random = new Random(46);
    for (int round = 0; round < 500; round++) {
      Observed observed = observed(random);
      double bound = random.nextDouble(-90, 90);
      NativeHistogram below = HistogramTrim.below(observed.histogram, bound);
      NativeHistogram above = HistogramTrim.above(observed.histogram, bound);
      String input = observed.histogram + " at " + bound;
      assertThat(below.count() + above.count())
          .as(input)
          .isCloseTo(observed.sorted.length, within(1e-9));
      double fraction =
          HistogramEstimates.fraction(Double.NEGATIVE_INFINITY, bound, observed.histogram).value();
      assertThat(below.count())
          .as(input)
          .isCloseTo(fraction * observed.sorted.length, within(1e-9));
      if (below.count() > 0) {
        assertThat(HistogramEstimates.quantile(1, below).value())
            .as(input)
            .isLessThanOrEqualTo(bound * (bound > 0 ? 1.1 : 0.9) + 1e-9);
      }
    }
  }

  @Test
  void trim_thatTakesNothing_isTheSame() {
    NativeHistogram histogram = observed(new Random(47)).histogram;
    assertThat(HistogramTrim.below(histogram, Double.POSITIVE_INFINITY)).isSameAs(histogram);
    assertThat(HistogramTrim.above(histogram, Double.NEGATIVE_INFINITY)).isSameAs(histogram);
    assertThat(HistogramTrim.below(histogram, -1e9).count()).isZero();
  }
}
