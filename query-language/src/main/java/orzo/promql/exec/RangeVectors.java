package orzo.promql.exec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.metric.Labels;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.exec.window.RangeCall;
import orzo.promql.exec.window.WindowTimes;
import orzo.promql.syntax.Expr;
import orzo.query.QueryException;
import orzo.query.QueryValue;
import orzo.split.SampleBuffer;

/** Range vectors: those of selectors, read from storage, and those of subqueries, evaluated. */
final class RangeVectors {
  private final Evaluator evaluator;
  private final QueryContext context;
  private final Selectors selectors;
  private final Durations durations;

  RangeVectors(
      Evaluator evaluator, QueryContext context, Selectors selectors, Durations durations) {
    this.evaluator = evaluator;
    this.context = context;
    this.selectors = selectors;
    this.durations = durations;
  }

  /** Whether an expression, without parentheses around it, is a range vector. */
  static boolean isRangeVector(Expr expr) {
    return expr instanceof Expr.MatrixSelector || expr instanceof Expr.Subquery;
  }

  /** Applies a function to every series of a range vector. */
  List<SeriesBlock> apply(RangeCall call, Expr rangeVector, TimeGrid grid, boolean dropsName) {
    return switch (rangeVector) {
      case Expr.MatrixSelector selector -> selectors.range(selector, grid, call, dropsName);
      case Expr.Subquery subquery -> overSubquery(call, subquery, grid, dropsName);
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Paren _,
          Expr.Unary _,
          Expr.Binary _,
          Expr.Aggregate _,
          Expr.Call _,
          Expr.VectorSelector _ ->
          throw new QueryException(QueryException.Type.BAD_DATA, "expected a range vector");
    };
  }

  private List<SeriesBlock> overSubquery(
      RangeCall call, Expr.Subquery subquery, TimeGrid grid, boolean dropsName) {
    WindowTimes windows = selectors.windowTimes(subquery.range(), grid, subquery.modifiers());
    TimeGrid innerGrid = Subqueries.grid(subquery, grid, durations, context);
    SampleCounts counts = context.counts();
    List<SeriesBlock> results = new ArrayList<>();
    for (SeriesBlock inner : evaluateInner(subquery, innerGrid)) {
      context.budget().check();
      SampleBuffer samples = withoutResetHints(Answers.samples(inner, innerGrid));
      if (counts != null) {
        counts.addWindows(samples.timestampsMillis, samples.size, windows, grid.steps());
      }
      SeriesBlock result =
          new SeriesBlock(inner.labels(), dropsName || inner.nameDropped(), grid.steps());
      call.evaluate(samples, grid, windows, result);
      if (!result.isEmpty()) {
        context.budget().hold(result.cells());
        results.add(result);
      }
    }
    return results;
  }

  /**
   * Forgets hints on counter resets: they tell of two neighbouring samples of storage, and a
   * subquery may leave some out or show some twice.
   */
  private static SampleBuffer withoutResetHints(SampleBuffer samples) {
    @Nullable NativeHistogram[] histograms = samples.histograms();
    for (int i = 0; histograms != null && i < samples.size; i++) {
      NativeHistogram histogram = histograms[i];
      if (histogram != null && histogram.resetHint() != ResetHint.GAUGE) {
        samples.setExtras(i, 0, histogram.withResetHint(ResetHint.UNKNOWN));
      }
    }
    return samples;
  }

  private List<SeriesBlock> evaluateInner(Expr.Subquery subquery, TimeGrid grid) {
    SampleCounts counts = context.counts();
    if (grid.steps() == 0) {
      return List.of();
    } else if (counts == null) {
      return evaluator.vector(subquery.operand(), grid);
    }
    counts.enterSubquery();
    try {
      return evaluator.vector(subquery.operand(), grid);
    } finally {
      counts.leaveSubquery();
    }
  }

  /** The samples of a range vector that is the whole query. */
  QueryValue.Matrix samples(Expr rangeVector, TimeGrid instant) {
    if (rangeVector instanceof Expr.MatrixSelector selector) {
      return selectors.samples(selector, instant);
    } else if (!(rangeVector instanceof Expr.Subquery subquery)) {
      throw new QueryException(QueryException.Type.BAD_DATA, "expected a range vector");
    } else {
      TimeGrid grid = Subqueries.grid(subquery, instant, durations, context);
      List<SeriesBlock> inner = Answers.named(evaluateInner(subquery, grid));
      List<Labels> labels = new ArrayList<>(inner.size());
      List<SampleBuffer> samples = new ArrayList<>(inner.size());
      for (SeriesBlock block : inner) {
        labels.add(block.labels());
        samples.add(Answers.samples(block, grid));
      }
      return new QueryValue.Matrix(labels, samples);
    }
  }
}
