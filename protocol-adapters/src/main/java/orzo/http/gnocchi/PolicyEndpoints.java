package orzo.http.gnocchi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicy.Definition;
import orzo.metric.BuiltInPolicies;
import orzo.policy.PolicyBook;
import orzo.policy.PolicyEditor;
import orzo.policy.PolicyRefusal.NoSuchPolicy;
import orzo.storage.GatewayException;

/**
 * {@code /v1/archive_policy}. Beyond Gnocchi, {@code raw} says how long raw measures are kept, and
 * where it is given {@code definition} may be left out or empty.
 */
final class PolicyEndpoints {
  private final PolicyBook book;
  private final PolicyEditor editor;

  PolicyEndpoints(PolicyBook book, PolicyEditor editor) {
    this.book = book;
    this.editor = editor;
  }

  Reply list() {
    book.refresh();
    return Reply.ok(book.policies().stream().map(PolicyEndpoints::json).toList());
  }

  Reply get(String name) {
    book.refresh();
    return Reply.ok(json(existing(name)));
  }

  Reply create(JsonInput body, String urls) {
    body.allowOnly("name", "back_window", "aggregation_methods", "definition", "raw");
    String name = body.text("name");
    int backWindow = backWindow(body).orElse(0);
    Duration raw = body.timespanOrZero("raw").orElse(Duration.ZERO);
    List<Definition> definitions = definitions(body).orElse(List.of());
    List<String> stated = body.texts("aggregation_methods");
    ArchivePolicy policy =
        new ArchivePolicy(
            name,
            raw,
            backWindow,
            definitions.isEmpty() && stated.isEmpty() ? Set.of() : methods(body, stated),
            definitions);
    Refusals.check(editor.create(policy));
    return Reply.created(json(policy), urls + Refusals.segment(name));
  }

  Reply update(String name, Supplier<JsonInput> stated) {
    book.refresh();
    existing(name); // that it is not there is said before what is wrong with the body
    JsonInput body = stated.get();
    body.allowOnly("back_window", "definition", "raw");
    Refusals.check(
        editor.update(name, definitions(body), backWindow(body), body.timespanOrZero("raw")));
    return Reply.ok(json(existing(name)));
  }

  Reply delete(String name) {
    Refusals.check(editor.delete(name));
    return Reply.noContent();
  }

  private ArchivePolicy existing(String name) {
    return book.find(name).orElseThrow(() -> Refusals.error(new NoSuchPolicy(name)));
  }

  private static OptionalInt backWindow(JsonInput body) {
    OptionalLong stated = body.number("back_window", 0, Integer.MAX_VALUE);
    return stated.isPresent()
        ? OptionalInt.of(Math.toIntExact(stated.getAsLong()))
        : OptionalInt.empty();
  }

  private static Optional<List<Definition>> definitions(JsonInput body) {
    boolean optional = body.has("raw");
    if (optional && !body.has("definition")) {
      return Optional.empty();
    }
    List<Definition> definitions = new ArrayList<>();
    Set<Duration> granularities = new HashSet<>();
    for (JsonInput item : body.objects("definition", optional ? 0 : 1)) {
      item.allowOnly("granularity", "points", "timespan");
      Definition definition =
          Definition.of(
              item.timespan("granularity"),
              item.number("points", 1, Long.MAX_VALUE),
              item.timespan("timespan"));
      if (!granularities.add(definition.granularity())) {
        throw ApiError.of(
            400,
            "More than one archive policy uses granularity `"
                + Timespan.showSeconds(definition.granularity())
                + "'");
      }
      definitions.add(definition);
    }
    return Optional.of(definitions);
  }

  private static Set<AggregationMethod> methods(JsonInput body, List<String> stated) {
    for (int i = 0; i < stated.size(); i++) {
      try {
        AggregationMethod.select(stated.subList(i, i + 1), List.of());
      } catch (GatewayException e) {
        throw body.element("aggregation_methods", i, "not a valid value")
            .explained(String.valueOf(e.getMessage()));
      }
    }
    Set<AggregationMethod> methods =
        AggregationMethod.select(stated, BuiltInPolicies.DEFAULT_METHODS);
    if (methods.isEmpty()) {
      throw body.of("aggregation_methods", "no method is left");
    }
    return methods;
  }

  /** A policy as Gnocchi shows it. */
  static Map<String, Object> json(ArchivePolicy policy) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", policy.name());
    json.put("back_window", policy.backWindow());
    json.put("definition", policy.definitions().stream().map(PolicyEndpoints::json).toList());
    json.put(
        "aggregation_methods", policy.methods().stream().map(AggregationMethod::name).toList());
    json.put("raw", Timespan.show(policy.raw()));
    return json;
  }

  private static Map<String, Object> json(Definition definition) {
    Map<String, Object> json = new LinkedHashMap<>();
    definition
        .timespan()
        .ifPresentOrElse(
            timespan -> json.put("timespan", Timespan.show(timespan)),
            () -> json.put("timespan", null));
    json.put("granularity", Timespan.show(definition.granularity()));
    definition
        .points()
        .ifPresentOrElse(points -> json.put("points", points), () -> json.put("points", null));
    return json;
  }
}
