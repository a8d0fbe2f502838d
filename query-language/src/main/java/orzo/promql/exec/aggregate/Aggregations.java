package orzo.promql.exec.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.histogram.HistogramNote;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.promql.exec.math.Quantile;
import orzo.promql.syntax.AggregateOperator;

/** The aggregations that make one series of each group. */
public final class Aggregations {
  private Aggregations() {}

  /**
   * {@code sum}, {@code avg}, {@code count}, {@code min} and so on: all without a parameter.
   *
   * @param notes told of what histograms lead to
   */
  public static List<SeriesBlock> running(
      AggregateOperator operator, Grouping grouping, int steps, HistogramNotes notes) {
    List<SeriesBlock> results = new ArrayList<>(grouping.size());
    for (int group = 0; group < grouping.size(); group++) {
      Column column = Columns.of(operator, steps);
      List<SeriesBlock> members = grouping.members(group);
      boolean adds = operator == AggregateOperator.SUM || operator == AggregateOperator.AVG;
      if (adds && hasHistograms(members)) {
        SeriesBlock result =
            new SeriesBlock(grouping.labels(group), grouping.nameDropped(group), steps);
        HistogramTotals totals =
            new HistogramTotals(operator == AggregateOperator.AVG, column, steps, notes);
        members.forEach(totals::add);
        totals.finish(result);
        results.add(result);
        continue;
      }
      for (SeriesBlock member :
          looksAtValues(operator) ? floats(members, operator, notes) : members) {
        column.add(member);
      }
      column.finish();
      results.add(
          new SeriesBlock(
              grouping.labels(group), grouping.nameDropped(group), column.values, column.presence));
    }
    return results;
  }

  private static boolean looksAtValues(AggregateOperator operator) {
    return operator != AggregateOperator.COUNT && operator != AggregateOperator.GROUP;
  }

  private static boolean hasHistograms(List<SeriesBlock> members) {
    for (SeriesBlock member : members) {
      if (member.hasHistograms()) {
        return true;
      }
    }
    return false;
  }

  /** The members without their histograms, which an aggregation ignores, and says so. */
  static List<SeriesBlock> floats(
      List<SeriesBlock> members, AggregateOperator operator, HistogramNotes notes) {
    if (!hasHistograms(members)) {
      return members;
    }
    List<SeriesBlock> floats = new ArrayList<>(members.size());
    for (SeriesBlock member : members) {
      SeriesBlock rest = member.floats();
      if (Presence.count(rest.presence) < Presence.count(member.presence)) {
        notes.add(HistogramNote.ignoredInAggregation(operator.name().toLowerCase(Locale.ROOT)));
      }
      floats.add(rest);
    }
    return floats;
  }

  /**
   * {@code quantile}.
   *
   * @param quantile the quantile wanted, for each step
   * @param notes told of histograms, which are ignored
   */
  public static List<SeriesBlock> quantile(
      double[] quantile, Grouping grouping, int steps, HistogramNotes notes) {
    List<SeriesBlock> results = new ArrayList<>(grouping.size());
    for (int group = 0; group < grouping.size(); group++) {
      List<SeriesBlock> members =
          floats(grouping.members(group), AggregateOperator.QUANTILE, notes);
      double[] scratch = new double[members.size()];
      SeriesBlock result =
          new SeriesBlock(grouping.labels(group), grouping.nameDropped(group), steps);
      for (int step = 0; step < steps; step++) {
        int size = 0;
        for (SeriesBlock member : members) {
          if (member.has(step)) {
            scratch[size++] = member.values[step];
          }
        }
        if (size > 0) {
          result.set(step, Quantile.of(quantile[step], scratch, size));
        }
      }
      results.add(result);
    }
    return results;
  }
}
