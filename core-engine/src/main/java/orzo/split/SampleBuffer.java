package orzo.split;

import java.util.Arrays;

/**
 * A growing run of samples as two columns. Fields are open because hot loops index them; only the
 * first {@link #size} elements mean anything.
 */
public final class SampleBuffer {
  /** Timestamps, epoch milliseconds, ascending unless a user of the buffer says otherwise. */
  public long[] timestampsMillis;

  /** Values, bit-exact: a NaN keeps its payload. */
  public double[] values;

  /** How many samples there are. */
  public int size;

  private long[] integers = {};

  /** Creates an empty buffer with room for {@code capacity} samples. */
  public SampleBuffer(int capacity) {
    timestampsMillis = new long[capacity];
    values = new double[capacity];
  }

  /** Adds a sample at the end. */
  public void add(long timestampMillis, double value) {
    if (size == timestampsMillis.length) {
      ensureCapacity(size + 1);
    }
    timestampsMillis[size] = timestampMillis;
    values[size++] = value;
  }

  /** Adds the samples {@code [from, to)} of another buffer at the end. */
  public void addAll(SampleBuffer other, int from, int to) {
    int count = to - from;
    ensureCapacity(size + count);
    System.arraycopy(other.timestampsMillis, from, timestampsMillis, size, count);
    System.arraycopy(other.values, from, values, size, count);
    size += count;
  }

  /** Makes room for {@code capacity} samples in all. */
  public void ensureCapacity(int capacity) {
    if (capacity > timestampsMillis.length) {
      int grown = Math.max(capacity, timestampsMillis.length + (timestampsMillis.length >> 1) + 8);
      timestampsMillis = Arrays.copyOf(timestampsMillis, grown);
      values = Arrays.copyOf(values, grown);
    }
  }

  /**
   * Of the samples from index {@code start} on, which are ascending, keeps only those of {@code
   * [fromMillis, toMillis]}.
   */
  public void retain(int start, long fromMillis, long toMillis) {
    if (start == size
        || timestampsMillis[start] >= fromMillis && timestampsMillis[size - 1] <= toMillis) {
      return;
    }
    int from = firstNotBelow(start, fromMillis);
    int to = toMillis == Long.MAX_VALUE ? size : firstNotBelow(from, toMillis + 1);
    System.arraycopy(timestampsMillis, from, timestampsMillis, start, to - from);
    System.arraycopy(values, from, values, start, to - from);
    size = start + to - from;
  }

  private int firstNotBelow(int start, long millis) {
    int found = Arrays.binarySearch(timestampsMillis, start, size, millis);
    return found >= 0 ? found : -found - 1;
  }

  /** Room for integers that codecs work on; nothing in it outlives a call. */
  long[] integers(int capacity) {
    if (capacity > integers.length) {
      integers = new long[Math.max(capacity, RawSplit.MAX_BLOCK_SAMPLES)];
    }
    return integers;
  }

  /** Forgets all samples and keeps the room. */
  public void clear() {
    size = 0;
  }
}
