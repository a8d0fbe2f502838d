package orzo.promql.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.promql.exec.binary.MetricNames;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.syntax.Expr;
import orzo.query.QueryException;
import orzo.query.QueryValue;
import orzo.split.SampleBuffer;

/** Makes answers of what was evaluated. */
final class Answers {
  private Answers() {}

  /**
   * Drops the metric names that are to be dropped, and merges series that then are the same.
   *
   * @throws QueryException when two of them have a value at the same step
   */
  static List<SeriesBlock> named(List<SeriesBlock> series) {
    List<SeriesBlock> named = new ArrayList<>(series.size());
    for (SeriesBlock block : series) {
      if (!block.isEmpty()) {
        named.add(
            block.nameDropped()
                ? block.relabelled(MetricNames.drop(block.labels()), false)
                : block);
      }
    }
    return SeriesMerge.byLabels(named);
  }

  /** The answer to an instant query. */
  static QueryValue instant(Expr expr, Operand operand, TimeGrid grid) {
    long time = grid.startMillis();
    return switch (operand) {
      case Operand.Scalar(double[] values) -> new QueryValue.Scalar(time, values[0]);
      case Operand.Text(String value) -> new QueryValue.Text(time, value);
      case Operand.Vector(List<SeriesBlock> series) -> {
        List<SeriesBlock> named = new ArrayList<>(named(series));
        if (!isOrdered(expr)) {
          named.sort(Comparator.comparing(SeriesBlock::labels));
        }
        List<Labels> labels = new ArrayList<>(named.size());
        double[] values = new double[named.size()];
        @Nullable NativeHistogram[] histograms = new NativeHistogram[values.length];
        for (int i = 0; i < values.length; i++) {
          labels.add(named.get(i).labels());
          values[i] = named.get(i).values[0];
          histograms[i] = named.get(i).histogram(0);
        }
        yield new QueryValue.Vector(labels, values, time, histograms);
      }
    };
  }

  /** The answer to a range query. */
  static QueryValue range(Operand operand, TimeGrid grid) {
    List<SeriesBlock> series =
        switch (operand) {
          case Operand.Vector vector -> vector.series();
          case Operand.Scalar(double[] values) ->
              List.of(new SeriesBlock(Labels.EMPTY, false, values, Presence.all(values.length)));
          case Operand.Text _ ->
              throw new QueryException(
                  QueryException.Type.BAD_DATA,
                  "invalid expression type \"string\" for range query, must be Scalar or instant"
                      + " Vector");
        };
    List<SeriesBlock> sorted = new ArrayList<>(named(series));
    sorted.sort(Comparator.comparing(SeriesBlock::labels));
    List<Labels> labels = new ArrayList<>(sorted.size());
    List<SampleBuffer> samples = new ArrayList<>(sorted.size());
    long[] times = new long[grid.steps()];
    for (int step = 0; step < times.length; step++) {
      times[step] = grid.timeMillis(step);
    }
    for (SeriesBlock block : sorted) {
      labels.add(block.labels());
      samples.add(
          !block.hasHistograms() && Presence.count(block.presence) == times.length
              ? columns(times, block.values)
              : samples(block, grid));
    }
    return new QueryValue.Matrix(labels, samples);
  }

  /** Samples that share their columns with others; an answer is only read. */
  private static SampleBuffer columns(long[] times, double[] values) {
    SampleBuffer samples = new SampleBuffer(0);
    samples.timestampsMillis = times;
    samples.values = values;
    samples.size = times.length;
    return samples;
  }

  /** The samples of a block, as columns. */
  static SampleBuffer samples(SeriesBlock block, TimeGrid grid) {
    SampleBuffer samples = new SampleBuffer(Presence.count(block.presence));
    for (int step = Presence.next(block.presence, 0);
        step >= 0;
        step = Presence.next(block.presence, step + 1)) {
      samples.add(grid.timeMillis(step), block.values[step]);
      if (block.hasHistograms()) {
        samples.setExtras(samples.size - 1, 0, block.histogram(step));
      }
    }
    return samples;
  }

  /** The answer to a query that is a range vector, sorted. */
  static QueryValue.Matrix sorted(QueryValue.Matrix matrix) {
    Integer[] order = new Integer[matrix.series().size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    Arrays.sort(order, Comparator.comparing(i -> matrix.series().get(i)));
    List<Labels> labels = new ArrayList<>();
    List<SampleBuffer> samples = new ArrayList<>();
    for (int i : order) {
      labels.add(matrix.series().get(i));
      samples.add(matrix.samples().get(i));
    }
    return new QueryValue.Matrix(labels, samples);
  }

  /** Whether some part of an expression orders series, so that the order is part of the answer. */
  private static boolean isOrdered(Expr expr) {
    return switch (expr) {
      case Expr.Paren paren -> isOrdered(paren.inner());
      case Expr.Unary unary -> isOrdered(unary.operand());
      case Expr.Binary binary -> isOrdered(binary.left()) || isOrdered(binary.right());
      case Expr.Aggregate aggregate ->
          switch (aggregate.operator()) {
            case TOPK, BOTTOMK -> true;
            case SUM,
                AVG,
                COUNT,
                MIN,
                MAX,
                GROUP,
                STDDEV,
                STDVAR,
                COUNT_VALUES,
                QUANTILE,
                LIMITK,
                LIMIT_RATIO ->
                isOrdered(aggregate.operand());
          };
      case Expr.Call call ->
          call.function().startsWith("sort")
              || call.arguments().stream().anyMatch(Answers::isOrdered);
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.VectorSelector _,
          Expr.MatrixSelector _,
          Expr.Subquery _ ->
          false;
    };
  }
}
