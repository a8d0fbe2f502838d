package orzo.promql.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orzo.histogram.NativeHistogram;
import orzo.promql.exec.Operand.Scalar;
import orzo.promql.exec.Operand.Text;
import orzo.promql.exec.Operand.Vector;
import orzo.promql.exec.binary.ScalarOperation;
import orzo.promql.exec.binary.SetOperation;
import orzo.promql.exec.binary.VectorOperation;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.PromQlFeature;
import orzo.query.QueryException;
import orzo.query.QueryValue;

/**
 * Evaluates expressions for all steps of a grid at once, from the selectors upwards. For one query;
 * one thread at a time.
 */
final class Evaluator {
  private final QueryContext context;
  private final Selectors selectors;
  private final StepInvariance invariance;
  private final CommonParts common;
  private final Map<Occasion, Operand> evaluated = new HashMap<>();
  private final RangeVectors rangeVectors;
  private final FunctionCalls calls;
  private final AggregateCalls aggregates;

  Evaluator(QueryContext context, PreparedQuery query) {
    Durations durations = new Durations(context);
    this.context = context;
    this.invariance = query.invariance;
    this.common = query.common;
    this.selectors = new Selectors(context, durations);
    this.rangeVectors = new RangeVectors(this, context, selectors, durations);
    this.calls =
        new FunctionCalls(
            this, context, selectors, rangeVectors, new InfoCall(this, selectors, durations));
    this.aggregates = new AggregateCalls(this, context);
  }

  /** A common part on a grid. */
  private record Occasion(int number, TimeGrid grid) {}

  /**
   * The value of an expression on a grid.
   *
   * @throws QueryException when it has none
   */
  Operand evaluate(Expr expr, TimeGrid grid) {
    Integer number = common.number(expr);
    if (number == null || context.counts() != null) { // what each part reads is to be counted
      return evaluateHere(expr, grid);
    }
    Occasion occasion = new Occasion(number, grid);
    Operand before = evaluated.get(occasion);
    if (before != null) {
      ScanRecord scans = context.scans();
      if (scans != null) {
        scans.addRepeated(expr);
      }
      return before;
    }
    long told = context.annotations().told();
    Operand value = evaluateHere(expr, grid);
    // What is told names a place in the query, so the other places have to tell it themselves.
    if (context.annotations().told() == told && context.budget().keepToTheEnd(value.samples())) {
      evaluated.put(
          occasion,
          value instanceof Vector(List<SeriesBlock> series)
              ? new Vector(List.copyOf(series))
              : value);
    }
    return value;
  }

  private Operand evaluateHere(Expr expr, TimeGrid grid) {
    context.budget().check();
    long before = context.budget().held();
    Operand value;
    if (grid.steps() > 1 && invariance.holds(expr)) {
      value = repeat(evaluateNode(expr, TimeGrid.instant(grid.startMillis())), grid.steps());
    } else {
      value = evaluateNode(expr, grid);
    }
    if (value instanceof Vector(List<SeriesBlock> series)
        && !context.features().contains(PromQlFeature.DELAYED_NAME_REMOVAL)) {
      value = new Vector(Answers.named(series));
    }
    context.budget().keepOnly(before, value.samples());
    return value;
  }

  /** An expression that must be a vector. */
  List<SeriesBlock> vector(Expr expr, TimeGrid grid) {
    if (evaluate(expr, grid) instanceof Vector(List<SeriesBlock> series)) {
      return series;
    }
    throw unexpected("an instant vector");
  }

  /** An expression that must be a scalar: one number for each step. */
  double[] scalar(Expr expr, TimeGrid grid) {
    if (evaluate(expr, grid) instanceof Scalar(double[] values)) {
      return values;
    }
    throw unexpected("a scalar");
  }

  /** An expression that must be a string. */
  String text(Expr expr) {
    if (StepInvariance.unwrap(expr) instanceof Expr.StringLiteral literal) {
      return literal.value();
    }
    throw unexpected("a string");
  }

  /** The samples of a range vector that is the whole query. */
  QueryValue.Matrix samples(Expr rangeVector, TimeGrid instant) {
    return rangeVectors.samples(rangeVector, instant);
  }

  private Operand evaluateNode(Expr expr, TimeGrid grid) {
    return switch (expr) {
      case Expr.NumberLiteral number -> constant(number.value(), grid.steps());
      case Expr.StringLiteral string -> new Text(string.value());
      case Expr.Paren paren -> evaluate(paren.inner(), grid);
      case Expr.Unary unary -> unary(unary, grid);
      case Expr.Binary binary -> binary(binary, grid);
      case Expr.Aggregate aggregate -> new Vector(aggregates.evaluate(aggregate, grid));
      case Expr.Call call -> calls.evaluate(call, grid);
      case Expr.VectorSelector selector ->
          new Vector(selectors.instant(selector, grid, Selectors.Shown.VALUE));
      case Expr.MatrixSelector _, Expr.Subquery _ ->
          throw unexpected("an instant vector or a scalar, not a range vector");
    };
  }

