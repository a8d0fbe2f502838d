package orzo.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import orzo.storage.Checkpoint;
import orzo.storage.Flush;
import orzo.storage.FlushOutcome;
import orzo.storage.Lease;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.SplitWrite;
import orzo.storage.SplitsAtHand;
import orzo.storage.StoredSplit;
import orzo.storage.WatchedSplits;

/**
 * A split store that remembers the splits that were read, and those that were asked for in vain, as
 * long as nobody has changed them. For queries; owners of sacks use {@link #truth}. Safe for many
 * threads.
 *
 * <p>A read never returns a split older than a flush through this store, or through {@link #truth},
 * that had returned before the read began. Of flushes by other nodes it may be half a second
 * behind, see {@link WatchedSplits#watch}. A split that has expired may be seen for {@link
 * #MAX_AGE} more. RATIONALE.md has the argument.
 */
public final class CachedSplitStore implements SplitStore, SplitsAtHand {
  // How an entry comes to be, and why it is never stale for longer than was said.
  //
  // Every name has a counter of changes (shared by names of the same hash). Who hears of a change
  // first counts it up and then removes the entry. Who reads notes the counter before the request
  // is sent, and puts the reply into the cache only if the counter is still the same; that is
  // looked at while the map holds the entry's lock. So either the change is counted before that
  // look, and the reply is not kept; or it is counted after it, and its removal comes after the
  // put.
  //
  // An entry also tells the watch under which it was read, and the term of its sack. Where either
  // is another now, it counts for nothing: so that a lost connection, or an owner that starts over,
  // drops entries without looking for them. Nor does it count when it is too old: see MAX_AGE.

  /**
   * How long an entry counts. Storage may find out late that a split's time to live is over, and
   * tells of it only then: Redis looks at a few hundred of its keys a second.
   */
  public static final Duration MAX_AGE = Duration.ofMinutes(10);

  /**
   * Memory of an entry besides its bytes: key, value, node, its share of the map's table, and the
   * header of the bytes. Without compact object headers; with them it is a tenth less.
   */
  static final int ENTRY_BYTES = 176;

  private static final int COUNTERS = 1 << 14;
  private static final byte[] ABSENT = new byte[0];

  private record Name(int sack, int series, long granularityMillis, long startMillis) {
    Name(int sack, SplitKey key) {
      this(sack, key.series(), key.granularityMillis(), key.startMillis());
    }

    @Override
    public int hashCode() {
      long mixed = granularityMillis * 31 + startMillis;
      mixed = (mixed * 31 + sack) * 0x9E3779B97F4A7C15L + series;
      mixed *= 0x9E3779B97F4A7C15L;
      return (int) (mixed >>> 32);
    }
  }

  /** A split as it was read; no bytes where there was none. */
  private record Entry(byte[] bytes, long watch, long term, long readNanos) {}

  private record Open(List<OpenSpan> spans, long watch, long term) {
    boolean counts(long watchNow, long termNow) {
      return watch == watchNow && term == termNow;
    }
  }

  private final SplitStore store;
  private final WatchedSplits watched;
  private final long maxAgeNanos;
  private final LongSupplier nanoTime;
  private final SplitStore truth = new Truth();
  private final Cache<Name, Entry> cache;
  private final ConcurrentMap<Name, Entry> entries;
  private final AtomicIntegerArray changes = new AtomicIntegerArray(COUNTERS);
  private final AtomicLongArray terms;
  private final ConcurrentMap<Integer, Open> open = new ConcurrentHashMap<>(); // by sack
  private final AtomicIntegerArray openChanges;

  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder unwatched = new LongAdder();
  private final LongAdder invalidations = new LongAdder();
  private final LongAdder evictions = new LongAdder();

  /**
   * Creates an empty cache.
   *
   * @param store where everything is
   * @param watched reads of the same; this listens to it
   * @param sacks how many there are
   * @param maxBytes what the cache may take of Java's heap, lists of open splits aside
   * @throws IllegalArgumentException unless {@code maxBytes} is positive
   */
  public CachedSplitStore(SplitStore store, WatchedSplits watched, int sacks, long maxBytes) {
    this(store, watched, sacks, maxBytes, MAX_AGE, System::nanoTime);
  }

