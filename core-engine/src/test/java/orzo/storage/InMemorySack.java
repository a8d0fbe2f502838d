package orzo.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.metric.Metric;

/** What the in-memory storage holds of one sack. Its caller holds the storage's lock. */
final class InMemorySack {
  private record HeldLease(Lease lease, long expiryMillis) {}

  private record HeldSplit(byte[] bytes, long expiryMillis) {}

  private static final long NEVER = Long.MAX_VALUE;

  private final TreeMap<BacklogPosition, byte[]> backlog = new TreeMap<>();
  private final Map<SplitKey, HeldSplit> splits = new HashMap<>();
  private final Map<UUID, Integer> seriesById = new HashMap<>();
  private final TreeMap<Integer, Metric> metrics = new TreeMap<>();
  private int registered;
  private final TreeMap<Long, Deletion> deletions = new TreeMap<>();
  private long lastDeletion;
  private final BitSet writtenSinceSweep = new BitSet();
  private long lastSweep;
  private BacklogPosition lastAppended = BacklogPosition.START;
  private final TreeMap<Long, BitSet> openSpans = new TreeMap<>();
  private final TreeSet<Long> writtenSpans = new TreeSet<>();
  private Checkpoint checkpoint = Checkpoint.START;
  private @Nullable HeldLease held;
  private long epoch;

  BacklogPosition append(byte[] bytes, long nowMillis) {
    lastAppended =
        nowMillis > lastAppended.major()
            ? new BacklogPosition(nowMillis, 0)
            : new BacklogPosition(lastAppended.major(), lastAppended.minor() + 1);
    backlog.put(lastAppended, bytes);
    return lastAppended;
  }

  List<BacklogEntry> readBacklog(BacklogPosition after, int maxEntries) {
    List<BacklogEntry> entries = new ArrayList<>();
    for (var entry : backlog.tailMap(after, false).entrySet()) {
      if (entries.size() == maxEntries) {
        break;
      }
      entries.add(new BacklogEntry(entry.getKey(), entry.getValue()));
    }
    return entries;
  }

  int backlogLength() {
    return backlog.size();
  }

  long backlogBytes() {
    return backlog.values().stream().mapToLong(bytes -> bytes.length).sum();
  }

