package orzo.split;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.histogram.HistogramColumn;
import orzo.histogram.NativeHistogram;

/**
 * What few samples have besides a time and a value: a native histogram, whose sum the value then
 * is, and a start timestamp, the time at which what the sample counts began. Two columns beside
 * those of the samples, made when first needed. Whoever has columns of samples has null in the
 * place of these as long as no sample needs them, so plain samples cost nothing.
 *
 * <p>What is not set reads as none, also beyond the columns' ends. Not safe for many threads.
 */
public final class SampleExtras {
  private static final @Nullable NativeHistogram[] NO_HISTOGRAMS = {};
  private static final long[] NO_STARTS = {};

  private @Nullable NativeHistogram[] histograms = NO_HISTOGRAMS;
  private long[] startsMillis = NO_STARTS;

  /** Creates columns in which nothing is set. */
  public SampleExtras() {}

  /** The histogram of sample {@code i}, or null. */
  public @Nullable NativeHistogram histogram(int i) {
    return i < histograms.length ? histograms[i] : null;
  }

  /** The start timestamp of sample {@code i}, epoch milliseconds; 0 when it is not known. */
  public long startMillis(int i) {
    return i < startsMillis.length ? startsMillis[i] : 0;
  }

  /** Whether a sample may have a histogram. */
  public boolean hasHistograms() {
    return histograms.length > 0;
  }

  /** Whether a sample may have a start timestamp. */
  public boolean hasStarts() {
    return startsMillis.length > 0;
  }

  /** The histograms of the first {@code size} samples; good until the next change. */
  @Nullable NativeHistogram[] histograms(int size) {
    if (histograms.length < size) {
      histograms = Arrays.copyOf(histograms, size);
    }
    return histograms;
  }

  /** The start timestamps of the first {@code size} samples; good until the next change. */
  long[] startsMillis(int size) {
    if (startsMillis.length < size) {
      startsMillis = Arrays.copyOf(startsMillis, size);
    }
    return startsMillis;
  }

  /** Sets what sample {@code i} has. */
  public void set(int i, long startMillis, @Nullable NativeHistogram histogram) {
    if (histogram != null || i < histograms.length) {
      histograms(i < histograms.length ? 0 : grown(i))[i] = histogram;
    }
    if (startMillis != 0 || i < startsMillis.length) {
      startsMillis(i < startsMillis.length ? 0 : grown(i))[i] = startMillis;
    }
  }

  private static int grown(int i) {
    return i + (i >> 1) + 8;
  }

  /** Sets what samples have from {@code at} on to what others have in {@code [from, to)}. */
  public void copy(@Nullable SampleExtras others, int from, int to, int at) {
    for (int i = from; i < to; i++) {
      set(
          at + i - from,
          others == null ? 0 : others.startMillis(i),
          others == null ? null : others.histogram(i));
    }
  }

  /** Moves {@code count} samples from one index to another; those in between keep what they had. */
  public void move(int from, int to, int count) {
    if (from > to) {
      copy(this, from, from + count, to);
    } else if (from < to) {
      for (int i = count - 1; i >= 0; i--) {
        set(to + i, startMillis(from + i), histogram(from + i));
      }
    }
  }

  /** Forgets what the samples from {@code size} on have. */
  public void truncate(int size) {
    if (size < histograms.length) {
      Arrays.fill(histograms, size, histograms.length, null);
    }
    if (size < startsMillis.length) {
      Arrays.fill(startsMillis, size, startsMillis.length, 0);
    }
  }

  /** How much the histograms of {@code [from, to)} take, in counts of buckets. */
  public long cells(int from, int to) {
    long cells = 0;
    for (int i = from; i < Math.min(to, histograms.length); i++) {
      NativeHistogram histogram = histograms[i];
      if (histogram != null) {
        cells += HistogramColumn.cells(histogram);
      }
    }
    return cells;
  }
}
