package orzo.sack;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;

/**
 * Which raw splits of a sack are open, as storage has it: those that some day must be closed. Not
 * safe for many threads.
 */
final class OpenSpans {
  private final NavigableMap<Long, BitSet> bySpan = new TreeMap<>();

  /** Takes over what storage has. */
  void load(List<OpenSpan> stored) {
    bySpan.clear();
    for (OpenSpan span : stored) {
      bySpan.put(span.startMillis(), span.series());
    }
  }

  boolean contains(SplitKey key) {
    BitSet series = bySpan.get(key.startMillis());
    return series != null && series.get(key.series());
  }

  void add(SplitKey key) {
    bySpan.computeIfAbsent(key.startMillis(), _ -> new BitSet()).set(key.series());
  }

  void remove(SplitKey key) {
    BitSet series = bySpan.get(key.startMillis());
    if (series != null) {
      series.clear(key.series());
      if (series.isEmpty()) {
        bySpan.remove(key.startMillis());
      }
    }
  }

  /** Up to {@code limit} open splits of some series. */
  List<SplitKey> of(BitSet some, int limit) {
    List<SplitKey> found = new ArrayList<>();
    for (Map.Entry<Long, BitSet> span : bySpan.entrySet()) {
      BitSet both = (BitSet) span.getValue().clone();
      both.and(some);
      for (int series = both.nextSetBit(0); series >= 0; series = both.nextSetBit(series + 1)) {
        if (found.size() == limit) {
          return found;
        }
        found.add(new SplitKey(series, span.getKey()));
      }
    }
    return found;
  }

  /** How many splits are open. */
  long size() {
    long size = 0;
    for (BitSet series : bySpan.values()) {
      size += series.cardinality();
    }
    return size;
  }

  /** The spans with open splits, and the series in each, not to be changed. */
  NavigableMap<Long, BitSet> bySpan() {
    return bySpan;
  }

  /** The series with open splits in a span, or null. */
  @Nullable BitSet of(long startMillis) {
    return bySpan.get(startMillis);
  }
}
