package orzo.http.gnocchi;

import java.time.InstantSource;
import orzo.index.CatalogFollower;
import orzo.index.MetricRefs;
import orzo.index.SeriesIndex;
import orzo.inventory.Inventory;
import orzo.policy.PolicyBook;
import orzo.read.AggregateReader;

/** Aggregates of several metrics: {@code /v1/aggregates}, {@code /v1/aggregation}. */
public final class AggregatesApi implements GnocchiPart {
  private static final String AGGREGATION = "/v1/aggregation";

  private final AggregatesEndpoint aggregates;
  private final CrossAggregationEndpoint aggregation;

  /**
   * Creates the part.
   *
   * @param maxSamples how many windows and samples a request may read, and how many values its
   *     operations may hold
   */
  public AggregatesApi(
      Inventory inventory,
      SeriesIndex index,
      CatalogFollower follower,
      MetricRefs refs,
      PolicyBook policies,
      AggregateReader reader,
      long maxSamples,
      InstantSource clock) {
    Metrics metrics = new Metrics(inventory.books(), index, follower, refs);
    ResourceSearch search = new ResourceSearch(inventory, new ResourceLists(inventory, clock));
    AggregateReading reading = new AggregateReading(metrics, policies, reader, maxSamples);
    aggregates = new AggregatesEndpoint(metrics, policies, search, reading, clock);
    aggregation =
        new CrossAggregationEndpoint(
            metrics,
            policies,
            search,
            reading,
            new MeasureReading(metrics, policies, reader, maxSamples, clock),
            clock);
  }

  @Override
  public void mount(Routes routes) {
    routes
        .post("/v1/aggregates", aggregates::answer)
        .get(AGGREGATION + "/metric", aggregation::ofParameters)
        .post(AGGREGATION + "/metric", aggregation::ofBody)
        .post(AGGREGATION + "/resource/:type/metric/:name", aggregation::ofResources)
        .post(
            AGGREGATION + "/resource/:type/metric",
            _ -> {
              throw ApiError.of(405, "the name of a metric is missing");
            });
  }
}
