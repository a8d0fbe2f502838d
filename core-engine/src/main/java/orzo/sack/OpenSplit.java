package orzo.sack;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.split.RawSplit;
import orzo.split.SampleBuffer;
import orzo.split.SampleExtras;
import orzo.storage.SplitKey;

/**
 * A split that is being written. Its stored bytes are whole blocks that stay, the sealed part, and
 * behind them one block that is not full, which each flush writes anew. The samples behind the
 * sealed part are in memory, flushed or not.
 */
final class OpenSplit {
  final SplitKey key;

  /** Samples behind the sealed part, strictly ascending. */
  final SampleBuffer tail = new SampleBuffer(4);

  /** Length of the sealed part with the header; zero when nothing is stored or all is rewritten. */
  int sealedBytes;

  /** Timestamp of the last sealed sample; {@link Long#MIN_VALUE} when there is none. */
  long sealedLastMillis = Long.MIN_VALUE;

  /** Whether aggregates were made already of what was stored before. */
  boolean reopened;

  /** Whether it is stored as it was closed. */
  boolean closed;

  /** Whether the tail differs from what is stored. */
  boolean dirty;

  /** When the stored split is to be given a time to live with the next write. */
  long ttlDueMillis = Long.MIN_VALUE;

  /** When a sample for this split came last. */
  long touchedMillis;

  OpenSplit(SplitKey key) {
    this.key = key;
  }

  /** Whether a sample of this time goes into the tail; otherwise the sealed part must be loaded. */
  boolean takes(long timestampMillis) {
    return timestampMillis > sealedLastMillis;
  }

  /**
   * Whether all samples of the split that lie in {@code [fromMillis, toMillis]} are in the tail.
   */
  boolean holdsAllOf(long fromMillis, long toMillis) {
    long first = Math.max(fromMillis, key.startMillis());
    return first > sealedLastMillis
        && first - key.startMillis() < RawSplit.SPAN_MILLIS
        && toMillis >= key.startMillis();
  }

  boolean covers(long timestampMillis) {
    return Long.compareUnsigned(timestampMillis - key.startMillis(), RawSplit.SPAN_MILLIS) < 0;
  }

  /**
   * Puts a sample in its place; one of the same time is replaced. Returns whether that changed
   * anything.
   */
  boolean put(long timestampMillis, double value) {
    int size = tail.size;
    if (size == 0 || timestampMillis > tail.timestampsMillis[size - 1]) {
      tail.add(timestampMillis, value);
      dirty = true;
      return true;
    }
    return put(timestampMillis, value, 0, null);
  }

  /** Puts a sample with all it may have in its place, as {@link #put(long, double)} does. */
  boolean put(
      long timestampMillis, double value, long startMillis, @Nullable NativeHistogram histogram) {
    int size = tail.size;
    int at =
        size == 0 || timestampMillis > tail.timestampsMillis[size - 1]
            ? -size - 1
            : Arrays.binarySearch(tail.timestampsMillis, 0, size, timestampMillis);
    if (at < 0) {
      tail.insert(-at - 1, timestampMillis, value, startMillis, histogram);
    } else if (isAt(at, value, startMillis, histogram)) {
      return false;
    } else {
      tail.values[at] = value;
      tail.setExtras(at, startMillis, histogram);
    }
    dirty = true;
    return true;
  }

  private boolean isAt(
      int at, double value, long startMillis, @Nullable NativeHistogram histogram) {
    if (Double.doubleToRawLongBits(tail.values[at]) != Double.doubleToRawLongBits(value)) {
      return false;
    }
    SampleExtras extras = tail.extras();
    return extras == null
        ? startMillis == 0 && histogram == null
        : startMillis == extras.startMillis(at) && Objects.equals(histogram, extras.histogram(at));
  }

  /** Forgets the first {@code count} samples of the tail: they are sealed now. */
  void dropSealed(int count) {
    sealedLastMillis = tail.timestampsMillis[count - 1];
    tail.removeFirst(count);
  }
}
