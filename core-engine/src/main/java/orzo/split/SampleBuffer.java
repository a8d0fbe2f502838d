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

  /** Forgets all samples and keeps the room. */
  public void clear() {
    size = 0;
  }
}
