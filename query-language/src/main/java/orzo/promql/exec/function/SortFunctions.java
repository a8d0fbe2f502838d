package orzo.promql.exec.function;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import orzo.promql.exec.block.SeriesBlock;

/** The functions that order an instant vector; all take series on a grid of one step. */
public final class SortFunctions {
  private SortFunctions() {}

  /** {@code sort} and {@code sort_desc}: by value, NaN last in both; histograms are left out. */
  public static List<SeriesBlock> byValue(List<SeriesBlock> series, boolean descending) {
    Comparator<SeriesBlock> byNumber = Comparator.comparingDouble(block -> block.values[0]);
    List<SeriesBlock> sorted = new ArrayList<>(series);
    sorted.removeIf(block -> block.histogram(0) != null);
    sorted.sort(
        Comparator.<SeriesBlock, Boolean>comparing(block -> Double.isNaN(block.values[0]))
            .thenComparing(descending ? byNumber.reversed() : byNumber));
    return sorted;
  }

  /** {@code sort_by_label} and {@code sort_by_label_desc}: in natural order, ties by all labels. */
  public static List<SeriesBlock> byLabels(
      List<SeriesBlock> series, List<String> names, boolean descending) {
    Comparator<SeriesBlock> order =
        (a, b) -> {
          for (String name : names) {
            int byLabel = NaturalOrder.compare(a.labels().get(name), b.labels().get(name));
            if (byLabel != 0) {
              return byLabel;
            }
          }
          return a.labels().compareTo(b.labels());
        };
    List<SeriesBlock> sorted = new ArrayList<>(series);
    sorted.sort(descending ? order.reversed() : order);
    return sorted;
  }
}
