package orzo.statsd;

/** Samples on their way to storage, as columns, in pieces that are appended at once. */
final class FlushedSamples {
  /** How many samples a piece has at most. */
  static final int CAPACITY = 8192;

  final SeriesRow[] rows = new SeriesRow[CAPACITY];
  final int[] statistics = new int[CAPACITY];
  final long[] timestampsMillis = new long[CAPACITY];
  final double[] values = new double[CAPACITY];
  int size;

  boolean isFull() {
    return size == CAPACITY;
  }

  void add(SeriesRow row, int statistic, long timestampMillis, double value) {
    rows[size] = row;
    statistics[size] = statistic;
    timestampsMillis[size] = timestampMillis;
    values[size++] = value;
  }
}
