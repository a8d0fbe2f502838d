package orzo.mapping;

import static java.util.Objects.requireNonNull;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import orzo.intake.Rejection;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;

/**
 * One rule: which paths it is for, and what becomes of them.
 *
 * @param place where it stands, for messages
 * @param text how its match is written
 * @param type the only type that it is for, null when it is for all
 */
record MappingRule(
    String place, String text, Match match, @Nullable MetricType type, Action action) {
  /** Which paths a rule is for. */
  sealed interface Match {
    /**
     * Those that a glob fits.
     *
     * @param isPrefix whether the glob asks for the first nodes only
     */
    record Glob(GlobPattern pattern, boolean isPrefix) implements Match {}

    /** Those in which an expression is found, anywhere unless it is anchored. */
    record Regex(Pattern pattern) implements Match {}
  }

  /** What becomes of a path. */
  sealed interface Action {
    /** It is not taken. */
    record Drop() implements Action {}

    /** It becomes what the rule's texts say. */
    record Rename(Substitution name, Map<String, Substitution> labels, Target target)
        implements Action {}

    /** It becomes what a template says. */
    record Fill(MetricTemplate template, Target target) implements Action {}
  }

  /**
   * What a rule says of a series beside name and labels.
   *
   * @param resourceType null when it gives no resource
   * @param resourceId null when it gives no resource
   * @param archivePolicy null when it gives none
   */
  record Target(
      @Nullable String resourceType,
      @Nullable Substitution resourceId,
      @Nullable String archivePolicy) {
    @Nullable ResourceRef resource(UnaryOperator<String> values) {
      if (resourceType == null || resourceId == null) {
        return null;
      }
      String id = resourceId.apply(values);
      return id.isEmpty() ? null : new ResourceRef(resourceType, id);
    }
  }

  /** Whether it is for what clients call by this type. */
  boolean isFor(MetricType asked) {
    return type == null || type == asked;
  }

  /**
   * What becomes of a path that it is for.
   *
   * @param path without empty nodes
   */
  Mapped apply(String path, Labels tags) {
    String[] nodes = path.split("\\.", -1);
    return switch (action) {
      case Action.Drop _ ->
          new Mapped.Refused(
              Rejection.DROPPED_BY_RULE,
              "path " + PlainNames.quoted(path) + ": dropped by " + place);
      case Action.Rename(Substitution name, var labels, Target target) -> {
        UnaryOperator<String> captures = captures(path, nodes);
        Map<String, String> values = new LinkedHashMap<>();
        labels.forEach((label, value) -> values.put(label, value.apply(captures)));
        String made = name.apply(key -> MetricNames.legal(captures.apply(key)));
        yield series(path, tags, MetricNames.started(made), values, target, captures);
      }
      case Action.Fill(MetricTemplate template, Target target) -> {
        Map<String, String> values = template.apply(nodes);
        String name = MetricNames.legal(requireNonNull(values.remove(""), "name"));
        UnaryOperator<String> byLabel = label -> values.getOrDefault(label, "");
        yield series(path, tags, MetricNames.started(name), values, target, byLabel);
      }
    };
  }

  private Mapped series(
      String path,
      Labels tags,
      String name,
      Map<String, String> values,
      Target target,
      UnaryOperator<String> references) {
    if (name.isEmpty()) {
      return new Mapped.Refused(
          Rejection.INVALID_PATH,
          "path "
              + PlainNames.quoted(path)
              + ": "
              + place
              + " gives it an empty name (expected: one character or more)");
    }
    Labels.Builder labels = tags.toBuilder();
    values.forEach(labels::set);
    return PlainNames.mapped(
        path,
        tags,
        labels.set(Labels.NAME, name).build(),
        target.resource(references),
        target.archivePolicy());
  }

  private UnaryOperator<String> captures(String path, String[] nodes) {
    return switch (match) {
      case Match.Glob(GlobPattern pattern, _) -> {
        List<String> captures = requireNonNull(pattern.captures(nodes), "captures");
        yield key -> captures.get(Integer.parseInt(key) - 1);
      }
      case Match.Regex(Pattern pattern) -> {
        Matcher matcher = pattern.matcher(path);
        boolean _ = matcher.find();
        yield key -> {
          String group =
              Character.isDigit(key.charAt(0))
                  ? matcher.group(Integer.parseInt(key))
                  : matcher.group(key);
          return group == null ? "" : group;
        };
      }
    };
  }
}
