package orzo.http.gnocchi;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import orzo.book.Column;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.book.SortKey;
import orzo.http.FormParameters;

/** Puts resources that are alike in some attributes into groups. */
final class ResourceGroups {
  private final Map<String, Column> columns;

  /**
   * Resources that are alike.
   *
   * @param key the attributes, and the values that they have in common, as JSON
   */
  record Group(Map<String, @Nullable Object> key, List<ResourceState> resources) {}

  private ResourceGroups(Map<String, Column> columns) {
    this.columns = columns;
  }

  /** The attributes that a request wants groups by, sorted; none if it wants no groups. */
  static List<String> attributes(FormParameters parameters) {
    return parameters.all("groupby").stream()
        .filter(attribute -> !attribute.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Groups by attributes of a type.
   *
   * @param history whether past states are grouped, too
   */
  static ResourceGroups of(ResourceType type, List<String> attributes, boolean history) {
    Map<String, Column> columns = new TreeMap<>();
    for (String attribute : attributes) {
      columns.put(
          attribute,
          Column.of(type, attribute, history).orElseThrow(() -> Pagination.invalidKey(attribute)));
    }
    return new ResourceGroups(columns);
  }

  /** The groups, sorted by what they have in common; resources keep their order. */
  List<Group> of(List<ResourceState> resources) {
    Comparator<ResourceState> order = (_, _) -> 0;
    for (Column column : columns.values()) {
      order = order.thenComparing(new SortKey(column, false, false).order());
    }
    List<ResourceState> sorted = new ArrayList<>(resources);
    sorted.sort(order);
    Map<Map<String, @Nullable Object>, List<ResourceState>> groups = new LinkedHashMap<>();
    for (ResourceState resource : sorted) {
      groups.computeIfAbsent(key(resource), _ -> new ArrayList<>()).add(resource);
    }
    List<Group> all = new ArrayList<>();
    for (Map.Entry<Map<String, @Nullable Object>, List<ResourceState>> group : groups.entrySet()) {
      all.add(new Group(group.getKey(), group.getValue()));
    }
    return all;
  }

  private Map<String, @Nullable Object> key(ResourceState resource) {
    Map<String, @Nullable Object> key = new LinkedHashMap<>();
    columns.forEach((attribute, column) -> key.put(attribute, json(column.value(resource))));
    return key;
  }

  private static @Nullable Object json(@Nullable Object value) {
    return value instanceof Instant time ? ResourceTimes.show(time) : value;
  }
}
