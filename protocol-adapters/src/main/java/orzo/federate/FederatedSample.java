package orzo.federate;

import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.metric.Labels;

/**
 * The newest sample of a series.
 *
 * @param value its value, meaningless beside a histogram
 * @param histogram null unless the sample is one
 */
public record FederatedSample(
    Labels labels, long timestampMillis, double value, @Nullable NativeHistogram histogram) {
  /** What the family is that a sample can be part of. */
  enum Type {
    UNTYPED,
    HISTOGRAM,
    GAUGE_HISTOGRAM
  }

  String name() {
    return labels.get(Labels.NAME);
  }

  Type type() {
    if (histogram == null) {
      return Type.UNTYPED;
    }
    return histogram.resetHint() == ResetHint.GAUGE ? Type.GAUGE_HISTOGRAM : Type.HISTOGRAM;
  }
}
