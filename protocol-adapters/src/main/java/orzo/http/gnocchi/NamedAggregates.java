package orzo.http.gnocchi;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.gnocchi.aggregates.Aggregates.Answer;
import orzo.gnocchi.operations.MetricSelector;
import orzo.gnocchi.operations.Operation;
import orzo.inventory.Stock;
import orzo.policy.Glob;

/** Operations on the metrics that resources have under names, which may be patterns. */
final class NamedAggregates {
  private final Stock stock;
  private final Metrics metrics;
  private final AggregateReading reading;
  private final Operation operation;
  private final boolean details;
  private final Map<MetricSelector, Pattern> patterns = new LinkedHashMap<>();

  /** What came of it, and the resources that had such metrics. */
  record Result(
      Answer answer, List<AggregateReference> references, List<ResourceState> resources) {}

  /**
   * Creates it.
   *
   * @param details whether answers show the resources
   */
  NamedAggregates(
      Stock stock,
      Metrics metrics,
      AggregateReading reading,
      Operation operation,
      boolean details) {
    this.stock = stock;
    this.metrics = metrics;
    this.reading = reading;
    this.operation = operation;
    this.details = details;
    for (MetricSelector selector : operation.selectors()) {
      patterns.put(selector, Glob.compile(selector.metric()));
    }
  }

  /** The answer for these resources as JSON; empty if none of them has a metric of that name. */
  Optional<Map<String, Object>> of(List<ResourceState> resources, AggregateArguments arguments) {
    return evaluate(resources, arguments)
        .map(result -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("measures", AggregatesJson.of(result.answer(), result.references()));
          if (details) {
            json.put("references", shown(result.resources()));
          }
          return json;
        });
  }

  /** What comes of these resources; empty if none of them has a metric of that name. */
  Optional<Result> evaluate(List<ResourceState> resources, AggregateArguments arguments) {
    List<AggregateReference> references = new ArrayList<>();
    Set<ResourceState> having = new LinkedHashSet<>();
    for (ResourceState resource : resources) {
      Map<String, MetricView> named = named(resource);
      patterns.forEach((selector, pattern) ->
          named.forEach((name, metric) -> {
            if (pattern.matches(name)) {
              references.add(new AggregateReference(metric, selector, name, resource.id()));
              having.add(resource);
            }
          }));
    }
    return references.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Result(
                reading.evaluate(references, operation, arguments),
                references,
                List.copyOf(having)));
  }

  /** The metrics of a resource whose names some pattern fits. */
  private Map<String, MetricView> named(ResourceState resource) {
    Map<String, UUID> wanted = new LinkedHashMap<>();
    stock
        .metricsOf(resource.id())
        .forEach((name, id) -> {
          if (patterns.values().stream().anyMatch(pattern -> pattern.matches(name))) {
            wanted.put(name, id);
          }
        });
    Map<UUID, MetricView> found = new LinkedHashMap<>();
    // One that was deleted just now is no metric of it any more.
    List<UUID> deleted = new ArrayList<>();
    metrics
        .find(stock.book().tenant(), List.copyOf(wanted.values()), deleted)
        .forEach(view -> found.put(view.id(), view));
    Map<String, MetricView> named = new LinkedHashMap<>();
    wanted.forEach((name, id) -> {
      MetricView view = found.get(id);
      if (view != null) {
        named.put(name, view);
      }
    });
    return named;
  }

  /** Resources as JSON, with the attributes of their types. */
  private List<Object> shown(List<ResourceState> resources) {
    List<Object> shown = new ArrayList<>();
    for (ResourceState resource : resources) {
      shown.add(
          ResourceJson.of(
              resource,
              stock.type(resource.type()).orElse(ResourceType.GENERIC),
              stock.metricsOf(resource.id())));
    }
    return shown;
  }

  /** The same for answers that are made elsewhere; empty where resources are not shown. */
  Optional<List<Object>> details(List<ResourceState> resources) {
    return details ? Optional.of(shown(resources)) : Optional.empty();
  }
}
