package orzo.promql.exec;

import orzo.promql.exec.block.TimeGrid;
import orzo.promql.syntax.Expr;

/**
 * The times in the data that the steps of a grid look at: moved by {@code offset}, fixed by
 * {@code @}.
 *
 * @param firstMillis the time that the first step looks at
 * @param stepMillis how far the next step's time lies ahead; 0 when all look at the same
 * @param lastMillis the time that the last step looks at
 */
record DataTimes(long firstMillis, long stepMillis, long lastMillis) {
  static DataTimes of(
      TimeGrid grid, Expr.Modifiers modifiers, Durations durations, QueryContext context) {
    long offset = durations.offsetMillis(modifiers.offset());
    return switch (modifiers.at()) {
      case Expr.At.EvaluationTime _ ->
          new DataTimes(grid.startMillis() - offset, grid.stepMillis(), grid.endMillis() - offset);
      case Expr.At.Instant(long timestampMillis) -> fixed(timestampMillis - offset);
      case Expr.At.Start _ -> fixed(context.startMillis() - offset);
      case Expr.At.End _ -> fixed(context.endMillis() - offset);
    };
  }

  private static DataTimes fixed(long timeMillis) {
    return new DataTimes(timeMillis, 0, timeMillis);
  }
}
