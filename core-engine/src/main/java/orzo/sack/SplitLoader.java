package orzo.sack;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.split.RawBlocks;
import orzo.split.RawSplitCodec;
import orzo.split.SampleBuffer;
import orzo.split.SampleExtras;
import orzo.storage.GatewayException;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.StoredSplit;

/** Opens splits: reads what is stored of them, and decodes as much as new samples need. */
final class SplitLoader {
  private static final Logger log = LoggerFactory.getLogger(SplitLoader.class);

  private final SplitStore splits;
  private final int sack;

  SplitLoader(SplitStore splits, int sack) {
    this.splits = splits;
    this.sack = sack;
  }

  /**
   * Opens splits so that each takes its earliest new sample.
   *
   * @param earliest the splits to open, each with the earliest timestamp to be put into it
   * @param open what is open already: tails there that are not flushed stay as they are
   */
  List<OpenSplit> load(Map<SplitKey, Long> earliest, OpenSplits open) {
    if (earliest.isEmpty()) {
      return List.of();
    }
    Map<SplitKey, byte[]> stored = new HashMap<>();
    for (StoredSplit split : splits.read(sack, List.copyOf(earliest.keySet()))) {
      stored.put(split.key(), split.bytes());
    }
    List<OpenSplit> loaded = new ArrayList<>(earliest.size());
    earliest.forEach((key, timestamp) -> {
      OpenSplit before = open.find(key.series(), key.startMillis());
      loaded.add(load(key, stored.get(key), timestamp, before));
    });
    return loaded;
  }

  private OpenSplit load(
      SplitKey key, byte @Nullable [] stored, long timestampMillis, @Nullable OpenSplit before) {
    OpenSplit split = new OpenSplit(key);
    if (stored != null) {
      try {
        loadFrom(stored, timestampMillis, split);
      } catch (GatewayException e) {
        // Its samples are lost already; those to come must not be.
        log.error("sack {}: split {} is written anew: {}", sack, key, e.getMessage());
        split = new OpenSplit(key);
      }
    }
    if (before != null) {
      SampleBuffer tail = before.tail;
      SampleExtras extras = tail.extras();
      for (int i = 0; i < tail.size; i++) {
        if (extras == null) {
          split.put(tail.timestampsMillis[i], tail.values[i]);
        } else {
          split.put(
              tail.timestampsMillis[i], tail.values[i], extras.startMillis(i), extras.histogram(i));
        }
      }
      split.dirty = before.dirty;
      split.reopened |= before.reopened;
      split.ttlDueMillis = before.ttlDueMillis;
    }
    return split;
  }

  /**
   * Takes over what is stored: full blocks before the new sample stay sealed; from the first block
   * on that is not full, or that the sample falls into, all samples go to the tail.
   */
  private static void loadFrom(byte[] stored, long timestampMillis, OpenSplit split) {
    RawBlocks blocks = new RawBlocks(split.key.startMillis(), stored);
    SampleBuffer tail = split.tail;
    RawSplitCodec.State state = RawSplitCodec.state(stored);
    split.reopened = state != RawSplitCodec.State.NEW;
    split.closed = state == RawSplitCodec.State.CLOSED;
    boolean sealing =
        state != RawSplitCodec.State.CLOSED; // its header must change, so write it anew
    while (blocks.next()) {
      int before = tail.size;
      blocks.decode(tail);
      sealing &=
          SplitEncoder.isFull(tail, before, tail.size)
              && tail.timestampsMillis[tail.size - 1] < timestampMillis;
      if (sealing) {
        split.dropSealed(tail.size);
        split.sealedBytes = blocks.end();
      }
    }
  }
}