  /**
   * Creates an empty cache.
   *
   * @param store where everything is
   * @param watched reads of the same; this listens to it
   * @param sacks how many there are
   * @param maxBytes what the cache may take of Java's heap, lists of open splits aside
   * @param maxAge how long what was read may count
   * @param nanoTime the clock of that, as {@link System#nanoTime}
   * @throws IllegalArgumentException unless {@code maxBytes} is positive
   */
  public CachedSplitStore(
      SplitStore store,
      WatchedSplits watched,
      int sacks,
      long maxBytes,
      Duration maxAge,
      LongSupplier nanoTime) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: >= 1)");
    }
    this.store = store;
    this.watched = watched;
    this.maxAgeNanos = maxAge.toNanos();
    this.nanoTime = nanoTime;
    cache =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((Name _, Entry entry) -> ENTRY_BYTES + entry.bytes.length)
            .evictionListener((_, _, _) -> evictions.increment())
            .executor(Runnable::run) // its upkeep is short: no thread of its own
            .build();
    entries = cache.asMap();
    terms = new AtomicLongArray(sacks);
    openChanges = new AtomicIntegerArray(sacks);
    watched.listen(new Changes());
  }

  /**
   * The same store for owners of sacks: reads go to storage, and what is flushed is forgotten here.
   */
  public SplitStore truth() {
    return truth;
  }

  @Override
  public List<StoredSplit> read(int sack, List<SplitKey> keys) {
    long watch = watched.watch(sack);
    if (watch == WatchedSplits.UNWATCHED) {
      unwatched.add(keys.size());
      return store.read(sack, keys);
    }
    long term = terms.get(sack);
    long now = nanoTime.getAsLong();
    List<StoredSplit> found = new ArrayList<>(keys.size());
    List<SplitKey> missing = new ArrayList<>();
    for (SplitKey key : keys) {
      Entry entry = entries.get(new Name(sack, key));
      if (entry == null || !counts(entry, watch, term, now)) {
        missing.add(key);
      } else if (entry.bytes.length > 0) {
        found.add(new StoredSplit(key, entry.bytes));
      }
    }
    hits.add(keys.size() - missing.size());
    misses.add(missing.size());
    if (!missing.isEmpty()) {
      readInto(found, sack, missing, watch, term, now);
    }
    return found;
  }

  private boolean counts(Entry entry, long watch, long term, long nowNanos) {
    return entry.watch == watch && entry.term == term && nowNanos - entry.readNanos <= maxAgeNanos;
  }

  @Override
  public boolean read(int sack, List<SplitKey> keys, byte[] @Nullable [] into) {
    long watch = watched.watch(sack);
    if (watch == WatchedSplits.UNWATCHED) {
      return false;
    }
    long term = terms.get(sack);
    long now = nanoTime.getAsLong();
    for (int i = 0; i < into.length; i++) {
      Entry entry = entries.get(new Name(sack, keys.get(i)));
      if (entry == null || !counts(entry, watch, term, now)) {
        return false;
      }
      into[i] = entry.bytes.length == 0 ? null : entry.bytes;
    }
    hits.add(into.length);
    return true;
  }

  private void readInto(
      List<StoredSplit> found,
      int sack,
      List<SplitKey> missing,
      long watch,
      long term,
      long nowNanos) {
    int[] before = new int[missing.size()];
    for (int i = 0; i < before.length; i++) {
      before[i] = changes.get(counter(new Name(sack, missing.get(i))));
    }
    List<StoredSplit> read = watched.read(sack, missing);
    found.addAll(read);
    Map<SplitKey, byte[]> stored = HashMap.newHashMap(read.size());
    for (StoredSplit split : read) {
      stored.put(split.key(), split.bytes());
    }
    for (int i = 0; i < before.length; i++) {
      byte[] bytes = stored.getOrDefault(missing.get(i), ABSENT);
      keep(new Name(sack, missing.get(i)), new Entry(bytes, watch, term, nowNanos), before[i]);
    }
  }

  /** Puts a reply into the cache, unless what it is of has changed since its request. */
  private void keep(Name name, Entry entry, int before) {
    int counter = counter(name);
    entries.compute(name, (_, other) -> changes.get(counter) == before ? entry : other);
  }

  private static int counter(Name name) {
    return name.hashCode() & (COUNTERS - 1);
  }

  private void forget(Name name) {
    changes.incrementAndGet(counter(name));
    if (entries.remove(name) != null) {
      invalidations.increment();
    }
  }

  @Override
  public List<OpenSpan> openSplits(int sack) {
    long watch = watched.watch(sack);
    if (watch == WatchedSplits.UNWATCHED) {
      return store.openSplits(sack);
    }
    long term = terms.get(sack);
    Open known = open.get(sack);
    if (known == null || !known.counts(watch, term)) {
      int before = openChanges.get(sack);
      Open read = new Open(watched.openSplits(sack), watch, term);
      open.compute(sack, (_, other) -> openChanges.get(sack) == before ? read : other);
      known = read;
    }
    return copy(known.spans);
  }

  @Override
  public Optional<List<OpenSpan>> openSplitsAtHand(int sack) {
    long watch = watched.watch(sack);
    Open known = open.get(sack);
    return watch != WatchedSplits.UNWATCHED && known != null && known.counts(watch, terms.get(sack))
        ? Optional.of(copy(known.spans))
        : Optional.empty();
  }

  @Override
  public long[] writtenSpans(int sack) {
    return store.writtenSpans(sack);
  }

  private static List<OpenSpan> copy(List<OpenSpan> spans) {
    List<OpenSpan> copy = new ArrayList<>(spans.size());
    for (OpenSpan span : spans) {
      copy.add(new OpenSpan(span.startMillis(), (BitSet) span.series().clone()));
    }
    return copy;
  }

  private void forgetOpen(int sack) {
    openChanges.incrementAndGet(sack);
    open.remove(sack);
  }

  /** Writes through, and forgets what was written, before the caller knows that it is. */
  @Override
  public FlushOutcome flush(Lease lease, Flush flush) {
    try {
      return store.flush(lease, flush);
    } finally {
      // Also after a failure: then it is unknown what was written.
      for (SplitWrite write : flush.writes()) {
        forget(new Name(lease.sack(), write.key()));
      }
      if (!flush.marks().isEmpty()) {
        forgetOpen(lease.sack());
      }
    }
  }

  /**
   * Reads through, and forgets all of the sack: who asks is an owner that begins, or does not know
   * what was written, and what it goes on from must not be newer than what queries see.
   */
  @Override
  public Checkpoint checkpoint(int sack) {
    try {
      return store.checkpoint(sack);
    } finally {
      terms.incrementAndGet(sack);
    }
  }

  /** Splits that queries found in the cache, those known to be missing among them. */
  public long hits() {
    return hits.sum();
  }

  /** Splits that queries had to ask storage for, though changes were heard of. */
  public long misses() {
    return misses.sum();
  }

  /** Splits that queries had to ask storage for because changes were not heard of. */
  public long unwatched() {
    return unwatched.sum();
  }

  /** Entries that were dropped because their split changed. */
  public long invalidations() {
    return invalidations.sum();
  }

  /** Entries that had to make room. */
  public long evictions() {
    return evictions.sum();
  }

  /** How many entries there are, with those that count for nothing any more. */
  public long size() {
    return cache.estimatedSize();
  }

  /** What the entries take of Java's heap. */
  public long sizeBytes() {
    return cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
  }

  private final class Changes implements WatchedSplits.Listener {
    @Override
    public void splitChanged(int sack, SplitKey key) {
      forget(new Name(sack, key));
    }

    @Override
    public void openSplitsChanged(int sack) {
      forgetOpen(sack);
    }

    @Override
    public void allChanged() {
      for (int sack = 0; sack < terms.length(); sack++) {
        terms.incrementAndGet(sack);
      }
    }
  }

  private final class Truth implements SplitStore {
    @Override
    public List<StoredSplit> read(int sack, List<SplitKey> keys) {
      return store.read(sack, keys);
    }

    @Override
    public List<OpenSpan> openSplits(int sack) {
      return store.openSplits(sack);
    }

    @Override
    public long[] writtenSpans(int sack) {
      return store.writtenSpans(sack);
    }

    @Override
    public FlushOutcome flush(Lease lease, Flush flush) {
      return CachedSplitStore.this.flush(lease, flush);
    }

    @Override
    public Checkpoint checkpoint(int sack) {
      return CachedSplitStore.this.checkpoint(sack);
    }
  }
}
