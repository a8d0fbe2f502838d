package orzo.intake;

import java.util.Arrays;

/** The samples of one request, as columns. Not safe for many threads. */
public final class SampleBatch {
  long[] refs;
  long[] timestampsMillis;
  double[] values;
  int size;

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

  /** Takes the last samples off, down to {@code size}; the room stays. */
  public void truncate(int size) {
    if (size < 0 || size > this.size) {
      throw new IllegalArgumentException("size: " + size + " (expected: 0 to " + this.size + ")");
    }
    this.size = size;
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
