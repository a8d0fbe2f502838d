package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;

/**
 * {@code rate}, {@code increase} and {@code delta} of anchored and smoothed ranges: the difference
 * of the values at the borders, without extrapolation. Source: Prometheus's promql/functions.go,
 * {@code extendedRate}.
 */
record ExtendedRate(RangeBorders borders, boolean counter, boolean perSecond)
    implements RangeFunction {
  @Override
  public void evaluate(Windows windows, SeriesBlock result) {
    BorderValues values = new BorderValues(borders.smoothed(), counter);
    double divisor = perSecond ? ExtrapolatedRate.seconds(borders.rangeMillis()) : 1;
    while (windows.next()) {
      long end = borders.endMillis(windows);
      long start = end - borders.rangeMillis();
      if (values.find(windows.times, windows.values, windows.from, windows.to, start, end)) {
        result.set(windows.step, values.difference() / divisor);
      }
    }
  }
}
