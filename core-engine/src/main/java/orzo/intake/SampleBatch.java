package orzo.intake;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.histogram.HistogramColumn;
import orzo.histogram.NativeHistogram;
import orzo.split.SampleExtras;

/** The samples of one request, as columns. Not safe for many threads. */
public final class SampleBatch {
  long[] refs;
  long[] timestampsMillis;
  double[] values;
  int size;
  @Nullable SampleExtras extras; // null when no sample has any
  private long cells;

  /** Creates an empty batch with room for {@code capacity} samples. */
  public SampleBatch(int capacity) {
    refs = new long[capacity];
    timestampsMillis = new long[capacity];
    values = new double[capacity];
  }

  /** Adds a sample of the series {@code ref}, see {@link orzo.metric.SeriesRef}. */
  public void add(long ref, long timestampMillis, double value) {
    if (size == refs.length) {
      int grown = size + (size >> 1) + 16;
      refs = Arrays.copyOf(refs, grown);
      timestampsMillis = Arrays.copyOf(timestampsMillis, grown);
      values = Arrays.copyOf(values, grown);
    }
    refs[size] = ref;
    timestampsMillis[size] = timestampMillis;
    values[size++] = value;
  }

  /**
   * Adds a sample of the series {@code ref}, see {@link orzo.metric.SeriesRef}.
   *
   * @param value the histogram's sum if there is one
   * @param startMillis when what it counts began, epoch milliseconds; 0 when that is not known
   */
  public void add(
      long ref,
      long timestampMillis,
      double value,
      long startMillis,
      @Nullable NativeHistogram histogram) {
    add(ref, timestampMillis, value);
    if (startMillis != 0 || histogram != null) {
      setExtras(size - 1, startMillis, histogram);
    }
  }

  /** Sets what sample {@code i} has besides, which had nothing; see {@link #add}. */
  public void setExtras(int i, long startMillis, @Nullable NativeHistogram histogram) {
    if (extras == null) {
      extras = new SampleExtras();
    }
    extras.set(i, startMillis, histogram);
    cells += histogram == null ? 0 : HistogramColumn.cells(histogram);
  }

  /** How much memory the samples take, about, in plain samples. */
  public long weight() {
    return size + cells / 2;
  }

  /** Takes the last samples off, down to {@code size}; the room stays. */
  public void truncate(int size) {
    if (size < 0 || size > this.size) {
      throw new IllegalArgumentException("size: " + size + " (expected: 0 to " + this.size + ")");
    }
    this.size = size;
    if (extras != null) {
      extras.truncate(size);
      cells = extras.cells(0, size);
      extras = size == 0 ? null : extras;
    }
  }

  /** For how many samples there is room without growing. */
  public int capacity() {
    return refs.length;
  }

  /** How many samples there are. */
  public int size() {
    return size;
  }
}
