package orzo.promql.exec.window;

import org.jspecify.annotations.Nullable;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.exec.math.KahanSum;

/** The functions of range vectors that can be computed of {@link Stretches}. */
public final class StretchFunctions {
  private StretchFunctions() {}

  /** Whether there is that function, and the columns that it needs are there. */
  public static boolean has(String function, Stretches stretches) {
    return switch (function) {
      case "count_over_time", "present_over_time", "absent_over_time" -> true;
      case "sum_over_time", "avg_over_time" -> stretches.sums.length > 0;
      case "min_over_time" -> stretches.mins.length > 0;
      case "max_over_time" -> stretches.maxs.length > 0;
      case "first_over_time" -> stretches.firsts.length > 0;
      case "last_over_time" -> stretches.lasts.length > 0;
      case "stddev_over_time", "stdvar_over_time" -> stretches.moments.length > 0;
      case "rate", "increase" -> stretches.drops.length > 0;
      case "delta" -> stretches.firsts.length > 0 && stretches.lasts.length > 0;
      default -> false;
    };
  }

  /**
   * Evaluates a function for all windows of a grid.
   *
   * @param whole whether runs are in windows with all their samples; otherwise only their last
   *     samples are sure to be
   */
  public static void evaluate(
      String function,
      Stretches stretches,
      boolean whole,
      TimeGrid grid,
      WindowTimes times,
      SeriesBlock result) {
    if (takeEach(function, stretches, times, result)) {
      return;
    }
    Reduction reduction =
        switch (function) {
          case "count_over_time" -> new Reduction(stretches.counts, new SumOverTime(false));
          case "present_over_time", "absent_over_time" ->
              new Reduction(stretches.counts, new EachWindow((_, _, _, _) -> 1));
          case "sum_over_time" -> new Reduction(stretches.sums, new SumOverTime(false));
          case "avg_over_time" ->
              new Reduction(
                  stretches.sums,
                  new EachWindow((_, sums, from, to) -> mean(sums, stretches.counts, from, to)));
          case "min_over_time" -> new Reduction(stretches.mins, RangeFunctions.MIN);
          case "max_over_time" -> new Reduction(stretches.maxs, RangeFunctions.MAX);
          case "first_over_time" -> new Reduction(stretches.firsts, RangeFunctions.FIRST);
          case "last_over_time" -> new Reduction(stretches.lasts, RangeFunctions.LAST);
          case "stdvar_over_time" -> variance(stretches, false);
          case "stddev_over_time" -> variance(stretches, true);
          case "rate" -> rate(stretches, whole, true, true);
          case "increase" -> rate(stretches, whole, true, false);
          case "delta" -> rate(stretches, whole, false, false);
          default -> throw new IllegalArgumentException("function " + function + " of stretches");
        };
    reduction.function.evaluate(
        new Windows(stretches.times, reduction.column, stretches.size, grid, times), result);
  }

  /** Takes the one run that each window has, if it is so and the function is one for that. */
  private static boolean takeEach(
      String function, Stretches stretches, WindowTimes times, SeriesBlock result) {
    double @Nullable [] column =
        switch (function) {
          case "count_over_time" -> stretches.counts;
          case "sum_over_time", "avg_over_time" -> stretches.sums;
          case "min_over_time" -> stretches.mins;
          case "max_over_time" -> stretches.maxs;
          case "first_over_time" -> stretches.firsts;
          case "last_over_time" -> stretches.lasts;
          default -> null;
        };
    if (column == null || stretches.size == 0) {
      return false;
    }
    int first = stretches.runOfFirst(times);
    if (first < 0) {
      return false;
    }
    double[] values = result.values;
    int steps = Math.min(values.length, stretches.size - first);
    if (function.equals("avg_over_time")) {
      double[] counts = stretches.counts;
      for (int step = 0; step < steps; step++) {
        values[step] = column[first + step] / counts[first + step];
      }
    } else if (function.equals("sum_over_time")) {
      for (int step = 0; step < steps; step++) {
        values[step] = 0 + column[first + step]; // as sums begin, which makes -0 to 0
      }
    } else {
      System.arraycopy(column, first, values, 0, steps);
    }
    Presence.addRange(result.presence, 0, steps);
    return true;
  }

  /** A function, and the column that it takes for values. */
  private record Reduction(double[] column, RangeFunction function) {}

  private static Reduction variance(Stretches stretches, boolean root) {
    return new Reduction(
        stretches.sums,
        new EachWindow((_, _, from, to) -> {
          double variance = variance(stretches, from, to);
          return root ? Math.sqrt(variance) : variance;
        }));
  }

  private static Reduction rate(
      Stretches stretches, boolean whole, boolean counter, boolean perSecond) {
    return new Reduction(stretches.lasts, new StretchRate(stretches, whole, counter, perSecond));
  }

  private static double mean(double[] sums, double[] counts, int from, int to) {
    if (to - from == 1) {
      return sums[from] / counts[from];
    }
    double count = 0;
    KahanSum sum = new KahanSum();
    for (int i = from; i < to; i++) {
      count += counts[i];
      sum.add(sums[i]);
    }
    if (!Double.isInfinite(sum.sum())) {
      return sum.sum() / count + sum.compensation() / count;
    }
    // The sum may overflow where the mean does not.
    double mean = 0;
    for (int i = from; i < to; i++) {
      mean += sums[i] / count;
    }
    return mean;
  }

  /** Merges runs by Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm. */
  private static double variance(Stretches stretches, int from, int to) {
    double count = 0;
    double mean = 0;
    double moment = 0;
    for (int i = from; i < to; i++) {
      double more = stretches.counts[i];
      double delta = stretches.sums[i] / more - mean;
      double all = count + more;
      moment += stretches.moments[i] + delta * delta * (count * more / all);
      mean += delta * (more / all);
      count = all;
    }
    // An infinite sample has no distance from the mean.
    return Double.isFinite(mean) ? moment / count : Double.NaN;
  }
}
