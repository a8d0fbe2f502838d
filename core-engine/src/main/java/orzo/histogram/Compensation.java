package orzo.histogram;

/**
 * The compensation of a sum (A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation
 * endlicher Summen", 1974), in the variant of Prometheus: an infinite sum has none.
 */
public final class Compensation {
  private Compensation() {}

  /** The compensation after {@code value} was added to {@code sum} to give {@code total}. */
  public static double of(double sum, double compensation, double value, double total) {
    if (Double.isInfinite(total)) {
      return 0;
    }
    return Math.abs(sum) >= Math.abs(value)
        ? compensation + (sum - total + value)
        : compensation + (value - total + sum);
  }
}
