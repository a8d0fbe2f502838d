package orzo.index;

import java.util.List;

/**
 * Series that were found.
 *
 * @param series with the labels under which they were found; not to be changed. One may be there
 *     several times, each time with other labels and for other periods of time
 * @param periods when each has those labels; empty when all have them always
 */
public record FoundSeries(List<IndexedSeries> series, List<Periods> periods) {
  /** Nothing. */
  public static final FoundSeries NONE = always(List.of());

  /** Series whose labels never change. */
  public static FoundSeries always(List<IndexedSeries> series) {
    return new FoundSeries(series, List.of());
  }

  /** When series {@code i} has its labels. */
  public Periods periods(int i) {
    return periods.isEmpty() ? Periods.ALWAYS : periods.get(i);
  }

  /** The series {@code [from, to)} alone. */
  public FoundSeries part(int from, int to) {
    return new FoundSeries(
        series.subList(from, to), periods.isEmpty() ? periods : periods.subList(from, to));
  }
}
