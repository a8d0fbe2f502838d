package orzo.promql.exec.math;

/**
 * A sum with Neumaier's compensation (A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur
 * Summation endlicher Summen", 1974), in the variant of Prometheus: an infinite sum forgets its
 * compensation.
 */
public final class KahanSum {
  private double sum;
  private double compensation;

  /** An empty sum. */
  public KahanSum() {}

  /** Starts again at zero. */
  public void reset() {
    reset(0, 0);
  }

  /** Starts again at a value. */
  public void reset(double newSum, double newCompensation) {
    sum = newSum;
    compensation = newCompensation;
  }

  /** Adds a value. */
  public void add(double value) {
    double total = sum + value;
    compensation = compensation(sum, compensation, value, total);
    sum = total;
  }

  /** The compensation after {@code value} was added to {@code sum} to give {@code total}. */
  public static double compensation(double sum, double compensation, double value, double total) {
    if (Double.isInfinite(total)) {
      return 0;
    }
    return Math.abs(sum) >= Math.abs(value)
        ? compensation + (sum - total + value)
        : compensation + (value - total + sum);
  }

  /** The sum without the compensation. */
  public double sum() {
    return sum;
  }

  /** What rounding has cost the sum so far. */
  public double compensation() {
    return compensation;
  }

  /** The sum with the compensation. */
  public double total() {
    return sum + compensation;
  }
}
