package orzo.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the largest of many counts. Not safe for many threads. */
final class LargestCounts {
  private static final Comparator<SeriesStatistics.Count> SMALLEST_FIRST =
      Comparator.comparingLong(SeriesStatistics.Count::value)
          .thenComparing(SeriesStatistics.Count::name, Comparator.reverseOrder());

  private final int limit;
  private final PriorityQueue<SeriesStatistics.Count> kept = new PriorityQueue<>(SMALLEST_FIRST);

  LargestCounts(int limit) {
    this.limit = limit;
  }

  /** Whether a count would be kept; one that equals the smallest, perhaps. */
  boolean takes(long value) {
    SeriesStatistics.Count smallest = kept.peek();
    return kept.size() < limit || smallest == null || value >= smallest.value();
  }

  void add(String name, long value) {
    kept.add(new SeriesStatistics.Count(name, value));
    if (kept.size() > limit) {
      kept.remove();
    }
  }

  /** Largest first. */
  List<SeriesStatistics.Count> largest() {
    List<SeriesStatistics.Count> sorted = new ArrayList<>(kept);
    sorted.sort(SMALLEST_FIRST.reversed());
    return sorted;
  }
}
