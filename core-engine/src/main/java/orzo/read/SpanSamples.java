package orzo.read;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.split.RawSplit;
import orzo.split.RawSplitCodec;
import orzo.split.SampleBuffer;

/**
 * Samples of one series, stored and not flushed yet, put together. Holds scratch space: what it
 * returns is good until the next call. For one thread.
 */
final class SpanSamples {
  private final SampleBuffer stored = new SampleBuffer(RawSplit.MAX_BLOCK_SAMPLES);
  private final SampleBuffer merged = new SampleBuffer(0);

  /** Forgets what was added. */
  void clear() {
    stored.clear();
  }

  /** Adds the samples of {@code [fromMillis, toMillis]} of a stored split, behind the others. */
  void add(long start, byte[] split, long fromMillis, long toMillis) {
    RawSplitCodec.decode(start, split, fromMillis, toMillis, stored);
  }

  /**
   * What was added, and {@code held}'s samples of {@code [fromMillis, toMillis]}; of two samples of
   * the same time the tail's stays.
   */
  SampleBuffer with(@Nullable Tail held, long fromMillis, long toMillis) {
    if (held == null) {
      return stored;
    }
    SampleBuffer tail = held.samples();
    int from = firstNotBefore(tail, fromMillis);
    int to = toMillis == Long.MAX_VALUE ? tail.size : firstNotBefore(tail, toMillis + 1);
    if (from >= to) {
      return stored;
    }
    if (stored.size == 0 && from == 0 && to == tail.size) {
      return tail;
    }
    if (stored.size == 0
        || stored.timestampsMillis[stored.size - 1] < tail.timestampsMillis[from]) {
      stored.addAll(tail, from, to);
      return stored;
    }
    merged.clear();
    merged.ensureCapacity(stored.size + to - from);
    int s = 0;
    for (int t = from; t < to; t++) {
      while (s < stored.size && stored.timestampsMillis[s] < tail.timestampsMillis[t]) {
        merged.addAll(stored, s, ++s);
      }
      if (s < stored.size && stored.timestampsMillis[s] == tail.timestampsMillis[t]) {
        s++;
      }
      merged.addAll(tail, t, t + 1);
    }
    merged.addAll(stored, s, stored.size);
    return merged;
  }

  static int firstNotBefore(SampleBuffer samples, long millis) {
    int found = Arrays.binarySearch(samples.timestampsMillis, 0, samples.size, millis);
    return found >= 0 ? found : -found - 1;
  }
}
