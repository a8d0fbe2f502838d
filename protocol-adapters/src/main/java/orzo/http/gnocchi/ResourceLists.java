package orzo.http.gnocchi;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import orzo.book.Column;
import orzo.book.Condition;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.book.SortKey;
import orzo.http.FormParameters;
import orzo.http.access.Permission;
import orzo.http.gnocchi.Pagination.Sort;
import orzo.inventory.Inventory;
import orzo.inventory.Stock;
import orzo.resource.ResourceIds;

/** Lists of resources: all of a type, those that a search finds, and the states of one. */
final class ResourceLists {
  private static final String[] DEFAULT_SORTS = {"revision_start:asc", "started_at:asc"};

  private final Inventory inventory;
  private final InstantSource clock;

  ResourceLists(Inventory inventory, InstantSource clock) {
    this.inventory = inventory;
    this.clock = clock;
  }

  /** The type that a path names, which must exist. */
  static ResourceType type(Stock stock, Exchange exchange) {
    String name = exchange.path("type");
    return stock.type(name).orElseThrow(() -> BookRefusals.noSuchType(name));
  }

  /** The resource that a path names, which must exist. */
  static ResourceState resource(Stock stock, Exchange exchange) {
    String id = exchange.path("id");
    String creator = exchange.caller().creator();
    return stock
        .resource(type(stock, exchange).name(), id, creator)
        .orElseThrow(() -> BookRefusals.noSuchResource(ResourceIds.uuid(id, creator).toString()));
  }

  /** Reads filters for a type, of what the caller of a request asks. */
  SearchFilters filters(Exchange exchange, ResourceType type, boolean history) {
    return new SearchFilters(type, history, exchange.caller().creator(), clock.instant());
  }

  /** The filter that a request has, in its body or as a parameter, if it has one. */
  Optional<Condition> filter(Exchange exchange, ResourceType type, boolean history) {
    SearchFilters filters = filters(exchange, type, history);
    return exchange.body().length() > 0
        ? filters.parse(exchange.json())
        : filters.parse(exchange.parameters().first("filter"));
  }

  /** Whether a caller has something in a list. */
  static boolean sees(Exchange exchange, Permission permission, ResourceState state) {
    return state.creator() == null
        || exchange
            .caller()
            .sees(permission, state.creator(), Optional.ofNullable(state.projectId()));
  }

  /** All resources of a type. */
  Reply list(Exchange exchange) {
    Stock stock = inventory.current(exchange.tenant());
    ResourceType type = type(stock, exchange);
    FormParameters parameters = exchange.parameters();
    boolean history = Flags.of(parameters, "history");
    return page(
        exchange, stock, type, history, state -> sees(exchange, Permission.LIST_RESOURCE, state));
  }

  /** The resources of a type that a filter finds. */
  Reply search(Exchange exchange) {
    Stock stock = inventory.current(exchange.tenant());
    ResourceType type = type(stock, exchange);
    boolean history = Flags.of(exchange.parameters(), "history");
    Predicate<ResourceState> wanted =
        filter(exchange, type, history)
            .<Predicate<ResourceState>>map(filter -> filter::holds)
            .orElse(_ -> true);
    return page(
        exchange,
        stock,
        type,
        history,
        wanted.and(state -> sees(exchange, Permission.SEARCH_RESOURCE, state)));
  }

  /** The states of one resource. */
  Reply history(Exchange exchange, Stock stock, ResourceType type, UUID id) {
    return page(exchange, stock, type, true, state -> state.id().equals(id));
  }

  private Reply page(
      Exchange exchange,
      Stock stock,
      ResourceType type,
      boolean history,
      Predicate<ResourceState> wanted) {
    FormParameters parameters = exchange.parameters();
    boolean details = Flags.of(parameters, "details");
    Pagination pagination =
        Pagination.of(parameters, exchange.settings().maxLimit(), DEFAULT_SORTS);
    Comparator<ResourceState> order = order(type, pagination, history);
    Predicate<ResourceState> isMarker = state -> marker(state, history).equals(marker(pagination));
    // The marker's place counts even if the filter leaves it out.
    List<ResourceState> sorted =
        stock.resources(
            type.name(), history, pagination.marker().isPresent() ? wanted.or(isMarker) : wanted);
    if (pagination.marker().isPresent() && sorted.stream().noneMatch(isMarker)) {
      throw Pagination.invalid("Invalid marker: `" + pagination.marker().get() + "'");
    }
    List<ResourceState> ordered = new ArrayList<>(sorted);
    ordered.sort(order);
    List<ResourceState> page = pagination.page(ordered, isMarker);
    List<Map<String, @Nullable Object>> json = new ArrayList<>();
    for (ResourceState state : page) {
      ResourceType shown = details ? stock.type(state.type()).orElse(type) : type;
      json.add(
          ResourceJson.only(
              ResourceJson.of(state, shown, stock.metricsOf(state.id())), parameters.all("attrs")));
    }
    Reply reply = Reply.ok(json);
    return page.isEmpty()
        ? reply
        : pagination.link(
            reply, page.size(), exchange.url(), parameters, marker(page.getLast(), history));
  }

  private static Comparator<ResourceState> order(
      ResourceType type, Pagination pagination, boolean history) {
    List<Sort> sorts = new ArrayList<>(pagination.sorts());
    for (String unique : history ? List.of("id", "revision") : List.of("id")) {
      if (sorts.stream().noneMatch(sort -> sort.key().equals(unique))) {
        sorts.add(new Sort(unique, "asc"));
      }
    }
    Comparator<ResourceState> order = (_, _) -> 0;
    for (Sort sort : sorts) {
      Column column =
          Column.of(type, sort.key(), history).orElseThrow(() -> Pagination.invalidKey(sort.key()));
      sort.check();
      order =
          order.thenComparing(
              new SortKey(column, sort.isDescending(), sort.isNullsFirst()).order());
    }
    return order;
  }

  /** What names a state, or a resource, as the end of a page. */
  private static String marker(ResourceState state, boolean history) {
    return history ? state.id() + "@" + state.revision() : state.id().toString();
  }

  private static String marker(Pagination pagination) {
    String marker = pagination.marker().orElse("");
    int at = marker.lastIndexOf('@');
    String id = at < 0 ? marker : marker.substring(0, at);
    return Uuids.parse(id).map(UUID::toString).orElse(id) + (at < 0 ? "" : marker.substring(at));
  }
}
