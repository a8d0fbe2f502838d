package orzo.statsd;

import org.jspecify.annotations.Nullable;
import orzo.histogram.HistogramColumn;
import orzo.histogram.NativeHistogram;

/** Samples on their way to storage, as columns, in pieces that are appended at once. */
final class FlushedSamples {
  /** How many samples a piece has at most. */
  static final int CAPACITY = 8192;

  /** How many cells of histograms a piece takes before it is full. */
  private static final long MAX_CELLS = 1 << 17;

  final SeriesRow[] rows = new SeriesRow[CAPACITY];
  final int[] statistics = new int[CAPACITY];
  final long[] timestampsMillis = new long[CAPACITY];
  final double[] values = new double[CAPACITY];
  int size;

  private long @Nullable [] startsMillis; // null, as the histograms, when there is no histogram
  private @Nullable NativeHistogram @Nullable [] histograms;
  private long cells;

  boolean isFull() {
    return size == CAPACITY || cells >= MAX_CELLS;
  }

  /** How much memory the samples take, about, in plain samples. */
  int weight() {
    return size + (int) (cells / 2);
  }

  void add(SeriesRow row, int statistic, long timestampMillis, double value) {
    rows[size] = row;
    statistics[size] = statistic;
    timestampsMillis[size] = timestampMillis;
    values[size++] = value;
  }

  /** Adds a histogram that counts since {@code startMillis}. */
  void add(
      SeriesRow row,
      int statistic,
      long timestampMillis,
      long startMillis,
      NativeHistogram histogram) {
    if (histograms == null || startsMillis == null) {
      histograms = new NativeHistogram[CAPACITY];
      startsMillis = new long[CAPACITY];
    }
    histograms[size] = histogram;
    startsMillis[size] = startMillis;
    cells += HistogramColumn.cells(histogram);
    add(row, statistic, timestampMillis, histogram.sum());
  }

  /** The histogram of sample {@code i}, null when it is a number. */
  @Nullable NativeHistogram histogram(int i) {
    return histograms == null ? null : histograms[i];
  }

  /** Since when sample {@code i} counts, epoch milliseconds; 0 when that is not told. */
  long startMillis(int i) {
    return startsMillis == null ? 0 : startsMillis[i];
  }
}
