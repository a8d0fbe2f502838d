package orzo.promql.exec;

import orzo.promql.exec.block.TimeGrid;
import orzo.promql.syntax.Expr;

/** The grids of subqueries. */
final class Subqueries {
  private Subqueries() {}

  /**
   * The times that a subquery evaluates at to serve all steps of the outer grid: the multiples of
   * its step, counted from 1970, so that the same query at another time sees the same samples.
   */
  static TimeGrid grid(
      Expr.Subquery subquery, TimeGrid outer, Durations durations, QueryContext context) {
    long range = durations.positiveMillis(subquery.range());
    long step =
        subquery.step().isPresent()
            ? durations.positiveMillis(subquery.step().get())
            : context.defaultStepMillis();
    DataTimes times = DataTimes.of(outer, subquery.modifiers(), durations, context);
    long open = times.firstMillis() - range;
    return TimeGrid.of((Math.floorDiv(open, step) + 1) * step, times.lastMillis(), step);
  }
}
