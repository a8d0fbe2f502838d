package orzo.gnocchi.aggregates;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import orzo.gnocchi.operations.BinaryOperator;
import orzo.gnocchi.operations.MetricSelector;
import orzo.gnocchi.operations.Operation;
import orzo.gnocchi.operations.Sampling;
import orzo.gnocchi.operations.UnaryOperator;

/** The walk over the tree of operations. */
final class Evaluation {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final List<MetricSelector> selectors;
  private final CellBudget budget;

  /**
   * Prepares a walk.
   *
   * @param selectors for each column of the frame, the selector that took it
   */
  Evaluation(List<MetricSelector> selectors, CellBudget budget) {
    this.selectors = selectors;
    this.budget = budget;
  }

  CellBudget budget() {
    return budget;
  }

  /** What an operation makes of a frame of all series. */
  Operand of(Operation operation, Frame all) {
    return switch (operation) {
      case Operation.Constant(double value) -> new Operand.Scalar(value);
      case Operation.Measures(List<MetricSelector> taken) -> select(taken, all);
      case Operation.Unary(UnaryOperator operator, Operation operand) ->
          unary(operator, of(operand, all));
      case Operation.Change(boolean perSecond, Operation operand) ->
          change(perSecond, frame(operand, all));
      case Operation.Binary binary ->
          binary(
              binary.operator(),
              of(binary.left(), all),
              of(binary.right(), all),
              binary.left() + " <> " + binary.right());
      case Operation.Clip clip -> clip(clip, all);
      case Operation.Aggregate aggregate -> aggregate(aggregate, frame(aggregate.operand(), all));
      case Operation.Rolling rolling -> rolling(rolling, frame(rolling.operand(), all));
      case Operation.Resample resample -> resample(resample, frame(resample.operand(), all));
    };
  }

  private Frame frame(Operation operation, Frame all) {
    return switch (of(operation, all)) {
      case Frame frame -> frame;
      case Operand.Scalar _ ->
          throw new IllegalArgumentException("operand: " + operation + " (expected: with series)");
    };
  }

  private Frame select(List<MetricSelector> taken, Frame all) {
    List<double[]> columns = new ArrayList<>();
    for (int i = 0; i < selectors.size(); i++) {
      if (taken.contains(selectors.get(i))) {
        columns.add(all.columns()[i]);
      }
    }
    return new Frame(
        all.sampling(), all.times(), columns.toArray(double[][]::new), all.aggregated());
  }

  private Operand unary(UnaryOperator operator, Operand operand) {
    return switch (operand) {
      case Operand.Scalar(double value) -> new Operand.Scalar(operator.apply(value));
      case Frame frame -> {
        budget.take(frame.cells());
        double[][] columns = new double[frame.columns().length][frame.times().length];
        for (int i = 0; i < columns.length; i++) {
          double[] column = frame.columns()[i];
          for (int row = 0; row < column.length; row++) {
            columns[i][row] = operator.apply(column[row]);
          }
        }
        yield with(frame, frame.times(), columns);
      }
    };
  }

  private Frame change(boolean perSecond, Frame frame) {
    budget.take(frame.cells());
    double[][] columns = new double[frame.columns().length][];
    for (int i = 0; i < columns.length; i++) {
      columns[i] =
          perSecond
              ? perSecond(frame.times(), frame.columns()[i])
              : Differences.of(frame.columns()[i]);
    }
    return with(frame, perSecond ? frame.times() : Differences.times(frame.times()), columns);
  }

  /** Nothing is known of the first. */
  private static double[] perSecond(long[] times, double[] column) {
    double[] changes = new double[column.length];
    Arrays.fill(changes, 0, Math.min(1, changes.length), Double.NaN);
    for (int i = 1; i < changes.length; i++) {
      changes[i] = (column[i] - column[i - 1]) / ((times[i] - times[i - 1]) / MILLIS_PER_SECOND);
    }
    return changes;
  }

