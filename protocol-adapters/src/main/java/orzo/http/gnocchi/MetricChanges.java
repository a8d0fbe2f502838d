package orzo.http.gnocchi;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import orzo.book.BookRefusal.NoSuchMetric;
import orzo.book.Draft;
import orzo.book.MetricRecord;
import orzo.book.RefusedException;
import orzo.book.ResourceState;
import orzo.http.gnocchi.MetricDefinitions.Definition;

/** Drafts which metrics a resource has. */
final class MetricChanges {
  private final Supplier<UUID> ids;

  /**
   * Creates it.
   *
   * @param ids UUIDs for new metrics, none of them twice
   */
  MetricChanges(Supplier<UUID> ids) {
    this.ids = ids;
  }

  /** Gives a resource these metrics and no others; what it had before is there without it. */
  void replace(Draft draft, ResourceState resource, Map<String, Definition> metrics) {
    draft
        .metricsOf(resource.id())
        .forEach((name, metric) -> {
          if (!new Definition.Existing(metric.id()).equals(metrics.get(name))) {
            draft.detach(metric.id());
          }
        });
    add(draft, resource, metrics);
  }

  /** Gives a resource these metrics, too. A new one belongs to the creator of the resource. */
  void add(Draft draft, ResourceState resource, Map<String, Definition> metrics) {
    metrics.forEach((name, definition) -> {
      switch (definition) {
        case Definition.Existing(UUID id) -> {
          Optional<MetricRecord> metric = draft.metric(id);
          if (metric.isEmpty() || !Objects.equals(metric.get().creator(), resource.creator())) {
            throw new RefusedException(new NoSuchMetric(id));
          }
          draft.attach(id, name, resource.id());
        }
        case Definition.New(String policy, String unit) ->
            draft.createMetric(
                new MetricRecord(ids.get(), resource.creator(), name, unit, policy, resource.id()));
      }
    });
  }
}
