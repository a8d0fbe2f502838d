package orzo.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orzo.index.IndexedSeries;
import orzo.metric.SeriesRef;

/**
 * Some series of one sack that are read from the same source.
 *
 * @param places their places in the selection
 * @param integers their integers in the sack, in the same order
 */
record SackSeries(int sack, int[] places, int[] integers) {
  /** Gives each series a number that says what it is read from. */
  interface Kinds {
    /** The kind of the series at a place of the selection, below the number of kinds. */
    int of(int place);
  }

  int size() {
    return places.length;
  }

  /**
   * Divides a selection.
   *
   * @param kinds what each series is read from
   * @param kindCount how many kinds there are
   * @param maxSize how many series may be in one part
   * @return parts in ascending order of sacks
   */
  static List<SackSeries> parts(
      List<IndexedSeries> series, Kinds kinds, int kindCount, int maxSize) {
    int[] groups = new int[series.size()];
    int last = 0;
    for (int i = 0; i < groups.length; i++) {
      groups[i] = SeriesRef.sack(series.get(i).ref()) * kindCount + kinds.of(i);
      last = Math.max(last, groups[i]);
    }
    // Counting sort: where each group ends, and then where its next member goes.
    int[] ends = new int[last + 1];
    for (int group : groups) {
      ends[group]++;
    }
    for (int group = 1; group <= last; group++) {
      ends[group] += ends[group - 1];
    }
    int[] sorted = new int[groups.length];
    int[] at = ends.clone();
    for (int i = groups.length - 1; i >= 0; i--) {
      sorted[--at[groups[i]]] = i;
    }
    List<SackSeries> parts = new ArrayList<>();
    for (int from = 0; from < sorted.length; ) {
      int group = groups[sorted[from]];
      int to = Math.min(ends[group], from + maxSize);
      parts.add(part(series, group / kindCount, Arrays.copyOfRange(sorted, from, to)));
      from = to;
    }
    return parts;
  }

  private static SackSeries part(List<IndexedSeries> series, int sack, int[] places) {
    int[] integers = new int[places.length];
    for (int i = 0; i < places.length; i++) {
      integers[i] = SeriesRef.series(series.get(places[i]).ref());
    }
    return new SackSeries(sack, places, integers);
  }
}
