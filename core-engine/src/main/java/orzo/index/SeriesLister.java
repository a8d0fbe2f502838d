package orzo.index;

import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;
import orzo.metric.Tenant;

/** Looks up which series and labels exist. Safe for many threads. */
public interface SeriesLister {
  /**
   * The series that satisfy all matchers of at least one of the selectors, each once, in ascending
   * order of labels.
   *
   * @param selectors none means all series
   * @param limit the most to return
   */
  List<Labels> series(Tenant tenant, List<List<Matcher>> selectors, int limit);

  /** The label names of those series, sorted. */
  List<String> labelNames(Tenant tenant, List<List<Matcher>> selectors, int limit);

  /**
   * The label names of all series, sorted, if they are few and can be told without waiting; else
   * null.
   *
   * @param most how many characters they may have together, each name counting three more
   */
  @Nullable List<String> fewLabelNames(Tenant tenant, int most);

  /** The values that a label has in all series, if they are few, as {@link #fewLabelNames}. */
  @Nullable List<String> fewLabelValues(Tenant tenant, String label, int most);

  /**
   * The values that a label has in those series, sorted. With {@link Matcher#PATH} in place of a
   * label's name it is the paths that they came under.
   */
  List<String> labelValues(Tenant tenant, String label, List<List<Matcher>> selectors, int limit);
}
