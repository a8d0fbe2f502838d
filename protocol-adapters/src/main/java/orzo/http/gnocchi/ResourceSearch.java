package orzo.http.gnocchi;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import orzo.book.Condition;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.http.access.Permission;
import orzo.inventory.Inventory;
import orzo.inventory.Stock;

/** Finds resources whose metrics are aggregated; all of them, however many. */
final class ResourceSearch {
  private static final Comparator<ResourceState> OLDEST_FIRST =
      Comparator.comparing(ResourceState::revisionStart)
          .thenComparing(ResourceState::startedAt)
          .thenComparing(ResourceState::id);

  private final Inventory inventory;
  private final ResourceLists lists;

  ResourceSearch(Inventory inventory, ResourceLists lists) {
    this.inventory = inventory;
    this.lists = lists;
  }

  /** What the tenant of a request has. */
  Stock stock(Exchange exchange) {
    return inventory.current(exchange.tenant());
  }

  /** The resources of a type that a filter in one of its forms finds, as they are now. */
  List<ResourceState> search(
      Exchange exchange, Stock stock, ResourceType type, @Nullable Object filter) {
    return find(exchange, stock, type, false, filter(exchange, type, filter, false));
  }

  /** The resources of a type that the body or the parameter of a request finds. */
  List<ResourceState> search(Exchange exchange, Stock stock, ResourceType type) {
    return find(exchange, stock, type, false, lists.filter(exchange, type, false));
  }

  /** All states, past and present, that a filter finds. */
  List<ResourceState> history(
      Exchange exchange, Stock stock, ResourceType type, @Nullable Object filter) {
    return find(exchange, stock, type, true, filter(exchange, type, filter, true));
  }

  private Optional<Condition> filter(
      Exchange exchange, ResourceType type, @Nullable Object filter, boolean history) {
    SearchFilters filters = lists.filters(exchange, type, history);
    return filter instanceof String text ? filters.parse(text) : filters.parse(filter);
  }

  private static List<ResourceState> find(
      Exchange exchange,
      Stock stock,
      ResourceType type,
      boolean history,
      Optional<Condition> filter) {
    Predicate<ResourceState> wanted =
        filter.<Predicate<ResourceState>>map(it -> it::holds).orElse(_ -> true);
    return stock
        .resources(
            type.name(),
            history,
            wanted.and(state -> ResourceLists.sees(exchange, Permission.SEARCH_RESOURCE, state)))
        .stream()
        .sorted(OLDEST_FIRST)
        .toList();
  }
}
