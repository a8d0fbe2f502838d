package orzo.http.prometheus;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import orzo.http.FormParameters;
import orzo.query.QueryEngine;
import orzo.query.QueryOptions;
import orzo.query.QueryResult;
import orzo.query.QueryValue;
import orzo.query.SourceResolution;

/** {@code query} and {@code query_range}. */
final class QueryEndpoints {
  /** Enough for a week at a minute's resolution, or a year at an hour's. */
  private static final int MAX_POINTS = 11_000;

  private final QueryEngine engine;
  private final QueryLimits limits;
  private final QueryGate gate;
  private final InstantSource clock;

  QueryEndpoints(QueryEngine engine, QueryLimits limits, QueryGate gate, InstantSource clock) {
    this.engine = engine;
    this.limits = limits;
    this.gate = gate;
    this.clock = clock;
  }

  Answer query(ApiRequest request) {
    FormParameters parameters = request.parameters();
    int limit = ParameterValues.limit(parameters);
    Instant time = ParameterValues.time(parameters, "time", clock.instant());
    return evaluate(
        "query",
        request,
        limit,
        ParameterValues.maxSourceResolution(parameters, OptionalLong.empty()),
        options ->
            engine.instant(
                request.tenant(), ParameterValues.query(parameters), time.toEpochMilli(), options));
  }

  Answer queryRange(ApiRequest request) {
    FormParameters parameters = request.parameters();
    int limit = ParameterValues.limit(parameters);
    Instant start = ParameterValues.time(parameters, "start");
    Instant end = ParameterValues.time(parameters, "end");
    if (end.isBefore(start)) {
      throw ApiException.invalidParameter("end", "end timestamp must not be before start time");
    }
    long stepNanos = ParameterValues.durationNanos(parameters, "step");
    long stepMillis = stepNanos / 1_000_000; // a step that rounds to none is no step either
    if (stepMillis <= 0) {
      throw ApiException.invalidParameter(
          "step",
          "zero or negative query resolution step widths are not accepted. "
              + "Try a positive integer");
    }
    if (Duration.between(start, end)
            .compareTo(Duration.ofNanos(stepNanos).multipliedBy(MAX_POINTS + 1))
        >= 0) {
      throw new ApiException(
          ApiException.Type.BAD_DATA,
          "exceeded maximum resolution of 11,000 points per timeseries. "
              + "Try decreasing the query resolution (?step=XX)");
    }
    return evaluate(
        "query_range",
        request,
        limit,
        ParameterValues.maxSourceResolution(parameters, OptionalLong.of(stepMillis)),
        options ->
            engine.range(
                request.tenant(),
                ParameterValues.query(parameters),
                start.toEpochMilli(),
                end.toEpochMilli(),
                stepMillis,
                options));
  }

  private Answer evaluate(
      String endpoint,
      ApiRequest request,
      int limit,
      SourceResolution resolution,
      Function<QueryOptions, QueryResult> query) {
    boolean explain = ParameterValues.flag(request.parameters(), "explain");
    String statistics = request.parameters().first("stats");
    Duration timeout = timeout(request.parameters());
    Duration lookback = lookback(request.parameters());
    long[] queueNanos = new long[1];
    QueryResult result =
        gate.pass(
            endpoint,
            timeout,
            left -> {
              queueNanos[0] = timeout.minus(left).toNanos();
              return query.apply(
                  new QueryOptions(
                          left,
                          lookback,
                          limits.maxSamples(),
                          request.cancelled(),
                          resolution,
                          explain,
                          !statistics.isEmpty())
                      .withBounds(limits.maxSeries(), limits.maxBytes()));
            });
    boolean truncated = limit > 0 && seriesCount(result.value()) > limit;
    QueryValue value = truncated ? firstSeries(result.value(), limit) : result.value();
    List<String> warnings = result.warnings();
    if (truncated) {
      warnings = new ArrayList<>(warnings);
      warnings.add(Answer.TRUNCATED);
    }
    Optional<Answer.Data> explanation =
        result.explanation().map(found -> json -> ExplanationJson.write(json, found));
    Optional<Answer.Data> shown =
        result
            .statistics()
            .map(found ->
                json -> StatisticsJson.write(json, found, queueNanos[0], statistics.equals("all")));
    return new Answer(
        json -> ValueJson.write(json, value, shown), warnings, result.infos(), explanation);
  }

  private Duration timeout(FormParameters parameters) {
    if (parameters.first("timeout").isEmpty()) {
      return limits.timeout();
    }
    Duration asked = Duration.ofNanos(ParameterValues.durationNanos(parameters, "timeout"));
    if (!asked.isPositive()) {
      throw new ApiException(ApiException.Type.TIMEOUT, "query timed out in query execution");
    }
    return asked.compareTo(limits.timeout()) < 0 ? asked : limits.timeout();
  }

  private Duration lookback(FormParameters parameters) {
    String text = parameters.first("lookback_delta");
    if (text.isEmpty()) {
      return limits.lookback();
    }
    try {
      Duration asked = Duration.ofNanos(ParameterValues.durationNanos(text));
      return asked.isPositive() ? asked : limits.lookback();
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          ApiException.Type.BAD_DATA, "error parsing lookback delta duration: " + e.getMessage());
    }
  }

  private static int seriesCount(QueryValue value) {
    return switch (value) {
      case QueryValue.Vector vector -> vector.series().size();
      case QueryValue.Matrix matrix -> matrix.series().size();
      case QueryValue.Scalar _, QueryValue.Text _ -> 0;
    };
  }

  private static QueryValue firstSeries(QueryValue value, int count) {
    return switch (value) {
      case QueryValue.Vector vector ->
          new QueryValue.Vector(
              vector.series().subList(0, count),
              vector.values(),
              vector.timestampMillis(),
              vector.histograms());
      case QueryValue.Matrix matrix ->
          new QueryValue.Matrix(
              matrix.series().subList(0, count), matrix.samples().subList(0, count));
      case QueryValue.Scalar _, QueryValue.Text _ -> value;
    };
  }
}
