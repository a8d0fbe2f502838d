package orzo.histogram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BucketWalkTest {
  private static List<String> shown(BucketWalk walk) {
    List<String> buckets = new ArrayList<>();
    while (walk.next()) {
      buckets.add(
          (walk.includesLower() ? "[" : "(")
              + walk.lower()
              + ", "
              + walk.upper()
              + (walk.includesUpper() ? "]: " : "): ")
              + walk.count());
    }
    assertThat(walk.next()).isFalse();
    return buckets;
  }

  @Test
  void upwards_ofAnExponentialOne_goesFromNegativeToPositive() {
    NativeHistogram histogram =
        NativeHistogram.exponential(
            ResetHint.UNKNOWN,
            true,
            0,
            0.3,
            5,
            12,
            1,
            Buckets.of(new int[] {-1, 2}, new double[] {1, 2}),
            Buckets.of(new int[] {0, 1}, new double[] {4, 0}));
    assertThat(shown(BucketWalk.upwards(histogram)))
        .containsExactly(
            "[-2.0, -1.0): 0.0",
            "[-1.0, -0.5): 4.0",
            "[-0.3, 0.3]: 5.0",
            "(0.3, 0.5]: 1.0",
            "(2.0, 4.0]: 2.0");
  }

  @Test
  void upwards_ofACustomOne_hasNoEnds() {
    NativeHistogram histogram =
        NativeHistogram.custom(
            ResetHint.UNKNOWN,
            true,
            6,
            1,
            new double[] {-1, 3},
            Buckets.of(new int[] {0, 1, 2}, new double[] {1, 2, 3}));
    assertThat(shown(BucketWalk.upwards(histogram)))
        .containsExactly("[-Infinity, -1.0]: 1.0", "(-1.0, 3.0]: 2.0", "(3.0, Infinity]: 3.0");
  }

  @Test
  void downwards_isUpwardsBackwards() {
    Random random = new Random(31);
    for (int round = 0; round < 300; round++) {
      NativeHistogram histogram =
          round % 3 == 0
              ? RandomHistograms.custom(random)
              : RandomHistograms.exponential(random, 0, round % 3 == 1);
      List<String> upwards = shown(BucketWalk.upwards(histogram));
      List<String> downwards = shown(BucketWalk.downwards(histogram));
      Collections.reverse(downwards);
      assertThat(downwards).as("%s", histogram).isEqualTo(upwards);
    }
  }
}
