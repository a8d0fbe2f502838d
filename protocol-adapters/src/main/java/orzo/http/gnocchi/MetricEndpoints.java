package orzo.http.gnocchi;

import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.BookRefusal;
import orzo.book.Books;
import orzo.book.RefusedException;
import orzo.book.ResourceType;
import orzo.http.access.Permission;
import orzo.index.MetricRefs;
import orzo.intake.Protocol;
import orzo.intake.SampleBatch;
import orzo.inventory.Inventory;
import orzo.inventory.Stock;
import orzo.policy.PolicyBook;
import orzo.resource.ResourceIds;

/**
 * One metric: {@code /v1/metric/ID}, and its creation. What is found under the name that a metric
 * has at its resource is the same.
 */
final class MetricEndpoints implements NamedMetricApi.MetricRequests {
  private final Metrics metrics;
  private final Books books;
  private final PolicyBook policies;
  private final MeasureIntake intake;
  private final MeasureReading reading;
  private final MetricRemoval removal;
  private final Inventory inventory;
  private final InstantSource clock;

  MetricEndpoints(
      Metrics metrics,
      PolicyBook policies,
      MeasureIntake intake,
      MeasureReading reading,
      MetricRemoval removal,
      Inventory inventory,
      InstantSource clock) {
    this.metrics = metrics;
    this.policies = policies;
    this.intake = intake;
    this.reading = reading;
    this.removal = removal;
    this.inventory = inventory;
    this.books = inventory.books();
    this.clock = clock;
  }

  /** The UUID of a metric that a path names. */
  static UUID id(Exchange exchange) {
    String id = exchange.path("id");
    return Uuids.parse(id).orElseThrow(() -> missing(id));
  }

  /** What is answered where there is no such metric. */
  static ApiError missing(Object id) {
    return ApiError.of(404, "Metric " + id + " does not exist");
  }

  private MetricView existing(Exchange exchange, UUID id) {
    return metrics.find(exchange.tenant(), id).orElseThrow(() -> missing(id));
  }

  Reply create(Exchange exchange) {
    exchange.require(Permission.CREATE_METRIC);
    JsonInput body = exchange.object();
    MetricDraft draft = MetricDraft.of(policies, body);
    UUID resource = resource(exchange, body, draft);
    draft.requirePolicy(policies);
    UUID id = UUID.randomUUID();
    String creator = exchange.caller().creator();
    try {
      books.change(
          exchange.tenant(),
          change -> {
            change.createMetric(draft.record(id, creator, resource));
            return id;
          });
    } catch (RefusedException e) {
      throw refusal(e);
    }
    MetricView created =
        metrics.find(exchange.tenant(), id).orElseThrow(() -> missing(id)); // deleted at once
    return Reply.created(MetricJson.named(created), exchange.url("/v1/metric/" + id));
  }

  private static @Nullable UUID resource(Exchange exchange, JsonInput body, MetricDraft draft) {
    if (!body.states("resource_id")) {
      return null;
    }
    if (draft.name() == null) {
      throw ApiError.argument(
          "Attribute value error", "name", "Name cannot be null if resource_id is not null");
    }
    String stated = ResourceInput.id(body.text("resource_id"), Place.BODY.member("resource_id"));
    return ResourceIds.uuid(stated, exchange.caller().creator());
  }

  private static ApiError refusal(RefusedException refused) {
    return switch (refused.refusal()) {
      case BookRefusal.NamedMetricExists(String name) ->
          ApiError.missing("Named metric already exists", name);
      case BookRefusal.NoSuchResource(UUID id) ->
          ApiError.missing("Resource does not exist", id.toString());
      case BookRefusal.NoSuchMetric(UUID id) -> missing(id);
      default -> BookRefusals.error(refused.refusal());
    };
  }

  @Override
  public Reply get(Exchange exchange, UUID id) {
    MetricView metric = existing(exchange, id).require(exchange.caller(), Permission.GET_METRIC);
    return Reply.ok(MetricJson.shown(metric, policyJson(metric), resource(exchange, metric)));
  }

  private @Nullable Object resource(Exchange exchange, MetricView metric) {
    UUID id = metric.resource();
    if (id == null) {
      return null;
    }
    Stock stock = inventory.known(exchange.tenant());
    return stock.resource(ResourceType.GENERIC.name(), id).map(ResourceJson::common).orElse(null);
  }

  /** The archive policy of a metric as JSON. */
  Object policyJson(MetricView metric) {
    return PolicyEndpoints.json(policies.of(metric.policy()));
  }

  @Override
  public Reply delete(Exchange exchange, UUID id) {
    MetricView metric = existing(exchange, id).require(exchange.caller(), Permission.DELETE_METRIC);
    if (metric.creator() == null) {
      long ref = metrics.refs(List.of(metric))[0];
      if (ref != MetricRefs.UNREGISTERED) {
        removal.remove(ref);
      }
      return Reply.noContent();
    }
    try {
      books.change(
          exchange.tenant(),
          change -> {
            change.deleteMetric(id);
            return id;
          });
    } catch (RefusedException e) {
      throw refusal(e);
    }
    removal.sweep(exchange.tenant());
    return Reply.noContent();
  }

  @Override
  public Reply push(Exchange exchange, UUID id) {
    MetricView metric = existing(exchange, id).require(exchange.caller(), Permission.POST_MEASURES);
    MeasureColumns measures = intake.decode(Protocol.GNOCCHI, () -> measures(exchange.jsonBytes()));
    intake.store(
        Protocol.GNOCCHI,
        measures.size(),
        () -> {
          SampleBatch batch = new SampleBatch(measures.size());
          if (measures.size() > 0) {
            long ref = metrics.register(exchange.tenant(), List.of(metric), intake.intake())[0];
            measures.copyTo(batch, ref, 0, measures.size());
          }
          return batch;
        });
    return Reply.accepted();
  }

  private MeasureColumns measures(byte[] body) {
    MeasureColumns plain = new MeasureColumns(body.length);
    if (new PlainMeasures(body, plain).list()) {
      return plain;
    }
    MeasureColumns columns = new MeasureColumns(body.length);
    try (MeasuresParser parser = new MeasuresParser(body, clock.millis())) {
      parser.list(columns);
    }
    return columns;
  }

  @Override
  public Reply measures(Exchange exchange, UUID id) {
    MetricView metric = existing(exchange, id).require(exchange.caller(), Permission.GET_MEASURES);
    return Reply.ok(reading.lists(exchange.parameters(), metric));
  }
}
