package orzo.histogram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ResetDetectionTest {
  private static NativeHistogram exponential(
      int schema, double threshold, double zero, double count, int[] indexes, double... counts) {
    return NativeHistogram.exponential(
        ResetHint.UNKNOWN,
        false,
        schema,
        threshold,
        zero,
        count,
        1,
        Buckets.of(indexes, counts),
        Buckets.EMPTY);
  }

  private static NativeHistogram custom(double[] bounds, double count, double... counts) {
    int[] indexes = new int[counts.length];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = i;
    }
    return NativeHistogram.custom(
        ResetHint.UNKNOWN, false, count, 1, bounds, Buckets.of(indexes, counts));
  }

  private static boolean isReset(NativeHistogram earlier, NativeHistogram later) {
    return ResetDetection.isReset(later, earlier);
  }

  @Test
  void isReset_afterMoreObservations_neverHolds() {
    Random random = new Random(21);
    for (int round = 0; round < 1000; round++) {
      NativeHistogram earlier = RandomHistograms.exponential(random, 0, true);
      HistogramSum sum = HistogramSum.of(earlier);
      assertThat(sum.add(RandomHistograms.exponential(random, 0, true))).isTrue();
      assertThat(isReset(earlier, sum.result())).as("%s", earlier).isFalse();
      NativeHistogram custom = RandomHistograms.custom(random);
      sum = HistogramSum.of(custom);
      assertThat(sum.add(RandomHistograms.custom(random))).isTrue();
      assertThat(isReset(custom, sum.result())).as("%s", custom).isFalse();
    }
  }

  @Test
  void isReset_whenSomethingFell_holds() {
    NativeHistogram earlier = exponential(0, 1, 2, 10, new int[] {1, 2}, 3, 4);
    assertThat(isReset(earlier, exponential(0, 1, 2, 9, new int[] {1, 2}, 3, 4))).isTrue();
    assertThat(isReset(earlier, exponential(0, 1, 1, 11, new int[] {1, 2}, 3, 4))).isTrue();
    assertThat(isReset(earlier, exponential(0, 1, 2, 11, new int[] {1, 2}, 3, 3))).isTrue();
    assertThat(isReset(earlier, exponential(0, 1, 2, 11, new int[] {1, 3}, 3, 9))).isTrue();
    assertThat(isReset(earlier, exponential(0, 1, 2, 11, new int[] {1, 2, 5}, 3, 4, 1))).isFalse();
  }

  @Test
  void isReset_whenAnEmptyBucketIsGone_doesNotHold() {
    NativeHistogram earlier = exponential(0, 1, 2, 10, new int[] {1, 2}, 3, 0);
    assertThat(isReset(earlier, exponential(0, 1, 2, 10, new int[] {1}, 3))).isFalse();
  }

  @Test
  void isReset_whenResolvedMoreFinely_holds() {
    NativeHistogram earlier = exponential(1, 1, 2, 10, new int[] {1, 2}, 3, 4);
    assertThat(isReset(earlier, exponential(2, 1, 2, 90, new int[] {1, 2, 3, 4}, 9, 9, 9, 9)))
        .isTrue();
    assertThat(isReset(earlier, exponential(1, 0.5, 2, 90, new int[] {1, 2}, 9, 9))).isTrue();
    assertThat(isReset(earlier, exponential(0, 1, 2, 10, new int[] {1}, 7))).isFalse();
    assertThat(isReset(earlier, exponential(0, 1, 2, 10, new int[] {1}, 6))).isTrue();
  }

  @Test
  void isReset_whenTheZeroBucketWidened_comparesWhatItTookIn() {
    NativeHistogram earlier = exponential(0, 0.5, 2, 10, new int[] {0, 1}, 3, 4);
    assertThat(isReset(earlier, exponential(0, 1, 5, 10, new int[] {1}, 4))).isFalse();
    assertThat(isReset(earlier, exponential(0, 1, 4, 10, new int[] {1}, 4))).isTrue();
    assertThat(isReset(earlier, exponential(0, 0.7, 9, 19, new int[] {1}, 4))).isTrue();
  }

  @Test
  void isReset_betweenKindsOfBuckets_holds() {
    NativeHistogram exponential = exponential(0, 0, 0, 3, new int[] {1}, 3);
    NativeHistogram custom = custom(new double[] {1}, 9, 4, 5);
    assertThat(isReset(exponential, custom)).isTrue();
    assertThat(isReset(custom, exponential.times(9))).isTrue();
  }

  @Test
  void isReset_ofOtherCustomBounds_comparesWhatBothResolve() {
    NativeHistogram earlier = custom(new double[] {1, 2, 3}, 10, 1, 2, 3, 4);
    assertThat(isReset(earlier, custom(new double[] {2, 4}, 20, 3, 9, 8))).isFalse();
    assertThat(isReset(earlier, custom(new double[] {2, 4}, 20, 2, 9, 9))).isTrue();
  }

  @Test
  void isReset_asTheLatersHintSays() {
    NativeHistogram fewer = exponential(0, 0, 0, 3, new int[] {1}, 3);
    NativeHistogram more = exponential(0, 0, 0, 4, new int[] {1}, 4);
    assertThat(isReset(fewer, more.withResetHint(ResetHint.RESET))).isTrue();
    assertThat(isReset(more, fewer.withResetHint(ResetHint.NOT_RESET))).isFalse();
    assertThat(isReset(more, fewer.withResetHint(ResetHint.GAUGE))).isTrue();
    assertThat(isReset(more.withResetHint(ResetHint.NOT_RESET), fewer)).isTrue();
  }
}
