package orzo.promql.exec.window;

import orzo.histogram.HistogramSum;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetDetection;
import orzo.promql.exec.histogram.HistogramNote;
import orzo.promql.exec.histogram.HistogramNotes;

/** Histograms between two samples. */
final class Interpolation {
  private Interpolation() {}

  /**
   * The histogram at a time between two others with the same kind of buckets, each bucket on the
   * line between theirs.
   *
   * @param counter whether the later one begins at zero, if a reset lies in between
   */
  static NativeHistogram of(
      NativeHistogram before,
      long beforeMillis,
      NativeHistogram after,
      long afterMillis,
      long timeMillis,
      boolean counter,
      HistogramNotes notes) {
    if (timeMillis == beforeMillis) {
      return before;
    } else if (timeMillis == afterMillis) {
      return after;
    }
    double fraction = (timeMillis - beforeMillis) / (double) (afterMillis - beforeMillis);
    if (counter && ResetDetection.isReset(after, before)) {
      return after.times(fraction);
    }
    HistogramSum difference = HistogramSum.of(after);
    boolean same = difference.subtract(before);
    HistogramSum sum = HistogramSum.of(difference.result().times(fraction));
    if (!same || !sum.add(before)) {
      throw new IllegalArgumentException(
          "schemas " + before.schema() + " and " + after.schema() + " (expected: of one kind)");
    }
    if (difference.boundsReconciled()) {
      notes.add(HistogramNote.reconciledBounds("subtraction"));
    }
    if (sum.boundsReconciled()) {
      notes.add(HistogramNote.reconciledBounds("addition"));
    }
    return sum.result();
  }
}
