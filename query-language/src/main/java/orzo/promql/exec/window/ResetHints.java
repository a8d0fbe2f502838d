package orzo.promql.exec.window;

import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetDetection;
import orzo.histogram.ResetHint;
import orzo.split.SampleBuffer;

/**
 * Finds out about counter resets between neighbouring samples, as Prometheus's storage does when it
 * writes them: once for each sample, and not once for each window that holds it.
 */
public final class ResetHints {
  private ResetHints() {}

  /** A histogram with the hint that follows from the sample before it, unless it has one. */
  public static NativeHistogram hinted(
      NativeHistogram histogram, @Nullable NativeHistogram before) {
    if (histogram.resetHint() != ResetHint.UNKNOWN
        || before == null
        || before.isStale()
        || before.resetHint() == ResetHint.GAUGE) {
      return histogram;
    }
    return histogram.withResetHint(
        ResetDetection.isReset(histogram, before) ? ResetHint.RESET : ResetHint.NOT_RESET);
  }

  /** The samples without stale markers, and hints in all histograms that follow on another one. */
  public static SampleBuffer hinted(SampleBuffer samples, @Nullable NativeHistogram[] histograms) {
    SampleBuffer hinted = new SampleBuffer(samples.size);
    for (int i = 0; i < samples.size; i++) {
      NativeHistogram histogram = histograms[i];
      if (Double.doubleToRawLongBits(samples.values[i]) == NativeHistogram.STALE_SUM_BITS) {
        continue;
      }
      hinted.add(
          samples.timestampsMillis[i],
          samples.values[i],
          startMillis(samples, i),
          histogram == null ? null : hinted(histogram, i == 0 ? null : histograms[i - 1]));
    }
    return hinted;
  }

  private static long startMillis(SampleBuffer samples, int i) {
    long[] starts = samples.startsMillis();
    return starts == null ? 0 : starts[i];
  }
}
