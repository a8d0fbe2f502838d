package orzo.gnocchi.aggregates;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import orzo.gnocchi.operations.MetricSelector;
import orzo.gnocchi.operations.Operation;
import orzo.gnocchi.operations.Sampling;
import orzo.read.Points;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Evaluates operations. The series of one granularity are put side by side in a {@link Frame}, then
 * the tree of operations is walked once; an operation works on all columns at a time.
 */
public final class Aggregates {
  private final Operation operation;
  private final List<MetricSelector> selectors;
  private final Limits limits;
  private final long maxCells;

  /**
   * What answers are limited to.
   *
   * @param fill what stands where a series has no value
   * @param neededOverlap the share in percent of times at which all series must have a value;
   *     counts for {@link Fill.Mode#OVERLAP} only
   * @param startGiven whether the range has a start; without, it starts where all series overlap
   * @param stopGiven whether the range has a stop; without, it stops where all series overlap
   */
  public record Limits(
      Fill fill, OptionalDouble neededOverlap, boolean startGiven, boolean stopGiven) {}

  /** Values of one granularity. */
  public record Run(Sampling sampling, Points series) {}

  /**
   * What comes of it.
   *
   * @param aggregated whether the series became one
   * @param columns the runs of each series, coarsest granularity first: of the one series if they
   *     became one, else of those that were given, in their order
   */
  public record Answer(boolean aggregated, List<List<Run>> columns) {}

  /**
   * Prepares an evaluation.
   *
   * @param selectors for each series, the selector that took it
   * @param maxCells how many values may be held in all, results on the way included
   */
  public Aggregates(
      Operation operation, List<MetricSelector> selectors, Limits limits, long maxCells) {
    this.operation = operation;
    this.selectors = List.copyOf(selectors);
    this.limits = limits;
    this.maxCells = maxCells;
  }

  /** The series of one granularity, one for each selector. */
  public record Input(Sampling sampling, List<Points> series) {}

  /**
   * Evaluates the operations for each granularity by itself.
   *
   * @param inputs coarsest granularity first, one at least
   * @throws Unaggregable when series do not go together
   * @throws GatewayException {@link Kind#LIMIT} when it takes too much memory or work
   */
  public Answer evaluate(List<Input> inputs) {
    Evaluation evaluation = new Evaluation(selectors, new CellBudget(maxCells));
    boolean aggregated = false;
    List<Frame> results = new ArrayList<>();
    for (Input input : inputs) {
      if (!(evaluation.of(operation, frame(input, evaluation)) instanceof Frame result)) {
        throw new IllegalArgumentException("operation: " + operation + " (expected: with series)");
      }
      aggregated = result.aggregated();
      results.add(result);
    }
    int columns = aggregated ? 1 : selectors.size();
    List<List<Run>> runs = new ArrayList<>();
    for (int column = 0; column < columns; column++) {
      List<Run> ofColumn = new ArrayList<>();
      for (Frame result : results) {
        ofColumn.add(new Run(result.sampling(), series(result, column)));
      }
      runs.add(ofColumn);
    }
    return new Answer(aggregated, runs);
  }

  private Frame frame(Input input, Evaluation evaluation) {
    if (input.series().size() != selectors.size()) {
      throw new IllegalArgumentException(
          input.series().size() + " series (expected: " + selectors.size() + ")");
    }
    long[] times = Alignment.times(input.series());
    evaluation.budget().take((long) times.length * selectors.size());
    double[][] columns = new double[selectors.size()][];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = Alignment.column(input.series().get(i), times, limits.fill());
    }
    Frame frame = new Frame(input.sampling(), times, columns, false);
    return limits.fill().mode() == Fill.Mode.OVERLAP
        ? new Overlap(limits, selectors).of(frame)
        : frame;
  }

  /** A column as it is answered; where operations left none, which is for want of series, empty. */
  private Points series(Frame frame, int column) {
    if (column >= frame.columns().length) {
      return Points.NONE;
    }
    Points series = new Points(frame.times(), frame.columns()[column]);
    return limits.fill().drops() ? finite(series) : series;
  }

  private static Points finite(Points series) {
    int count = 0;
    for (double value : series.values()) {
      count += Double.isFinite(value) ? 1 : 0;
    }
    if (count == series.size()) {
      return series;
    }
    long[] times = new long[count];
    double[] values = new double[count];
    int row = 0;
    for (int i = 0; i < series.size(); i++) {
      if (Double.isFinite(series.values()[i])) {
        times[row] = series.startsMillis()[i];
        values[row++] = series.values()[i];
      }
    }
    return new Points(times, values);
  }

  /** Which series, as refusals name them. */
  static List<List<Object>> names(List<MetricSelector> selectors) {
    return selectors.stream()
        .map(selector -> List.<Object>of(selector.metric(), selector.aggregation()))
        .toList();
  }
}
