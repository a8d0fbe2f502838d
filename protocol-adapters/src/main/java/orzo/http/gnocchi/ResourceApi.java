package orzo.http.gnocchi;

import static orzo.http.access.Permission.CREATE_RESOURCE;
import static orzo.http.access.Permission.DELETE_RESOURCE;
import static orzo.http.access.Permission.DELETE_RESOURCES;
import static orzo.http.access.Permission.GET_RESOURCE;
import static orzo.http.access.Permission.UPDATE_RESOURCE;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import orzo.book.BookRefusal.NoSuchResource;
import orzo.book.BookRefusal.ResourceExists;
import orzo.book.Condition;
import orzo.book.Draft;
import orzo.book.MetricRecord;
import orzo.book.RefusedException;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.http.access.Permission;
import orzo.index.MetricRefs;
import orzo.inventory.Inventory;
import orzo.inventory.Stock;
import orzo.policy.PolicyBook;
import orzo.upkeep.MetricDeletion;

/** {@code /v1/resource} and {@code /v1/search/resource}. */
public final class ResourceApi implements GnocchiPart {
  private static final String ROOT = "/v1/resource";
  private static final String TYPE = ROOT + "/:type";
  private static final String RESOURCE = TYPE + "/:id";

  private final Inventory inventory;
  private final PolicyBook policies;
  private final MetricDeletion deletion;
  private final MetricRemoval removal;
  private final MetricChanges changes = new MetricChanges(UUID::randomUUID);
  private final MetricDefinitions definitions;
  private final ResourceLists lists;
  private final InstantSource clock;

  /**
   * Creates the part.
   *
   * @param refs finds the series of metrics that go with their resources
   * @param deletion deletes them
   */
  public ResourceApi(
      Inventory inventory,
      PolicyBook policies,
      MetricRefs refs,
      MetricDeletion deletion,
      InstantSource clock) {
    this.inventory = inventory;
    this.policies = policies;
    this.deletion = deletion;
    this.removal = new MetricRemoval(inventory.books(), refs, deletion);
    this.definitions = new MetricDefinitions(policies);
    this.lists = new ResourceLists(inventory, clock);
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes
        .get(ROOT, this::types)
        .get(TYPE, lists::list)
        .post(TYPE, this::create)
        .delete(TYPE, this::deleteAll)
        .get(RESOURCE, this::get)
        .patch(RESOURCE, this::update)
        .delete(RESOURCE, this::delete)
        .get(RESOURCE + "/history", this::history)
        .get(RESOURCE + "/metric", this::listMetrics)
        .post(RESOURCE + "/metric", this::addMetrics)
        .post("/v1/search/resource/:type", lists::search);
  }

