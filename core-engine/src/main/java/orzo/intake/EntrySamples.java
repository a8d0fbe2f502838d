package orzo.intake;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.split.SampleExtras;

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

  /** What samples have besides, null when none has anything. */
  private @Nullable SampleExtras extras;

  /** Creates empty columns with room for {@code capacity} samples. */
  public EntrySamples(int capacity) {
    series = new int[capacity];
    timestampsMillis = new long[capacity];
    values = new double[capacity];
  }

  /** Forgets all samples and keeps the room. */
  public void clear() {
    size = 0;
    extras = null;
  }

  /** Forgets the samples from index {@code size} on. */
  public void truncate(int size) {
    this.size = size;
    if (extras != null) {
      extras.truncate(size);
    }
  }

  /** What samples have besides time and value; null when no sample has anything. */
  public @Nullable SampleExtras extras() {
    return extras;
  }

  SampleExtras extrasToSet() {
    if (extras == null) {
      extras = new SampleExtras();
    }
    return extras;
  }

  /** Makes a sample another one's: the series given, all else the same. */
  public void move(int from, int to, int toSeries) {
    series[to] = toSeries;
    timestampsMillis[to] = timestampsMillis[from];
    values[to] = values[from];
    if (extras != null) {
      extras.set(to, extras.startMillis(from), extras.histogram(from));
    }
  }

  /** How much the samples of {@code [from, to)} take in memory, about, in plain samples. */
  public long weight(int from, int to) {
    return to - from + (extras == null ? 0 : extras.cells(from, to) / 2);
  }

  /** Makes room for one more sample at least. */
  void grow() {
    int capacity = size + (size >> 1) + 16;
    series = Arrays.copyOf(series, capacity);
    timestampsMillis = Arrays.copyOf(timestampsMillis, capacity);
    values = Arrays.copyOf(values, capacity);
  }
}
