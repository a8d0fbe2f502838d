package orzo.statsd;

import java.util.Arrays;

/**
 * Computes what a timer's values come to, with the sums in the order in which the reference daemon
 * adds, so that not even the last digit differs. Not safe for many threads.
 */
final class TimerStatistics {
  /** Takes statistics by their place in a layout. */
  @FunctionalInterface
  interface Sink {
    /** A statistic; {@link TimerLayout#LEFT_OUT} is not to be taken. */
    void take(int place, double value);
  }

  private double[] sums = new double[0];
  private double[] squares = new double[0];

  /**
   * Computes all statistics of values, and the quantiles of the summary.
   *
   * @param values are sorted
   * @param size how many there are, at least 1
   * @param count how many there were before sampling
   * @param seconds how long the interval is
   */
  void compute(
      TimerLayout layout, double[] values, int size, double count, double seconds, Sink sink) {
    Arrays.sort(values, 0, size);
    addUp(values, size);
    double sum = sums[size - 1];
    double mean = sum / size;
    int middle = size / 2;
    double median = size % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    sink.take(layout.place(TimerLayout.COUNT), count);
    sink.take(layout.place(TimerLayout.COUNT_PER_SECOND), count / seconds);
    sink.take(layout.place(TimerLayout.LOWER), values[0]);
    sink.take(layout.place(TimerLayout.UPPER), values[size - 1]);
    sink.take(layout.place(TimerLayout.SUM), sum);
    sink.take(layout.place(TimerLayout.SUM_SQUARES), squares[size - 1]);
    sink.take(layout.place(TimerLayout.MEAN), mean);
    sink.take(layout.place(TimerLayout.MEDIAN), median);
    sink.take(layout.place(TimerLayout.DEVIATION), deviation(values, size, mean));
    for (int i = 0; i < layout.percentiles.length; i++) {
      percentile(layout, i, values, size, sink);
    }
    bins(layout, values, size, sink);
    for (int i = 0; i < layout.quantiles.length; i++) {
      double quantile = layout.quantiles[i];
      double value =
          quantile == 0.5 ? median : values[Math.max(1, share(100 * quantile, size)) - 1];
      sink.take(layout.placeOfSummary() + 2 + i, value);
    }
  }

  /** What a timer without values has: it is there, and nothing was observed. */
  void computeIdle(TimerLayout layout, Sink sink) {
    sink.take(layout.place(TimerLayout.COUNT), 0);
    sink.take(layout.place(TimerLayout.COUNT_PER_SECOND), 0);
  }

  private void addUp(double[] values, int size) {
    if (size > sums.length) {
      sums = new double[size + (size >> 1)];
      squares = new double[sums.length];
    }
    sums[0] = values[0];
    squares[0] = values[0] * values[0];
    for (int i = 1; i < size; i++) {
      sums[i] = values[i] + sums[i - 1];
      squares[i] = values[i] * values[i] + squares[i - 1];
    }
  }

  private static double deviation(double[] values, int size, double mean) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += (values[i] - mean) * (values[i] - mean);
    }
    return Math.sqrt(sum / size);
  }

  /** How many values a percentile covers; halves are rounded up. */
  private static int share(double percentile, int size) {
    return (int) Math.round(Math.abs(percentile) / 100 * size);
  }

  private void percentile(TimerLayout layout, int i, double[] values, int size, Sink sink) {
    double percentile = layout.percentiles[i];
    int covered = size == 1 ? 1 : share(percentile, size);
    if (covered == 0) {
      return;
    }
    double boundary;
    double sum;
    double sumOfSquares;
    if (percentile > 0 || size == 1) {
      boundary = values[covered - 1];
      sum = sums[covered - 1];
      sumOfSquares = squares[covered - 1];
    } else {
      boundary = values[size - covered];
      // The reference daemon has no sum of what is before the first value, and says so with NaN.
      int before = size - covered - 1;
      sum = sums[size - 1] - (before < 0 ? Double.NaN : sums[before]);
      sumOfSquares = squares[size - 1] - (before < 0 ? Double.NaN : squares[before]);
    }
    sink.take(layout.placeOfPercentile(i, 0), covered);
    sink.take(layout.placeOfPercentile(i, 1), sum / covered);
    sink.take(layout.placeOfPercentile(i, 2), boundary);
    sink.take(layout.placeOfPercentile(i, 3), sum);
    sink.take(layout.placeOfPercentile(i, 4), sumOfSquares);
  }

  private static void bins(TimerLayout layout, double[] values, int size, Sink sink) {
    int at = 0;
    for (int bin = 0; bin < layout.bins.length; bin++) {
      double limit = layout.bins[bin];
      int start = at;
      while (at < size && (values[at] < limit || limit == Double.POSITIVE_INFINITY)) {
        at++;
      }
      sink.take(layout.placeOfBin(bin), at - start);
    }
  }
}
