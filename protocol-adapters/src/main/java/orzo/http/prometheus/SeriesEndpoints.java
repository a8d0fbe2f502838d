package orzo.http.prometheus;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import orzo.http.FormParameters;
import orzo.index.Matcher;
import orzo.index.SeriesLister;
import orzo.index.SeriesPresence;
import orzo.metric.Labels;
import orzo.query.QueryException;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * {@code labels}, {@code label/NAME/values} and {@code series}. Where selectors and a time are
 * given, series without data in that time are left out.
 */
final class SeriesEndpoints {
  /** Characters that are answered at once: escaped as six bytes each they still fit one chunk. */
  private static final int FEW = 8_000;

  private final SeriesLister lister;
  private final SeriesPresence presence;
  private final PromQlSyntax syntax;
  private final QueryLimits limits;
  private final QueryGate gate;

  SeriesEndpoints(
      SeriesLister lister,
      SeriesPresence presence,
      PromQlSyntax syntax,
      QueryLimits limits,
      QueryGate gate) {
    this.lister = lister;
    this.presence = presence;
    this.syntax = syntax;
    this.limits = limits;
    this.gate = gate;
  }

  Answer labels(ApiRequest request) {
    int limit = ParameterValues.limit(request.parameters());
    Stretch time = Stretch.of(request.parameters());
    List<List<Matcher>> selectors = selectors(request.parameters());
    if (time.isBounded() && !selectors.isEmpty()) {
      TreeSet<String> names = new TreeSet<>();
      for (Labels labels : present("labels", request, selectors, time)) {
        for (int i = 0; i < labels.size(); i++) {
          names.add(labels.name(i));
        }
      }
      return Answer.limited(List.copyOf(names), limit);
    }
    return Answer.limited(
        list("labels", limit, most -> lister.labelNames(request.tenant(), selectors, most)), limit);
  }

  /** {@link #labels} of all series, if they are few. */
  @Nullable Answer fewLabels(ApiRequest request) {
    return few(request, "labels", () -> lister.fewLabelNames(request.tenant(), FEW));
  }

  /** {@link #labelValues} of all series, if they are few. */
  @Nullable Answer fewLabelValues(ApiRequest request) {
    String label = label(request);
    return few(request, "label_values", () -> lister.fewLabelValues(request.tenant(), label, FEW));
  }

  private @Nullable Answer few(
      ApiRequest request, String endpoint, Supplier<@Nullable List<String>> lookup) {
    FormParameters parameters = request.parameters();
    if (!parameters.all("match[]").isEmpty()) {
      return null;
    }
    int limit = ParameterValues.limit(parameters);
    Stretch.of(parameters);
    List<String> found = gate.quick(endpoint, lookup);
    return found == null ? null : Answer.limited(found, limit);
  }

  private static String label(ApiRequest request) {
    String label = LabelNameEscaping.unescape(request.pathName());
    if (label.isEmpty() || label.indexOf('\ufffd') >= 0) { // what decoding makes of no UTF-8
      throw new ApiException(
          ApiException.Type.BAD_DATA, "invalid label name: " + GoQuote.quote(label));
    }
    return label;
  }

  Answer labelValues(ApiRequest request) {
    String label = label(request);
    int limit = ParameterValues.limit(request.parameters());
    Stretch time = Stretch.of(request.parameters());
    List<List<Matcher>> selectors = selectors(request.parameters());
    if (time.isBounded() && !selectors.isEmpty()) {
      TreeSet<String> values = new TreeSet<>();
      for (Labels labels : present("label_values", request, selectors, time)) {
        if (labels.contains(label)) {
          values.add(labels.get(label));
        }
      }
      return Answer.limited(List.copyOf(values), limit);
    }
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
    Stretch time = Stretch.of(parameters);
    List<List<Matcher>> selectors;
    try {
      selectors = selectors(parameters);
    } catch (ApiException e) {
      throw ApiException.invalidParameter("match[]", String.valueOf(e.getMessage()));
    }
    List<Labels> found =
        time.isBounded()
            ? present("series", request, selectors, time)
            : list("series", limit, most -> lister.series(request.tenant(), selectors, most));
    return Answer.limited(found, limit, ValueJson::labels);
  }

  /** Asks for one more than the limit, so that the answer can tell whether there are more. */
  private <T> List<T> list(String endpoint, int limit, IntFunction<List<T>> lookup) {
    int most = limit == 0 || limit == Integer.MAX_VALUE ? Integer.MAX_VALUE : limit + 1;
    return gate.pass(endpoint, limits.timeout(), _ -> lookup.apply(most));
  }

  private List<Labels> present(
      String endpoint, ApiRequest request, List<List<Matcher>> selectors, Stretch time) {
    return gate.pass(
        endpoint,
        limits.timeout(),
        _ ->
            presence.present(
                request.tenant(),
                selectors,
                time.start().toEpochMilli(),
                time.end().toEpochMilli()));
  }

  /** The time that is asked about. */
  private record Stretch(Instant start, Instant end) {
    static Stretch of(FormParameters parameters) {
      return new Stretch(
          ParameterValues.time(parameters, "start", ParameterValues.MIN_TIME),
          ParameterValues.time(parameters, "end", ParameterValues.MAX_TIME));
    }

    boolean isBounded() {
      return !start.equals(ParameterValues.MIN_TIME) || !end.equals(ParameterValues.MAX_TIME);
    }
  }

  /**
   * The {@code match[]} parameters, each of which leaves out series that have none of its labels.
   */
  List<List<Matcher>> selectors(FormParameters parameters) {
    List<List<Matcher>> selectors = anySelectors(parameters);
    for (List<Matcher> matchers : selectors) {
      if (matchers.stream().allMatch(matcher -> matcher.matches(""))) {
        throw new ApiException(
            ApiException.Type.BAD_DATA, "match[] must contain at least one non-empty matcher");
      }
    }
    return selectors;
  }

  /** The {@code match[]} parameters, whatever they match. */
  List<List<Matcher>> anySelectors(FormParameters parameters) {
    List<List<Matcher>> selectors = new ArrayList<>();
    for (String text : ParameterValues.selectors(parameters)) {
      selectors.add(selector(text));
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
