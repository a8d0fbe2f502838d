package orzo.promql.exec.math;

/**
 * A mean: the compensated sum divided by the count, as long as the sum does not overflow; from then
 * on the mean is carried along instead, which can't overflow but rounds more.
 */
public final class KahanMean {
  private final KahanSum sum = new KahanSum();
  private long count;
  private boolean incremental;

  /** A mean of nothing. */
  public KahanMean() {}

  /** Starts again with one value. */
  public void reset(double first) {
    sum.reset(first, 0);
    count = 1;
    incremental = false;
  }

  /** Takes one more value. */
  public void add(double value) {
    count++;
    if (!incremental) {
      double total = sum.sum() + value;
      if (!Double.isInfinite(total)) {
        sum.add(value);
        return;
      }
      incremental = true;
      sum.reset(sum.sum() / (count - 1), sum.compensation() / (count - 1));
    }
    double kept = (count - 1.0) / count;
    sum.reset(kept * sum.sum(), kept * sum.compensation());
    sum.add(value / count);
  }

  /** The mean of the values taken. */
  public double mean() {
    return incremental ? sum.total() : sum.sum() / count + sum.compensation() / count;
  }
}
