package orzo.http.prometheus;

import java.util.List;
import orzo.index.Matcher;
import orzo.index.SeriesLister;
import orzo.index.SeriesPresence;
import orzo.index.SeriesStatistics;
import orzo.metric.Tenant;
import orzo.query.QueryEngine;
import orzo.read.Exemplars;
import orzo.read.SeriesReader;
import orzo.storage.MetadataStore;

/**
 * What the API gets its answers from.
 *
 * @param engine evaluates queries
 * @param reader reads samples
 * @param lister looks up series and labels
 * @param presence looks up which series have data
 * @param statistics counts series and labels
 * @param metadata what is known of metrics
 * @param exemplars finds exemplars
 * @param removal deletes series
 */
public record ApiBackend(
    QueryEngine engine,
    SeriesReader reader,
    SeriesLister lister,
    SeriesPresence presence,
    SeriesStatistics statistics,
    MetadataStore metadata,
    Exemplars exemplars,
    Removal removal) {
  /** Deletes series. */
  public interface Removal {
    /**
     * Deletes the series of a tenant that satisfy all matchers of at least one of the selectors,
     * with all that belongs to them.
     *
     * @return how many there were
     * @throws orzo.storage.GatewayException when storage fails
     */
    long delete(Tenant tenant, List<List<Matcher>> selectors);
  }
}
