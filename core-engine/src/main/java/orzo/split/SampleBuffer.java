package orzo.split;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;

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

  /** What samples have besides, null when none has anything. */
  private @Nullable SampleExtras extras;

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

  /**
   * Adds a sample at the end.
   *
   * @param value the histogram's sum if there is one
   * @param startMillis its start timestamp, 0 when that is not known
   */
  public void add(
      long timestampMillis, double value, long startMillis, @Nullable NativeHistogram histogram) {
    add(timestampMillis, value);
    setExtras(size - 1, startMillis, histogram);
  }

  /** What samples have besides time and value; null when no sample has anything. */
  public @Nullable SampleExtras extras() {
    return extras;
  }

  /**
   * The samples' histograms, null in the place of floats, at least {@link #size} elements; null
   * when all are floats. The value of a sample with a histogram is its sum. Not to be changed.
   */
  public @Nullable NativeHistogram @Nullable [] histograms() {
    return extras == null || !extras.hasHistograms() ? null : extras.histograms(size);
  }

  /**
   * The samples' start timestamps, epoch milliseconds, 0 where it is not known, at least {@link
   * #size} elements; null when none is known. Not to be changed.
   */
  public long @Nullable [] startsMillis() {
    return extras == null || !extras.hasStarts() ? null : extras.startsMillis(size);
  }

  /** Sets what sample {@code i} has besides time and value. */
  public void setExtras(int i, long startMillis, @Nullable NativeHistogram histogram) {
    if (extras != null || startMillis != 0 || histogram != null) {
      extrasToSet().set(i, startMillis, histogram);
    }
  }

  SampleExtras extrasToSet() {
    if (extras == null) {
      extras = new SampleExtras();
    }
    return extras;
  }

  /** How many samples of {@code [from, to)} have histograms. */
  public int histograms(int from, int to) {
    int count = 0;
    for (int i = from; extras != null && i < to; i++) {
      count += extras.histogram(i) == null ? 0 : 1;
    }
    return count;
  }

  /** How much the histograms of {@code [from, to)} take, in counts of buckets; 0 without any. */
  public long cells(int from, int to) {
    return extras == null ? 0 : extras.cells(from, to);
  }

  /** Where a block that starts with sample {@code from} ends at the latest, by what it may hold. */
  public int blockEnd(int from, int maxSamples, long maxCells) {
    int limit = (int) Math.min(size, (long) from + maxSamples);
    if (extras == null || !extras.hasHistograms()) {
      return limit;
    }
    long cells = 0;
    int end = from;
    while (end < limit && cells < maxCells) {
      cells += extras.cells(end, end + 1);
      end++;
    }
    return end;
  }

  /** Adds the samples {@code [from, to)} of another buffer at the end. */
  public void addAll(SampleBuffer other, int from, int to) {
    int count = to - from;
    ensureCapacity(size + count);
    System.arraycopy(other.timestampsMillis, from, timestampsMillis, size, count);
    System.arraycopy(other.values, from, values, size, count);
    if (other.extras != null) {
      extrasToSet().copy(other.extras, from, to, size);
    }
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
    if (extras != null) {
      extras.move(from, start, to - from);
    }
    truncate(start + to - from);
  }

  /** Forgets the samples from index {@code size} on. */
  public void truncate(int size) {
    this.size = size;
    if (extras != null) {
      extras.truncate(size);
    }
  }

  /** Forgets the first {@code count} samples. */
  public void removeFirst(int count) {
    int left = size - count;
    System.arraycopy(timestampsMillis, count, timestampsMillis, 0, left);
    System.arraycopy(values, count, values, 0, left);
    if (extras != null) {
      extras.move(count, 0, left);
    }
    truncate(left);
  }

  /** Puts a sample at index {@code at}, those from there on move up by one. */
  public void insert(
      int at,
      long timestampMillis,
      double value,
      long startMillis,
      @Nullable NativeHistogram histogram) {
    ensureCapacity(size + 1);
    System.arraycopy(timestampsMillis, at, timestampsMillis, at + 1, size - at);
    System.arraycopy(values, at, values, at + 1, size - at);
    if (extras != null) {
      extras.move(at, at + 1, size - at);
    }
    timestampsMillis[at] = timestampMillis;
    values[at] = value;
    size++;
    setExtras(at, startMillis, histogram);
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
    extras = null;
  }
}
