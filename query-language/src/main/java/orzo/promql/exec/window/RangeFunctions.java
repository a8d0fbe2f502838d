package orzo.promql.exec.window;

import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import orzo.query.QueryException;

/** The functions that take a range vector, by the names that PromQL gives them. */
public final class RangeFunctions {
  static final RangeFunction FIRST = new EachWindow((_, values, from, _) -> values[from]);
  static final RangeFunction LAST = new EachWindow((_, values, _, to) -> values[to - 1]);
  static final RangeFunction MIN = new SlidingExtreme(false);
  static final RangeFunction MAX = new SlidingExtreme(true);

  private RangeFunctions() {}

  /**
   * A function.
   *
   * @param parameters its scalar arguments, each with one value for each step
   * @param badQuantile told of a quantile outside [0, 1] that was used
   * @param overlapping told of a metric whose start timestamps overlap, for each window
   * @throws QueryException for a function that is not evaluated
   */
  public static RangeFunction of(
      String name,
      double[][] parameters,
      DoubleConsumer badQuantile,
      Consumer<String> overlapping) {
    return switch (name) {
      case "rate" -> new ExtrapolatedRate(true, true, overlapping);
      case "increase" -> new ExtrapolatedRate(true, false, overlapping);
      case "delta" -> new ExtrapolatedRate(false, false);
      case "irate" -> new InstantRate(true);
      case "idelta" -> new InstantRate(false);
      case "changes" -> new Transitions(false);
      case "resets" -> new Transitions(true);
      case "deriv" -> Regression.slope();
      case "predict_linear" -> Regression.prediction(parameters[0]);
      case "double_exponential_smoothing" ->
          new DoubleExponentialSmoothing(parameters[0], parameters[1]);
      case "quantile_over_time" -> new QuantileOverTime(parameters[0], badQuantile);
      case "mad_over_time" -> new MedianDeviation();
      case "sum_over_time" -> new SumOverTime(false);
      case "avg_over_time" -> new SumOverTime(true);
      case "stddev_over_time" -> new VarianceOverTime(true);
      case "stdvar_over_time" -> new VarianceOverTime(false);
      case "count_over_time" -> new EachWindow((_, _, from, to) -> to - from);
      case "present_over_time", "absent_over_time" -> new EachWindow((_, _, _, _) -> 1);
      case "first_over_time" -> FIRST;
      case "last_over_time" -> LAST;
      case "min_over_time" -> MIN;
      case "max_over_time" -> MAX;
      case "ts_of_first_over_time" -> new EachWindow((times, _, from, _) -> times[from] / 1000.0);
      case "ts_of_last_over_time" -> new EachWindow((times, _, _, to) -> times[to - 1] / 1000.0);
      case "ts_of_min_over_time" -> new EachWindow(RangeFunctions::timeOfMin);
      case "ts_of_max_over_time" -> new EachWindow(RangeFunctions::timeOfMax);
      default ->
          throw new QueryException(
              QueryException.Type.EXECUTION, "function " + name + "() is not evaluated yet");
    };
  }

  /**
   * A function of ranges with the modifier {@code anchored} or {@code smoothed}, for the windows
   * that {@link RangeBorders#widened} gives.
   *
   * @throws QueryException for a function that these modifiers make no sense to
   */
  public static RangeFunction extended(String name, RangeBorders borders) {
    return switch (name) {
      case "rate" -> new ExtendedRate(borders, true, true);
      case "increase" -> new ExtendedRate(borders, true, false);
      case "delta" -> new ExtendedRate(borders, false, false);
      case "changes", "resets" -> {
        if (borders.smoothed()) {
          throw notExtended(name, "smoothed");
        }
        yield new AnchoredTransitions(borders, name.equals("resets"));
      }
      default -> throw notExtended(name, borders.smoothed() ? "smoothed" : "anchored");
    };
  }

  private static QueryException notExtended(String name, String modifier) {
    return new QueryException(
        QueryException.Type.EXECUTION,
        modifier
            + " modifier can only be used with: "
            + (modifier.equals("smoothed")
                ? "delta, increase, rate"
                : "changes, delta, increase, rate, resets")
            + " - not with "
            + name);
  }

  /** Of several smallest samples the last one counts. */
  private static double timeOfMin(long[] times, double[] values, int from, int to) {
    int found = from;
    for (int i = from + 1; i < to; i++) {
      if (values[i] <= values[found] || Double.isNaN(values[found])) {
        found = i;
      }
    }
    return times[found] / 1000.0;
  }

  /** Of several largest samples the last one counts. */
  private static double timeOfMax(long[] times, double[] values, int from, int to) {
    int found = from;
    for (int i = from + 1; i < to; i++) {
      if (values[i] >= values[found] || Double.isNaN(values[found])) {
        found = i;
      }
    }
    return times[found] / 1000.0;
  }
}
