package orzo.promql.exec.function;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;

/** {@code absent} and {@code absent_over_time}: 1 where a selector finds nothing. */
public final class Absence {
  private Absence() {}

  /**
   * One series with the value 1 at the steps at which none of {@code series} has a value.
   *
   * @param matchers of the selector, whose equality matchers become the labels of the answer
   */
  public static List<SeriesBlock> of(List<SeriesBlock> series, List<Matcher> matchers, int steps) {
    long[] present = Presence.none(steps);
    for (SeriesBlock block : series) {
      Presence.addAll(present, block.presence);
    }
    long[] absent = Presence.andNot(Presence.all(steps), present);
    if (Presence.isEmpty(absent)) {
      return List.of();
    }
    SeriesBlock result = new SeriesBlock(labels(matchers), false, steps);
    for (int step = Presence.next(absent, 0); step >= 0; step = Presence.next(absent, step + 1)) {
      result.set(step, 1);
    }
    return List.of(result);
  }

  /** A label that several matchers name is left out, whatever they say. */
  private static Labels labels(List<Matcher> matchers) {
    Labels.Builder labels = new Labels.Builder();
    Set<String> seen = new HashSet<>();
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.NAME)) {
        continue;
      }
      if (matcher.operation() == Matcher.Operation.EQUAL && seen.add(matcher.name())) {
        labels.set(matcher.name(), matcher.value());
      } else {
        labels.remove(matcher.name());
      }
    }
    return labels.build();
  }
}
