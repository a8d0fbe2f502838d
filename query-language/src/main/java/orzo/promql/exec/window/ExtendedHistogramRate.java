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
 * {@code rate}, {@code increase} and {@code delta} of anchored and smoothed ranges of histograms:
 * what {@link ExtendedRate} is for floats. For one series and one thread. Source: Prometheus's
 * promql/functions.go, {@code extendedHistogramRate}.
 */
final class ExtendedHistogramRate {
  private final ExtendedRate rate;
  private final Windows windows;
  private final @Nullable NativeHistogram[] histograms;
  private final String metricName;
  private final HistogramNotes notes;

  ExtendedHistogramRate(
      ExtendedRate rate,
      Windows windows,
      @Nullable NativeHistogram[] histograms,
      String metricName,
      HistogramNotes notes) {
    this.rate = rate;
    this.windows = windows;
    this.histograms = histograms;
    this.metricName = metricName;
    this.notes = notes;
  }

  private NativeHistogram at(int i) {
    return Objects.requireNonNull(histograms[i]);
  }

  /** The value for the current window, which has histograms only; null when there is none. */
  @Nullable NativeHistogram current() {
    boolean smoothed = rate.borders().smoothed();
    long end = rate.borders().endMillis(windows);
    long start = end - rate.borders().rangeMillis();
    int lastOfAll = windows.to - 1;
    int first = Math.max(windows.from, firstLaterThan(start, lastOfAll) - 1);
    int last = smoothed ? firstLaterThan(end - 1, lastOfAll) : lastOfAll;
    if (windows.times[last] <= start
        || smoothed && windows.times[first] > end
        || !haveSameKindOfBuckets(first, last)) {
      return null;
    }
    boolean beforeStart = smoothed && windows.times[first] < start;
    boolean afterEnd = smoothed && last > windows.from && windows.times[last] > end;
    NativeHistogram left = beforeStart ? interpolated(first, start) : at(first);
    NativeHistogram right = afterEnd ? interpolated(last - 1, end) : at(last);
    if (!rate.counter()
        && (left.resetHint() != ResetHint.GAUGE || right.resetHint() != ResetHint.GAUGE)) {
      notes.add(HistogramNote.notGauge(metricName));
    }
    HistogramSum sum = HistogramSum.of(right);
    if (!sum.subtract(left) || rate.counter() && !addResets(sum, first, last, left, right, start)) {
      return incompatible();
    }
    if (sum.reconciledInSubtraction()) {
      notes.add(HistogramNote.reconciledBounds("subtraction"));
    }
    if (sum.reconciledInAddition()) {
      notes.add(HistogramNote.reconciledBounds("addition"));
    }
    NativeHistogram difference = sum.result().compacted().withResetHint(ResetHint.GAUGE);
    return rate.perSecond()
        ? difference.dividedBy(ExtrapolatedRate.seconds(rate.borders().rangeMillis()))
        : difference;
  }

  /** The first index in the window whose time is later, {@code limit} if that is none. */
  private int firstLaterThan(long timeMillis, int limit) {
    int index = windows.from;
    while (index < limit && windows.times[index] <= timeMillis) {
      index++;
    }
    return index;
  }

  private boolean haveSameKindOfBuckets(int first, int last) {
    for (int i = first; i <= last; i++) {
      if (at(i).hasCustomBuckets() != at(first).hasCustomBuckets()) {
        notes.add(HistogramNote.mixedSchemas(metricName));
        return false;
      }
      if (rate.counter() && at(i).resetHint() == ResetHint.GAUGE) {
        notes.add(HistogramNote.notCounter(metricName));
      }
    }
    return true;
  }

  /** The histogram at a time between a sample and the next one, as if all grew evenly. */
  private NativeHistogram interpolated(int before, long timeMillis) {
    return Interpolation.of(
        at(before),
        windows.times[before],
        at(before + 1),
        windows.times[before + 1],
        timeMillis,
        rate.counter(),
        notes);
  }

  /** Adds what resets between the borders took away. */
  private boolean addResets(
      HistogramSum sum,
      int first,
      int last,
      NativeHistogram left,
      NativeHistogram right,
      long start) {
    NativeHistogram before = left;
    int inside = first + 1;
    if (rate.borders().smoothed()
        && windows.times[first] < start
        && ResetDetection.isReset(at(inside), at(first))) {
      // That reset is in the left border already.
      before = at(inside);
      inside++;
    }
    if (inside > last) {
      return true;
    }
    for (int i = inside; i < last; i++) {
      if (ResetDetection.isReset(at(i), before) && !sum.add(before)) {
        return false;
      }
      before = at(i);
    }
    return !ResetDetection.isReset(right, before) || sum.add(before);
  }

  private @Nullable NativeHistogram incompatible() {
    notes.add(HistogramNote.mixedSchemas(metricName));
    return null;
  }
}
