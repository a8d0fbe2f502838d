package orzo.promql.script;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.metric.Labels;
import orzo.promql.exec.math.GoNumbers;

/** Collects the series of classic histograms and makes histograms with custom buckets of them. */
final class ClassicConversion {
  private final Map<Labels, TreeMap<Long, Parts>> collected = new HashMap<>();

  private static final class Parts {
    final TreeMap<Double, Double> cumulative = new TreeMap<>();
    OptionalDouble count = OptionalDouble.empty();
    double sum;

    NativeHistogram histogram() {
      double total = count.orElse(cumulative.isEmpty() ? 0 : cumulative.lastEntry().getValue());
      cumulative.putIfAbsent(Double.POSITIVE_INFINITY, total);
      double[] bounds = new double[cumulative.size() - 1];
      double[] counts = new double[cumulative.size()];
      int[] indexes = new int[counts.length];
      double below = 0;
      int i = 0;
      for (var bucket : cumulative.entrySet()) {
        if (i < bounds.length) {
          bounds[i] = bucket.getKey();
        }
        indexes[i] = i;
        counts[i++] = bucket.getValue() - below;
        below = bucket.getValue();
      }
      return NativeHistogram.custom(
              ResetHint.UNKNOWN, false, total, sum, bounds, Buckets.of(indexes, counts))
          .compacted();
    }
  }

  /** Takes a sample, if it is one of a classic histogram. */
  void add(Labels labels, long timeMillis, double value) {
    String name = labels.metricName();
    if (name.endsWith("_bucket")) {
      OptionalDouble bound = GoNumbers.parse(labels.get("le"));
      if (bound.isPresent() && !Double.isNaN(bound.getAsDouble())) {
        parts(labels, "_bucket", timeMillis).cumulative.putIfAbsent(bound.getAsDouble(), value);
      }
    } else if (name.endsWith("_count")) {
      parts(labels, "_count", timeMillis).count = OptionalDouble.of(value);
    } else if (name.endsWith("_sum")) {
      parts(labels, "_sum", timeMillis).sum = value;
    }
  }

  private Parts parts(Labels labels, String suffix, long timeMillis) {
    String name = labels.metricName();
    Labels base =
        labels
            .drop(Set.of("le"))
            .with(Labels.NAME, name.substring(0, name.length() - suffix.length()));
    return collected
        .computeIfAbsent(base, _ -> new TreeMap<>())
        .computeIfAbsent(timeMillis, _ -> new Parts());
  }

  /** Adds all histograms to some series. */
  void addTo(LoadedSeries series) {
    collected.forEach((labels, parts) ->
        parts.forEach((time, part) -> series.add(labels, time, Point.of(part.histogram(), false))));
  }
}
