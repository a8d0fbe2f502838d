package orzo.promql.exec.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GoMathTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  @Test
  void pow_ofOne_isOneWhateverTheExponent() {
    assertThat(GoMath.pow(1, NAN)).isEqualTo(1);
    assertThat(GoMath.pow(-1, INFINITY)).isEqualTo(1);
    assertThat(GoMath.pow(2, 10)).isEqualTo(1024);
    assertThat(GoMath.pow(NAN, 0)).isEqualTo(1);
  }

  @Test
  void maxAndMin_infinityAgainstNaN_infinityWins() {
    assertThat(GoMath.max(INFINITY, NAN)).isEqualTo(INFINITY);
    assertThat(GoMath.min(NAN, -INFINITY)).isEqualTo(-INFINITY);
    assertThat(GoMath.max(1, NAN)).isNaN();
    assertThat(GoMath.min(1, NAN)).isNaN();
  }

  @Test
  void log2_powersOfTwo_areExact() {
    for (int exponent = Double.MIN_EXPONENT - 52; exponent <= Double.MAX_EXPONENT; exponent++) {
      assertThat(GoMath.log2(Math.scalb(1.0, exponent))).isEqualTo(exponent);
    }
    assertThat(GoMath.log2(0)).isEqualTo(-INFINITY);
    assertThat(GoMath.log2(-1)).isNaN();
    assertThat(GoMath.log2(INFINITY)).isEqualTo(INFINITY);
  }

  @Test
  void log10_powersOfTen_areTheirExponents() {
    for (int exponent = 0; exponent < 20; exponent++) {
      assertThat(GoMath.log10(Math.pow(10, exponent))).isCloseTo(exponent, within(1e-14));
    }
    assertThat(GoMath.log10(1000)).isEqualTo(3);
  }

  @Test
  void inverseHyperbolics_undoTheHyperbolics() {
    for (double x : new double[] {1e-12, 0.01, 0.3, 0.9, 1.5, 3, 20, 300}) {
      assertThat(GoMath.asinh(Math.sinh(-x))).isCloseTo(-x, within(1e-13 * x));
      assertThat(GoMath.acosh(Math.cosh(x))).isCloseTo(x, within(1e-4 * x + 1e-11));
    }
    assertThat(GoMath.atanh(Math.tanh(0.3))).isCloseTo(0.3, within(1e-15));
    assertThat(GoMath.atanh(-1)).isEqualTo(-INFINITY);
    assertThat(GoMath.atanh(1.1)).isNaN();
    assertThat(GoMath.acosh(0.9)).isNaN();
    assertThat(GoMath.asinh(-INFINITY)).isEqualTo(-INFINITY);
  }
}
