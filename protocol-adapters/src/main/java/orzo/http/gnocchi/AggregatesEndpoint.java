package orzo.http.gnocchi;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.gnocchi.aggregates.Aggregates.Answer;
import orzo.gnocchi.aggregates.Fill;
import orzo.gnocchi.operations.MetricSelector;
import orzo.gnocchi.operations.Operation;
import orzo.http.FormParameters;
import orzo.http.access.Permission;
import orzo.inventory.Stock;
import orzo.policy.PolicyBook;

/**
 * {@code POST /v1/aggregates}: operations on metrics, told by their ids, or by their names at the
 * resources that a search finds, which can be put into groups.
 */
final class AggregatesEndpoint {
  private final Metrics metrics;
  private final PolicyBook policies;
  private final ResourceSearch resources;
  private final AggregateReading reading;
  private final InstantSource clock;

  AggregatesEndpoint(
      Metrics metrics,
      PolicyBook policies,
      ResourceSearch resources,
      AggregateReading reading,
      InstantSource clock) {
    this.metrics = metrics;
    this.policies = policies;
    this.resources = resources;
    this.reading = reading;
    this.clock = clock;
  }

  Reply answer(Exchange exchange) {
    FormParameters parameters = exchange.parameters();
    boolean history = Flags.of(parameters, "use_history");
    boolean details = Flags.of(parameters, "details");
    AggregateArguments arguments = AggregateArguments.of(parameters, clock.millis(), Fill.DROP);
    AggregatesBody body = AggregatesBody.of(exchange.json());
    if (body.resourceType().isEmpty()) {
      return Reply.ok(ofIds(exchange, body.operation(), arguments, details));
    }
    Stock stock = resources.stock(exchange);
    ResourceType type =
        stock
            .type(body.resourceType().get())
            .orElseThrow(
                () -> ApiError.missing("Resource type does not exist", body.resourceType().get()));
    List<String> attributes = ResourceGroups.attributes(parameters);
    NamedAggregates named = new NamedAggregates(stock, metrics, reading, body.operation(), details);
    if (attributes.isEmpty()) {
      List<ResourceState> found = resources.search(exchange, stock, type, body.search());
      return Reply.ok(named.of(found, arguments).orElseThrow(() -> noMetrics(body.operation())));
    }
    ResourceGroups groups = ResourceGroups.of(type, attributes, history);
    List<Map<String, Object>> answers =
        history
            ? new HistoryGroups(groups, named, arguments)
                .answers(resources.history(exchange, stock, type, body.search()))
            : ofGroups(
                groups, resources.search(exchange, stock, type, body.search()), named, arguments);
    if (answers.isEmpty()) {
      throw noMetrics(body.operation());
    }
    return Reply.ok(answers);
  }

  private static List<Map<String, Object>> ofGroups(
      ResourceGroups groups,
      List<ResourceState> found,
      NamedAggregates named,
      AggregateArguments arguments) {
    List<Map<String, Object>> answers = new ArrayList<>();
    for (ResourceGroups.Group group : groups.of(found)) {
      named
          .of(group.resources(), arguments)
          .ifPresent(measures -> {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("group", group.key());
            answer.put("measures", measures);
            answers.add(answer);
          });
    }
    return answers;
  }

  /** What is answered where no resource that was found has a metric of that name. */
  private static ApiError noMetrics(Operation operation) {
    String names =
        operation.selectors().stream()
            .map(MetricSelector::metric)
            .distinct()
            .sorted()
            .collect(Collectors.joining("', '", "['", "']"));
    return MetricEndpoints.missing(names);
  }

  private Map<String, Object> ofIds(
      Exchange exchange, Operation operation, AggregateArguments arguments, boolean details) {
    List<MetricSelector> selectors = operation.selectors();
    Set<UUID> ids = new LinkedHashSet<>();
    for (MetricSelector selector : selectors) {
      ids.add(Uuids.parse(selector.metric()).orElseThrow(() -> invalidReferences(selectors)));
    }
    List<UUID> missing = new ArrayList<>();
    Map<UUID, MetricView> found = new LinkedHashMap<>();
    for (MetricView view : metrics.find(exchange.tenant(), List.copyOf(ids), missing)) {
      found.put(view.id(), view);
    }
    if (!missing.isEmpty()) {
      throw ApiError.described(
          404,
          "Unknown metrics",
          "Provided metrics don't exists",
          missing.stream().map(UUID::toString).toList());
    }
    List<AggregateReference> references = new ArrayList<>();
    for (MetricSelector selector : selectors) {
      UUID id = Uuids.parse(selector.metric()).orElseThrow();
      MetricView view = requireNonNull(found.get(id), "view"); // none is missing
      references.add(
          new AggregateReference(
              view.require(exchange.caller(), Permission.GET_METRIC),
              selector,
              view.id().toString(),
              null));
    }
    Answer answer = reading.evaluate(references, operation, arguments);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("measures", AggregatesJson.of(answer, references));
    if (details) {
      Stock stock = resources.stock(exchange);
      json.put("references", found.values().stream().map(view -> shown(stock, view)).toList());
    }
    return json;
  }

  private Map<String, @Nullable Object> shown(Stock stock, MetricView view) {
    UUID resource = view.resource();
    return MetricJson.shown(
        view,
        PolicyEndpoints.json(policies.of(view.policy())),
        resource == null
            ? null
            : stock
                .resource(ResourceType.GENERIC.name(), resource)
                .map(ResourceJson::common)
                .orElse(null));
  }

  private static ApiError invalidReferences(List<MetricSelector> selectors) {
    return ApiError.described(
        400,
        "Invalid metric references",
        "badly formed hexadecimal UUID string",
        selectors.stream().map(it -> List.of(it.metric(), it.aggregation())).toList());
  }
}
