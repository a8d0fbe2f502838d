package orzo.mapping;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import orzo.file.InvalidFileException;
import orzo.file.YamlFields;
import orzo.metric.Labels;
import orzo.metric.PolicyNames;

/**
 * Reads rules in the form that docs/mapping.md describes: {@code mappings} as graphite_exporter and
 * statsd_exporter have them, {@code templates} as InfluxDB has them.
 */
public final class RuleFile {
  private static final java.util.regex.Pattern LABEL =
      java.util.regex.Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final java.util.regex.Pattern RESOURCE_TYPE =
      java.util.regex.Pattern.compile("[a-zA-Z0-9_-]{1,255}");

  private static final Set<String> FILE_FIELDS = Set.of("defaults", "mappings", "templates");
  private static final Set<String> DEFAULT_FIELDS = Set.of("match_type", "template_separator");
  private static final Set<String> RULE_FIELDS =
      Set.of(
          "match",
          "match_type",
          "match_metric_type",
          "action",
          "name",
          "labels",
          "template",
          "resource",
          "archive_policy");
  private static final List<String> MATCH_TYPES = List.of("glob", "regex");
  private static final List<String> ACTIONS = List.of("map", "drop");
  private static final List<String> METRIC_TYPES = List.of("counter", "gauge", "observer", "timer");

  private final String label;
  private final List<String> problems = new ArrayList<>();
  private final List<MappingRule> rules = new ArrayList<>();
  private String matchType = "glob";
  private String separator = "_";
  private int number = 1;

  private RuleFile(String label) {
    this.label = label;
  }

  /**
   * Reads rules.
   *
   * @param label what to call the file in messages
   * @param collectd whether the built-in rules for collectd follow those of the file
   * @throws InvalidFileException when something is wrong with them; then none count
   */
  public static RuleSet parse(String label, String text, boolean collectd)
      throws InvalidFileException {
    RuleFile file = new RuleFile(label);
    file.read(text);
    if (!file.problems.isEmpty()) {
      throw new InvalidFileException(file.problems);
    }
    return new RuleSet(file.rules, collectd);
  }

  private void read(String text) {
    YamlFields file = YamlFields.ofFile(label, text, FILE_FIELDS, problems);
    Node defaults = file.node("defaults");
    if (defaults != null) {
      YamlFields fields = YamlFields.of(label + ", defaults", defaults, DEFAULT_FIELDS, problems);
      String type = fields.word("match_type", MATCH_TYPES);
      matchType = type == null ? matchType : type;
      String stated = fields.text("template_separator");
      separator = stated == null ? separator : stated;
    }
    for (Node item : file.items("mappings")) {
      rule(place(item), item);
    }
    for (Node item : file.items("templates")) {
      template(place(item), item);
    }
  }

  private String place(Node item) {
    return label + ", rule " + number++ + " (line " + YamlFields.line(item) + ")";
  }

  private void rule(String place, Node item) {
    int before = problems.size();
    YamlFields fields = YamlFields.of(place, item, RULE_FIELDS, problems);
    String action = fields.word("action", ACTIONS);
    String metricType = fields.word("match_metric_type", METRIC_TYPES);
    String stated = fields.word("match_type", MATCH_TYPES);
    boolean isRegex = (stated == null ? matchType : stated).equals("regex");
    String text = fields.text("match");
    String template = fields.text("template");
    if (text == null) {
      if (problems.size() == before) {
        fields.problem("match", "not there (allowed: a glob or an expression)");
      }
      return;
    }
    MappingRule.Match match =
        isRegex ? regex(fields, text) : glob(fields, "match", text, template != null);
    if (match == null) {
      return;
    }
    MappingRule.Action result =
        "drop".equals(action)
            ? new MappingRule.Action.Drop()
            : template == null ? rename(fields, match) : fill(fields, template);
    if (result != null && problems.size() == before) {
      rules.add(new MappingRule(place, text, match, metricType(metricType), result));
    }
  }

  private static @Nullable MetricType metricType(@Nullable String word) {
    return switch (word) {
      case null -> null;
      case "counter" -> MetricType.COUNTER;
      case "gauge" -> MetricType.GAUGE;
      default -> MetricType.OBSERVER;
    };
  }

