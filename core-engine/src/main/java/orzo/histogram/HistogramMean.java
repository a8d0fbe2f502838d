package orzo.histogram;

/**
 * The mean of histograms: their compensated sum divided by their number; where the sum would
 * overflow, the mean is carried along from there on. For one thread.
 */
public final class HistogramMean {
  private HistogramSum sum; // or the mean, from when it is carried along
  private double count = 1;
  private boolean incremental;

  /** The mean of one histogram. */
  public HistogramMean(NativeHistogram first) {
    sum = HistogramSum.compensated(first);
  }

  /**
   * Adds a histogram.
   *
   * @return false when nothing was added, because some have exponential and some custom buckets
   */
  public boolean add(NativeHistogram other) {
    double more = count + 1;
    if (!incremental) {
      HistogramSum next = sum.copy();
      if (!next.add(other)) {
        return false;
      }
      if (!next.isInfinite()) {
        sum = next;
        count = more;
        return true;
      }
      incremental = true;
      sum.divide(count);
    }
    sum.scale(count / more);
    if (!sum.add(other.dividedBy(more))) {
      return false;
    }
    count = more;
    return true;
  }

  /** Whether custom bounds differed, so that only those that all have are left. */
  public boolean boundsReconciled() {
    return sum.boundsReconciled();
  }

  /** The mean so far, buckets without observations included. */
  public NativeHistogram result() {
    if (incremental) {
      return sum.result();
    }
    HistogramSum mean = sum.copy();
    mean.divide(count);
    return mean.result();
  }
}
