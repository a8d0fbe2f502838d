package orzo.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NativeHistogramTest {
  private static final Buckets TWO = Buckets.of(new int[] {0, 1}, new double[] {3, 4});

  private static NativeHistogram exponential(int schema, double zeroCount, double count) {
    return NativeHistogram.exponential(
        ResetHint.UNKNOWN, true, schema, 0.001, zeroCount, count, 5.5, TWO, Buckets.EMPTY);
  }

  @Test
  void exponential_finerThanAnyoneKeeps_isBroughtDown() {
    NativeHistogram fine = exponential(10, 1, 8);
    assertThat(fine.schema()).isEqualTo(8);
    assertThat(fine.positive()).isEqualTo(TWO);
    assertThat(exponential(52, 1, 8).positive().counts()).containsExactly(3, 4);
  }

  @Test
  void exponential_outOfBounds_namesTheField() {
    assertThatThrownBy(() -> exponential(-5, 0, 7))
        .hasMessage("schema: -5 (expected: -4..52, or -53 with custom bounds)");
    assertThatThrownBy(() -> exponential(53, 0, 7)).hasMessageStartingWith("schema: 53");
    assertThatThrownBy(() ->
            NativeHistogram.exponential(ResetHint.GAUGE, false, 0, Double.NaN, 0, 0, 0, TWO, TWO))
        .hasMessage("zero threshold: NaN (expected: >= 0)");
  }

  @Test
  void custom_outOfBounds_namesTheField() {
    assertThatThrownBy(() -> custom(new double[] {1, 1}))
        .hasMessage("custom bound 1: 1.0 (expected: finite and ascending)");
    assertThatThrownBy(() -> custom(new double[] {1, Double.POSITIVE_INFINITY}))
        .hasMessage("custom bound 1: Infinity (expected: finite and ascending)");
    assertThatThrownBy(() -> custom(new double[] {}))
        .hasMessage("bucket 1 (expected: 0..0, as there are 0 custom bounds)");
    assertThat(custom(new double[] {2}).bounds()).containsExactly(2);
  }

  private static NativeHistogram custom(double[] bounds) {
    return NativeHistogram.custom(ResetHint.UNKNOWN, true, 7, 9, bounds, TWO);
  }

  @Test
  void flaw_namesWhatCannotBeTrue() {
    assertThat(exponential(0, 1, 8).flaw()).isEmpty();
    assertThat(exponential(0, 1, 9).flaw())
        .contains("count: 9.0 (expected: 8.0, the sum of all buckets)");
    assertThat(exponential(0, -1, 6).flaw()).contains("zero count: -1.0 (expected: >= 0)");
    assertThat(exponential(0, 0, -1).flaw()).contains("count: -1.0 (expected: >= 0)");
    Buckets below = Buckets.of(new int[] {-2}, new double[] {-3});
    NativeHistogram fallen =
        NativeHistogram.exponential(ResetHint.UNKNOWN, false, 0, 0, 0, 1, 1, TWO, below);
    assertThat(fallen.flaw()).contains("negative bucket -2: -3.0 (expected: >= 0)");
  }

  @Test
  void flaw_ofASumThatIsNoNumber_allowsObservationsInNoBucket() {
    NativeHistogram withNan =
        NativeHistogram.exponential(
            ResetHint.UNKNOWN, true, 0, 0, 0, 9, Double.NaN, TWO, Buckets.EMPTY);
    assertThat(withNan.flaw()).isEmpty();
    NativeHistogram tooFew =
        NativeHistogram.exponential(
            ResetHint.UNKNOWN, true, 0, 0, 0, 6, Double.NaN, TWO, Buckets.EMPTY);
    assertThat(tooFew.flaw()).contains("count: 6.0 (expected: >= 7.0, the sum of all buckets)");
  }

  @Test
  void stale_isToldByTheBitsOfTheSum() {
    assertThat(NativeHistogram.stale().isStale()).isTrue();
    assertThat(NativeHistogram.stale().flaw()).isEmpty();
    NativeHistogram nan =
        NativeHistogram.exponential(
            ResetHint.UNKNOWN, false, 0, 0, 0, 0, Double.NaN, Buckets.EMPTY, Buckets.EMPTY);
    assertThat(nan.isStale()).isFalse();
    assertThat(nan).isNotEqualTo(NativeHistogram.stale());
  }

  @Test
  void equals_looksAtEveryField() {
    NativeHistogram one = exponential(0, 1, 8);
    assertThat(one).isEqualTo(exponential(0, 1, 8)).hasSameHashCodeAs(exponential(0, 1, 8));
    assertThat(one)
        .isNotEqualTo(exponential(1, 1, 8))
        .isNotEqualTo(exponential(0, 2, 8))
        .isNotEqualTo(exponential(0, 1, 9))
        .isNotEqualTo(one.withResetHint(ResetHint.GAUGE))
        .isNotEqualTo(
            NativeHistogram.exponential(
                ResetHint.UNKNOWN, false, 0, 0.001, 1, 8, 5.5, TWO, Buckets.EMPTY))
        .isNotEqualTo(
            NativeHistogram.exponential(
                ResetHint.UNKNOWN, true, 0, 0.002, 1, 8, 5.5, TWO, Buckets.EMPTY));
    assertThat(custom(new double[] {1})).isNotEqualTo(custom(new double[] {2}));
  }
}
