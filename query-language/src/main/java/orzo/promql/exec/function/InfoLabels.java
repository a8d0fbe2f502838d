package orzo.promql.exec.function;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.query.QueryException;

/**
 * Adds to series the labels of info series with the same {@code instance} and {@code job}: what
 * {@code info()} does. Who meets whom is found once for whole series, on sets of steps. Source:
 * Prometheus's promql/info.go.
 */
public final class InfoLabels {
  /** The labels by which a series and its info series find each other. */
  public static final Set<String> IDENTIFYING = Set.of("instance", "job");

  private final int steps;
  private final List<Matcher> dataMatchers;
  private final Set<String> dataNames = new TreeSet<>();

  /** The info series that count at a step, by metric name and identifying labels. */
  private final Map<String, Map<Labels, List<Chosen>>> byName = new TreeMap<>();

  /** An info series and the steps at which it is the newest of those with its signature. */
  private record Chosen(Labels labels, long[] steps) {}

  /** Some steps of a series, with the labels that it gets there. */
  private record Part(long[] steps, Map<String, String> added, boolean matched) {}

  /**
   * Looks at the info series.
   *
   * @param infos the info series; their values are the times of their samples
   * @param asked the steps at which there is a series that may get labels
   * @param dataMatchers the matchers of labels other than the metric name: when there are any, only
   *     the labels that they name are added
   * @throws QueryException when two info series can't be told apart by their times
   */
  public InfoLabels(List<SeriesBlock> infos, long[] asked, int steps, List<Matcher> dataMatchers) {
    this.steps = steps;
    this.dataMatchers = dataMatchers;
    dataMatchers.forEach(matcher -> dataNames.add(matcher.name()));
    Map<Labels, List<SeriesBlock>> bySignature = new HashMap<>();
    for (SeriesBlock info : infos) {
      Labels signature =
          info.labels().keep(IDENTIFYING).with(Labels.NAME, info.labels().metricName());
      bySignature.computeIfAbsent(signature, _ -> new ArrayList<>()).add(info);
    }
    bySignature.forEach((signature, same) ->
        byName
            .computeIfAbsent(signature.metricName(), _ -> new HashMap<>())
            .put(signature.drop(Set.of(Labels.NAME)), newest(same, asked)));
  }

  private List<Chosen> newest(List<SeriesBlock> same, long[] asked) {
    if (same.size() == 1) {
      return List.of(new Chosen(same.getFirst().labels(), same.getFirst().presence));
    }
    @Nullable SeriesBlock[] newest = new SeriesBlock[steps];
    for (SeriesBlock info : same) {
      for (int step = Presence.next(info.presence, 0);
          step >= 0;
          step = Presence.next(info.presence, step + 1)) {
        SeriesBlock before = newest[step];
        if (before == null || before.values[step] < info.values[step]) {
          newest[step] = info;
        } else if (before.values[step] == info.values[step] && Presence.has(asked, step)) {
          throw conflict(before, info, step);
        }
      }
    }
    List<Chosen> chosen = new ArrayList<>(same.size());
    for (SeriesBlock info : same) {
      long[] at = Presence.none(steps);
      for (int step = 0; step < steps; step++) {
        if (newest[step] == info) {
          Presence.add(at, step);
        }
      }
      chosen.add(new Chosen(info.labels(), at));
    }
    return chosen;
  }

  private static QueryException conflict(SeriesBlock before, SeriesBlock info, int step) {
    long timeMillis = Math.round(info.values[step] * 1000);
    return new QueryException(
        QueryException.Type.EXECUTION,
        "found duplicate series for info metric: existing "
            + before.labels()
            + " @ "
            + timeMillis
            + ", new "
            + info.labels()
            + " @ "
            + timeMillis);
  }

  /**
   * The parts of a series, each with the labels of the info series that it meets. Steps without any
   * stay as they are, or go if a matcher asks for a label.
   *
   * @throws QueryException when info series of different metrics disagree about a label
   */
  public List<SeriesBlock> enrich(SeriesBlock base) {
    Labels identity = base.labels().keep(IDENTIFYING);
    List<Part> parts = List.of(new Part(base.presence, Map.of(), false));
    for (Map<Labels, List<Chosen>> ofName : byName.values()) {
      List<Chosen> partners = ofName.getOrDefault(identity, List.of());
      for (Chosen partner : partners) {
        parts = met(parts, partner, base.labels());
      }
    }
    List<SeriesBlock> results = new ArrayList<>(parts.size());
    for (Part part : parts) {
      if (part.matched() || dataMatchers.stream().allMatch(matcher -> matcher.matches(""))) {
        Labels.Builder labels = base.labels().toBuilder();
        part.added().forEach(labels::set);
        results.add(base.masked(part.steps()).relabelled(labels.build(), base.nameDropped()));
      }
    }
    return results;
  }

  /** Splits parts by whether they meet an info series. */
  private List<Part> met(List<Part> parts, Chosen partner, Labels base) {
    List<Part> split = new ArrayList<>(parts.size() + 1);
    for (Part part : parts) {
      long[] met = Presence.and(part.steps(), partner.steps());
      if (Presence.isEmpty(met)) {
        split.add(part);
        continue;
      }
      split.add(new Part(met, withLabelsOf(partner.labels(), part.added(), base), true));
      long[] rest = Presence.andNot(part.steps(), partner.steps());
      if (!Presence.isEmpty(rest)) {
        split.add(new Part(rest, part.added(), part.matched()));
      }
    }
    return split;
  }

  private Map<String, String> withLabelsOf(Labels info, Map<String, String> before, Labels base) {
    Map<String, String> added = new TreeMap<>(before);
    for (int i = 0; i < info.size(); i++) {
      String name = info.name(i);
      boolean wanted = dataNames.isEmpty() || dataNames.contains(name);
      if (!wanted || name.equals(Labels.NAME) || base.contains(name)) {
        continue;
      }
      String other = added.put(name, info.value(i));
      if (other != null && !other.equals(info.value(i))) {
        throw new QueryException(QueryException.Type.EXECUTION, "conflicting label: " + name);
      }
    }
    return Collections.unmodifiableMap(added);
  }
}
