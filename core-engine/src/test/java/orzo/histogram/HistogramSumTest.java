package orzo.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramSumTest {
  private static NativeHistogram exponential(
      int schema, double threshold, double zero, int[] indexes, double... counts) {
    Buckets positive = Buckets.of(indexes, counts);
    return NativeHistogram.exponential(
        ResetHint.UNKNOWN,
        true,
        schema,
        threshold,
        zero,
        zero + positive.total(),
        10,
        positive,
        Buckets.EMPTY);
  }

  private static NativeHistogram custom(double[] bounds, int[] indexes, double... counts) {
    Buckets buckets = Buckets.of(indexes, counts);
    return NativeHistogram.custom(ResetHint.UNKNOWN, true, buckets.total(), 10, bounds, buckets);
  }

  private static NativeHistogram sum(NativeHistogram first, NativeHistogram... others) {
    HistogramSum sum = HistogramSum.compensated(first);
    for (NativeHistogram other : others) {
      assertThat(sum.add(other)).isTrue();
    }
    return sum.result();
  }

  @Test
  void add_ofAnySchemas_isThatOfPlainMaps() {
    Random random = new Random(11);
    for (int round = 0; round < 2000; round++) {
      NativeHistogram left = RandomHistograms.exponential(random, -2, false);
      NativeHistogram right = RandomHistograms.exponential(random, -2, false);
      int schema = Math.min(left.schema(), right.schema());
      DenseHistogram expected =
          new DenseHistogram(left, schema).plus(new DenseHistogram(right, schema));
      NativeHistogram actual = sum(left, right);
      String input = left + " + " + right;
      assertThat(actual.schema()).as(input).isEqualTo(schema);
      assertThat(DenseHistogram.map(actual.positive())).as(input).isEqualTo(expected.positive());
      assertThat(DenseHistogram.map(actual.negative())).as(input).isEqualTo(expected.negative());
      assertThat(actual.count()).as(input).isEqualTo(expected.count());
      assertThat(actual.sum()).as(input).isEqualTo(expected.sum());
    }
  }

  @Test
  void add_inAnyOrder_isTheSame() {
    Random random = new Random(12);
    for (int round = 0; round < 1000; round++) {
      boolean withZero = random.nextBoolean();
      List<NativeHistogram> some = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        some.add(
            round % 3 == 0
                ? RandomHistograms.custom(random)
                : RandomHistograms.exponential(random, 0, withZero));
      }
      NativeHistogram leftFirst = sum(sum(some.get(0), some.get(1)), some.get(2)).compacted();
      NativeHistogram rightFirst = sum(some.get(0), sum(some.get(1), some.get(2))).compacted();
      NativeHistogram backwards = sum(some.get(2), some.get(1), some.get(0)).compacted();
      assertThat(rightFirst).as("%s", some).isEqualTo(leftFirst);
      assertThat(backwards).as("%s", some).isEqualTo(leftFirst);
    }
  }

  @Test
  void subtract_whatWasAdded_leavesWhatWasThere() {
    Random random = new Random(13);
    for (int round = 0; round < 1000; round++) {
      NativeHistogram left = RandomHistograms.exponential(random, 0, true);
      NativeHistogram right = RandomHistograms.exponential(random, left.schema(), true);
      HistogramSum sum = HistogramSum.of(left);
      assertThat(sum.add(right)).isTrue();
      assertThat(sum.subtract(right)).isTrue();
      assertThat(sum.result().compacted().hasObservationsOf(left.compacted()))
          .as(left + " and " + right)
          .isTrue();
    }
  }

  @Test
  void add_losesNothingToRounding() {
    NativeHistogram large = exponential(0, 0, 0, new int[] {1}, 1e16);
    NativeHistogram one = exponential(0, 0, 0, new int[] {1}, 1);
    HistogramSum sum = HistogramSum.compensated(large);
    HistogramSum plain = HistogramSum.of(large);
    for (int i = 0; i < 10; i++) {
      assertThat(sum.add(one) && plain.add(one)).isTrue();
    }
    assertThat(sum.result().positive().count(0)).isEqualTo(1e16 + 10);
    assertThat(sum.result().count()).isEqualTo(1e16 + 10);
    assertThat(plain.result().positive().count(0)).isEqualTo(1e16);
  }

  @Test
  void add_widerZeroBucket_takesInTheBucketsThere() {
    NativeHistogram narrow = exponential(0, 0.001, 2, new int[] {-2, -1, 1}, 3, 4, 5);
    NativeHistogram wide = exponential(0, 0.25, 7, new int[] {0}, 6);
    NativeHistogram both = sum(narrow, wide);
    assertThat(both.zeroThreshold()).isEqualTo(0.25);
    assertThat(both.zeroCount()).isEqualTo(2 + 3 + 7);
    assertThat(both.positive()).isEqualTo(Buckets.of(new int[] {-1, 0, 1}, new double[] {4, 6, 5}));
    assertThat(sum(wide, narrow)).isEqualTo(both);
  }

  @Test
  void add_zeroBucketThatEndsWithinABucket_reachesToItsEnd() {
    NativeHistogram narrow = exponential(0, 0.001, 2, new int[] {-1, 1}, 4, 5);
    NativeHistogram wide = exponential(0, 0.3, 7, new int[] {2}, 6);
    NativeHistogram both = sum(narrow, wide);
    assertThat(both.zeroThreshold()).isEqualTo(0.5); // bucket -1 is (0.25, 0.5]
    assertThat(both.zeroCount()).isEqualTo(2 + 4 + 7);
    assertThat(both.positive()).isEqualTo(Buckets.of(new int[] {1, 2}, new double[] {5, 6}));
    assertThat(sum(wide, narrow)).isEqualTo(both);
  }

  @Test
  void add_zeroBucketThatEndsWithinBucketsOfBothSides_reachesToTheFurther() {
    Buckets above = Buckets.of(new int[] {-1, 0}, new double[] {1, 2});
    Buckets below = Buckets.of(new int[] {0}, new double[] {4});
    NativeHistogram both =
        sum(
            exponential(0, 0.3, 8, new int[] {}),
            NativeHistogram.exponential(ResetHint.UNKNOWN, true, 0, 0, 0, 7, 1, above, below));
    // Positive (0.25, 0.5] is cut first, then negative (0.5, 1]: so all up to 1 is taken in.
    assertThat(both.zeroThreshold()).isEqualTo(0.5);
    assertThat(both.zeroCount()).isEqualTo(9);
    NativeHistogram further =
        sum(
            exponential(0, 0.6, 8, new int[] {}),
            NativeHistogram.exponential(ResetHint.UNKNOWN, true, 0, 0, 0, 7, 1, above, below));
    assertThat(further.zeroThreshold()).isEqualTo(1);
    assertThat(further.zeroCount()).isEqualTo(15);
    assertThat(further.positive().isEmpty() && further.negative().isEmpty()).isTrue();
  }

  @Test
  void add_customBoundsThatDiffer_keepsThoseThatBothHave() {
    NativeHistogram left = custom(new double[] {1, 2, 5}, new int[] {0, 1, 2, 3}, 1, 2, 3, 4);
    NativeHistogram right = custom(new double[] {2, 3, 5}, new int[] {0, 1, 2, 3}, 10, 20, 30, 40);
    HistogramSum sum = HistogramSum.compensated(left);
    assertThat(sum.add(right)).isTrue();
    assertThat(sum.boundsReconciled()).isTrue();
    assertThat(sum.result().bounds()).containsExactly(2, 5);
    assertThat(sum.result().positive())
        .isEqualTo(Buckets.of(new int[] {0, 1, 2}, new double[] {13, 53, 44}));
  }

  @Test
  void add_customBoundsWithoutAnyInCommon_leavesOneBucket() {
    NativeHistogram both =
        sum(
            custom(new double[] {1}, new int[] {0, 1}, 1, 2),
            custom(new double[] {3}, new int[] {0}, 4));
    assertThat(both.boundCount()).isZero();
    assertThat(both.positive()).isEqualTo(Buckets.of(new int[] {0}, new double[] {7}));
  }

  @Test
  void add_customToExponential_addsNothing() {
    HistogramSum sum = HistogramSum.of(exponential(0, 0, 0, new int[] {1}, 2));
    assertThat(sum.add(custom(new double[] {1}, new int[] {0}, 1))).isFalse();
    assertThat(sum.result().count()).isEqualTo(2);
  }

  @Test
  void add_hints_keepTheLesserPromise() {
    NativeHistogram one = exponential(0, 0, 0, new int[] {1}, 2);
    for (ResetHint left : ResetHint.values()) {
      for (ResetHint right : ResetHint.values()) {
        HistogramSum sum = HistogramSum.of(one.withResetHint(left));
        assertThat(sum.add(one.withResetHint(right))).isTrue();
        ResetHint expected =
            left == ResetHint.GAUGE || right == ResetHint.GAUGE
                ? ResetHint.GAUGE
                : left == right ? left : ResetHint.UNKNOWN;
        assertThat(sum.result().resetHint()).as("%s + %s", left, right).isEqualTo(expected);
        boolean collides =
            left == ResetHint.RESET && right == ResetHint.NOT_RESET
                || left == ResetHint.NOT_RESET && right == ResetHint.RESET;
        assertThat(sum.hintsCollided()).as("%s + %s", left, right).isEqualTo(collides);
      }
    }
  }

  @Test
  void add_changesNeitherOperand() {
    Random random = new Random(14);
    for (int round = 0; round < 200; round++) {
      NativeHistogram left = RandomHistograms.exponential(random, 0, true);
      NativeHistogram right = RandomHistograms.exponential(random, 0, true);
      String before = left + " " + right;
      HistogramSum sum = HistogramSum.compensated(left);
      assertThat(sum.add(right)).isTrue();
      NativeHistogram soFar = sum.result();
      String shown = soFar.toString();
      assertThat(sum.add(exponential(0, 2, 1, new int[] {-5, 40}, 1, 1))).isTrue();
      assertThat(left + " " + right).isEqualTo(before);
      assertThat(soFar).hasToString(shown);
    }
  }

  @Test
  void mean_isTheSumDividedByTheNumber() {
    Random random = new Random(15);
    for (int round = 0; round < 300; round++) {
      NativeHistogram a = RandomHistograms.exponential(random, 0, true);
      NativeHistogram b = RandomHistograms.exponential(random, 0, true);
      NativeHistogram c = RandomHistograms.exponential(random, 0, true);
      HistogramMean mean = new HistogramMean(a);
      assertThat(mean.add(b) && mean.add(c)).isTrue();
      NativeHistogram expected = sum(a, b, c).dividedBy(3);
      assertThat(mean.result().count()).isCloseTo(expected.count(), within(1e-12));
      assertThat(mean.result().sum()).isCloseTo(expected.sum(), within(1e-12));
      assertThat(mean.result().positive().hasLayoutOf(expected.positive())).isTrue();
    }
  }

  @Test
  void mean_ofHugeCounts_doesNotOverflow() {
    NativeHistogram huge = exponential(0, 0, 0, new int[] {1, 2}, 1e308, 5e307);
    HistogramMean mean = new HistogramMean(huge);
    for (int i = 0; i < 4; i++) {
      assertThat(mean.add(huge)).isTrue();
    }
    assertThat(mean.result().positive().count(0)).isCloseTo(1e308, within(1e293));
    assertThat(mean.result().positive().count(1)).isCloseTo(5e307, within(1e293));
  }

  @Test
  void dividedBy_zero_takesAllBuckets() {
    NativeHistogram divided = exponential(0, 1, 3, new int[] {1}, 2).dividedBy(0);
    assertThat(divided.positive().isEmpty()).isTrue();
    assertThat(divided.count()).isInfinite();
    assertThat(divided.resetHint()).isEqualTo(ResetHint.UNKNOWN);
  }

  @Test
  void times_negative_makesAGauge() {
    NativeHistogram negated = exponential(0, 1, 3, new int[] {1}, 2).times(-2);
    assertThat(negated.resetHint()).isEqualTo(ResetHint.GAUGE);
    assertThat(negated.count()).isEqualTo(-10);
    assertThat(negated.positive().count(0)).isEqualTo(-4);
  }
}
