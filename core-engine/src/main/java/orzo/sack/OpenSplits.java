package orzo.sack;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import orzo.read.Tail;
import orzo.split.RawSplit;
import orzo.split.SampleBuffer;
import orzo.storage.SplitKey;

/**
 * The open splits of one sack. The newest split of each series, which nearly every sample goes to,
 * is found by indexing an array. Not safe for many threads.
 */
final class OpenSplits {
  private @Nullable OpenSplit[] newest = new OpenSplit[64]; // by series
  private final TreeMap<SplitKey, OpenSplit> older =
      new TreeMap<>(
          Comparator.comparingInt(SplitKey::series).thenComparingLong(SplitKey::startMillis));

  /** The open split of a sample, or null. */
  @Nullable OpenSplit find(int series, long timestampMillis) {
    OpenSplit split = series < newest.length ? newest[series] : null;
    if (split != null && split.covers(timestampMillis)) {
      return split;
    }
    return older.isEmpty()
        ? null
        : older.get(new SplitKey(series, RawSplit.startOf(timestampMillis)));
  }

  /** The open split of a sample, or null, where that of the sample before may be the same. */
  @Nullable OpenSplit find(int series, long timestampMillis, @Nullable OpenSplit before) {
    return before != null && before.key.series() == series && before.covers(timestampMillis)
        ? before
        : find(series, timestampMillis);
  }

  /** Adds a split that is not there. */
  void add(OpenSplit split) {
    int series = split.key.series();
    if (series >= newest.length) {
      newest = Arrays.copyOf(newest, Math.max(series + 1, newest.length * 2));
    }
    OpenSplit present = newest[series];
    if (present == null || present.key.startMillis() <= split.key.startMillis()) {
      newest[series] = split;
      if (present != null && !present.key.equals(split.key)) {
        older.put(present.key, present);
      }
    } else {
      older.put(split.key, split);
    }
  }

  /**
   * Forgets splits that hold nothing unflushed and were last touched before a time, one for the
   * newest split of a series and one for the others.
   */
  void evict(long touchedBeforeMillis, long olderTouchedBeforeMillis) {
    for (int i = 0; i < newest.length; i++) {
      OpenSplit split = newest[i];
      if (split != null && isIdle(split, touchedBeforeMillis)) {
        newest[i] = null;
      }
    }
    older.values().removeIf(split -> isIdle(split, olderTouchedBeforeMillis));
  }

  /**
   * Forgets the flushed splits that are not the newest of their series, if there are more than
   * {@code limit} of these.
   */
  void boundOlder(int limit) {
    if (older.size() > limit) {
      older.values().removeIf(split -> !split.dirty);
    }
  }

  /** Forgets a split, flushed or not. */
  void remove(SplitKey key) {
    OpenSplit split = key.series() < newest.length ? newest[key.series()] : null;
    if (split != null && split.key.equals(key)) {
      newest[key.series()] = null;
    } else {
      older.remove(key);
    }
  }

  /** Forgets the splits of a series; returns whether one of them was not flushed. */
  boolean removeAll(int series) {
    boolean wasDirty = false;
    OpenSplit split = series < newest.length ? newest[series] : null;
    if (split != null) {
      wasDirty = split.dirty;
      newest[series] = null;
    }
    Map<SplitKey, OpenSplit> others = older(series);
    for (OpenSplit other : others.values()) {
      wasDirty |= other.dirty;
    }
    others.clear();
    return wasDirty;
  }

  private Map<SplitKey, OpenSplit> older(int series) {
    return older.subMap(
        new SplitKey(series, Long.MIN_VALUE), true, new SplitKey(series, Long.MAX_VALUE), true);
  }

  /** Forgets everything, flushed or not. */
  void clear() {
    newest = new OpenSplit[64];
    older.clear();
  }

  private static boolean isIdle(OpenSplit split, long touchedBeforeMillis) {
    return !split.dirty && split.touchedMillis < touchedBeforeMillis;
  }

  /** A copy of a series' tails within {@code [fromMillis, toMillis]}, or null when none is held. */
  @Nullable Tail copy(int series, long fromMillis, long toMillis) {
    OpenSplit split = series < newest.length ? newest[series] : null;
    SampleBuffer copy = null;
    if (!older.isEmpty()) {
      for (OpenSplit one : older(series).values()) {
        copy = added(copy, one.tail, fromMillis, toMillis);
      }
    }
    if (split != null) {
      copy = added(copy, split.tail, fromMillis, toMillis);
    }
    boolean whole = split != null && split.holdsAllOf(fromMillis, toMillis);
    if (copy == null && !whole) {
      return null;
    }
    return new Tail(
        copy == null ? new SampleBuffer(0) : copy,
        split != null && whole ? split.key.startMillis() : Tail.NO_SPLIT);
  }

  private static @Nullable SampleBuffer added(
      @Nullable SampleBuffer copy, SampleBuffer tail, long fromMillis, long toMillis) {
    int from = lowerBound(tail, fromMillis);
    int to = toMillis == Long.MAX_VALUE ? tail.size : lowerBound(tail, toMillis + 1);
    if (from >= to) {
      return copy;
    }
    SampleBuffer into = copy == null ? new SampleBuffer(to - from) : copy;
    into.addAll(tail, from, to);
    return into;
  }

  private static int lowerBound(SampleBuffer samples, long timestampMillis) {
    int at = Arrays.binarySearch(samples.timestampsMillis, 0, samples.size, timestampMillis);
    return at >= 0 ? at : -at - 1;
  }
}
