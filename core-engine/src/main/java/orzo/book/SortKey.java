package orzo.book;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What resources are sorted by.
 *
 * @param descending whether the greatest comes first
 * @param nullsFirst whether those without a value come before all others
 */
public record SortKey(Column column, boolean descending, boolean nullsFirst) {
  /** The order of states by this key alone. */
  public Comparator<ResourceState> order() {
    return (left, right) -> compare(column.value(left), column.value(right));
  }

  private int compare(@Nullable Object left, @Nullable Object right) {
    if (left == null || right == null) {
      int order = left == right ? 0 : left == null ? -1 : 1;
      return nullsFirst ? order : -order;
    }
    int order = column.compare(left, right);
    return descending ? -order : order;
  }
}
