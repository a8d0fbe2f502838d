package orzo.http.gnocchi;

import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.time.InstantSource;
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
import orzo.gnocchi.aggregates.Fill;
import orzo.gnocchi.operations.Operation;
import orzo.gnocchi.operations.Reaggregation;
import orzo.gnocchi.operations.Sampling;
import orzo.http.FormParameters;
import orzo.http.access.Permission;
import orzo.inventory.Stock;
import orzo.metric.AggregationMethod;
import orzo.metric.AggregationMethod.Function;
import orzo.metric.ArchivePolicy;
import orzo.policy.PolicyBook;

/**
 * {@code /v1/aggregation}: one series made of many metrics, the older form of what {@link
 * AggregatesEndpoint} does. A single metric is read as it is.
 */
final class CrossAggregationEndpoint {
  private final Metrics metrics;
  private final PolicyBook policies;
  private final ResourceSearch resources;
  private final AggregateReading reading;
  private final MeasureReading measures;
  private final InstantSource clock;

  CrossAggregationEndpoint(
      Metrics metrics,
      PolicyBook policies,
      ResourceSearch resources,
      AggregateReading reading,
      MeasureReading measures,
      InstantSource clock) {
    this.metrics = metrics;
    this.policies = policies;
    this.resources = resources;
    this.reading = reading;
    this.measures = measures;
    this.clock = clock;
  }

  /** Metrics whose ids are parameters. */
  Reply ofParameters(Exchange exchange) {
    Set<UUID> ids = new LinkedHashSet<>();
    for (String id : exchange.parameters().all("metric")) {
      ids.add(
          Uuids.parse(id)
              .orElseThrow(() ->
                  ApiError.of(400, "Invalid input: not a valid value @ data[" + ids.size() + "]")));
    }
    return ofIds(exchange, ids);
  }

  /** Metrics whose ids are the body. */
  Reply ofBody(Exchange exchange) {
    if (!(exchange.json() instanceof JsonArray list)) {
      throw Place.BODY.wrong("expected a list");
    }
    Set<UUID> ids = new LinkedHashSet<>();
    for (int i = 0; i < list.size(); i++) {
      Place place = Place.BODY.element(i);
      ids.add(
          (list.getValue(i) instanceof String id ? Uuids.parse(id) : Optional.<UUID>empty())
              .orElseThrow(() -> place.wrong("not a valid value")));
    }
    return ofIds(exchange, ids);
  }

  private Reply ofIds(Exchange exchange, Set<UUID> ids) {
    List<UUID> missing = new ArrayList<>();
    List<MetricView> found = metrics.find(exchange.tenant(), List.copyOf(ids), missing);
    if (!missing.isEmpty()) {
      throw MetricEndpoints.missing(missing.getFirst());
    }
    return Reply.ok(aggregate(exchange, found));
  }

  /** The metrics of a name that the resources of a type have; in groups, if these are wanted. */
  Reply ofResources(Exchange exchange) {
    Stock stock = resources.stock(exchange);
    ResourceType type = ResourceLists.type(stock, exchange);
    String name = exchange.path("name");
    List<String> attributes = ResourceGroups.attributes(exchange.parameters());
    List<ResourceState> found = resources.search(exchange, stock, type);
    if (attributes.isEmpty()) {
      return Reply.ok(aggregate(exchange, named(stock, found, name)));
    }
    List<Map<String, Object>> answers = new ArrayList<>();
    for (ResourceGroups.Group group : groups(type, attributes).of(found)) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("group", group.key());
      answer.put("measures", aggregate(exchange, named(stock, group.resources(), name)));
      answers.add(answer);
    }
    return Reply.ok(answers);
  }

  private static ResourceGroups groups(ResourceType type, List<String> attributes) {
    try {
      return ResourceGroups.of(type, attributes, false);
    } catch (ApiError _) {
      throw ApiError.of(400, "Invalid groupby attribute");
    }
  }

  private List<MetricView> named(Stock stock, List<ResourceState> found, String name) {
    List<UUID> ids = new ArrayList<>();
    for (ResourceState resource : found) {
      UUID id = stock.metricsOf(resource.id()).get(name);
      if (id != null) {
        ids.add(id);
      }
    }
    // One that was deleted just now is no metric any more.
    List<UUID> deleted = new ArrayList<>();
    return metrics.find(stock.book().tenant(), ids, deleted);
  }

  private Object aggregate(Exchange exchange, List<MetricView> found) {
    FormParameters parameters = exchange.parameters();
    AggregateArguments arguments = AggregateArguments.of(parameters, clock.millis(), Fill.OVERLAP);
    found.forEach(metric -> metric.require(exchange.caller(), Permission.GET_METRIC));
    if (found.isEmpty()) {
      return List.of();
    }
    if (found.size() == 1) {
      return measures.lists(parameters, found.getFirst());
    }
    String aggregation = QueryArguments.text(parameters, "aggregation", "mean");
    Optional<Sampling> resample = MeasureReading.resample(parameters);
    List<AggregateReference> references =
        found.stream().map(metric -> AggregateReference.of(metric, aggregation)).toList();
    List<Duration> granularities =
        arguments
            .granularity()
            .map(List::of)
            .orElseGet(() -> reading.commonGranularities(references));
    boolean _ = Flags.of(parameters, "refresh");
    AggregationMethod method = method(found, aggregation, granularities);
    Reaggregation again = reaggregation(parameters, aggregation);
    Operation operation =
        new Operation.Measures(references.stream().map(AggregateReference::selector).toList());
    if (resample.isPresent()) {
      operation = new Operation.Resample(method, resample.get(), operation);
    }
    return new MeasureLists(
        reading
            .evaluate(references, new Operation.Aggregate(again, operation), arguments)
            .columns()
            .getFirst());
  }

  /** The aggregation method; each metric must have it in each granularity. */
  private AggregationMethod method(
      List<MetricView> found, String name, List<Duration> granularities) {
    Optional<AggregationMethod> method = Optional.empty();
    for (MetricView metric : found) {
      ArchivePolicy policy = policies.of(metric.policy());
      List<Duration> own = MeasureReading.granularities(policy);
      for (Duration granularity : granularities) {
        if (!own.contains(granularity)) {
          throw MeasureReading.noGranularity(metric, name, granularity);
        }
      }
      method = MeasureReading.method(policy, name);
      if (method.isEmpty()) {
        throw MeasureReading.noGranularity(metric, name, own.getLast());
      }
    }
    return method
        .filter(it -> it.function() != Function.INCREASE)
        // Gnocchi does not have increases; those of parts add up.
        .orElse(AggregationMethod.of(Function.SUM));
  }

  private static Reaggregation reaggregation(FormParameters parameters, String aggregation) {
    String name = QueryArguments.text(parameters, "reaggregation", aggregation);
    return Reaggregation.parse(name)
        .orElseThrow(() ->
            ApiError.argument(
                "Argument value error",
                "reaggregation",
                "'"
                    + name
                    + "' is no method to aggregate metrics by (expected: mean, median, std,"
                    + " min, max, sum, var, count, 1pct to 99pct, each also as rate:…)"));
  }
}
