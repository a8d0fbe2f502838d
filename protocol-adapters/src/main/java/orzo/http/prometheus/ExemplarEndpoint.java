package orzo.http.prometheus;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import orzo.http.FormParameters;
import orzo.index.Matcher;
import orzo.metric.Exemplar;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.VectorSelectors;
import orzo.query.QueryException;
import orzo.read.Exemplars;
import orzo.read.SeriesExemplars;

/** {@code query_exemplars}: the exemplars of all series that a query selects. */
final class ExemplarEndpoint {
  private final Exemplars exemplars;
  private final PromQlSyntax syntax;
  private final QueryLimits limits;
  private final QueryGate gate;

  ExemplarEndpoint(Exemplars exemplars, PromQlSyntax syntax, QueryLimits limits, QueryGate gate) {
    this.exemplars = exemplars;
    this.syntax = syntax;
    this.limits = limits;
    this.gate = gate;
  }

  Answer queryExemplars(ApiRequest request) {
    FormParameters parameters = request.parameters();
    Instant start = ParameterValues.time(parameters, "start", ParameterValues.MIN_TIME);
    Instant end = ParameterValues.time(parameters, "end", ParameterValues.MAX_TIME);
    if (end.isBefore(start)) {
      throw new ApiException(
          ApiException.Type.BAD_DATA, "end timestamp must not be before start timestamp");
    }
    List<List<Matcher>> selectors = selectors(ParameterValues.query(parameters));
    List<SeriesExemplars> found =
        selectors.isEmpty()
            ? List.of()
            : gate.pass(
                "query_exemplars",
                limits.timeout(),
                _ ->
                    exemplars.find(
                        request.tenant(), selectors, start.toEpochMilli(), end.toEpochMilli()));
    return Answer.of(json -> Answer.array(json, found, ExemplarEndpoint::series));
  }

  private List<List<Matcher>> selectors(String query) {
    try {
      return VectorSelectors.of(syntax.expression(query)).stream()
          .map(Expr.VectorSelector::matchers)
          .toList();
    } catch (QueryException e) {
      throw new ApiException(ApiException.Type.BAD_DATA, String.valueOf(e.getMessage()));
    }
  }

  private static void series(JsonWriter json, SeriesExemplars series) throws IOException {
    json.raw("{\"seriesLabels\":");
    ValueJson.labels(json, series.labels());
    json.raw(",\"exemplars\":");
    Answer.array(json, series.exemplars(), ExemplarEndpoint::exemplar);
    json.raw('}');
  }

  private static void exemplar(JsonWriter json, Exemplar exemplar) throws IOException {
    json.raw("{\"labels\":");
    ValueJson.labels(json, exemplar.labels());
    json.raw(",\"value\":");
    json.value(exemplar.value());
    json.raw(",\"timestamp\":");
    json.timestamp(exemplar.timestampMillis());
    json.raw('}');
  }
}