  private Reply types(Exchange exchange) {
    Map<String, Object> urls = new LinkedHashMap<>();
    for (ResourceType type : inventory.current(exchange.tenant()).types()) {
      urls.put(type.name(), exchange.url(ROOT + "/" + Refusals.segment(type.name())));
    }
    return Reply.ok(urls);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static Reply shown(
      Exchange exchange, Stock stock, ResourceState state, Function<Object, Reply> reply) {
    ResourceType type = ResourceLists.type(stock, exchange);
    return Preconditions.tagged(
        reply.apply(ResourceJson.of(state, type, stock.metricsOf(state.id()))), state);
  }

  /** The resource that a path names, and the tenant's others as of the same time. */
  private record Found(Stock stock, ResourceType type, ResourceState state) {}

  private Found found(Exchange exchange) {
    Stock stock = inventory.current(exchange.tenant());
    ResourceType type = ResourceLists.type(stock, exchange);
    ResourceState state = ResourceLists.resource(stock, exchange);
    return new Found(stock, type, state);
  }

  /** Refuses those from whom the resource is hidden, as if it were not there. */
  private Found seen(Exchange exchange) {
    Found found = found(exchange);
    if (!ResourceLists.sees(exchange, GET_RESOURCE, found.state)) {
      throw BookRefusals.noSuchResource(found.state.id().toString());
    }
    return found;
  }

  private static void require(Exchange exchange, Permission permission, ResourceState state) {
    String creator = state.creator();
    boolean may =
        creator == null
            ? exchange.caller().may(permission)
            : exchange.caller().may(permission, creator, Optional.ofNullable(state.projectId()));
    if (!may) {
      throw ApiError.forbidden();
    }
  }

  private Reply create(Exchange exchange) {
    ResourceType type = ResourceLists.type(inventory.current(exchange.tenant()), exchange);
    ResourceInput input = ResourceInput.created(exchange.json(), type, definitions, now());
    exchange.require(CREATE_RESOURCE);
    ResourceState state = input.create(type, exchange.caller().creator());
    Stock stock = inventory.current(exchange.tenant());
    if (stock.resource(ResourceType.GENERIC.name(), state.id()).isPresent()) {
      throw BookRefusals.error(new ResourceExists(state.id()));
    }
    change(
        exchange,
        draft -> {
          adoptType(draft, stock, type.name());
          draft.createResource(state);
          input.metrics().ifPresent(stated -> changes.replace(draft, state, stated));
          return state;
        });
    return shown(
        exchange,
        inventory.current(exchange.tenant()),
        state,
        json ->
            Reply.created(
                json, exchange.url(ROOT + "/" + Refusals.segment(type.name()) + "/" + state.id())));
  }

  private <T> T change(Exchange exchange, Function<Draft, T> decide) {
    return BookRefusals.answering(() -> inventory.books().change(exchange.tenant(), decide));
  }

  /** A type that protocols tell of becomes one like those that were created. */
  private static void adoptType(Draft draft, Stock stock, String name) {
    if (draft.type(name).isEmpty()) {
      stock.type(name).ifPresent(draft::createType);
    }
  }

  /** A resource that a protocol tells of becomes one like those that were created. */
  private static ResourceState adopted(Draft draft, Stock stock, ResourceState shown) {
    Optional<ResourceState> known = draft.resource(shown.id());
    if (known.isPresent()) {
      return known.get();
    }
    if (!stock.isImplied(shown)) {
      throw new RefusedException(new NoSuchResource(shown.id())); // deleted meanwhile
    }
    adoptType(draft, stock, shown.type());
    draft.createResource(shown);
    return shown;
  }

  private Reply get(Exchange exchange) {
    Found found = seen(exchange);
    Optional<Reply> known = Preconditions.check(exchange, found.state, true);
    return known.isPresent() ? known.get() : shown(exchange, found.stock, found.state, Reply::ok);
  }

  private Reply update(Exchange exchange) {
    Found found = found(exchange);
    require(exchange, UPDATE_RESOURCE, found.state);
    Optional<Reply> _ = Preconditions.check(exchange, found.state, false);
    ResourceInput input = ResourceInput.changed(exchange.json(), found.type, definitions, now());
    if (!input.changes(found.state) && input.metrics().isEmpty()) {
      return shown(exchange, found.stock, found.state, Reply::ok);
    }
    ResourceState changed =
        change(
            exchange,
            draft -> {
              ResourceState before = adopted(draft, found.stock, found.state);
              boolean revised = input.changes(before);
              ResourceState after = revised ? input.change(before) : before;
              if (revised) {
                draft.revise(after);
              }
              input.metrics().ifPresent(stated -> changes.replace(draft, after, stated));
              return after;
            });
    return shown(exchange, inventory.current(exchange.tenant()), changed, Reply::ok);
  }

  private Reply delete(Exchange exchange) {
    Found found = found(exchange);
    require(exchange, DELETE_RESOURCE, found.state);
    Optional<Reply> _ = Preconditions.check(exchange, found.state, false);
    delete(exchange, found.stock, List.of(found.state));
    return Reply.noContent();
  }

  private Reply deleteAll(Exchange exchange) {
    Stock stock = inventory.current(exchange.tenant());
    ResourceType type = ResourceLists.type(stock, exchange);
    Condition filter =
        lists
            .filter(exchange, type, false)
            .orElseThrow(() ->
                ApiError.of(
                    400, "caution: the query can not be empty, or it will delete entire database"));
    List<ResourceState> found =
        stock.resources(
            type.name(),
            false,
            state -> filter.holds(state) && ResourceLists.sees(exchange, DELETE_RESOURCES, state));
    return Reply.ok(Map.of("deleted", delete(exchange, stock, found)));
  }

  /** Deletes resources with their metrics, and returns how many were there. */
  private long delete(Exchange exchange, Stock stock, List<ResourceState> resources) {
    long implied = resources.stream().filter(stock::isImplied).count();
    long created =
        change(
            exchange,
            draft -> {
              long count = 0;
              for (ResourceState one : resources) {
                if (draft.resource(one.id()).isPresent()) {
                  draft.deleteResource(one.id());
                  count++;
                }
              }
              return count;
            });
    for (ResourceState one : resources) {
      long[] series = stock.impliedSeries(one.id());
      if (series.length > 0) {
        long _ = deletion.delete(series);
      }
    }
    removal.sweep(exchange.tenant());
    return created + implied;
  }

  private Reply history(Exchange exchange) {
    Found found = seen(exchange);
    return lists.history(exchange, found.stock, found.type, found.state.id());
  }

  private Reply listMetrics(Exchange exchange) {
    Found found = seen(exchange);
    return Reply.ok(listed(found.stock, found.state, Set.of()));
  }

  private Reply addMetrics(Exchange exchange) {
    Found found = found(exchange);
    require(exchange, UPDATE_RESOURCE, found.state);
    var stated = definitions.parse(exchange.json(), Place.BODY);
    boolean _ =
        change(
            exchange,
            draft -> {
              ResourceState owner = adopted(draft, found.stock, found.state);
              changes.add(draft, owner, stated);
              return true;
            });
    // Gnocchi's command shows the first one as what it has created.
    return Reply.ok(listed(inventory.current(exchange.tenant()), found.state, stated.keySet()));
  }

  /** The metrics of a resource, those of some names before the others. */
  private Object listed(Stock stock, ResourceState state, Set<String> first) {
    List<MetricRecord> metrics = new ArrayList<>(stock.metrics(state.id()).values());
    metrics.sort(Comparator.comparing(metric -> !first.contains(metric.name())));
    List<Map<String, @Nullable Object>> list = new ArrayList<>();
    for (MetricRecord metric : metrics) {
      Map<String, @Nullable Object> json = new LinkedHashMap<>();
      json.put("id", metric.id().toString());
      json.put("creator", metric.creator());
      json.put("name", metric.name());
      json.put("unit", metric.unit());
      json.put("resource_id", state.id().toString());
      json.put("archive_policy", PolicyEndpoints.json(policies.of(metric.archivePolicy())));
      ResourceJson.createdBy(json, metric.creator());
      list.add(json);
    }
    return list;
  }
}