  /** The same number at every step. */
  static Scalar constant(double value, int steps) {
    double[] values = new double[steps];
    Arrays.fill(values, value);
    return new Scalar(values);
  }

  private static Operand repeat(Operand once, int steps) {
    return switch (once) {
      case Scalar(double[] values) -> constant(values[0], steps);
      case Text text -> text;
      case Vector(List<SeriesBlock> series) -> {
        List<SeriesBlock> repeated = new ArrayList<>(series.size());
        for (SeriesBlock block : series) {
          if (block.has(0)) {
            repeated.add(repeat(block, steps));
          }
        }
        yield new Vector(repeated);
      }
    };
  }

  private static SeriesBlock repeat(SeriesBlock once, int steps) {
    SeriesBlock repeated =
        new SeriesBlock(
            once.labels(),
            once.nameDropped(),
            constant(once.values[0], steps).values(),
            Presence.all(steps));
    NativeHistogram histogram = once.histogram(0);
    for (int step = 0; histogram != null && step < steps; step++) {
      repeated.set(step, histogram);
    }
    return repeated;
  }

  private Operand unary(Expr.Unary unary, TimeGrid grid) {
    Operand operand = evaluate(unary.operand(), grid);
    if (!unary.negative()) {
      return operand;
    }
    return switch (operand) {
      case Scalar(double[] values) -> new Scalar(negated(values));
      case Vector(List<SeriesBlock> series) -> {
        List<SeriesBlock> results = new ArrayList<>(series.size());
        for (SeriesBlock block : series) {
          results.add(negated(block));
        }
        yield new Vector(results);
      }
      case Text _ -> throw unexpected("a number");
    };
  }

  private static SeriesBlock negated(SeriesBlock block) {
    SeriesBlock negated =
        new SeriesBlock(block.labels(), true, negated(block.values), block.presence.clone());
    long[] steps = block.histogramSteps();
    for (int step = Presence.next(steps, 0); step >= 0; step = Presence.next(steps, step + 1)) {
      NativeHistogram histogram = block.histogram(step);
      if (histogram != null) {
        negated.set(step, histogram.times(-1));
      }
    }
    return negated;
  }

  private static double[] negated(double[] values) {
    double[] negated = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      negated[i] = -values[i];
    }
    return negated;
  }

  private Operand binary(Expr.Binary binary, TimeGrid grid) {
    Operand left = evaluate(binary.left(), grid);
    Operand right = evaluate(binary.right(), grid);
    if (left instanceof Scalar(double[] leftValues)) {
      if (right instanceof Scalar(double[] rightValues)) {
        return new Scalar(
            ScalarOperation.betweenScalars(binary.operator(), leftValues, rightValues));
      } else if (right instanceof Vector(List<SeriesBlock> series)) {
        return new Vector(
            ScalarOperation.withVector(
                binary.operator(),
                series,
                leftValues,
                true,
                binary.returnBool(),
                context.annotations().at(binary.position())));
      }
    } else if (left instanceof Vector(List<SeriesBlock> leftSeries)) {
      if (right instanceof Scalar(double[] rightValues)) {
        return new Vector(
            ScalarOperation.withVector(
                binary.operator(),
                leftSeries,
                rightValues,
                false,
                binary.returnBool(),
                context.annotations().at(binary.position())));
      } else if (right instanceof Vector(List<SeriesBlock> rightSeries)) {
        return new Vector(
            SeriesMerge.byLabels(betweenVectors(binary, leftSeries, rightSeries, grid)));
      }
    }
    throw unexpected("numbers on both sides of " + binary.operator().symbol());
  }

  private List<SeriesBlock> betweenVectors(
      Expr.Binary binary, List<SeriesBlock> left, List<SeriesBlock> right, TimeGrid grid) {
    return switch (binary.operator()) {
      case AND -> SetOperation.and(left, right, binary.matching());
      case OR -> SetOperation.or(left, right, binary.matching());
      case UNLESS -> SetOperation.unless(left, right, binary.matching());
      case ADD,
          SUB,
          MUL,
          DIV,
          MOD,
          POW,
          ATAN2,
          EQUAL,
          NOT_EQUAL,
          LESS,
          GREATER,
          LESS_OR_EQUAL,
          GREATER_OR_EQUAL,
          TRIM_UPPER,
          TRIM_LOWER ->
          VectorOperation.evaluate(
              binary, left, right, grid.steps(), context.annotations().at(binary.position()));
    };
  }

  /** The types of a query are checked before it is evaluated, so this is for trees made by hand. */
  private static QueryException unexpected(String expected) {
    return new QueryException(QueryException.Type.BAD_DATA, "expected " + expected);
  }
}
