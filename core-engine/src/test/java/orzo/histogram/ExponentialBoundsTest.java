package orzo.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExponentialBoundsTest {
  @Test
  void upper_isAPowerOfTwoToTheSchema() {
    for (int schema = NativeHistogram.MIN_SCHEMA; schema <= NativeHistogram.MAX_SCHEMA; schema++) {
      for (int index = -900; index <= 900; index += 7) {
        double expected = Math.pow(2, index * Math.pow(2, -schema));
        double bound = ExponentialBounds.upper(index, schema);
        if (Double.isInfinite(expected) || expected < Double.MIN_NORMAL) {
          assertThat(bound == Double.MAX_VALUE ? Double.POSITIVE_INFINITY : bound)
              .isEqualTo(expected);
        } else {
          assertThat(bound).isCloseTo(expected, within(expected * 1e-13));
        }
      }
    }
  }

  @Test
  void upper_ofASchema_isThatOfTheCoarserOne() {
    for (int index = -600; index <= 600; index++) {
      for (int schema = NativeHistogram.MIN_SCHEMA; schema < 8; schema++) {
        assertThat(ExponentialBounds.upper(2 * index, schema + 1))
            .isEqualTo(ExponentialBounds.upper(index, schema));
      }
    }
  }

  @Test
  void upper_asClientsRoundIt() {
    assertThat(ExponentialBounds.upper(1, 1)).isEqualTo(1.414213562373095);
    assertThat(ExponentialBounds.upper(3, 2)).isEqualTo(1.6817928305074288);
    assertThat(ExponentialBounds.upper(255, 8)).isEqualTo(1.9945921121709396);
  }

  @Test
  void upper_ofTheLastBucketOfNumbers_isTheGreatestNumber() {
    assertThat(ExponentialBounds.upper(1024, 0)).isEqualTo(Double.MAX_VALUE);
    assertThat(ExponentialBounds.upper(1025, 0)).isInfinite();
    assertThat(ExponentialBounds.upper(1024 << 8, 8)).isEqualTo(Double.MAX_VALUE);
    assertThat(ExponentialBounds.upper(64, -4)).isEqualTo(Double.MAX_VALUE);
    assertThat(ExponentialBounds.upper(65, -4)).isInfinite();
    assertThat(ExponentialBounds.upper(Integer.MAX_VALUE, -4)).isInfinite();
    assertThat(ExponentialBounds.upper(Integer.MIN_VALUE, -4)).isZero();
  }

  @Test
  void coarser_holdsTheFinerBucket() {
    for (int index = -40; index <= 40; index++) {
      int coarser = ExponentialBounds.coarser(index, 3, 1);
      assertThat(ExponentialBounds.upper(coarser, 1))
          .isGreaterThanOrEqualTo(ExponentialBounds.upper(index, 3));
      assertThat(ExponentialBounds.upper(coarser - 1, 1))
          .isLessThanOrEqualTo(ExponentialBounds.upper(index - 1, 3));
    }
    assertThat(ExponentialBounds.coarser(Integer.MIN_VALUE, 52, 8)).isZero();
    assertThat(ExponentialBounds.coarser(Integer.MAX_VALUE, 52, 8)).isEqualTo(1);
  }
}
