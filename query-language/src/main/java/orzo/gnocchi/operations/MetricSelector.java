package orzo.gnocchi.operations;

import static java.util.Objects.requireNonNull;

/**
 * Which measures the operation {@code metric} takes.
 *
 * @param metric a metric's id, or a pattern of names with the wildcards of {@code fnmatch}
 * @param aggregation the name of an aggregation method
 */
public record MetricSelector(String metric, String aggregation) {
  /** Checks that both are there. */
  public MetricSelector {
    requireNonNull(metric, "metric");
    requireNonNull(aggregation, "aggregation");
  }
}
