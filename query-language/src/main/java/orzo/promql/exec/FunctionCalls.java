package orzo.promql.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import orzo.histogram.NativeHistogram;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.promql.exec.Operand.Scalar;
import orzo.promql.exec.Operand.Vector;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.exec.function.Absence;
import orzo.promql.exec.function.HistogramFunctions;
import orzo.promql.exec.function.LabelFunctions;
import orzo.promql.exec.function.MathFunctions;
import orzo.promql.exec.function.NativeHistogramFunctions;
import orzo.promql.exec.function.SortFunctions;
import orzo.promql.exec.math.GoMath;
import orzo.promql.exec.window.RangeBorders;
import orzo.promql.exec.window.RangeCall;
import orzo.promql.exec.window.RangeFunction;
import orzo.promql.exec.window.RangeFunctions;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.Position;
import orzo.promql.syntax.PromQlFeature;
import orzo.query.QueryException;

/** Calls of functions: evaluates their arguments and hands them to what computes. */
final class FunctionCalls {
  private final Evaluator evaluator;
  private final QueryContext context;
  private final Selectors selectors;
  private final RangeVectors rangeVectors;
  private final InfoCall info;

  FunctionCalls(
      Evaluator evaluator,
      QueryContext context,
      Selectors selectors,
      RangeVectors rangeVectors,
      InfoCall info) {
    this.info = info;
    this.evaluator = evaluator;
    this.context = context;
    this.selectors = selectors;
    this.rangeVectors = rangeVectors;
  }

  Operand evaluate(Expr.Call call, TimeGrid grid) {
    return switch (call.function()) {
      case "time" -> new Scalar(times(grid));
      case "pi" -> Evaluator.constant(Math.PI, grid.steps());
      case "start" -> Evaluator.constant(context.startMillis() / 1000.0, grid.steps());
      case "end" -> Evaluator.constant(context.endMillis() / 1000.0, grid.steps());
      case "range" ->
          Evaluator.constant((context.endMillis() - context.startMillis()) / 1000.0, grid.steps());
      case "step" -> Evaluator.constant(stepSeconds(), grid.steps());
      case "scalar" -> new Scalar(scalar(vector(call, 0, grid), grid.steps()));
      case "vector" -> new Vector(List.of(unlabelled(scalar(call, 0, grid))));
      case "max_of" -> new Scalar(extreme(call, grid, true));
      case "min_of" -> new Scalar(extreme(call, grid, false));
      default -> new Vector(evaluateVector(call, grid));
    };
  }

  private List<SeriesBlock> evaluateVector(Expr.Call call, TimeGrid grid) {
    return switch (call.function()) {
      case "timestamp" -> timestamps(call, grid);
      case "start_timestamp" -> startTimestamps(call, grid);
      case "round" ->
          MathFunctions.round(
              vector(call, 0, grid),
              call.arguments().size() > 1
                  ? scalar(call, 1, grid)
                  : Evaluator.constant(1, grid.steps()).values());
      case "clamp" ->
          MathFunctions.clamp(vector(call, 0, grid), scalar(call, 1, grid), scalar(call, 2, grid));
      case "clamp_min" ->
          MathFunctions.clamp(
              vector(call, 0, grid),
              scalar(call, 1, grid),
              Evaluator.constant(Double.POSITIVE_INFINITY, grid.steps()).values());
      case "clamp_max" ->
          MathFunctions.clamp(
              vector(call, 0, grid),
              Evaluator.constant(Double.NEGATIVE_INFINITY, grid.steps()).values(),
              scalar(call, 1, grid));
      case "sort", "sort_desc", "sort_by_label", "sort_by_label_desc" -> sorted(call, grid);
      case "label_replace" ->
          SeriesMerge.byLabels(
              LabelFunctions.replace(
                  vector(call, 0, grid),
                  text(call, 1),
                  text(call, 2),
                  text(call, 3),
                  text(call, 4)));
      case "label_join" ->
          SeriesMerge.byLabels(
              LabelFunctions.join(
                  vector(call, 0, grid), text(call, 1), text(call, 2), texts(call, 3)));
      case "histogram_quantile" -> histogramQuantile(call, grid);
      case "histogram_quantiles" -> histogramQuantiles(call, grid);
      case "histogram_fraction" ->
          histograms(call, 2, grid).fraction(scalar(call, 0, grid), scalar(call, 1, grid));
      case "info" -> info.evaluate(call, grid);
      case "absent" -> Absence.of(vector(call, 0, grid), matchers(argument(call, 0)), grid.steps());
      default -> mathOrRange(call, grid);
    };
  }

