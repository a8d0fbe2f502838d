package orzo.http.gnocchi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import orzo.index.Matcher;
import orzo.metric.ArchivePolicyRule;
import orzo.metric.ArchivePolicyRule.Condition;
import orzo.policy.PolicyBook;
import orzo.policy.PolicyEditor;
import orzo.policy.PolicyRefusal;
import orzo.query.QueryException;
import orzo.storage.GatewayException;

/**
 * {@code /v1/archive_policy_rule}. Beyond Gnocchi, {@code selector} is a series selector of PromQL
 * that the labels of a metric must satisfy, too; it is in answers only where a rule has one.
 */
final class RuleEndpoints {
  private final PolicyBook book;
  private final PolicyEditor editor;
  private final Function<String, List<Matcher>> selectors;

  RuleEndpoints(PolicyBook book, PolicyEditor editor, Function<String, List<Matcher>> selectors) {
    this.book = book;
    this.editor = editor;
    this.selectors = selectors;
  }

  Reply list() {
    book.refresh();
    return Reply.ok(book.rules().stream().map(RuleEndpoints::json).toList());
  }

  Reply get(String name) {
    book.refresh();
    return Reply.ok(json(existing(name)));
  }

  Reply create(JsonInput body, String urls) {
    body.allowOnly("name", "metric_pattern", "archive_policy_name", "selector");
    ArchivePolicyRule rule =
        new ArchivePolicyRule(
            body.text("name"),
            body.text("metric_pattern"),
            conditions(body),
            body.text("archive_policy_name"));
    Optional<PolicyRefusal> refusal = editor.createRule(rule);
    if (refusal.orElse(null) instanceof PolicyRefusal.NoSuchPolicy(String policy)) {
      throw ApiError.missing("Archive policy does not exist", policy);
    }
    Refusals.check(refusal);
    return Reply.created(json(rule), urls + Refusals.segment(rule.name()));
  }

  private List<Condition> conditions(JsonInput body) {
    if (!body.has("selector")) {
      return List.of();
    }
    String selector = body.text("selector");
    try {
      return selectors.apply(selector).stream()
          .map(matcher ->
              new Condition(matcher.name(), matcher.operation().symbol(), matcher.value()))
          .toList();
    } catch (QueryException | GatewayException e) {
      throw body.of("selector", String.valueOf(e.getMessage()));
    }
  }

  Reply rename(String name, Supplier<JsonInput> body) {
    book.refresh();
    existing(name); // that it is not there is said before what is wrong with the body
    String newName = body.get().allowOnly("name").text("name");
    Optional<PolicyRefusal> refusal = editor.renameRule(name, newName);
    if (refusal.orElse(null) instanceof PolicyRefusal.RuleExists(String taken)) {
      throw ApiError.of(
          400,
          "Archive policy rule "
              + name
              + " does not support change: Archive policy rule "
              + taken
              + " already exists.");
    }
    Refusals.check(refusal);
    return Reply.ok(json(existing(newName)));
  }

  Reply delete(String name) {
    Refusals.check(editor.deleteRule(name));
    return Reply.noContent();
  }

  private ArchivePolicyRule existing(String name) {
    return book.rules().stream()
        .filter(rule -> rule.name().equals(name))
        .findFirst()
        .orElseThrow(() -> Refusals.error(new PolicyRefusal.NoSuchRule(name)));
  }

  private static Map<String, Object> json(ArchivePolicyRule rule) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", rule.name());
    json.put("metric_pattern", rule.metricPattern());
    json.put("archive_policy_name", rule.policy());
    if (!rule.conditions().isEmpty()) {
      json.put(
          "selector",
          rule.conditions().stream()
              .map(RuleEndpoints::show)
              .collect(Collectors.joining(", ", "{", "}")));
    }
    return json;
  }

  private static String show(Condition condition) {
    boolean plain = condition.label().matches("[a-zA-Z_][a-zA-Z0-9_]*");
    return (plain ? condition.label() : quoted(condition.label()))
        + condition.comparison()
        + quoted(condition.value());
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
