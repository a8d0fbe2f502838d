package orzo.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BucketsTest {
  @Test
  void ofSpans_countsFromTheEndOfTheSpanBefore() {
    Buckets buckets =
        Buckets.ofSpans(new int[] {-3, 0, 2}, new int[] {1, 0, 2}, new double[] {5, 6, 7});
    assertThat(buckets.indexes()).containsExactly(-3, 0, 1);
    assertThat(buckets.counts()).containsExactly(5, 6, 7);
  }

  @Test
  void spans_areAsFewAsPossible_andGiveTheSameBuckets() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      Buckets buckets = RandomHistograms.buckets(random, -40, 40);
      int[] pairs = buckets.spans();
      int[] offsets = new int[pairs.length / 2];
      int[] lengths = new int[pairs.length / 2];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = pairs[2 * i];
        lengths[i] = pairs[2 * i + 1];
        assertThat(lengths[i]).isPositive();
        assertThat(i == 0 || offsets[i] > 0).isTrue();
      }
      assertThat(Buckets.ofSpans(offsets, lengths, buckets.counts())).isEqualTo(buckets);
    }
  }

  @Test
  void ofSpans_ofWrongForm_saysWhatIsWrong() {
    assertThatThrownBy(() -> Buckets.ofSpans(new int[] {0}, new int[] {3}, new double[] {1, 2}))
        .hasMessage("spans: 3 buckets (expected: 2, as there are counts)");
    assertThatThrownBy(
            () -> Buckets.ofSpans(new int[] {0, -1}, new int[] {1, 1}, new double[] {1, 2}))
        .hasMessage("span 1: offset -1, length 1 (expected: >= 0)");
    assertThatThrownBy(() -> Buckets.ofSpans(new int[] {0, 1}, new int[] {1}, new double[] {1}))
        .hasMessage("spans: 1 lengths (expected: 2, one an offset)");
    assertThatThrownBy(() ->
            Buckets.ofSpans(
                new int[] {Integer.MAX_VALUE, 0}, new int[] {1, 1}, new double[] {1, 2}))
        .hasMessage("span 1: last index 2147483648 (expected: 32 bits)");
    assertThatThrownBy(() ->
            Buckets.ofSpans(
                new int[] {0, 0},
                new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE},
                new double[] {1}))
        .hasMessage("spans: 4294967294 buckets (expected: 1, as there are counts)");
  }

  @Test
  void of_indexesThatDoNotAscend_saysWhichOne() {
    assertThatThrownBy(() -> Buckets.of(new int[] {1, 1}, new double[] {1, 2}))
        .hasMessage("bucket 1: index 1 (expected: > 1)");
  }

  @Test
  void equals_tellsBitsApart() {
    Buckets zero = Buckets.of(new int[] {0}, new double[] {0.0});
    Buckets minusZero = Buckets.of(new int[] {0}, new double[] {-0.0});
    assertThat(zero).isNotEqualTo(minusZero).isEqualTo(Buckets.of(new int[1], new double[1]));
  }
}
