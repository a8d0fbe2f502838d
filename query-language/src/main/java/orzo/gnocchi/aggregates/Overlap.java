package orzo.gnocchi.aggregates;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import orzo.gnocchi.operations.MetricSelector;

/** Asks that series have values at the same times, where nothing is filled in. */
final class Overlap {
  private final Aggregates.Limits limits;
  private final List<MetricSelector> selectors;

  Overlap(Aggregates.Limits limits, List<MetricSelector> selectors) {
    this.limits = limits;
    this.selectors = selectors;
  }

  /**
   * The frame, cut to the first and the last time at which all columns have a value, as far as the
   * asker did not say where it starts and stops.
   *
   * @throws Unaggregable when fewer times than needed have all values
   */
  Frame of(Frame frame) {
    int first = -1;
    int last = -1;
    int overlapping = 0;
    for (int row = 0; row < frame.times().length; row++) {
      if (isWhole(frame, row)) {
        first = first < 0 ? row : first;
        last = row;
        overlapping++;
      }
    }
    double needed = needed(limits.neededOverlap());
    if (overlapping == 0 && needed > 0) {
      throw new Unaggregable("No overlap", Aggregates.names(selectors));
    }
    int from = limits.startGiven() || first < 0 ? 0 : first;
    int to = limits.stopGiven() || last < 0 ? frame.times().length : last + 1;
    Frame cut = frame.rows(from, to);
    if (cut.times().length > 0) {
      double overlap = overlapping * 100.0 / cut.times().length;
      if (overlap < needed) {
        throw new Unaggregable(
            String.format(
                Locale.ROOT,
                "Less than %f%% of datapoints overlap in this timespan (%.2f%%)",
                needed,
                overlap),
            Aggregates.names(selectors));
      }
    }
    return cut;
  }

  private static double needed(OptionalDouble stated) {
    return stated.orElse(100);
  }

  private static boolean isWhole(Frame frame, int row) {
    for (double[] column : frame.columns()) {
      if (Double.isNaN(column[row])) {
        return false;
      }
    }
    return true;
  }
}
