package orzo.intake;

import java.util.Arrays;

/**
 * The samples of a sack's backlog entries, as columns in the order in which they were accepted.
 * Fields are open because hot loops index them; only the first {@link #size} elements mean
 * anything. Not safe for many threads.
 */
public final class EntrySamples {
  /** The series' integers in the sack. */
  public int[] series;

  /** Timestamps, epoch milliseconds, in any order. */
  public long[] timestampsMillis;

  /** Values, bit-exact: a NaN keeps its payload. */
  public double[] values;

  /** How many samples there are. */
  public int size;

  /** Creates empty columns with room for {@code capacity} samples. */
  public EntrySamples(int capacity) {
    series = new int[capacity];
    timestampsMillis = new long[capacity];
    values = new double[capacity];
  }

  /** Forgets all samples and keeps the room. */
  public void clear() {
    size = 0;
  }

  /** Makes room for one more sample at least. */
  void grow() {
    int capacity = size + (size >> 1) + 16;
    series = Arrays.copyOf(series, capacity);
    timestampsMillis = Arrays.copyOf(timestampsMillis, capacity);
    values = Arrays.copyOf(values, capacity);
  }
}
