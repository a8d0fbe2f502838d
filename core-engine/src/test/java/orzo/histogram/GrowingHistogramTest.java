package orzo.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrowingHistogramTest {
  @ParameterizedTest
  @ValueSource(ints = {-4, -1, 0, 1, 3, 8})
  void add_putsValuesWhereTheBoundsSay(int schema) {
    Random random = new Random(schema);
    for (int i = 0; i < 20_000; i++) {
      double value =
          switch (i % 3) {
            case 0 -> Math.exp(random.nextGaussian() * 20);
            case 1 -> ExponentialBounds.upper(random.nextInt(-100, 100), schema);
            default -> Math.nextUp(ExponentialBounds.upper(random.nextInt(-100, 100), schema));
          };
      if (value <= GrowingHistogram.ZERO_THRESHOLD || value == Double.POSITIVE_INFINITY) {
        continue;
      }
      GrowingHistogram histogram = new GrowingHistogram(schema, 10);
      histogram.add(value, 1);
      int index = histogram.state().positive().index(0);
      assertThat(value)
          .as("schema %d, bucket %d", schema, index)
          .isGreaterThan(ExponentialBounds.upper(index - 1, schema))
          .isLessThanOrEqualTo(ExponentialBounds.upper(index, schema));
    }
  }

  @Test
  void add_ofTheGreatestNumber_isInTheLastBucket() {
    GrowingHistogram histogram = new GrowingHistogram(3, 10);
    histogram.add(Double.MAX_VALUE, 1);
    assertThat(histogram.state().positive().indexes()).containsExactly(1024 << 3);
  }

  @Test
  void add_ofZeroAndBelow_isOnItsSide() {
    GrowingHistogram histogram = new GrowingHistogram(0, 10);
    histogram.add(0, 2);
    histogram.add(-GrowingHistogram.ZERO_THRESHOLD, 1);
    histogram.add(-3, 1);
    histogram.add(-4, 0.5);
    histogram.add(1, 1);
    NativeHistogram state = histogram.state();
    assertThat(state.zeroCount()).isEqualTo(3);
    assertThat(state.negative()).isEqualTo(Buckets.of(new int[] {2}, new double[] {1.5}));
    assertThat(state.positive()).isEqualTo(Buckets.of(new int[] {0}, new double[] {1}));
    assertThat(state.count()).isEqualTo(5.5);
    assertThat(state.sum()).isEqualTo(-4 - GrowingHistogram.ZERO_THRESHOLD);
    assertThat(state.flaw()).isEmpty();
  }

  @RepeatedTest(20)
  void states_neverFall_howeverCoarseTheyBecome(RepetitionInfo info) {
    Random random = new Random(info.getCurrentRepetition());
    GrowingHistogram histogram = new GrowingHistogram(8, 20);
    NativeHistogram before = histogram.state();
    double count = 0;
    for (int i = 0; i < 2_000; i++) {
      double weight = random.nextInt(1, 5);
      histogram.add(random.nextGaussian() * Math.exp(random.nextInt(1 + i / 40)), weight);
      count += weight;
      NativeHistogram state = histogram.state();
      assertThat(ResetDetection.isReset(state, before)).as("after %s, %s", before, state).isFalse();
      assertThat(state.zeroCount() + state.positive().total() + state.negative().total())
          .isEqualTo(count);
      assertThat(state.positive().size() + state.negative().size()).isLessThanOrEqualTo(20);
      assertThat(state.schema()).isLessThanOrEqualTo(before.schema());
      before = state;
    }
    assertThat(before.schema()).isLessThan(8);
  }

  @Test
  void state_staysAsItWas() {
    GrowingHistogram histogram = new GrowingHistogram(3, 100);
    histogram.add(1, 1);
    NativeHistogram state = histogram.state();
    histogram.add(1, 1);
    histogram.add(0.5, 1);
    assertThat(state.positive()).isEqualTo(Buckets.of(new int[] {0}, new double[] {1}));
  }

  @Test
  void coarsestSchema_hasAsManyBucketsAsItNeeds() {
    GrowingHistogram histogram = new GrowingHistogram(-4, 1);
    histogram.add(1, 1);
    histogram.add(1e100, 1);
    assertThat(histogram.state().schema()).isEqualTo(-4);
    assertThat(histogram.state().positive().size()).isEqualTo(2);
  }

  @Test
  void add_ofWhatIsNotFinite_isRefused() {
    GrowingHistogram histogram = new GrowingHistogram(3, 10);
    assertThatThrownBy(() -> histogram.add(Double.NaN, 1))
        .hasMessage("value NaN, weight 1.0 (expected: finite, the weight >= 0)");
    assertThatThrownBy(() -> histogram.add(1, Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> histogram.add(1, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new GrowingHistogram(9, 10)).hasMessage("schema: 9 (expected: -4..8)");
    assertThatThrownBy(() -> new GrowingHistogram(3, 0))
        .hasMessage("maxBuckets: 0 (expected: >= 1)");
    assertThat(histogram.state().count()).isZero();
  }
}