  List<StoredSplit> readSplits(List<SplitKey> keys, long nowMillis) {
    List<StoredSplit> found = new ArrayList<>();
    for (SplitKey key : keys) {
      byte[] bytes = bytesOf(key, nowMillis);
      if (bytes.length > 0) {
        found.add(new StoredSplit(key, bytes));
      }
    }
    return found;
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  List<OpenSpan> openSplits() {
    List<OpenSpan> open = new ArrayList<>();
    openSpans.forEach((start, series) -> open.add(new OpenSpan(start, (BitSet) series.clone())));
    return open;
  }

  long[] writtenSpans() {
    return writtenSpans.stream().mapToLong(Long::longValue).toArray();
  }

  FlushOutcome flush(Lease lease, Flush flush, long nowMillis) {
    if (!isCurrent(lease, nowMillis)) {
      return FlushOutcome.LEASE_LOST;
    }
    if (!flush.expected().equals(checkpoint)) {
      return FlushOutcome.OUTDATED;
    }
    if (flush.deletions() != lastDeletion) {
      return FlushOutcome.DELETIONS_UNHEARD;
    }
    Set<SplitKey> written = new HashSet<>();
    for (SplitWrite write : flush.writes()) {
      if (!written.add(write.key())) {
        throw new IllegalArgumentException(write.key() + " twice (expected: once in a flush)");
      }
      if (write.offset() > bytesOf(write.key(), nowMillis).length) {
        return FlushOutcome.SPLIT_SHORT;
      }
    }
    for (SplitWrite write : flush.writes()) {
      if (write.offset() == SplitWrite.REMOVE) {
        splits.remove(write.key());
      } else {
        splits.put(write.key(), written(write, nowMillis));
      }
    }
    flush.marks().forEach(this::mark);
    checkpoint = flush.next();
    backlog.headMap(flush.position(), true).clear();
    return FlushOutcome.FLUSHED;
  }

  void damage(SplitKey key) {
    splits.computeIfPresent(
        key,
        (_, split) -> {
          byte[] damaged = Arrays.copyOf(split.bytes, split.bytes.length - 1);
          return new HeldSplit(damaged, split.expiryMillis);
        });
  }

  void restore(SplitKey key, byte[] bytes) {
    splits.computeIfPresent(key, (_, split) -> new HeldSplit(bytes, split.expiryMillis));
  }

  private void mark(OpenMarks marks) {
    BitSet series = openSpans.computeIfAbsent(marks.startMillis(), _ -> new BitSet());
    for (int one : marks.opened()) {
      series.set(one);
      writtenSpans.add(marks.startMillis());
      writtenSinceSweep.set(one);
    }
    for (int one : marks.closed()) {
      series.clear(one);
      writtenSinceSweep.set(one);
    }
    if (series.isEmpty()) {
      openSpans.remove(marks.startMillis());
    }
  }

  private HeldSplit written(SplitWrite write, long nowMillis) {
    byte[] before = bytesOf(write.key(), nowMillis);
    int kept = Math.max(write.offset(), 0); // REPLACE keeps nothing
    byte[] bytes = Arrays.copyOf(before, kept + write.bytes().length);
    System.arraycopy(write.bytes(), 0, bytes, kept, write.bytes().length);
    HeldSplit old = splits.get(write.key());
    long expiryMillis =
        write.ttlSeconds() != SplitWrite.KEEP_TTL
            ? nowMillis + write.ttlSeconds() * 1000
            : old != null && before.length > 0 ? old.expiryMillis : NEVER;
    return new HeldSplit(bytes, expiryMillis);
  }

  /** The bytes of a split; none when there is no such split or it has expired. */
  private byte[] bytesOf(SplitKey key, long nowMillis) {
    HeldSplit split = splits.get(key);
    return split == null || split.expiryMillis <= nowMillis ? new byte[0] : split.bytes;
  }

  int[] find(List<UUID> ids) {
    return ids.stream().mapToInt(id -> seriesById.getOrDefault(id, Catalog.UNKNOWN)).toArray();
  }

  int[] register(List<Metric> candidates) {
    int[] series = new int[candidates.size()];
    for (int i = 0; i < series.length; i++) {
      Metric metric = candidates.get(i);
      Integer known = seriesById.putIfAbsent(metric.id(), registered);
      if (known == null) {
        series[i] = registered;
        metrics.put(registered++, metric);
      } else {
        series[i] = known;
      }
    }
    return series;
  }

  List<CatalogEntry> readCatalog(int from, int maxEntries) {
    List<CatalogEntry> entries = new ArrayList<>();
    for (var entry : metrics.tailMap(from).entrySet()) {
      if (entries.size() == maxEntries) {
        break;
      }
      entries.add(new CatalogEntry(entry.getKey(), entry.getValue()));
    }
    return entries;
  }

  int delete(int[] series, long nowMillis) {
    return delete(series, lastAppended, nowMillis);
  }

  private int delete(int[] series, BacklogPosition upTo, long nowMillis) {
    int[] gone = Arrays.stream(series).filter(this::forgetId).toArray();
    if (gone.length > 0) {
      lastDeletion++;
      deletions.put(lastDeletion, new Deletion(lastDeletion, nowMillis, upTo, gone));
    }
    return gone.length;
  }

  private boolean forgetId(int series) {
    Metric metric = metrics.get(series);
    return metric != null && seriesById.remove(metric.id(), series);
  }

  List<Deletion> deletions(long after, int maxDeletions) {
    return deletions.tailMap(after, false).values().stream().limit(maxDeletions).toList();
  }

  long beginSweep() {
    writtenSinceSweep.clear();
    return ++lastSweep;
  }

  List<SplitKey> splitKeys(long nowMillis) {
    return splits.keySet().stream().filter(key -> bytesOf(key, nowMillis).length > 0).toList();
  }

  int removeSplits(List<SplitKey> keys, long nowMillis) {
    int removed = 0;
    for (SplitKey key : keys) {
      removed += bytesOf(key, nowMillis).length > 0 ? 1 : 0;
      splits.remove(key);
    }
    return removed;
  }

  int retire(long sweep, int[] series, long nowMillis) {
    if (sweep != lastSweep) {
      return 0;
    }
    int[] idle =
        Arrays.stream(series)
            .filter(one ->
                !writtenSinceSweep.get(one)
                    && openSpans.values().stream().noneMatch(open -> open.get(one)))
            .toArray();
    return delete(idle, checkpoint.position(), nowMillis);
  }

  void forget(long upTo) {
    var forgotten = deletions.headMap(upTo, true);
    for (Deletion deletion : forgotten.values()) {
      for (int series : deletion.series()) {
        metrics.remove(series);
      }
    }
    forgotten.clear();
  }

  Optional<Lease> acquire(int sack, String node, Duration ttl, long nowMillis) {
    if (held != null && held.expiryMillis > nowMillis && !held.lease.node().equals(node)) {
      return Optional.empty();
    }
    Lease lease = new Lease(sack, node, ++epoch);
    held = new HeldLease(lease, nowMillis + ttl.toMillis());
    return Optional.of(lease);
  }

  boolean renew(Lease lease, Duration ttl, long nowMillis) {
    boolean current = isCurrent(lease, nowMillis);
    if (current) {
      held = new HeldLease(lease, nowMillis + ttl.toMillis());
    }
    return current;
  }

  boolean release(Lease lease, long nowMillis) {
    boolean current = isCurrent(lease, nowMillis);
    if (current) {
      held = null;
    }
    return current;
  }

  private boolean isCurrent(Lease lease, long nowMillis) {
    return held != null && held.expiryMillis > nowMillis && held.lease.equals(lease);
  }
}
