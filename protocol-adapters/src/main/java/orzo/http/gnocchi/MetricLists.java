package orzo.http.gnocchi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import orzo.book.Book;
import orzo.book.Books;
import orzo.book.MetricRecord;
import orzo.http.FormParameters;
import orzo.http.access.Permission;
import orzo.http.gnocchi.Pagination.Sort;
import orzo.policy.PolicyBook;

/** {@code GET /v1/metric}: the metrics that the caller may see, filtered, sorted and in pages. */
final class MetricLists {
  private static final Map<String, Function<MetricView, @Nullable String>> KEYS = keys();

  private final Metrics metrics;
  private final Books books;
  private final PolicyBook policies;

  MetricLists(Metrics metrics, Books books, PolicyBook policies) {
    this.metrics = metrics;
    this.books = books;
    this.policies = policies;
  }

  private static Map<String, Function<MetricView, @Nullable String>> keys() {
    Map<String, Function<MetricView, @Nullable String>> keys = new LinkedHashMap<>();
    keys.put("id", metric -> metric.id().toString());
    keys.put("name", MetricView::name);
    keys.put("creator", MetricView::creator);
    keys.put("unit", MetricView::unit);
    keys.put("archive_policy_name", MetricView::policy);
    keys.put("resource_id", metric -> Objects.toString(metric.resource(), null));
    return keys;
  }

  Reply list(Exchange exchange, int maxLimit) {
    FormParameters parameters = exchange.parameters();
    String status = QueryArguments.text(parameters, "status", "active");
    if (!status.equals("active") && !status.equals("delete")) {
      throw ApiError.of(
          400, "Invalid input: not a valid value for dictionary value @ data['status']");
    }
    Pagination page = Pagination.of(parameters, maxLimit, "id:asc");
    Comparator<MetricView> order = order(page.sorts());
    List<MetricView> found = new ArrayList<>();
    for (MetricView metric : all(exchange, status)) {
      if (metric.sees(exchange.caller(), Permission.LIST_METRIC) && fits(metric, parameters)) {
        found.add(metric);
      }
    }
    found.sort(order);
    String marker = page.marker().orElse("");
    if (!marker.isEmpty()
        && found.stream().noneMatch(metric -> marker.equals(metric.id().toString()))) {
      throw Pagination.invalid("Invalid marker: `" + marker + "'");
    }
    List<MetricView> shown = page.page(found, metric -> marker.equals(metric.id().toString()));
    Reply reply =
        Reply.ok(
            shown.stream()
                .map(metric ->
                    MetricJson.listed(metric, PolicyEndpoints.json(policies.of(metric.policy()))))
                .toList());
    return shown.isEmpty()
        ? reply
        : page.link(
            reply, shown.size(), exchange.url(), parameters, shown.getLast().id().toString());
  }

  private List<MetricView> all(Exchange exchange, String status) {
    if (status.equals("active")) {
      return metrics.all(exchange.tenant());
    }
    Book book = books.current(exchange.tenant());
    List<MetricView> deleted = new ArrayList<>();
    for (MetricRecord metric : book.deletedMetrics()) {
      deleted.add(Metrics.view(book, metric));
    }
    return deleted;
  }

  private static boolean fits(MetricView metric, FormParameters parameters) {
    for (Map.Entry<String, Function<MetricView, @Nullable String>> key : KEYS.entrySet()) {
      String name = key.getKey();
      if (name.equals("resource_id") || !QueryArguments.isThere(parameters, name)) {
        continue;
      }
      String stated = parameters.first(name);
      if (name.equals("id")) {
        stated = Uuids.parse(stated).map(UUID::toString).orElse("");
      }
      if (!stated.equals(key.getValue().apply(metric))) {
        return false;
      }
    }
    boolean byUser = QueryArguments.isThere(parameters, "user_id");
    boolean byProject = QueryArguments.isThere(parameters, "project_id");
    String creator = parameters.first("user_id") + ":" + parameters.first("project_id");
    return !byUser && !byProject || creator.equals(metric.creator());
  }

  private static Comparator<MetricView> order(List<Sort> sorts) {
    Comparator<MetricView> order = (_, _) -> 0;
    for (Sort sort : sorts) {
      Function<MetricView, @Nullable String> key = KEYS.get(sort.key());
      if (key == null) {
        throw Pagination.invalidKey(sort.key());
      }
      sort.check();
      Comparator<String> values =
          sort.isDescending() ? Comparator.reverseOrder() : Comparator.naturalOrder();
      Comparator<@Nullable String> withNulls =
          sort.isNullsFirst() ? Comparator.nullsFirst(values) : Comparator.nullsLast(values);
      order = order.thenComparing((a, b) -> withNulls.compare(key.apply(a), key.apply(b)));
    }
    return order.thenComparing(metric -> metric.id().toString());
  }
}
