package orzo.gnocchi.aggregates;

import java.util.Arrays;
import orzo.gnocchi.operations.Sampling;
import orzo.metric.AggregationMethod;
import orzo.metric.AggregationMethod.Function;
import orzo.read.Points;

/**
 * Aggregates of coarser windows, made of those of finer ones. Every series that has values at the
 * same times can be given to the same object.
 *
 * <p>Gnocchi computes these by other formulas than those of {@link Reduction}: a missing value
 * makes most results of its window missing, and the standard deviation is that of a sample.
 */
public final class Resampling {
  private final AggregationMethod method;
  private final long[] starts;
  private final int[] ends; // of window i, as a row of what is aggregated
  private final long[] times;
  private double[] sorted = new double[0];

  /**
   * Finds the windows.
   *
   * @param method what is computed of a window; all but {@code increase}
   * @param times of the values, ascending
   */
  public Resampling(AggregationMethod method, Sampling sampling, long[] times) {
    if (method.function() == Function.INCREASE) {
      throw new IllegalArgumentException("method: increase (expected: one of Gnocchi's)");
    }
    this.method = method;
    int first = method.rate() ? 1 : 0; // a difference belongs to the later value
    int rows = Math.max(0, times.length - first);
    long[] windows = new long[rows];
    int[] bounds = new int[rows];
    int count = 0;
    long next = Long.MIN_VALUE;
    for (int i = 0; i < rows; i++) {
      if (count == 0 || times[i + first] >= next) {
        windows[count] = sampling.start(times[i + first]);
        next = sampling.next(windows[count++]);
      }
      bounds[count - 1] = i + 1;
    }
    starts = Arrays.copyOf(windows, count);
    ends = Arrays.copyOf(bounds, count);
    this.times = method.function() == Function.STD ? startsOfTwo() : starts;
  }

  /** One series resampled. */
  public static Points of(AggregationMethod method, Sampling sampling, Points series) {
    Resampling resampling = new Resampling(method, sampling, series.startsMillis());
    return new Points(resampling.times(), resampling.values(series.values()));
  }

  /** The windows in which there are two values at least, which a standard deviation needs. */
  private long[] startsOfTwo() {
    long[] some = new long[starts.length];
    int count = 0;
    for (int window = 0; window < starts.length; window++) {
      if (ends[window] - from(window) > 1) {
        some[count++] = starts[window];
      }
    }
    return Arrays.copyOf(some, count);
  }

  private int from(int window) {
    return window == 0 ? 0 : ends[window - 1];
  }

  /** Starts of the windows that have a result. */
  public long[] times() {
    return times;
  }

  /** The results for a series, one for each of {@link #times}. */
  public double[] values(double[] values) {
    double[] rows = method.rate() ? Differences.of(values) : values;
    double[] results = new double[times.length];
    int result = 0;
    for (int window = 0; window < starts.length; window++) {
      int from = from(window);
      int to = ends[window];
      if (method.function() != Function.STD || to - from > 1) {
        results[result++] = value(rows, from, to);
      }
    }
    return results;
  }

  private double value(double[] rows, int from, int to) {
    return switch (method.function()) {
      case MEAN -> sum(rows, from, to) / (to - from);
      case SUM -> sum(rows, from, to);
      case MIN -> leastNumber(rows, from, to);
      case MAX -> greatest(rows, from, to);
      case FIRST -> rows[from];
      case LAST -> rows[to - 1];
      case COUNT -> to - from;
      case STD -> deviation(rows, from, to);
      case MEDIAN -> median(rows, from, to);
      case PERCENTILE -> percentile(rows, from, to);
      case INCREASE -> throw new IllegalStateException("increase");
    };
  }

  private static double sum(double[] rows, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += rows[i];
    }
    return sum;
  }

  /** NaN only where there is nothing else, as Gnocchi's sorting makes it. */
  private static double leastNumber(double[] rows, int from, int to) {
    double least = Double.NaN;
    for (int i = from; i < to; i++) {
      least = Double.isNaN(least) || rows[i] < least ? rows[i] : least;
    }
    return least;
  }

  private static double greatest(double[] rows, int from, int to) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      greatest = Math.max(greatest, rows[i]);
    }
    return greatest;
  }

  private static double deviation(double[] rows, int from, int to) {
    double mean = sum(rows, from, to) / (to - from);
    double squares = 0;
    for (int i = from; i < to; i++) {
      double distance = rows[i] - mean;
      squares += distance * distance;
    }
    return Math.sqrt(squares / (to - from - 1));
  }

  private double median(double[] rows, int from, int to) {
    sort(rows, from, to);
    int count = to - from;
    int lower = count - 1 - count / 2;
    int upper = count % 2 == 0 ? lower + 1 : lower;
    return (sorted[lower] + sorted[upper]) / 2;
  }

  private double percentile(double[] rows, int from, int to) {
    sort(rows, from, to);
    // Counted from the first row of all as in Gnocchi, for so the last digits are the same.
    double rank = from + (to - from - 1) * (method.percentile() / 100.0);
    double lower = Math.floor(rank);
    double upper = Math.ceil(rank);
    double low = sorted[(int) lower - from];
    return lower == upper
        ? low
        : low * (upper - rank) + sorted[(int) upper - from] * (rank - lower);
  }

  /** Sorts values into the scratch space, missing ones last. */
  private void sort(double[] rows, int from, int to) {
    if (sorted.length < to - from) {
      sorted = new double[Math.max(to - from, 2 * sorted.length)];
    }
    System.arraycopy(rows, from, sorted, 0, to - from);
    Arrays.sort(sorted, 0, to - from);
  }
}
