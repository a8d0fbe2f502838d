package orzo.index;

import java.util.List;
import orzo.metric.Labels;
import orzo.metric.Tenant;

/** Looks up which series have data in a stretch of time. Safe for many threads; calls block. */
public interface SeriesPresence {
  /**
   * The series that satisfy all matchers of at least one of the selectors and have data in the
   * hours that {@code [fromMillis, toMillis]} touches, in ascending order of labels. Where it would
   * take too much to find out, a series is among them.
   *
   * @param selectors none means all series
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#UNAVAILABLE} when storage does
   *     not answer
   */
  List<Labels> present(
      Tenant tenant, List<List<Matcher>> selectors, long fromMillis, long toMillis);
}
