package orzo.read;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.StoredSplit;

/** Everything there is; waits for storage, and for what was appended to be processed. */
record StoredSource(SplitStore splits, Tails tails) implements SplitSource {
  @Override
  public List<@Nullable Tail> tails(SackSeries series, long fromMillis, long toMillis) {
    tails.catchUp(series.sack());
    return tails.copy(series.sack(), series.integers(), fromMillis, toMillis);
  }

  @Override
  public List<OpenSpan> open(int sack) {
    return splits.openSplits(sack);
  }

  @Override
  public long[] writtenSpans(int sack) {
    return splits.writtenSpans(sack);
  }

  @Override
  public byte[] @Nullable [] read(int sack, List<SplitKey> keys, ReadMeter meter) {
    byte[] @Nullable [] found = new byte[keys.size()][];
    if (found.length == 0) {
      return found;
    }
    Map<SplitKey, byte[]> stored = HashMap.newHashMap(found.length);
    for (StoredSplit split : splits.read(sack, keys)) {
      stored.put(split.key(), split.bytes());
    }
    for (int i = 0; i < found.length; i++) {
      found[i] = stored.get(keys.get(i));
    }
    meter.read(found);
    return found;
  }
}
