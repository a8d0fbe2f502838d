package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;

/**
 * {@code min_over_time} and {@code max_over_time}: {@code NaN} counts only where there is nothing
 * else, and of equal values the first one, which tells -0 from 0.
 *
 * <p>Windows that overlap are not looked through one by one. A window is split in two: of its
 * earlier part the extremes of all ends are known, of its later part the extreme so far. When the
 * earlier part is used up, the whole window becomes the earlier part. So each sample is looked at
 * twice, however many windows it is in.
 */
record SlidingExtreme(boolean greatest) implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    if (windows.overlap()) {
      slide(windows, result);
    } else {
      new EachWindow((_, values, from, to) -> of(values, from, to)).evaluate(windows, result);
    }
  }

  private void slide(Windows windows, SeriesBlock result) {
    double[] values = windows.values;
    double[] earlier = {}; // the extreme of [earlierFrom + i, split)
    int earlierFrom = 0;
    int split = 0;
    int reached = 0;
    double later = 0; // the extreme of [split, reached)
    while (windows.next()) {
      int from = windows.from;
      int to = windows.to;
      if (from >= split) {
        if (earlier.length < to - from) {
          earlier = new double[Math.max(to - from, Math.min(2 * earlier.length, windows.size()))];
        }
        endsOf(values, from, to, earlier);
        earlierFrom = from;
        split = to;
        reached = to;
      }
      for (; reached < to; reached++) {
        later = reached == split ? values[reached] : of(later, values[reached]);
      }
      double first = earlier[from - earlierFrom];
      result.set(windows.step, to == split ? first : of(first, later));
    }
  }

  /** The extremes of {@code [i, to)} for all {@code i}. */
  private void endsOf(double[] values, int from, int to, double[] into) {
    double extreme = values[to - 1];
    for (int i = to - 1; i >= from; i--) {
      extreme = of(values[i], extreme);
      into[i - from] = extreme;
    }
  }

  private double of(double[] values, int from, int to) {
    double extreme = values[from];
    for (int i = from + 1; i < to; i++) {
      extreme = of(extreme, values[i]);
    }
    return extreme;
  }

  private double of(double first, double second) {
    boolean better = greatest ? second > first : second < first;
    return better || Double.isNaN(first) ? second : first;
  }
}
