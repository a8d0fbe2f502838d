package orzo.http.gnocchi;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import orzo.gnocchi.aggregates.Aggregates.Run;
import orzo.gnocchi.operations.Sampling;
import orzo.http.FormParameters;
import orzo.http.access.Permission;
import orzo.index.MetricRefs;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.policy.PolicyBook;
import orzo.read.AggregateReader;
import orzo.read.Points;

/** {@code POST /v1/search/metric}: the aggregates of metrics whose values a filter takes. */
final class MetricSearch {
  private final Metrics metrics;
  private final PolicyBook policies;
  private final AggregateReader reader;
  private final long maxSamples;
  private final InstantSource clock;

  MetricSearch(
      Metrics metrics,
      PolicyBook policies,
      AggregateReader reader,
      long maxSamples,
      InstantSource clock) {
    this.metrics = metrics;
    this.policies = policies;
    this.reader = reader;
    this.maxSamples = maxSamples;
    this.clock = clock;
  }

  /**
   * What is searched in: aggregates of some granularities of a metric, the coarsest first.
   *
   * @param method empty when the metric has no such aggregates; nothing is found then
   */
  private record Searched(
      MetricView metric,
      long ref,
      Optional<AggregationMethod> method,
      List<Duration> granularities) {}

  Reply search(Exchange exchange) {
    FormParameters parameters = exchange.parameters();
    List<MetricView> found = metrics(exchange, parameters);
    found.forEach(metric -> metric.require(exchange.caller(), Permission.SEARCH_METRIC));
    if (exchange.body().length() == 0) {
      throw ApiError.of(400, "No query specified in body");
    }
    ValuePredicate filter = ValuePredicate.of(exchange.json());
    long from = time(parameters, "start", AggregateReader.BEGINNING);
    long end = time(parameters, "stop", AggregateReader.END);
    List<Searched> searched = searched(found, parameters);
    SampleLimit budget = new SampleLimit(maxSamples);
    Map<String, Object> json = new LinkedHashMap<>();
    for (Searched one : searched) {
      json.put(
          one.metric.id().toString(),
          one.method
              .map(method -> new MeasureLists(runs(one, method, from, end, filter, budget)))
              .orElse(new MeasureLists(List.of())));
    }
    return Reply.ok(json);
  }

  private List<Run> runs(
      Searched searched,
      AggregationMethod method,
      long from,
      long end,
      ValuePredicate filter,
      SampleLimit budget) {
    List<Run> runs = new ArrayList<>();
    for (Duration granularity : searched.granularities) {
      AggregateReader.Query query =
          new AggregateReader.Query(granularity.toMillis(), List.of(method), from, end);
      Points points = reader.read(new long[] {searched.ref}, query, budget).getFirst().getFirst();
      runs.add(new Run(new Sampling.Fixed(granularity.toMillis()), filtered(points, filter)));
    }
    return runs;
  }

  /** The metrics that are named; those that are not there are passed over. */
  private List<MetricView> metrics(Exchange exchange, FormParameters parameters) {
    if (!QueryArguments.isThere(parameters, "metric_id")) {
      throw ApiError.of(400, "metric_id is missing (expected: the UUID of a metric, or several)");
    }
    List<UUID> ids = new ArrayList<>();
    for (String stated : parameters.all("metric_id")) {
      if (stated.isEmpty()) {
        continue; // Gnocchi takes it for none
      }
      ids.add(
          Uuids.parse(stated)
              .orElseThrow(
                  () -> ApiError.of(400, "metric_id: '" + stated + "' (expected: a UUID)")));
    }
    return metrics.find(exchange.tenant(), ids.stream().distinct().toList(), new ArrayList<>());
  }

  private long time(FormParameters parameters, String name, long otherwise) {
    try {
      OptionalLong stated = QueryArguments.time(parameters, name, clock.millis());
      return stated.orElse(otherwise);
    } catch (ApiError _) {
      throw ApiError.of(400, "Invalid value for " + name);
    }
  }

  private List<Searched> searched(List<MetricView> found, FormParameters parameters) {
    String name = QueryArguments.text(parameters, "aggregation", "mean");
    List<Duration> stated =
        parameters.all("granularity").stream()
            .map(QueryArguments::granularity)
            .distinct()
            .sorted(Comparator.reverseOrder())
            .toList();
    long[] refs = metrics.refs(found);
    List<Searched> searched = new ArrayList<>();
    for (int i = 0; i < refs.length; i++) {
      MetricView metric = found.get(i);
      ArchivePolicy policy = policies.of(metric.policy());
      List<Duration> ofPolicy = MeasureReading.granularities(policy);
      List<Duration> wanted = stated.isEmpty() ? ofPolicy : stated;
      for (Duration granularity : wanted) {
        if (!ofPolicy.contains(granularity)) {
          throw missing(name, granularity);
        }
      }
      if (refs[i] == MetricRefs.UNREGISTERED) {
        throw ApiError.missing(
            "Metric does not exist",
            Map.of("metric", MetricJson.listed(metric, PolicyEndpoints.json(policy))));
      }
      searched.add(new Searched(metric, refs[i], MeasureReading.method(policy, name), wanted));
    }
    return searched;
  }

  private static ApiError missing(String method, Duration granularity) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("granularity", granularity.toMillis() / 1000.0);
    detail.put("aggregation_method", method);
    return ApiError.missing("Aggregation does not exist", detail);
  }

  private static Points filtered(Points points, ValuePredicate filter) {
    long[] starts = points.startsMillis();
    double[] values = points.values();
    int size = 0;
    long[] foundStarts = new long[starts.length];
    double[] foundValues = new double[starts.length];
    for (int i = 0; i < starts.length; i++) {
      if (filter.accepts(values[i])) {
        foundStarts[size] = starts[i];
        foundValues[size++] = values[i];
      }
    }
    return new Points(Arrays.copyOf(foundStarts, size), Arrays.copyOf(foundValues, size));
  }
}