  private Operand binary(BinaryOperator operator, Operand left, Operand right, String both) {
    if (left instanceof Operand.Scalar(double a) && right instanceof Operand.Scalar(double b)) {
      return new Operand.Scalar(operator.apply(a, b));
    }
    if (left instanceof Frame a && right instanceof Frame b) {
      return binary(operator, a, b, both);
    }
    Frame frame = left instanceof Frame a ? a : (Frame) right;
    budget.take(frame.cells());
    double[][] columns = new double[frame.columns().length][frame.times().length];
    for (int i = 0; i < columns.length; i++) {
      double[] column = frame.columns()[i];
      for (int row = 0; row < column.length; row++) {
        columns[i][row] =
            left instanceof Operand.Scalar(double a)
                ? operator.apply(a, column[row])
                : operator.apply(column[row], ((Operand.Scalar) right).value());
      }
    }
    return with(frame, frame.times(), columns);
  }

  private Frame binary(BinaryOperator operator, Frame left, Frame right, String both) {
    if (!left.sampling().equals(right.sampling()) || !Arrays.equals(left.times(), right.times())) {
      throw new Unaggregable(
          "Can't compute timeseries with different granularity " + both,
          Aggregates.names(selectors));
    }
    int columns = columns(left.columns().length, right.columns().length, both);
    int rows = left.times().length;
    budget.take((long) columns * rows);
    double[][] results = new double[columns][rows];
    for (int i = 0; i < columns; i++) {
      double[] a = left.columns()[left.columns().length == 1 ? 0 : i];
      double[] b = right.columns()[right.columns().length == 1 ? 0 : i];
      for (int row = 0; row < rows; row++) {
        results[i][row] = operator.apply(a[row], b[row]);
      }
    }
    return new Frame(left.sampling(), left.times(), results, true);
  }

  /** How many columns two operands make: as many as each has, or the one goes with all others. */
  private int columns(int left, int right, String both) {
    if (left == right || right == 1) {
      return left;
    }
    if (left == 1) {
      return right;
    }
    throw new Unaggregable(
        "Can't compute "
            + left
            + " timeseries with "
            + right
            + " (expected: as many, or one) "
            + both,
        Aggregates.names(selectors));
  }

  private Operand clip(Operation.Clip clip, Frame all) {
    String what = clip.toString();
    Operand clipped =
        binary(BinaryOperator.CLIP_MIN, of(clip.operand(), all), of(clip.low(), all), what);
    Optional<Operation> high = clip.high();
    return high.isEmpty()
        ? clipped
        : binary(BinaryOperator.CLIP_MAX, clipped, of(high.get(), all), what);
  }

  private Frame aggregate(Operation.Aggregate aggregate, Frame frame) {
    budget.take(2L * frame.times().length);
    double[] values =
        new Reduction(aggregate.method()).acrossColumns(frame.columns(), frame.times().length);
    boolean rate = aggregate.method().rate();
    return new Frame(
        frame.sampling(),
        rate ? Differences.times(frame.times()) : frame.times(),
        new double[][] {rate ? Differences.of(values) : values},
        true);
  }

  private Frame rolling(Operation.Rolling rolling, Frame frame) {
    int window = rolling.window();
    int rows = frame.times().length;
    if (window > rows) {
      throw new Unaggregable(
          "Rolling window '" + window + "' is greater than serie length '" + rows + "'",
          Aggregates.names(selectors));
    }
    budget.take(frame.cells());
    budget.visit(rows - window + 1, frame.columns().length, window);
    Reduction reduction = new Reduction(rolling.method());
    double[][] columns = new double[frame.columns().length][];
    for (int i = 0; i < columns.length; i++) {
      double[] values = reduction.rolling(frame.columns()[i], window);
      columns[i] = rolling.method().rate() ? Differences.of(values) : values;
    }
    long[] times = Arrays.copyOfRange(frame.times(), window - 1, rows);
    return with(frame, rolling.method().rate() ? Differences.times(times) : times, columns);
  }

  private Frame resample(Operation.Resample resample, Frame frame) {
    budget.take(frame.cells());
    Sampling sampling = resample.sampling();
    Resampling resampling = new Resampling(resample.method(), sampling, frame.times());
    double[][] columns = new double[frame.columns().length][];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = resampling.values(frame.columns()[i]);
    }
    return new Frame(sampling, resampling.times(), columns, frame.aggregated());
  }

  private static Frame with(Frame frame, long[] times, double[][] columns) {
    return new Frame(frame.sampling(), times, columns, frame.aggregated());
  }
}
