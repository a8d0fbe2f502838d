package orzo.promql.exec.aggregate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orzo.histogram.NativeHistogram;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.promql.exec.histogram.HistogramText;
import orzo.promql.exec.math.GoNumbers;
import orzo.promql.syntax.AggregateOperator;

/** The aggregations that choose some series of each group and leave them as they are. */
public final class Choices {
  private Choices() {}

  /**
   * {@code topk} and {@code bottomk}: at each step the members with the largest or smallest values.
   *
   * @param largest whether the largest
   * @param counts how many, for each step
   * @param notes told of histograms, which are ignored
   * @return the chosen series; those of a group best first if the grid has one step
   */
  public static List<SeriesBlock> extremes(
      boolean largest, int[] counts, Grouping grouping, int steps, HistogramNotes notes) {
    List<SeriesBlock> chosen = new ArrayList<>();
    AggregateOperator operator = largest ? AggregateOperator.TOPK : AggregateOperator.BOTTOMK;
    for (int group = 0; group < grouping.size(); group++) {
      List<SeriesBlock> members = Aggregations.floats(grouping.members(group), operator, notes);
      int room = room(counts, members.size());
      ValueHeap heap = new ValueHeap(largest, room);
      long[][] kept = new long[members.size()][];
      List<Integer> worstFirst = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        int limit = Math.min(counts[step], room);
        if (limit < 1) {
          continue;
        }
        heap.clear();
        for (int i = 0; i < members.size(); i++) {
          if (members.get(i).has(step)) {
            heap.offer(members.get(i).values[step], i, limit);
          }
        }
        while (heap.size() > 0) {
          int i = heap.poll();
          if (kept[i] == null) {
            kept[i] = Presence.none(steps);
            worstFirst.add(i);
          }
          Presence.add(kept[i], step);
        }
      }
      for (int i : worstFirst.reversed()) {
        chosen.add(members.get(i).masked(kept[i]));
      }
    }
    return chosen;
  }

  private static int room(int[] counts, int members) {
    int most = 0;
    for (int count : counts) {
      most = Math.max(most, count);
    }
    return Math.min(most, members);
  }

  /**
   * {@code limitk}: at each step the first members that have a value.
   *
   * @param most how many, for each step
   */
  public static List<SeriesBlock> first(int[] most, Grouping grouping, int steps) {
    List<SeriesBlock> chosen = new ArrayList<>();
    for (int group = 0; group < grouping.size(); group++) {
      int[] counts = new int[steps];
      for (SeriesBlock member : grouping.members(group)) {
        long[] kept = Presence.none(steps);
        for (int step = Presence.next(member.presence, 0);
            step >= 0;
            step = Presence.next(member.presence, step + 1)) {
          if (counts[step] < most[step]) {
            counts[step]++;
            Presence.add(kept, step);
          }
        }
        addUnlessEmpty(member.masked(kept), chosen);
      }
    }
    return chosen;
  }

  /**
   * {@code limit_ratio}: the series whose {@link LabelsHash} lies below the ratio, or, for a
   * negative ratio, those that the ratio plus one leaves out.
   *
   * @param ratios how large a part, from -1 to 1, for each step
   */
  public static List<SeriesBlock> ratio(double[] ratios, List<SeriesBlock> series, int steps) {
    List<SeriesBlock> chosen = new ArrayList<>();
    for (SeriesBlock block : series) {
      double place = LabelsHash.place(block.labels());
      long[] kept = Presence.none(steps);
      for (int step = Presence.next(block.presence, 0);
          step >= 0;
          step = Presence.next(block.presence, step + 1)) {
        double ratio = ratios[step];
        if (ratio >= 0 ? place < ratio : place >= 1 + ratio) {
          Presence.add(kept, step);
        }
      }
      addUnlessEmpty(block.masked(kept), chosen);
    }
    return chosen;
  }

  /**
   * {@code count_values}: a series for each value of a group, which counts the members with it.
   *
   * @param label the label that shows the value
   */
  public static List<SeriesBlock> countValues(
      String label, List<SeriesBlock> series, List<String> names, boolean without, int steps) {
    List<SeriesBlock> counts = new ArrayList<>();
    for (SeriesBlock block : series) {
      Map<String, SeriesBlock> byValue = new LinkedHashMap<>();
      for (int step = Presence.next(block.presence, 0);
          step >= 0;
          step = Presence.next(block.presence, step + 1)) {
        NativeHistogram histogram = block.histogram(step);
        String value =
            histogram == null ? GoNumbers.plain(block.values[step]) : HistogramText.of(histogram);
        byValue
            .computeIfAbsent(
                value,
                _ -> new SeriesBlock(block.labels().with(label, value), block.nameDropped(), steps))
            .set(step, 1);
      }
      counts.addAll(byValue.values());
    }
    List<String> grouped = new ArrayList<>(names);
    if (!without) {
      grouped.add(label);
    }
    return Aggregations.running(
        AggregateOperator.COUNT, Grouping.of(counts, grouped, without), steps, _ -> {});
  }

  private static void addUnlessEmpty(SeriesBlock block, List<SeriesBlock> blocks) {
    if (!block.isEmpty()) {
      blocks.add(block);
    }
  }
}
