package orzo.promql.exec;

import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import orzo.metric.Tenant;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.PromQlFeature;
import orzo.query.QueryException;
import orzo.query.QueryOptions;
import orzo.query.QueryResult;
import orzo.query.QueryStatistics;
import orzo.query.QueryValue;
import orzo.read.SeriesReader;
import orzo.storage.GatewayException;

/**
 * Evaluates parsed queries. Safe for many threads.
 *
 * @param reader where the series come from
 * @param defaultStepMillis the step of subqueries that name none
 * @param features what of evaluation is on that can be switched off
 * @param nanoTime a clock that only goes forward, in nanoseconds, for the time limit
 */
public record Evaluation(
    SeriesReader reader,
    long defaultStepMillis,
    Set<PromQlFeature> features,
    LongSupplier nanoTime) {
  /**
   * Evaluates a query at one time.
   *
   * @throws QueryException when there is no answer
   */
  public QueryResult instant(
      Tenant tenant, PreparedQuery query, long timeMillis, QueryOptions options) {
    TimeGrid grid = TimeGrid.instant(timeMillis);
    QueryContext context = context(tenant, query.text, timeMillis, 0, grid, options);
    Expr expr = query.expr;
    return answer(
        context,
        expr,
        () -> {
          Evaluator evaluator = new Evaluator(context, query);
          Expr inner = StepInvariance.unwrap(expr);
          return RangeVectors.isRangeVector(inner)
              ? Answers.sorted(evaluator.samples(inner, grid))
              : Answers.instant(expr, evaluator.evaluate(expr, grid), grid);
        });
  }

  /**
   * Evaluates a query at evenly spaced times.
   *
   * @throws QueryException when there is no answer
   */
  public QueryResult range(
      Tenant tenant,
      PreparedQuery query,
      long startMillis,
      long endMillis,
      long stepMillis,
      QueryOptions options) {
    if (stepMillis <= 0) {
      throw new QueryException(
          QueryException.Type.BAD_DATA, "step " + stepMillis + " ms (expected: more than 0)");
    }
    TimeGrid grid = TimeGrid.of(startMillis, endMillis, stepMillis);
    QueryContext context = context(tenant, query.text, endMillis, stepMillis, grid, options);
    return answer(
        context,
        query.expr,
        () -> Answers.range(new Evaluator(context, query).evaluate(query.expr, grid), grid));
  }

  private QueryContext context(
      Tenant tenant, String text, long end, long step, TimeGrid grid, QueryOptions options) {
    return new QueryContext(
        tenant,
        reader,
        new QueryBudget(options, nanoTime),
        new Annotations(text),
        grid.startMillis(),
        end,
        step,
        options.lookback().toMillis(),
        defaultStepMillis,
        features,
        options.resolution(),
        options.explain() ? new ScanRecord() : null,
        options.statistics() ? new SampleCounts(grid) : null);
  }

  /** Computes a value. */
  private interface Computation {
    QueryValue compute();
  }

  private QueryResult answer(QueryContext context, Expr expr, Computation computation) {
    long startNanos = nanoTime.getAsLong();
    QueryValue value;
    try {
      value = computation.compute();
    } catch (GatewayException e) {
      throw translated(e);
    }
    return new QueryResult(
        value,
        context.annotations().warnings(),
        context.annotations().infos(),
        Optional.ofNullable(context.scans()).map(scans -> scans.explain(expr)),
        Optional.ofNullable(context.counts())
            .map(counts -> statistics(context, counts, nanoTime.getAsLong() - startNanos)));
  }

  private static QueryStatistics statistics(
      QueryContext context, SampleCounts counts, long evaluationNanos) {
    return new QueryStatistics(
        0,
        evaluationNanos,
        counts.perStep(),
        counts.grid().startMillis(),
        counts.grid().stepMillis(),
        counts.read(),
        context.budget().peak());
  }

  /** A query's own exception comes back as it went through storage; others by their kind. */
  private static QueryException translated(GatewayException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof QueryException ours) {
        return ours;
      }
    }
    QueryException.Type type =
        switch (e.kind()) {
          case UNAVAILABLE -> QueryException.Type.UNAVAILABLE;
          case MALFORMED -> QueryException.Type.BAD_DATA;
          case LIMIT, CORRUPT -> QueryException.Type.EXECUTION;
        };
    return new QueryException(type, "expanding series: " + e.getMessage(), e);
  }
}
