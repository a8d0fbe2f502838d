package orzo.http.gnocchi;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.gnocchi.operations.MetricSelector;

/**
 * A metric that an operation takes, and how.
 *
 * @param selector what took it
 * @param name what it is called in answers: its id, or its name at its resource
 * @param resource where it was found, null where it was asked for by its id
 */
record AggregateReference(
    MetricView metric, MetricSelector selector, String name, @Nullable UUID resource) {
  /** A metric that was asked for by its id. */
  static AggregateReference of(MetricView metric, String aggregation) {
    String id = metric.id().toString();
    return new AggregateReference(metric, new MetricSelector(id, aggregation), id, null);
  }
}
