package orzo.policy;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import orzo.index.Matcher;
import orzo.metric.ArchivePolicyRule;
import orzo.metric.Labels;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** A rule, ready to be asked. */
record CompiledRule(ArchivePolicyRule rule, Pattern pattern, List<Matcher> matchers) {
  /**
   * Prepares a rule.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for a regular expression that is none
   */
  static CompiledRule of(ArchivePolicyRule rule) {
    List<Matcher> matchers = new ArrayList<>();
    for (ArchivePolicyRule.Condition condition : rule.conditions()) {
      matchers.add(
          Matcher.of(
              condition.label(),
              Matcher.Operation.ofSymbol(condition.comparison()),
              condition.value()));
    }
    return new CompiledRule(rule, Glob.compile(rule.metricPattern()), List.copyOf(matchers));
  }

  boolean fits(Labels labels) {
    if (!pattern.matches(labels.metricName())) {
      return false;
    }
    for (Matcher matcher : matchers) {
      if (!matcher.matches(labels.get(matcher.name()))) {
        return false;
      }
    }
    return true;
  }
}
