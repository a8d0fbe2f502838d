package orzo.query;

import java.util.List;
import orzo.metric.Labels;
import orzo.split.SampleBuffer;

/** The value of a query, one case for each of Prometheus's result types. */
public sealed interface QueryValue {
  /** One number. */
  record Scalar(long timestampMillis, double value) implements QueryValue {}

  /** One string. */
  record Text(long timestampMillis, String value) implements QueryValue {}

  /** One value for each series, all at one instant, in the order to be shown. */
  record Vector(List<Labels> series, double[] values, long timestampMillis) implements QueryValue {}

  /** Samples for each series, ascending by time, none without samples. */
  record Matrix(List<Labels> series, List<SampleBuffer> samples) implements QueryValue {}
}
