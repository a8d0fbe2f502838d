package orzo.read;

import java.util.List;
import orzo.index.Matcher;
import orzo.metric.Tenant;

/** Finds exemplars. Safe for many threads. */
public interface Exemplars {
  /**
   * The exemplars of {@code [fromMillis, toMillis]} of the series that satisfy all matchers of at
   * least one of the selectors, each series once, ascending by labels, series without any left out.
   *
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#UNAVAILABLE} when storage does
   *     not answer
   */
  List<SeriesExemplars> find(
      Tenant tenant, List<List<Matcher>> selectors, long fromMillis, long toMillis);
}
