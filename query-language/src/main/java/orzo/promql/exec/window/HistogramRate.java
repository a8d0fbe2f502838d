package orzo.promql.exec.window;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import orzo.histogram.HistogramSum;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetDetection;
import orzo.histogram.ResetHint;
import orzo.promql.exec.histogram.HistogramNote;
import orzo.promql.exec.histogram.HistogramNotes;

/**
 * {@code rate}, {@code increase} and {@code delta} of histograms: what {@link ExtrapolatedRate} is
 * for floats. For one series and one thread. Source: Prometheus's promql/functions.go, {@code
 * histogramRate}.
 */
final class HistogramRate {
  private final Windows windows;
  private final long @Nullable [] starts;
  private final @Nullable NativeHistogram[] histograms;
  private final boolean counter;
  private final ExtrapolatedRate.Extrapolation extrapolation;
  private final String metricName;
  private final HistogramNotes notes;

  HistogramRate(
      Windows windows,
      @Nullable NativeHistogram[] histograms,
      boolean counter,
      boolean perSecond,
      String metricName,
      HistogramNotes notes) {
    this.windows = windows;
    starts = counter ? windows.starts : null;
    extrapolation = new ExtrapolatedRate.Extrapolation(counter, perSecond, windows.rangeMillis());
    this.histograms = histograms;
    this.counter = counter;
    this.metricName = metricName;
    this.notes = notes;
  }

  private NativeHistogram at(int i) {
    return Objects.requireNonNull(histograms[i]);
  }

  /** Whether a histogram of the current window counts some of what the one before it counted. */
  boolean startsOverlap() {
    for (int i = windows.from + 1; starts != null && i < windows.to; i++) {
      if (StartTimes.overlaps(starts, windows.times, i)) {
        return true;
      }
    }
    return false;
  }

  /** The value for the current window, which has histograms only; null when there is none. */
  @Nullable NativeHistogram current() {
    int first = windows.from;
    int last = windows.to - 1;
    NativeHistogram grown = last == first ? null : difference(first, windows.to);
    if (last > first && grown == null) {
      return null;
    }
    long zeroTime = starts == null ? 0 : ExtrapolatedRate.zeroTime(windows, starts, first);
    if (zeroTime == 0) {
      return grown == null
          ? null
          : grown.times(
              extrapolation.factor(
                  windows.times[first],
                  windows.times[last],
                  last - first,
                  at(first).count(),
                  grown.count(),
                  windows.endMillis()));
    }
    HistogramSum sum = HistogramSum.of(at(first));
    if (grown != null && !sum.add(grown)) {
      return incompatible();
    }
    if (sum.boundsReconciled()) {
      notes.add(HistogramNote.reconciledBounds("addition"));
    }
    return sum.result()
        .times(
            extrapolation.factorFrom(
                zeroTime,
                windows.times[first],
                windows.times[last],
                last - first,
                windows.endMillis()));
  }

  /** Whether a counter began anew with a histogram. */
  private boolean isReset(int i, NativeHistogram before) {
    return starts != null && StartTimes.isReset(starts, windows.times, i)
        || ResetDetection.isReset(at(i), before);
  }

  /**
   * The difference of the last and the first histogram, made up for resets in between; null when
   * some have exponential and some custom buckets.
   *
   * @param from index of the first histogram
   * @param to index after the last one, at least two more
   */
  private @Nullable NativeHistogram difference(int from, int to) {
    NativeHistogram first = at(from);
    NativeHistogram last = at(to - 1);
    noteKinds(from, to);
    // Before a reset the first histogram doesn't matter, however its buckets are laid out.
    if (counter && isReset(from + 1, first)) {
      first = at(from + 1).emptied();
    }
    int schema = Math.min(first.schema(), last.schema());
    boolean custom = first.hasCustomBuckets();
    if (last.hasCustomBuckets() != custom) {
      return incompatible();
    }
    for (int i = from + 1; counter && i < to - 1; i++) {
      if (at(i).hasCustomBuckets() != custom) {
        return incompatible();
      }
      schema = Math.min(schema, at(i).schema());
    }
    HistogramSum sum = HistogramSum.of(last);
    sum.coarsen(schema);
    if (!sum.subtract(first)) {
      return incompatible();
    }
    if (sum.reconciledInSubtraction()) {
      notes.add(HistogramNote.reconciledBounds("subtraction"));
    }
    if (counter && !addResets(sum, first, from, to)) {
      return incompatible();
    }
    return sum.result().compacted().withResetHint(ResetHint.GAUGE);
  }

  private boolean addResets(HistogramSum sum, NativeHistogram first, int from, int to) {
    NativeHistogram before = first;
    for (int i = from + 1; i < to; i++) {
      if (isReset(i, before) && !sum.add(before)) {
        return false;
      }
      before = at(i);
    }
    if (sum.reconciledInAddition()) {
      notes.add(HistogramNote.reconciledBounds("addition"));
    }
    return true;
  }

  private void noteKinds(int from, int to) {
    if (!counter) {
      if (at(from).resetHint() != ResetHint.GAUGE || at(to - 1).resetHint() != ResetHint.GAUGE) {
        notes.add(HistogramNote.notGauge(metricName));
      }
      return;
    }
    for (int i = from; i < to; i++) {
      if (at(i).resetHint() == ResetHint.GAUGE) {
        notes.add(HistogramNote.notCounter(metricName));
        return;
      }
    }
  }

  private @Nullable NativeHistogram incompatible() {
    notes.add(HistogramNote.mixedSchemas(metricName));
    return null;
  }
}
