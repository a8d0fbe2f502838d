package orzo.metric;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orzo.metric.AggregationMethod.Function;
import orzo.metric.ArchivePolicy.Definition;

/**
 * The archive policies that need no definition: Gnocchi's four (its documentation, "Archive
 * Policy"), {@code standard}, and {@code raw}.
 */
public final class BuiltInPolicies {
  /** The methods of a policy that states none: Gnocchi's default. */
  public static final List<AggregationMethod> DEFAULT_METHODS =
      methods(
          Function.MEAN, Function.MIN, Function.MAX, Function.SUM, Function.STD, Function.COUNT);

  /** Five minutes for 30 days. */
  public static final ArchivePolicy LOW =
      gnocchis("low", Definition.of(Duration.ofMinutes(5), Duration.ofDays(30)));

  /** One minute for a week, an hour for a year. */
  public static final ArchivePolicy MEDIUM =
      gnocchis(
          "medium",
          Definition.of(Duration.ofMinutes(1), Duration.ofDays(7)),
          Definition.of(Duration.ofHours(1), Duration.ofDays(365)));

  /** A second for an hour, a minute for a week, an hour for a year. */
  public static final ArchivePolicy HIGH =
      gnocchis(
          "high",
          Definition.of(Duration.ofSeconds(1), Duration.ofHours(1)),
          Definition.of(Duration.ofMinutes(1), Duration.ofDays(7)),
          Definition.of(Duration.ofHours(1), Duration.ofDays(365)));

  /** For switches and states: the last value of each second, for a year. */
  public static final ArchivePolicy BOOL =
      new ArchivePolicy(
          "bool",
          Duration.ZERO,
          3600,
          methods(Function.LAST),
          List.of(Definition.of(Duration.ofSeconds(1), Duration.ofDays(365))));

  /**
   * For what protocols push: raw measures for 48 hours, five minutes for a week, an hour for 90
   * days, with what PromQL's functions over time ask for.
   */
  public static final ArchivePolicy STANDARD =
      new ArchivePolicy(
          "standard",
          Duration.ofDays(2),
          0,
          methods(
              Function.MEAN,
              Function.MIN,
              Function.MAX,
              Function.SUM,
              Function.COUNT,
              Function.LAST,
              Function.INCREASE),
          List.of(
              Definition.of(Duration.ofMinutes(5), Duration.ofDays(7)),
              Definition.of(Duration.ofHours(1), Duration.ofDays(90))));

  /** All of them. */
  public static final List<ArchivePolicy> ALL =
      List.of(LOW, MEDIUM, HIGH, BOOL, STANDARD, ArchivePolicy.RAW);

  private BuiltInPolicies() {}

  /** The built-in policy of that name. */
  public static Optional<ArchivePolicy> named(String name) {
    return ALL.stream().filter(policy -> policy.name().equals(name)).findFirst();
  }

  private static ArchivePolicy gnocchis(String name, Definition... definitions) {
    return new ArchivePolicy(name, Duration.ZERO, 0, DEFAULT_METHODS, List.of(definitions));
  }

  private static List<AggregationMethod> methods(Function... functions) {
    return List.of(functions).stream().map(AggregationMethod::of).toList();
  }
}
