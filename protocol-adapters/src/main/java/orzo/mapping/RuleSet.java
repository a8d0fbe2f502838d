package orzo.mapping;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;

/**
 * Rules in order, of which the first that fits a name counts; then, if they are wanted, the
 * built-in rules for collectd. A name that none is for stays what it is. Immutable.
 */
public final class RuleSet implements Mapping {
  /**
   * What became of a name, and why.
   *
   * @param rule where the rule stands that was for the name and how its match is written; empty
   *     when there was none
   */
  public record Decision(Mapped mapped, String rule) {}

  private final List<MappingRule> rules;
  private final GlobTree globs = new GlobTree();
  private final List<Integer> expressions = new ArrayList<>(); // indices of rules, ascending
  private final boolean collectd;

  RuleSet(List<MappingRule> rules, boolean collectd) {
    this.rules = List.copyOf(rules);
    this.collectd = collectd;
    for (int i = 0; i < rules.size(); i++) {
      switch (rules.get(i).match()) {
        case MappingRule.Match.Glob(GlobPattern pattern, boolean isPrefix) ->
            globs.add(i, pattern, isPrefix);
        case MappingRule.Match.Regex _ -> expressions.add(i);
      }
    }
  }

  /** No rules, not even built-in ones. */
  public static final RuleSet NONE = new RuleSet(List.of(), false);

  /** Built-in rules only. */
  public static RuleSet ofCollectd() {
    return new RuleSet(List.of(), true);
  }

  /** How many rules there are, built-in ones left out. */
  public int size() {
    return rules.size();
  }

  @Override
  public Mapped map(String name, Labels tags, MetricType type) {
    return explain(name, tags, type).mapped();
  }

  /** The same as {@link #map}, with the rule that decided. */
  public Decision explain(String name, Labels tags, MetricType type) {
    Mapped.Refused fault = PlainNames.fault(name, tags);
    if (fault != null) {
      return new Decision(fault, "");
    }
    String path = PlainNames.withoutEmptyNodes(name);
    MappingRule rule = first(path, type);
    if (rule != null) {
      return new Decision(rule.apply(path, tags), rule.place() + ": " + rule.text());
    }
    Mapped known = collectd ? CollectdNames.map(path, tags) : null;
    return known == null
        ? new Decision(PlainNames.map(path, tags), "")
        : new Decision(known, "built-in rules for collectd");
  }

  private @Nullable MappingRule first(String path, MetricType type) {
    int best = globs.first(path.split("\\.", -1), i -> rules.get(i).isFor(type));
    for (int i : expressions) {
      if (i >= best) {
        break;
      }
      MappingRule rule = rules.get(i);
      if (rule.isFor(type)
          && rule.match() instanceof MappingRule.Match.Regex(var pattern)
          && pattern.matcher(path).find()) {
        return rule;
      }
    }
    return best == GlobTree.NONE ? null : rules.get(best);
  }
}
