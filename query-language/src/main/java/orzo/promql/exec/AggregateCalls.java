package orzo.promql.exec;

import java.util.List;
import java.util.Locale;
import orzo.promql.exec.aggregate.Aggregations;
import orzo.promql.exec.aggregate.Choices;
import orzo.promql.exec.aggregate.Grouping;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.exec.function.LabelFunctions;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.promql.exec.math.GoMath;
import orzo.promql.exec.math.GoNumbers;
import orzo.promql.syntax.Expr;
import orzo.query.QueryException;

/** Calls of aggregation operators: evaluates their arguments and checks their parameters. */
final class AggregateCalls {
  private static final double[] NO_PARAMETER = {};

  private final Evaluator evaluator;
  private final QueryContext context;

  AggregateCalls(Evaluator evaluator, QueryContext context) {
    this.evaluator = evaluator;
    this.context = context;
  }

  List<SeriesBlock> evaluate(Expr.Aggregate call, TimeGrid grid) {
    return switch (call.operator()) {
      case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR ->
          Aggregations.running(call.operator(), grouping(call, grid), grid.steps(), notes(call));
      case COUNT_VALUES -> countValues(call, grid);
      case QUANTILE -> quantile(call, grid);
      case TOPK, BOTTOMK, LIMITK -> limited(call, grid);
      case LIMIT_RATIO -> ratio(call, grid);
    };
  }

  private Grouping grouping(Expr.Aggregate call, TimeGrid grid) {
    return Grouping.of(evaluator.vector(call.operand(), grid), call.grouping(), call.without());
  }

  private HistogramNotes notes(Expr.Aggregate call) {
    return context.annotations().at(call.operand().position());
  }

  private double[] parameter(Expr.Aggregate call, TimeGrid grid) {
    return call.parameter().isEmpty()
        ? NO_PARAMETER
        : evaluator.scalar(call.parameter().get(), grid);
  }

  private List<SeriesBlock> countValues(Expr.Aggregate call, TimeGrid grid) {
    String label = call.parameter().map(evaluator::text).orElse("");
    if (!LabelFunctions.isLabelName(label)) {
      throw error("invalid label name " + quoted(label));
    }
    return Choices.countValues(
        label,
        evaluator.vector(call.operand(), grid),
        call.grouping(),
        call.without(),
        grid.steps());
  }

  private List<SeriesBlock> quantile(Expr.Aggregate call, TimeGrid grid) {
    double[] quantile = parameter(call, grid);
    Bounds bounds = Bounds.of(quantile);
    Expr shown = call.parameter().orElse(call);
    if (bounds.notNumber) {
      context.annotations().invalidQuantile(Double.NaN, shown.position());
    }
    if (bounds.max > 1) {
      context.annotations().invalidQuantile(bounds.max, shown.position());
    }
    if (bounds.min < 0) {
      context.annotations().invalidQuantile(bounds.min, shown.position());
    }
    return Aggregations.quantile(quantile, grouping(call, grid), grid.steps(), notes(call));
  }

  private List<SeriesBlock> limited(Expr.Aggregate call, TimeGrid grid) {
    double[] limits = parameter(call, grid);
    Grouping grouping = grouping(call, grid);
    Bounds bounds = Bounds.of(limits);
    if (bounds.max < 1) {
      return List.of();
    }
    if (bounds.notNumber) {
      throw error("Parameter value is NaN");
    }
    if (bounds.min <= Long.MIN_VALUE) {
      throw error("Scalar value " + GoNumbers.general(bounds.min) + " underflows int64");
    }
    if (bounds.max >= Long.MAX_VALUE) {
      throw error("Scalar value " + GoNumbers.general(bounds.max) + " overflows int64");
    }
    int[] whole = new int[limits.length];
    for (int step = 0; step < whole.length; step++) {
      whole[step] = (int) limits[step]; // beyond the int range: its border, which is enough
    }
    HistogramNotes ofCall = context.annotations().at(call.position());
    return switch (call.operator()) {
      case TOPK -> Choices.extremes(true, whole, grouping, grid.steps(), ofCall);
      case BOTTOMK -> Choices.extremes(false, whole, grouping, grid.steps(), ofCall);
      case LIMITK -> Choices.first(whole, grouping, grid.steps());
      case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR, COUNT_VALUES, QUANTILE, LIMIT_RATIO ->
          throw new IllegalArgumentException(call.operator() + " takes no limit");
    };
  }

  private List<SeriesBlock> ratio(Expr.Aggregate call, TimeGrid grid) {
    double[] ratios = parameter(call, grid).clone();
    List<SeriesBlock> series = evaluator.vector(call.operand(), grid);
    Bounds bounds = Bounds.of(ratios);
    Expr shown = call.parameter().orElse(call);
    if (bounds.max == 0 && bounds.min == 0) {
      return List.of();
    }
    if (bounds.notNumber) {
      throw error("Ratio value is NaN");
    }
    if (bounds.max > 1) {
      context.annotations().invalidRatio(bounds.max, 1, shown.position());
    }
    if (bounds.min < -1) {
      context.annotations().invalidRatio(bounds.min, -1, shown.position());
    }
    for (int step = 0; step < ratios.length; step++) {
      ratios[step] = Math.clamp(ratios[step], -1, 1);
    }
    return Choices.ratio(ratios, series, grid.steps());
  }

  /** What the values of a parameter lie between; without steps, nothing to complain about. */
  private record Bounds(double min, double max, boolean notNumber) {
    static Bounds of(double[] values) {
      if (values.length == 0) {
        return new Bounds(0, 0, false);
      }
      double min = Double.MAX_VALUE;
      double max = -Double.MAX_VALUE;
      boolean notNumber = false;
      for (double value : values) {
        min = GoMath.min(min, value);
        max = GoMath.max(max, value);
        notNumber |= Double.isNaN(value);
      }
      return new Bounds(min, max, notNumber);
    }
  }

  /** In quotes; a lone surrogate, which stands for a byte that is no UTF-8, as that byte. */
  private static String quoted(String label) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < label.length(); i++) {
      char c = label.charAt(i);
      if (c >= 0xDC80 && c <= 0xDCFF) {
        text.append(String.format(Locale.ROOT, "\\x%02x", c - 0xDC00));
      } else {
        text.append(c == '"' || c == '\\' ? "\\" : "").append(c);
      }
    }
    return text.append('"').toString();
  }

  private static QueryException error(String message) {
    return new QueryException(QueryException.Type.EXECUTION, message);
  }
}
