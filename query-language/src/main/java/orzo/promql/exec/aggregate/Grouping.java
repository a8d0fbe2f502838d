package orzo.promql.exec.aggregate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orzo.metric.Labels;
import orzo.promql.exec.block.SeriesBlock;

/**
 * The groups of an aggregation in the order in which their first series come. Labels are looked at
 * once for each series.
 */
public final class Grouping {
  private final List<Labels> groups = new ArrayList<>();
  private final List<List<SeriesBlock>> members = new ArrayList<>();

  private Grouping() {}

  /** Groups series {@code by} or {@code without} label names. */
  public static Grouping of(List<SeriesBlock> series, Collection<String> names, boolean without) {
    Grouping grouping = new Grouping();
    Set<String> labelNames = new HashSet<>(names);
    if (without) {
      labelNames.add(Labels.NAME);
    }
    Map<Labels, Integer> indices = new HashMap<>();
    for (SeriesBlock block : series) {
      Labels group = without ? block.labels().drop(labelNames) : block.labels().keep(labelNames);
      Integer index = indices.putIfAbsent(group, grouping.groups.size());
      if (index == null) {
        index = grouping.groups.size();
        grouping.groups.add(group);
        grouping.members.add(new ArrayList<>());
      }
      grouping.members.get(index).add(block);
    }
    return grouping;
  }

  /** How many groups there are. */
  public int size() {
    return groups.size();
  }

  /** The labels of a group. */
  public Labels labels(int group) {
    return groups.get(group);
  }

  /** The series of a group, in the order given. */
  public List<SeriesBlock> members(int group) {
    return members.get(group);
  }

  /** Whether a metric name that a group has is to be dropped, because one of its members' is. */
  public boolean nameDropped(int group) {
    for (SeriesBlock member : members.get(group)) {
      if (member.nameDropped()) {
        return true;
      }
    }
    return false;
  }
}
