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
import org.jspecify.annotations.Nullable;
import orzo.gnocchi.aggregates.Aggregates.Run;
import orzo.gnocchi.aggregates.Resampling;
import orzo.gnocchi.operations.Sampling;
import orzo.http.FormParameters;
import orzo.index.MetricRefs;
import orzo.metric.AggregationMethod;
import orzo.metric.AggregationMethod.Function;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicy.Definition;
import orzo.policy.PolicyBook;
import orzo.read.AggregateReader;
import orzo.read.AggregateReader.Query;
import orzo.read.Points;
import orzo.storage.GatewayException;

/**
 * {@code GET …/measures}: the aggregates of one metric, of one granularity or of all of its policy,
 * the coarsest first. {@code refresh} has no meaning but is checked: what was acknowledged is seen.
 */
final class MeasureReading {
  private final Metrics metrics;
  private final PolicyBook policies;
  private final AggregateReader reader;
  private final long maxSamples;
  private final InstantSource clock;

  MeasureReading(
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

  /** The measures of a metric that a request with these parameters asks for, as JSON. */
  Object lists(FormParameters parameters, MetricView metric) {
    Optional<Sampling> resample = resample(parameters);
    long now = clock.millis();
    long from = QueryArguments.from(parameters, now);
    long end = QueryArguments.end(parameters, now);
    Optional<Duration> granularity = QueryArguments.granularity(parameters);
    String name = QueryArguments.text(parameters, "aggregation", "mean");
    ArchivePolicy policy = policies.of(metric.policy());
    AggregationMethod method = method(policy, name).orElseThrow(() -> noMethod(metric, name));
    List<Duration> granularities = granularities(policy);
    if (granularity.isPresent() && !granularities.contains(granularity.get())) {
      throw noGranularity(metric, name, granularity.get());
    }
    boolean _ = Flags.of(parameters, "refresh");
    long ref = metrics.refs(List.of(metric))[0];
    if (ref == MetricRefs.UNREGISTERED) {
      return List.of();
    }
    SampleLimit budget = new SampleLimit(maxSamples);
    List<Run> runs = new ArrayList<>();
    for (Duration one : granularity.map(List::of).orElse(granularities)) {
      runs.add(
          resample.isPresent()
              ? resampled(ref, one, method, resample.get(), from, end, budget)
              : run(ref, one, method, from, end, budget));
    }
    return new MeasureLists(runs);
  }

  /** The granularities of a policy, coarsest first. */
  static List<Duration> granularities(ArchivePolicy policy) {
    return policy.definitions().stream()
        .map(Definition::granularity)
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /** The aggregation method of that name, if a policy has it. */
  static Optional<AggregationMethod> method(ArchivePolicy policy, String name) {
    try {
      return Optional.of(AggregationMethod.parse(name)).filter(policy.methods()::contains);
    } catch (GatewayException _) {
      return Optional.empty();
    }
  }

  /** What is answered where a metric's policy lacks a method. */
  static ApiError noMethod(MetricView metric, String name) {
    Map<String, @Nullable Object> detail = new LinkedHashMap<>();
    detail.put("metric", metric.id().toString());
    detail.put("aggregation_method", name);
    return ApiError.described(404, "Aggregation method does not exist for this metric", detail);
  }

  /** What is answered where a metric's policy lacks a granularity. */
  static ApiError noGranularity(MetricView metric, String method, Duration granularity) {
    return ApiError.of(
        404,
        "Aggregation method '"
            + method
            + "' at granularity '"
            + Timespan.showSeconds(granularity)
            + "' for metric "
            + metric.id()
            + " does not exist");
  }

  /** Into which windows the answer is to be resampled, if it is. */
  static Optional<Sampling> resample(FormParameters parameters) {
    String resample = parameters.first("resample");
    if (resample.isEmpty()) {
      return Optional.empty();
    }
    if (parameters.first("granularity").isEmpty()) {
      throw ApiError.of(400, "A granularity must be specified to resample");
    }
    Optional<Sampling.Calendar> calendar = Sampling.Calendar.of(resample);
    if (calendar.isPresent()) {
      return Optional.of(calendar.get());
    }
    Optional<Duration> length = Timespan.parse(resample);
    if (length.isEmpty() || length.get().toMillis() < 1) {
      throw ApiError.of(400, QueryArguments.timespanError(length));
    }
    return Optional.of(new Sampling.Fixed(length.get().toMillis()));
  }

  private Run run(
      long ref,
      Duration granularity,
      AggregationMethod method,
      long from,
      long end,
      SampleLimit budget) {
    Points points = read(ref, granularity, method, from, end, budget);
    return new Run(new Sampling.Fixed(granularity.toMillis()), points);
  }

  private Points read(
      long ref,
      Duration granularity,
      AggregationMethod method,
      long from,
      long end,
      SampleLimit budget) {
    Query query = new Query(granularity.toMillis(), List.of(method), from, end);
    return reader.read(new long[] {ref}, query, budget).getFirst().getFirst();
  }

  /** Windows at the ends of the range are made of all that falls into them. */
  private Run resampled(
      long ref,
      Duration granularity,
      AggregationMethod method,
      Sampling sampling,
      long from,
      long end,
      SampleLimit budget) {
    long first = from == AggregateReader.BEGINNING ? from : sampling.start(from);
    long last =
        end == AggregateReader.END ? end : sampling.next(sampling.start(Math.max(0, end - 1)));
    Points points = read(ref, granularity, method, first, last, budget);
    // Gnocchi does not have increases; those of parts add up.
    AggregationMethod again =
        method.function() == Function.INCREASE ? AggregationMethod.of(Function.SUM) : method;
    Points all = Resampling.of(again, sampling, points);
    int begin = 0;
    while (begin < all.size() && all.startsMillis()[begin] < first) {
      begin++;
    }
    int stop = all.size();
    while (stop > begin && all.startsMillis()[stop - 1] >= end) {
      stop--;
    }
    return new Run(
        sampling,
        new Points(
            Arrays.copyOfRange(all.startsMillis(), begin, stop),
            Arrays.copyOfRange(all.values(), begin, stop)));
  }
}
