package orzo.metric;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Says which archive policy new metrics get: those whose name fits a pattern and whose labels
 * satisfy all conditions.
 *
 * @param name its name, see {@link PolicyNames}
 * @param metricPattern what the metric's name must fit: {@code *} stands for any characters, {@code
 *     ?} for one, {@code [abc]}, {@code [a-z]} and {@code [!a-z]} for one of a set or not of it
 * @param conditions on labels; may be none
 * @param policy the name of the archive policy
 */
public record ArchivePolicyRule(
    String name, String metricPattern, List<Condition> conditions, String policy) {
  /** The longest pattern, in UTF-16 units; Gnocchi's limit too. */
  public static final int MAX_PATTERN_LENGTH = 255;

  /** How many conditions a rule may have. */
  public static final int MAX_CONDITIONS = 64;

  /** The longest label name or value of a condition, in UTF-16 units. */
  public static final int MAX_CONDITION_LENGTH = 4096;

  /**
   * The order in which rules are tried, and the first that fits counts: the longest pattern first,
   * among those of the same length the one with more conditions, and then by name.
   */
  public static final Comparator<ArchivePolicyRule> ORDER =
      Comparator.comparingInt((ArchivePolicyRule rule) -> -rule.metricPattern.length())
          .thenComparingInt(rule -> -rule.conditions.size())
          .thenComparing(ArchivePolicyRule::name);

  /**
   * A condition on one label, as text. What it means is what a label matcher of the same parts
   * means; a label that is not there has the empty value.
   *
   * @param label the label's name
   * @param comparison {@code =}, {@code !=}, {@code =~} or {@code !~}
   * @param value what the label's value is compared with
   */
  public record Condition(String label, String comparison, String value) {
    private static final List<String> COMPARISONS = List.of("=", "!=", "=~", "!~");

    /**
     * Creates a condition.
     *
     * @throws GatewayException {@link Kind#MALFORMED} for another comparison, or texts of more than
     *     {@link #MAX_CONDITION_LENGTH}
     */
    public Condition {
      requireNonNull(value, "value");
      if (!COMPARISONS.contains(comparison)) {
        throw new GatewayException(
            Kind.MALFORMED, "comparison '" + comparison + "' (expected: =, !=, =~ or !~)");
      }
      int longest = Math.max(label.length(), value.length());
      if (label.isEmpty() || longest > MAX_CONDITION_LENGTH) {
        throw new GatewayException(
            Kind.MALFORMED,
            "condition with a label of "
                + label.length()
                + " and a value of "
                + value.length()
                + " characters (expected: at most "
                + MAX_CONDITION_LENGTH
                + ", and a label)");
      }
    }
  }

  /**
   * Creates a rule.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for a name that is not allowed, or more than
   *     the limits above
   */
  public ArchivePolicyRule {
    PolicyNames.require("archive policy rule", name);
    PolicyNames.require("archive policy", policy);
    conditions = List.copyOf(conditions);
    if (metricPattern.length() > MAX_PATTERN_LENGTH || conditions.size() > MAX_CONDITIONS) {
      throw new GatewayException(
          Kind.MALFORMED,
          "archive policy rule '"
              + name
              + "': a pattern of "
              + metricPattern.length()
              + " characters and "
              + conditions.size()
              + " conditions (expected: at most "
              + MAX_PATTERN_LENGTH
              + " and "
              + MAX_CONDITIONS
              + ")");
    }
  }
}
