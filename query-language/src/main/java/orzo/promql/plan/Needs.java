package orzo.promql.plan;

import static orzo.fold.Part.DROPS;
import static orzo.fold.Part.FIRST;
import static orzo.fold.Part.FIRST_TIME;
import static orzo.fold.Part.LAST;
import static orzo.fold.Part.LAST_TIME;
import static orzo.fold.Part.MAX;
import static orzo.fold.Part.MIN;
import static orzo.fold.Part.SECOND_MOMENT;
import static orzo.fold.Part.SUM;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import orzo.fold.Part;

/**
 * What must be known of windows to evaluate a function from them.
 *
 * @param exact the parts that give the value that samples give, if the function looks at whole
 *     windows; empty when only samples do
 * @param approximate parts that give a value near it, the better ones first; none when nothing does
 */
record Needs(Optional<Set<Part>> exact, List<Set<Part>> approximate) {
  /** One value for a window, to be taken for its only sample: the last one, or the mean. */
  private static final List<Set<Part>> ONE_VALUE = List.of(Set.of(LAST), Set.of(SUM));

  /** An instant selector. */
  static final Needs INSTANT = new Needs(Optional.of(Set.of(LAST, LAST_TIME)), ONE_VALUE);

  private static final Needs RATE =
      new Needs(
          Optional.of(Set.of(FIRST, FIRST_TIME, LAST, LAST_TIME, DROPS)),
          List.of(Set.of(FIRST, LAST, DROPS), Set.of(LAST), Set.of(SUM)));
  private static final Needs DELTA =
      new Needs(Optional.of(Set.of(FIRST, FIRST_TIME, LAST, LAST_TIME)), ONE_VALUE);
  private static final Needs SAMPLES = new Needs(Optional.empty(), ONE_VALUE);

  /** A function of a range vector. */
  static Needs of(String function) {
    return switch (function) {
      case "count_over_time", "present_over_time", "absent_over_time" -> columns();
      case "sum_over_time", "avg_over_time" -> columns(SUM);
      case "min_over_time" -> columns(MIN);
      case "max_over_time" -> columns(MAX);
      case "first_over_time" -> columns(FIRST);
      case "last_over_time" -> columns(LAST);
      case "stddev_over_time", "stdvar_over_time" -> columns(SUM, SECOND_MOMENT);
      case "rate", "increase" -> RATE;
      case "delta" -> DELTA;
      default -> SAMPLES;
    };
  }

  /** The same columns, whether whole windows are looked at or not. Counts are always there. */
  private static Needs columns(Part... parts) {
    return new Needs(Optional.of(Set.of(parts)), List.of(Set.of(parts)));
  }
}
