package orzo.http.prometheus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import orzo.http.FormParameters;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.metric.MetricMetadata;
import orzo.query.QueryException;

/**
 * What a Prometheus tells of targets, rules and alerts. Nothing is scraped or alerted on here; so
 * most of it is empty. Targets are known by the labels {@code job} and {@code instance} that a
 * scraping Prometheus has put on their series.
 */
final class TargetEndpoints {
  private static final List<String> CLASSIC_SUFFIXES = List.of("_bucket", "_count", "_sum");

  private final ApiBackend backend;
  private final PromQlSyntax syntax;
  private final QueryLimits limits;
  private final QueryGate gate;

  TargetEndpoints(ApiBackend backend, PromQlSyntax syntax, QueryLimits limits, QueryGate gate) {
    this.backend = backend;
    this.syntax = syntax;
    this.limits = limits;
    this.gate = gate;
  }

  Reply targets(ApiRequest request) {
    String state = request.parameters().first("state").toLowerCase(Locale.ROOT);
    boolean dropped = state.isEmpty() || state.equals("any") || state.equals("dropped");
    return constant(
        "{\"activeTargets\":[],\"droppedTargets\":[],\"droppedTargetCounts\":"
            + (dropped ? "{}" : "null")
            + "}");
  }

  Reply pools(ApiRequest request) {
    return constant("{\"scrapePools\":[]}");
  }

  /** Of a pool, which is never there. */
  Reply poolConfiguration(ApiRequest request) {
    String pool = request.parameters().first("scrapePool");
    throw new ApiException(
        ApiException.Type.BAD_DATA,
        pool.isEmpty()
            ? "no scrapePool parameter provided"
            : "error retrieving scrape config: scrape pool " + GoQuote.quote(pool) + " not found");
  }

  Reply alertmanagers(ApiRequest request) {
    return constant("{\"activeAlertmanagers\":[],\"droppedAlertmanagers\":[]}");
  }

  Reply rules(ApiRequest request) {
    String type = request.parameters().first("type").toLowerCase(Locale.ROOT);
    if (!type.isEmpty() && !type.equals("alert") && !type.equals("record")) {
      throw ApiException.invalidParameter("type", "not supported value " + GoQuote.quote(type));
    }
    return constant("{\"groups\":[]}");
  }

  Reply alerts(ApiRequest request) {
    return constant("{\"alerts\":[]}");
  }

  private static Reply constant(String json) {
    return Answer.of(out -> out.raw(json));
  }

  /** Metadata of one metric as one target has it. */
  private record TargetMetadata(Labels target, MetricMetadata metadata) {}

  Reply metadata(ApiRequest request) {
    FormParameters parameters = request.parameters();
    long limit = ParameterValues.count(parameters, "limit");
    List<Matcher> matchers = matchers(parameters.first("match_target"));
    String metric = parameters.first("metric");
    List<TargetMetadata> found =
        gate.pass(
            "targets_metadata",
            limits.timeout(),
            _ -> find(request, metric, matchers, limit < 0 ? Long.MAX_VALUE : limit));
    return Answer.of(
        json -> Answer.array(json, found, (out, one) -> write(out, one, metric.isEmpty())));
  }

  private List<Matcher> matchers(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    try {
      return syntax.selector(text);
    } catch (QueryException e) {
      throw ApiException.invalidParameter("match_target", String.valueOf(e.getMessage()));
    }
  }

  private List<TargetMetadata> find(
      ApiRequest request, String metric, List<Matcher> matchers, long limit) {
    Map<String, SortedSet<Labels>> targets = targetsByName(request, metric);
    List<TargetMetadata> found = new ArrayList<>();
    for (MetricMetadata metadata : backend.metadata().read(request.tenant())) {
      if (!metric.isEmpty() && !metric.equals(metadata.name())) {
        continue;
      }
      SortedSet<Labels> having =
          new TreeSet<>(targets.getOrDefault(metadata.name(), new TreeSet<>()));
      for (String suffix : CLASSIC_SUFFIXES) {
        having.addAll(targets.getOrDefault(metadata.name() + suffix, new TreeSet<>()));
      }
      for (Labels target : having) {
        if (found.size() < limit
            && matchers.stream().allMatch(one -> one.matches(target.get(one.name())))) {
          found.add(new TargetMetadata(target, metadata));
        }
      }
    }
    return found;
  }

  /** Which targets have series of a name. */
  private Map<String, SortedSet<Labels>> targetsByName(ApiRequest request, String metric) {
    List<List<Matcher>> selectors = new ArrayList<>();
    if (!metric.isEmpty()) {
      selectors.add(List.of(Matcher.of(Labels.NAME, Matcher.Operation.EQUAL, metric)));
      for (String suffix : CLASSIC_SUFFIXES) {
        selectors.add(List.of(Matcher.of(Labels.NAME, Matcher.Operation.EQUAL, metric + suffix)));
      }
    }
    Map<String, SortedSet<Labels>> targets = new HashMap<>();
    for (Labels series : backend.lister().series(request.tenant(), selectors, Integer.MAX_VALUE)) {
      if (series.contains("job") && series.contains("instance")) {
        targets
            .computeIfAbsent(series.get(Labels.NAME), _ -> new TreeSet<>())
            .add(Labels.of("instance", series.get("instance"), "job", series.get("job")));
      }
    }
    return targets;
  }

  private static void write(JsonWriter json, TargetMetadata one, boolean named) throws IOException {
    json.raw("{\"target\":");
    ValueJson.labels(json, one.target());
    if (named) {
      json.raw(",\"metric\":");
      json.string(one.metadata().name());
    }
    json.raw(",\"type\":");
    json.string(one.metadata().type());
    json.raw(",\"help\":");
    json.string(one.metadata().help());
    json.raw(",\"unit\":");
    json.string(one.metadata().unit());
    json.raw('}');
  }
}
