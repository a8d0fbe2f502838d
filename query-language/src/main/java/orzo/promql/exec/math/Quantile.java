package orzo.promql.exec.math;

import java.util.Arrays;

/** The quantile of a set of values. */
public final class Quantile {
  private Quantile() {}

  /**
   * The {@code q}-quantile of the first {@code size} values, weighted linearly between the two
   * nearest; NaN counts as the smallest value. NaN for no values or when {@code q} is NaN,
   * infinitely small or large for {@code q} outside [0, 1].
   *
   * @param values sorted by this call
   */
  public static double of(double q, double[] values, int size) {
    if (size == 0 || Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    Arrays.sort(values, 0, size);
    int notNumbers = 0;
    while (notNumbers < size && Double.isNaN(values[size - 1 - notNumbers])) {
      notNumbers++;
    }
    double rank = q * (size - 1);
    int lower = (int) Math.max(0, Math.floor(rank));
    int upper = Math.min(size - 1, lower + 1);
    double weight = rank - Math.floor(rank);
    return at(values, lower, notNumbers) * (1 - weight) + at(values, upper, notNumbers) * weight;
  }

  /** The value of a rank, where NaNs come first although the array holds them last. */
  private static double at(double[] values, int rank, int notNumbers) {
    return rank < notNumbers ? Double.NaN : values[rank - notNumbers];
  }
}
