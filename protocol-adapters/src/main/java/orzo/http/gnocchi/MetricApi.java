package orzo.http.gnocchi;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orzo.index.CatalogFollower;
import orzo.index.MetricRefs;
import orzo.index.SeriesIndex;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.inventory.Inventory;
import orzo.metric.AggregationMethod;
import orzo.policy.PolicyBook;
import orzo.read.AggregateReader;
import orzo.upkeep.MetricDeletion;

/** Metrics and their measures: {@code /v1/metric}, {@code /v1/batch}, {@code /v1/capabilities}. */
public final class MetricApi implements GnocchiPart {
  private static final int MAX_MEASURES_BYTES = 64 << 20;
  private static final String METRICS = "/v1/metric";
  private static final String METRIC = METRICS + "/:id";

  private final MetricEndpoints metrics;
  private final MetricLists lists;
  private final BatchEndpoints batches;
  private final NamedMetricApi named;
  private final MetricSearch search;

  /**
   * What is known of metrics, and where.
   *
   * @param follower the one that fills {@code index}
   * @param deletion deletes their series
   */
  public record Knowledge(
      Inventory inventory,
      SeriesIndex index,
      CatalogFollower follower,
      MetricRefs refs,
      PolicyBook policies,
      MetricDeletion deletion) {}

  /**
   * Creates the part.
   *
   * @param counters where measures are counted that are received here
   * @param maxSamples how many windows and samples one request may read
   * @param clock what relative timestamps are relative to
   */
  public MetricApi(
      Knowledge known,
      Intake intake,
      IntakeCounters counters,
      AggregateReader reader,
      long maxSamples,
      InstantSource clock) {
    Inventory inventory = known.inventory;
    PolicyBook policies = known.policies;
    Metrics all = Metrics.of(known);
    MeasureIntake measures = new MeasureIntake(intake, counters);
    metrics =
        new MetricEndpoints(
            all,
            policies,
            measures,
            new MeasureReading(all, policies, reader, maxSamples, clock),
            new MetricRemoval(inventory.books(), known.refs, known.deletion),
            inventory,
            clock);
    lists = new MetricLists(all, inventory.books(), policies);
    batches = new BatchEndpoints(all, inventory.books(), policies, measures, clock);
    search = new MetricSearch(all, policies, reader, maxSamples, clock);
    named = new NamedMetricApi(inventory, metrics, MAX_MEASURES_BYTES);
  }

  @Override
  public void mount(Routes routes) {
    int maxLimit = routes.settings().maxLimit();
    routes
        .get(METRICS, it -> lists.list(it, maxLimit))
        .post(METRICS, metrics::create)
        .get(METRIC, it -> metrics.get(it, MetricEndpoints.id(it)))
        .delete(METRIC, it -> metrics.delete(it, MetricEndpoints.id(it)))
        .get(METRIC + "/measures", it -> metrics.measures(it, MetricEndpoints.id(it)))
        .post(
            METRIC + "/measures",
            MAX_MEASURES_BYTES,
            it -> metrics.push(it, MetricEndpoints.id(it)))
        .post("/v1/batch/metrics/measures", MAX_MEASURES_BYTES, batches::pushByMetric)
        .post("/v1/batch/resources/metrics/measures", MAX_MEASURES_BYTES, batches::pushByResource)
        .post("/v1/search/metric", search::search)
        .getOpen("/v1/capabilities", _ -> capabilities());
    named.mount(routes);
  }

  private static Reply capabilities() {
    Map<String, List<String>> json = new LinkedHashMap<>();
    json.put(
        "aggregation_methods",
        AggregationMethod.all().stream().map(AggregationMethod::name).sorted().toList());
    return Reply.ok(json);
  }
}
