package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;

/**
 * {@code rate}, {@code increase} and {@code delta} of runs of samples. Of whole runs the first and
 * the last sample of a window, their number and the resets between them are known: all that {@link
 * ExtrapolatedRate} takes of samples. Otherwise the last samples of runs are taken for the only
 * ones, and between two of them all resets count.
 */
record StretchRate(Stretches stretches, boolean whole, boolean counter, boolean perSecond)
    implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    ExtrapolatedRate.Extrapolation extrapolation =
        new ExtrapolatedRate.Extrapolation(counter, perSecond, windows.rangeMillis());
    double[] countsBefore = stretches.countsBefore();
    while (windows.next()) {
      int first = windows.from;
      int last = windows.to - 1;
      double intervals =
          whole ? countsBefore[windows.to] - countsBefore[first] - 1 : (double) last - first;
      if (intervals < 1) {
        continue;
      }
      double firstValue = whole ? stretches.firsts[first] : stretches.lasts[first];
      double difference = stretches.lasts[last] - firstValue;
      if (counter) {
        difference += drops(first, last);
      }
      result.set(
          windows.step,
          difference
              * extrapolation.factor(
                  whole ? stretches.firstTimes[first] : stretches.times[first],
                  stretches.times[last],
                  intervals,
                  firstValue,
                  difference,
                  windows.endMillis()));
    }
  }

  private double drops(int first, int last) {
    double drops = whole ? stretches.drops[first] : 0;
    for (int i = first + 1; i <= last; i++) {
      double before = stretches.lasts[i - 1];
      drops += stretches.drops[i] + (stretches.firsts[i] < before ? before : 0);
    }
    return drops;
  }
}
