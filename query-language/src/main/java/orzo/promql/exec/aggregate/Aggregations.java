package orzo.promql.exec.aggregate;

import java.util.ArrayList;
import java.util.List;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.math.Quantile;
import orzo.promql.syntax.AggregateOperator;

/** The aggregations that make one series of each group. */
public final class Aggregations {
  private Aggregations() {}

  /** {@code sum}, {@code avg}, {@code count}, {@code min} and so on: all without a parameter. */
  public static List<SeriesBlock> running(
      AggregateOperator operator, Grouping grouping, int steps) {
    List<SeriesBlock> results = new ArrayList<>(grouping.size());
    for (int group = 0; group < grouping.size(); group++) {
      Column column = Columns.of(operator, steps);
      for (SeriesBlock member : grouping.members(group)) {
        column.add(member);
      }
      column.finish();
      results.add(
          new SeriesBlock(
              grouping.labels(group), grouping.nameDropped(group), column.values, column.presence));
    }
    return results;
  }

  /**
   * {@code quantile}.
   *
   * @param quantile the quantile wanted, for each step
   */
  public static List<SeriesBlock> quantile(double[] quantile, Grouping grouping, int steps) {
    List<SeriesBlock> results = new ArrayList<>(grouping.size());
    for (int group = 0; group < grouping.size(); group++) {
      List<SeriesBlock> members = grouping.members(group);
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
