package orzo.read;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import orzo.split.SampleBuffer;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.StoredSplit;

/** What chunks are read from. */
record SplitSource(SplitStore splits, Tails tails) {
  List<@Nullable SampleBuffer> tails(SackSeries series, long fromMillis, long toMillis) {
    return tails.copy(series.sack(), series.integers(), fromMillis, toMillis);
  }

  List<OpenSpan> open(int sack) {
    return splits.openSplits(sack);
  }

  Map<SplitKey, byte[]> read(int sack, List<SplitKey> keys, ReadMeter meter) {
    if (keys.isEmpty()) {
      return Map.of();
    }
    List<StoredSplit> found = splits.read(sack, keys);
    meter.read(found);
    Map<SplitKey, byte[]> stored = HashMap.newHashMap(found.size());
    for (StoredSplit split : found) {
      stored.put(split.key(), split.bytes());
    }
    return stored;
  }
}
