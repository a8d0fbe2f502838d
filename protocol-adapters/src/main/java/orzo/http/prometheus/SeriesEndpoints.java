package orzo.http.prometheus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import orzo.http.FormParameters;
import orzo.index.Matcher;
import orzo.index.SeriesLister;
import orzo.query.QueryException;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * {@code labels}, {@code label/NAME/values} and {@code series}. Their start and end are checked and
 * otherwise ignored: what exists is not kept by time.
 */
final class SeriesEndpoints {
  private final SeriesLister lister;
  private final PromQlSyntax syntax;
  private final QueryLimits limits;
  private final QueryGate gate;

  SeriesEndpoints(SeriesLister lister, PromQlSyntax syntax, QueryLimits limits, QueryGate gate) {
    this.lister = lister;
    this.syntax = syntax;
    this.limits = limits;
    this.gate = gate;
  }

  Answer labels(ApiRequest request) {
    int limit = ParameterValues.limit(request.parameters());
    checkTimes(request.parameters());
    List<List<Matcher>> selectors = selectors(request.parameters());
    return Answer.limited(
        list("labels", limit, most -> lister.labelNames(request.tenant(), selectors, most)), limit);
  }

  Answer labelValues(ApiRequest request) {
    String label = LabelNameEscaping.unescape(request.pathName());
    if (label.isEmpty() || label.indexOf('\ufffd') >= 0) { // what decoding makes of no UTF-8
      throw new ApiException(
          ApiException.Type.BAD_DATA, "invalid label name: " + GoQuote.quote(label));
    }
    int limit = ParameterValues.limit(request.parameters());
    checkTimes(request.parameters());
    List<List<Matcher>> selectors = selectors(request.parameters());
    return Answer.limited(
        list(
            "label_values",
            limit,
            most -> lister.labelValues(request.tenant(), label, selectors, most)),
        limit);
  }

  Answer series(ApiRequest request) {
    FormParameters parameters = request.parameters();
    if (parameters.all("match[]").isEmpty()) {
      throw new ApiException(ApiException.Type.BAD_DATA, "no match[] parameter provided");
    }
    int limit = ParameterValues.limit(parameters);
    checkTimes(parameters);
    List<List<Matcher>> selectors;
    try {
      selectors = selectors(parameters);
    } catch (ApiException e) {
      throw ApiException.invalidParameter("match[]", String.valueOf(e.getMessage()));
    }
    return Answer.limited(
        list("series", limit, most -> lister.series(request.tenant(), selectors, most)),
        limit,
        ValueJson::labels);
  }

  /** Asks for one more than the limit, so that the answer can tell whether there are more. */
  private <T> List<T> list(String endpoint, int limit, IntFunction<List<T>> lookup) {
    int most = limit == 0 || limit == Integer.MAX_VALUE ? Integer.MAX_VALUE : limit + 1;
    return gate.pass(endpoint, limits.timeout(), _ -> lookup.apply(most));
  }

  private static void checkTimes(FormParameters parameters) {
    ParameterValues.time(parameters, "start", ParameterValues.MIN_TIME);
    ParameterValues.time(parameters, "end", ParameterValues.MAX_TIME);
  }

  /** The {@code match[]} parameters. */
  List<List<Matcher>> selectors(FormParameters parameters) {
    List<List<Matcher>> selectors = new ArrayList<>();
    for (String text : ParameterValues.selectors(parameters)) {
      List<Matcher> matchers = selector(text);
      if (matchers.stream().allMatch(matcher -> matcher.matches(""))) {
        throw new ApiException(
            ApiException.Type.BAD_DATA, "match[] must contain at least one non-empty matcher");
      }
      selectors.add(matchers);
    }
    return selectors;
  }

  private List<Matcher> selector(String text) {
    try {
      return syntax.selector(text);
    } catch (QueryException e) {
      if (e.type() == QueryException.Type.BAD_DATA) { // not the query parameter's fault here
        throw new ApiException(ApiException.Type.BAD_DATA, String.valueOf(e.getMessage()));
      }
      throw e;
    } catch (GatewayException e) {
      if (e.kind() == Kind.MALFORMED) {
        throw new ApiException(ApiException.Type.BAD_DATA, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }
}