  private static MappingRule.@Nullable Match regex(YamlFields fields, String text) {
    try {
      return new MappingRule.Match.Regex(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      fields.problem(
          "match", "'" + text + "' (allowed: an expression in RE2's syntax): " + e.getMessage());
      return null;
    }
  }

  private static MappingRule.@Nullable Match glob(
      YamlFields fields, String field, String text, boolean isPrefix) {
    try {
      return new MappingRule.Match.Glob(GlobPattern.parse(text), isPrefix);
    } catch (IllegalArgumentException e) {
      fields.problem(field, "'" + text + "': " + e.getMessage());
      return null;
    }
  }

  private MappingRule.@Nullable Action rename(YamlFields fields, MappingRule.Match match) {
    Set<String> keys = keys(match);
    String name = fields.text("name");
    if (name == null || name.isEmpty()) {
      fields.problem("name", "not there (allowed: a metric name, or instead of it a template)");
      return null;
    }
    Substitution made = substitution(fields, "name", name, keys);
    Map<String, Substitution> labels = labels(fields, keys);
    MappingRule.Target target = target(fields, keys);
    return made == null ? null : new MappingRule.Action.Rename(made, labels, target);
  }

  private static Set<String> keys(MappingRule.Match match) {
    Set<String> keys = new LinkedHashSet<>();
    int groups =
        switch (match) {
          case MappingRule.Match.Glob(GlobPattern pattern, _) -> pattern.wildcards();
          case MappingRule.Match.Regex(Pattern pattern) -> {
            keys.addAll(pattern.namedGroups().keySet());
            yield pattern.groupCount();
          }
        };
    for (int i = 1; i <= groups; i++) {
      keys.add(Integer.toString(i));
    }
    return keys;
  }

  private static @Nullable Substitution substitution(
      YamlFields fields, String field, String text, Set<String> keys) {
    try {
      return Substitution.parse(text, keys);
    } catch (IllegalArgumentException e) {
      fields.problem(field, "'" + text + "': " + e.getMessage());
      return null;
    }
  }

  private Map<String, Substitution> labels(YamlFields fields, Set<String> keys) {
    Map<String, Substitution> labels = new LinkedHashMap<>();
    Node node = fields.node("labels");
    if (node == null) {
      return labels;
    }
    YamlFields stated = fields.section("labels", node, Set.of());
    for (String label : stated.names()) {
      String value = stated.text(label);
      if (!LABEL.matcher(label).matches() || label.equals(Labels.NAME)) {
        stated.problem("'" + label + "' (allowed: letters, digits and _, but not __name__)");
      } else if (value != null) {
        Substitution made = substitution(stated, label, value, keys);
        if (made != null) {
          labels.put(label, made);
        }
      }
    }
    return labels;
  }

  private static MappingRule.Target target(YamlFields fields, Set<String> keys) {
    String policy = fields.text("archive_policy");
    if (policy != null && !PolicyNames.isName(policy)) {
      fields.problem(
          "archive_policy",
          "'"
              + policy
              + "' (allowed: the name of an archive policy, 1 to "
              + PolicyNames.MAX_LENGTH
              + " characters)");
    }
    Node node = fields.node("resource");
    if (node == null) {
      return new MappingRule.Target(null, null, policy);
    }
    YamlFields resource = fields.section("resource", node, Set.of("type", "id"));
    String type = resource.text("type");
    if (type == null || !RESOURCE_TYPE.matcher(type).matches()) {
      resource.problem(
          "type", "'" + (type == null ? "" : type) + "' (allowed: 1 to 255 of a-z A-Z 0-9 _ -)");
    }
    String id = resource.text("id");
    if (id == null || id.isEmpty()) {
      resource.problem("id", "'' (allowed: a text with references such as $1)");
    }
    return new MappingRule.Target(
        type, substitution(resource, "id", id == null ? "" : id, keys), policy);
  }

  private MappingRule.@Nullable Action fill(YamlFields fields, String template) {
    for (String other : List.of("name", "labels")) {
      if (fields.node(other) != null) {
        fields.problem(other, "beside template (allowed: one or the other)");
      }
    }
    MetricTemplate parsed = template(fields, template, Map.of());
    return parsed == null
        ? null
        : new MappingRule.Action.Fill(parsed, target(fields, parsed.labelNames()));
  }

  private @Nullable MetricTemplate template(
      YamlFields fields, String text, Map<String, String> tags) {
    try {
      return MetricTemplate.parse(text, tags, separator);
    } catch (IllegalArgumentException e) {
      fields.problem("template", "'" + text + "': " + e.getMessage());
      return null;
    }
  }

  /** A template in one line: {@code [filter] template [tag=value,…]}. */
  private void template(String place, Node item) {
    YamlFields fields = YamlFields.ofNothing(place, problems);
    if (!(item instanceof ScalarNode scalar)) {
      fields.problem("not a text (allowed: [filter] template [tag=value,…])");
      return;
    }
    List<String> parts = new ArrayList<>(List.of(scalar.getValue().strip().split("\\s+")));
    Map<String, String> tags = Map.of();
    if (parts.size() > 1 && parts.getLast().contains("=")) {
      tags = tags(fields, parts.removeLast());
    }
    if (parts.size() > 2) {
      fields.problem("'" + scalar.getValue() + "' (allowed: [filter] template [tag=value,…])");
      return;
    }
    MetricTemplate template = template(fields, parts.getLast(), tags);
    MappingRule.Match match =
        glob(fields, "filter", parts.size() == 1 ? "*" : parts.getFirst(), true);
    if (template != null && match != null) {
      rules.add(
          new MappingRule(
              place,
              scalar.getValue(),
              match,
              null,
              new MappingRule.Action.Fill(template, new MappingRule.Target(null, null, null))));
    }
  }

  private static Map<String, String> tags(YamlFields fields, String text) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (String tag : text.split(",", -1)) {
      int sign = tag.indexOf('=');
      String name = sign < 0 ? tag : tag.substring(0, sign);
      if (sign < 0 || !LABEL.matcher(name).matches() || name.equals(Labels.NAME)) {
        fields.problem("tag '" + tag + "' (allowed: tag=value,tag=value)");
      } else {
        tags.put(name, tag.substring(sign + 1));
      }
    }
    return tags;
  }
}
