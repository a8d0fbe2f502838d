package orzo.index;

import java.util.List;
import orzo.metric.Tenant;

/** Finds series by their labels. Safe for many threads. */
public interface SeriesFinder {
  /** The series of a tenant that satisfy all matchers, in ascending order of labels. */
  FoundSeries find(Tenant tenant, List<Matcher> matchers);

  /**
   * The series of a tenant that satisfy all matchers of at least one selector, or all when there is
   * none, each once, in no set order.
   */
  FoundSeries findAny(Tenant tenant, List<List<Matcher>> selectors);
}