  private List<SeriesBlock> mathOrRange(Expr.Call call, TimeGrid grid) {
    Optional<DoubleUnaryOperator> math = MathFunctions.named(call.function());
    if (math.isPresent()) {
      return MathFunctions.map(
          call.arguments().isEmpty() ? List.of(unlabelled(times(grid))) : vector(call, 0, grid),
          math.get());
    }
    Optional<ToDoubleFunction<NativeHistogram>> ofHistogram =
        NativeHistogramFunctions.named(call.function());
    if (ofHistogram.isPresent()) {
      return NativeHistogramFunctions.map(vector(call, 0, grid), ofHistogram.get());
    }
    for (int i = 0; i < call.arguments().size(); i++) {
      if (RangeVectors.isRangeVector(argument(call, i))) {
        return overRange(call, i, grid);
      }
    }
    throw notYet(call);
  }

  private List<SeriesBlock> overRange(Expr.Call call, int rangeIndex, TimeGrid grid) {
    String name = call.function();
    Expr rangeVector = argument(call, rangeIndex);
    double[][] parameters = new double[call.arguments().size() - 1][];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = scalar(call, i < rangeIndex ? i : i + 1, grid);
    }
    Position first = call.arguments().getFirst().position();
    RangeFunction function = rangeFunction(name, rangeVector, parameters, first);
    boolean keepsName = name.equals("last_over_time") || name.equals("first_over_time");
    List<SeriesBlock> results =
        rangeVectors.apply(
            new RangeCall(
                name,
                function,
                context.annotations().at(first),
                context.features().contains(PromQlFeature.START_TIMESTAMPS)),
            rangeVector,
            grid,
            !keepsName);
    switch (name) {
      case "absent_over_time" -> {
        return Absence.of(results, matchers(rangeVector), grid.steps());
      }
      case "rate", "increase" -> noteGauges(results, rangeVector, first);
      default -> {}
    }
    return results;
  }

  private RangeFunction rangeFunction(
      String name, Expr rangeVector, double[][] parameters, Position first) {
    if (rangeVector instanceof Expr.MatrixSelector selector) {
      Optional<RangeBorders> borders = selectors.borders(selector);
      if (borders.isPresent()) {
        return RangeFunctions.extended(name, borders.get());
      }
    }
    return RangeFunctions.of(
        name,
        parameters,
        q -> context.annotations().invalidQuantile(q, first),
        metricName -> context.annotations().overlappingStarts(metricName, first));
  }

  /** Tells of series whose names, or types, are not those of counters. */
  private void noteGauges(List<SeriesBlock> results, Expr rangeVector, Position position) {
    if (!(rangeVector instanceof Expr.MatrixSelector)) {
      return;
    }
    boolean byLabel = context.features().contains(PromQlFeature.TYPE_AND_UNIT_LABELS);
    String before = "";
    for (SeriesBlock block : results) {
      String name = block.labels().metricName();
      if (block.floats().isEmpty()) {
        continue;
      }
      if (byLabel) {
        String type = block.labels().get("__type__");
        if (!name.isEmpty() && !type.equals("counter") && !type.equals("histogram")) {
          context.annotations().possibleNonCounterType(name, type, position);
        }
      } else if (!name.equals(before)) {
        before = name;
        if (!name.isEmpty()
            && !name.endsWith("_total")
            && !name.endsWith("_sum")
            && !name.endsWith("_count")
            && !name.endsWith("_bucket")) {
          context.annotations().possibleNonCounter(name, position);
        }
      }
    }
  }

  /** Of a selector the times of its samples; of anything else the times of evaluation. */
  private List<SeriesBlock> timestamps(Expr.Call call, TimeGrid grid) {
    List<SeriesBlock> results = new ArrayList<>();
    if (argument(call, 0) instanceof Expr.VectorSelector selector) {
      for (SeriesBlock block :
          selectors.instant(selector, grid, Selectors.Shown.TIMESTAMP_SECONDS)) {
        results.add(block.relabelled(block.labels(), true));
      }
      return results;
    }
    double[] times = times(grid);
    for (SeriesBlock block : vector(call, 0, grid)) {
      results.add(new SeriesBlock(block.labels(), true, times, block.presence));
    }
    return results;
  }

  /** Of a selector when its samples say that they began; of anything else nothing. */
  private List<SeriesBlock> startTimestamps(Expr.Call call, TimeGrid grid) {
    if (!(argument(call, 0) instanceof Expr.VectorSelector selector)
        || !context.features().contains(PromQlFeature.START_TIMESTAMPS)) {
      return List.of();
    }
    List<SeriesBlock> results = new ArrayList<>();
    for (SeriesBlock block : selectors.instant(selector, grid, Selectors.Shown.START_SECONDS)) {
      results.add(block.relabelled(block.labels(), true));
    }
    return results;
  }

  private List<SeriesBlock> sorted(Expr.Call call, TimeGrid grid) {
    List<SeriesBlock> series = vector(call, 0, grid);
    if (!grid.isInstant()) {
      context.annotations().sortInRangeQuery(call.position());
      return call.function().startsWith("sort_by_label")
          ? series
          : series.stream().map(SeriesBlock::floats).filter(block -> !block.isEmpty()).toList();
    }
    return switch (call.function()) {
      case "sort" -> SortFunctions.byValue(series, false);
      case "sort_desc" -> SortFunctions.byValue(series, true);
      case "sort_by_label" -> SortFunctions.byLabels(series, texts(call, 1), false);
      default -> SortFunctions.byLabels(series, texts(call, 1), true);
    };
  }

  private HistogramFunctions histograms(Expr.Call call, int index, TimeGrid grid) {
    Position position = argument(call, index).position();
    return new HistogramFunctions(
        vector(call, index, grid),
        grid.steps(),
        (le, metricName) -> context.annotations().badBucketLabel(le, metricName, position),
        context.annotations().at(position));
  }

  private List<SeriesBlock> histogramQuantile(Expr.Call call, TimeGrid grid) {
    double[] quantile = quantile(call, 0, grid);
    return histograms(call, 1, grid).quantile(quantile, repairs(call, 1, grid));
  }

  private List<SeriesBlock> histogramQuantiles(Expr.Call call, TimeGrid grid) {
    HistogramFunctions histograms = histograms(call, 0, grid);
    List<SeriesBlock> results = new ArrayList<>();
    for (int i = 2; i < call.arguments().size(); i++) {
      results.addAll(
          histograms.labelledQuantile(
              text(call, 1), quantile(call, i, grid), repairs(call, 0, grid)));
    }
    return SeriesMerge.byLabels(results);
  }

  private double[] quantile(Expr.Call call, int index, TimeGrid grid) {
    double[] quantile = scalar(call, index, grid);
    for (double q : quantile) {
      if (!(q >= 0 && q <= 1)) {
        context.annotations().invalidQuantile(q, argument(call, index).position());
      }
    }
    return quantile;
  }

  private HistogramFunctions.Repairs repairs(Expr.Call call, int index, TimeGrid grid) {
    Position position = argument(call, index).position();
    return (metricName, step, buckets) ->
        context
            .annotations()
            .forcedMonotonicity(
                metricName,
                position,
                grid.timeMillis(step),
                buckets.minRepaired(),
                buckets.maxRepaired(),
                buckets.maxDifference());
  }

  /** The one value of a step, or NaN where there is none or more than one. */
  private static double[] scalar(List<SeriesBlock> series, int steps) {
    double[] values = new double[steps];
    Arrays.fill(values, Double.NaN);
    int[] counts = new int[steps];
    for (SeriesBlock any : series) {
      SeriesBlock block = any.floats();
      for (int step = Presence.next(block.presence, 0);
          step >= 0;
          step = Presence.next(block.presence, step + 1)) {
        values[step] = counts[step]++ == 0 ? block.values[step] : Double.NaN;
      }
    }
    return values;
  }

  private double[] extreme(Expr.Call call, TimeGrid grid, boolean max) {
    double[] left = scalar(call, 0, grid);
    double[] right = scalar(call, 1, grid);
    double[] result = new double[grid.steps()];
    for (int step = 0; step < result.length; step++) {
      result[step] =
          max ? GoMath.max(left[step], right[step]) : GoMath.min(left[step], right[step]);
    }
    return result;
  }

  private double stepSeconds() {
    return context.startMillis() == context.endMillis() ? 0 : context.stepMillis() / 1000.0;
  }

  private static double[] times(TimeGrid grid) {
    double[] times = new double[grid.steps()];
    for (int step = 0; step < times.length; step++) {
      times[step] = grid.timeMillis(step) / 1000.0;
    }
    return times;
  }

  private static SeriesBlock unlabelled(double[] values) {
    return new SeriesBlock(Labels.EMPTY, false, values, Presence.all(values.length));
  }

  private static List<Matcher> matchers(Expr expr) {
    return switch (expr) {
      case Expr.VectorSelector selector -> selector.matchers();
      case Expr.MatrixSelector selector -> selector.vector().matchers();
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Paren _,
          Expr.Unary _,
          Expr.Binary _,
          Expr.Aggregate _,
          Expr.Call _,
          Expr.Subquery _ ->
          List.of();
    };
  }

  private static Expr argument(Expr.Call call, int index) {
    return StepInvariance.unwrap(call.arguments().get(index));
  }

  private List<SeriesBlock> vector(Expr.Call call, int index, TimeGrid grid) {
    return evaluator.vector(call.arguments().get(index), grid);
  }

  private double[] scalar(Expr.Call call, int index, TimeGrid grid) {
    return evaluator.scalar(call.arguments().get(index), grid);
  }

  private String text(Expr.Call call, int index) {
    return evaluator.text(call.arguments().get(index));
  }

  private List<String> texts(Expr.Call call, int from) {
    List<String> texts = new ArrayList<>();
    for (int i = from; i < call.arguments().size(); i++) {
      texts.add(text(call, i));
    }
    return texts;
  }

  private static QueryException notYet(Expr.Call call) {
    return new QueryException(
        QueryException.Type.EXECUTION, "function " + call.function() + "() is not evaluated yet");
  }
}
