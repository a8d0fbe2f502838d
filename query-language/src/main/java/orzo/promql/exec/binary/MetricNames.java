package orzo.promql.exec.binary;

import java.util.Set;
import orzo.metric.Labels;

/** The labels that say what a metric is; an operation that makes it another metric drops them. */
public final class MetricNames {
  private static final Set<String> RESERVED = Set.of(Labels.NAME, "__type__", "__unit__");

  private MetricNames() {}

  /** Labels without metric name, type and unit. */
  public static Labels drop(Labels labels) {
    return labels.drop(RESERVED);
  }
}
