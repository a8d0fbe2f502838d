package orzo.query;

import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.split.SampleBuffer;

/** The value of a query, one case for each of Prometheus's result types. */
public sealed interface QueryValue {
  /** One number. */
  record Scalar(long timestampMillis, double value) implements QueryValue {}

  /** One string. */
  record Text(long timestampMillis, String value) implements QueryValue {}

  /**
   * One value for each series, all at one instant, in the order to be shown.
   *
   * @param values the numbers, and the sums of histograms
   * @param histograms the histograms, null in the place of numbers
   */
  record Vector(
      List<Labels> series,
      double[] values,
      long timestampMillis,
      @Nullable NativeHistogram[] histograms)
      implements QueryValue {
    /** A vector of numbers. */
    public Vector(List<Labels> series, double[] values, long timestampMillis) {
      this(series, values, timestampMillis, new NativeHistogram[values.length]);
    }
  }

  /** Samples for each series, ascending by time, none without samples; some may be histograms. */
  record Matrix(List<Labels> series, List<SampleBuffer> samples) implements QueryValue {}
}
