package orzo.http.gnocchi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import orzo.gnocchi.aggregates.Aggregates;
import orzo.gnocchi.aggregates.Aggregates.Answer;
import orzo.gnocchi.aggregates.Aggregates.Input;
import orzo.gnocchi.aggregates.Unaggregable;
import orzo.gnocchi.operations.Operation;
import orzo.gnocchi.operations.Sampling;
import orzo.index.MetricRefs;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicy.Definition;
import orzo.policy.PolicyBook;
import orzo.read.AggregateReader;
import orzo.read.AggregateReader.Query;
import orzo.read.Points;

/** Reads the measures that operations take, and evaluates the operations. */
final class AggregateReading {
  private final Metrics metrics;
  private final PolicyBook policies;
  private final AggregateReader reader;
  private final long maxSamples;

  /**
   * Creates it.
   *
   * @param maxSamples how many windows and samples a request may read, and how many values its
   *     operations may hold
   */
  AggregateReading(Metrics metrics, PolicyBook policies, AggregateReader reader, long maxSamples) {
    this.metrics = metrics;
    this.policies = policies;
    this.reader = reader;
    this.maxSamples = maxSamples;
  }

  /** The granularities that all metrics have; coarsest first. */
  List<Duration> commonGranularities(List<AggregateReference> references) {
    List<Duration> common = new ArrayList<>();
    for (int i = 0; i < references.size(); i++) {
      List<Duration> own =
          policies.of(references.get(i).metric().policy()).definitions().stream()
              .map(Definition::granularity)
              .toList();
      if (i == 0) {
        common.addAll(own);
      } else {
        common.retainAll(own);
      }
    }
    common.sort(Comparator.reverseOrder());
    if (common.isEmpty()) {
      throw refusal(
          new Unaggregable(
              "No granularity match",
              references.stream()
                  .map(it -> List.<Object>of(it.name(), it.selector().aggregation()))
                  .toList()));
    }
    return common;
  }

  /** What operations make of metrics, of which there must be one at least. */
  Answer evaluate(
      List<AggregateReference> references, Operation operation, AggregateArguments arguments) {
    List<Duration> granularities =
        arguments.granularity().map(List::of).orElseGet(() -> commonGranularities(references));
    List<AggregationMethod> methods = methods(references, granularities);
    List<MetricView> views = references.stream().map(AggregateReference::metric).toList();
    SampleLimit budget = new SampleLimit(maxSamples);
    List<Input> inputs = new ArrayList<>();
    for (Duration granularity : granularities) {
      inputs.add(
          new Input(
              new Sampling.Fixed(granularity.toMillis()),
              read(views, methods, granularity.toMillis(), arguments, budget)));
    }
    try {
      return new Aggregates(
              operation,
              references.stream().map(AggregateReference::selector).toList(),
              arguments.limits(),
              maxSamples)
          .evaluate(inputs);
    } catch (Unaggregable e) {
      throw refusal(e);
    }
  }

  /** The method of each reference; all must be there, in each granularity. */
  private List<AggregationMethod> methods(
      List<AggregateReference> references, List<Duration> granularities) {
    List<AggregationMethod> methods = new ArrayList<>();
    List<List<Object>> lacking = new ArrayList<>();
    for (AggregateReference reference : references) {
      ArchivePolicy policy = policies.of(reference.metric().policy());
      String name = reference.selector().aggregation();
      methods.add(
          MeasureReading.method(policy, name)
              .orElseThrow(() ->
                  ApiError.described(
                      404,
                      "Metrics with unknown aggregation",
                      List.of(List.of(reference.metric().id().toString(), name)))));
      List<Duration> own = MeasureReading.granularities(policy);
      granularities.stream()
          .filter(granularity -> !own.contains(granularity))
          .findFirst()
          .ifPresent(granularity ->
              lacking.add(List.of(reference.name(), name, granularity.toNanos() / 1e9)));
    }
    if (!lacking.isEmpty()) {
      throw refusal(new Unaggregable("Granularities are missing", lacking));
    }
    return methods;
  }

  /** One series for each metric; a metric that is asked for in several ways is read once. */
  private List<Points> read(
      List<MetricView> views,
      List<AggregationMethod> methods,
      long granularityMillis,
      AggregateArguments arguments,
      SampleLimit budget) {
    Map<UUID, MetricView> distinct = new LinkedHashMap<>();
    views.forEach(view -> distinct.putIfAbsent(view.id(), view));
    List<MetricView> metricsOnce = List.copyOf(distinct.values());
    Set<AggregationMethod> methodsOnce = new LinkedHashSet<>(methods);
    long[] refs = metrics.refs(metricsOnce);
    long[] registered = Arrays.stream(refs).filter(ref -> ref != MetricRefs.UNREGISTERED).toArray();
    Query query =
        new Query(granularityMillis, List.copyOf(methodsOnce), arguments.from(), arguments.end());
    List<List<Points>> read = reader.read(registered, query, budget);
    Map<UUID, List<Points>> byMetric = new LinkedHashMap<>();
    int next = 0;
    for (int i = 0; i < refs.length; i++) {
      if (refs[i] != MetricRefs.UNREGISTERED) {
        byMetric.put(metricsOnce.get(i).id(), read.get(next++));
      }
    }
    List<Points> series = new ArrayList<>(views.size());
    for (int i = 0; i < views.size(); i++) {
      List<Points> points = byMetric.get(views.get(i).id());
      series.add(
          points == null ? Points.NONE : points.get(query.methods().indexOf(methods.get(i))));
    }
    return series;
  }

  /** What is answered where series do not go together. */
  static ApiError refusal(Unaggregable refusal) {
    return ApiError.described(
        400, "Metrics cannot be aggregated", refusal.reason(), refusal.series());
  }
}
