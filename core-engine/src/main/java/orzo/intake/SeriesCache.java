package orzo.intake;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import orzo.metric.Tenant;

/**
 * From the bytes in which a protocol sends a series' labels to the series' reference, so that only
 * the first sight of a series parses its labels. Two encodings of the same labels are two entries
 * with one reference.
 *
 * <p>Safe for many threads. {@link #find} neither locks nor allocates. Memory is bounded: when an
 * entry does not fit, others that were not found since the last round make room.
 */
public final class SeriesCache {
  /** What {@link #find} returns for bytes that are not known; no reference has this value. */
  public static final long ABSENT = -1;

  /*
   * A hash table of chains whose number of buckets never changes: it follows from the byte limit,
   * so that a chain is short even when the cache is full. Writers hold the lock; readers follow
   * the chains meanwhile. An entry that was unlinked keeps its own link, so that a reader that
   * stands on it walks on to the chain's end.
   *
   * Eviction is CLOCK (Corbató, 1968): the hand goes from bucket to bucket, takes the mark off
   * marked entries and unlinks the others. Entries start without a mark: a series that is seen
   * once and never again does not push out one that comes with every scrape.
   *
   * Senders bring their series in the same order again and again. So each entry remembers which
   * one was asked for after it, and a Lookup compares that one's bytes first: right nearly always,
   * and then neither the hash nor the bucket, which is seldom in the processor's cache, is needed.
   */

  /**
   * What an entry needs beside its bytes: the object, its array's header and padding, its share of
   * the buckets, and a discarded entry that it may refer to.
   */
  static final int ENTRY_BYTES = 136;

  /** Expected length of label bytes, from which the number of buckets follows. */
  private static final int TYPICAL_BYTES = 176;

  /** Buckets that {@link #forgetDeleted} looks at before it lets others write. */
  private static final int FORGET_CHUNK = 4096;

  private final long limitBytes;
  private final RegionHash regionHash;
  private final LongPredicate deleted;
  private final AtomicReferenceArray<@Nullable Entry> buckets;
  private final LongAdder insertions = new LongAdder();
  private final LongAdder evictions = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();
  private long sizeBytes; // guarded by lock
  private int size; // guarded by lock
  private int hand; // guarded by lock

  /** Hashes a region of an array. */
  @FunctionalInterface
  interface RegionHash {
    /** The hash of {@code bytes[offset, offset + length)}. */
    long hash(byte[] bytes, int offset, int length);
  }

  /**
   * Creates an empty cache.
   *
   * @param limitBytes how much memory it may take
   * @param seed changes the hash, so that clients can't send series that all fall into one bucket;
   *     not to be known outside the process
   */
  public SeriesCache(long limitBytes, long seed) {
    this(limitBytes, xxh3(seed), _ -> false);
  }

  /**
   * Creates an empty cache of series that may be deleted.
   *
   * @param deleted whether the series of a reference is; such a reference is not stored, and {@link
   *     #forgetDeleted} removes it
   */
  public SeriesCache(long limitBytes, long seed, LongPredicate deleted) {
    this(limitBytes, xxh3(seed), deleted);
  }

  SeriesCache(long limitBytes, RegionHash regionHash) {
    this(limitBytes, regionHash, _ -> false);
  }

  private SeriesCache(long limitBytes, RegionHash regionHash, LongPredicate deleted) {
    if (limitBytes <= 0) {
      throw new IllegalArgumentException("limitBytes: " + limitBytes + " (expected: > 0)");
    }
    this.limitBytes = limitBytes;
    this.regionHash = regionHash;
    this.deleted = deleted;
    long entries = Math.clamp(limitBytes / (ENTRY_BYTES + TYPICAL_BYTES), 16, 1 << 28);
    buckets = new AtomicReferenceArray<>(Integer.highestOneBit((int) entries * 2 - 1));
  }

  private static RegionHash xxh3(long seed) {
    Hasher64 hasher = Hashing.xxh3_64(seed);
    return hasher::hashBytesToLong;
  }

  /** The reference stored for these bytes of a tenant, or {@link #ABSENT}. */
  public long find(Tenant tenant, byte[] bytes, int offset, int length) {
    Entry entry = entry(tenant, bytes, offset, length);
    return entry == null ? ABSENT : entry.ref;
  }

  /** A lookup of series that come in the order of earlier ones. */
  public Lookup lookup() {
    return new Lookup();
  }

  private @Nullable Entry entry(Tenant tenant, byte[] bytes, int offset, int length) {
    long hash = hash(tenant, bytes, offset, length);
    for (Entry entry = buckets.get(bucket(hash)); entry != null; entry = entry.next) {
      if (entry.hash == hash && entry.holds(tenant, bytes, offset, length)) {
        entry.mark();
        return entry;
      }
    }
    return null;
  }

  /**
   * Stores a reference for these bytes of a tenant, in place of an earlier one; the bytes are
   * copied. Does nothing when they alone are over the limit, or when the series is deleted.
   */
  public void put(Tenant tenant, byte[] bytes, int offset, int length, long ref) {
    long cost = ENTRY_BYTES + (long) length;
    if (cost > limitBytes) {
      return;
    }
    long hash = hash(tenant, bytes, offset, length);
    int bucket = bucket(hash);
    lock.lock();
    try {
      if (deleted.test(ref)) { // under the lock: whoever forgets comes later, or was here before
        return;
      }
      for (Entry entry = buckets.get(bucket); entry != null; entry = entry.next) {
        if (entry.hash == hash && entry.holds(tenant, bytes, offset, length)) {
          entry.ref = ref;
          return;
        }
      }
      makeRoom(cost);
      byte[] key = Arrays.copyOfRange(bytes, offset, offset + length);
      buckets.set(bucket, new Entry(hash, tenant, key, ref, buckets.get(bucket)));
      sizeBytes += cost;
      size++;
    } finally {
      lock.unlock();
    }
    insertions.increment();
  }

  /** How many entries there are. */
  public int size() {
    lock.lock();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }

  /** How much memory the entries take, in bytes, at most the limit. */
  public long sizeBytes() {
    lock.lock();
    try {
      return sizeBytes;
    } finally {
      lock.unlock();
    }
  }

  /** How many entries were added so far: what was looked up in vain and then stored. */
  public long insertions() {
    return insertions.sum();
  }

  /** How many entries had to make room so far. */
  public long evictions() {
    return evictions.sum();
  }

  private void makeRoom(long cost) {
    // Two rounds find what is not in use; if readers mark faster than that, take what comes.
    long mercy = 2L * buckets.length();
    while (sizeBytes + cost > limitBytes) {
      sweep(hand, mercy-- > 0);
      hand = hand + 1 & buckets.length() - 1;
    }
  }

  private void sweep(int bucket, boolean spareMarked) {
    Entry previous = null;
    for (Entry entry = buckets.get(bucket); entry != null; entry = entry.next) {
      if (spareMarked && entry.marked) {
        entry.marked = false;
        previous = entry;
      } else {
        unlink(bucket, previous, entry);
        evictions.increment();
      }
    }
  }

  /**
   * Removes all entries of deleted series. What is deleted before this begins is not found once it
   * has returned. It looks at every entry, so that finding one costs nothing more: call it once for
   * many deletions.
   */
  public void forgetDeleted() {
    for (int from = 0; from < buckets.length(); from += FORGET_CHUNK) {
      int to = Math.min(buckets.length(), from + FORGET_CHUNK);
      lock.lock();
      try {
        for (int bucket = from; bucket < to; bucket++) {
          forgetDeleted(bucket);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void forgetDeleted(int bucket) {
    Entry previous = null;
    for (Entry entry = buckets.get(bucket); entry != null; entry = entry.next) {
      if (deleted.test(entry.ref)) {
        unlink(bucket, previous, entry);
      } else {
        previous = entry;
      }
    }
  }

  private void unlink(int bucket, @Nullable Entry previous, Entry entry) {
    if (previous == null) {
      buckets.set(bucket, entry.next);
    } else {
      previous.next = entry.next;
    }
    sizeBytes -= ENTRY_BYTES + entry.key.length;
    size--;
    entry.discard();
  }

  private long hash(Tenant tenant, byte[] bytes, int offset, int length) {
    // The constant is 2^64 divided by the golden ratio; it spreads the tenant over all bits.
    return regionHash.hash(bytes, offset, length) ^ tenant.id().hashCode() * 0x9E37_79B9_7F4A_7C15L;
  }

  private int bucket(long hash) {
    return (int) (hash ^ hash >>> 32) & buckets.length() - 1;
  }

  /** Counts anew what is linked, for tests: {@code {entries, bytes}}. */
  long[] count() {
    lock.lock();
    try {
      long entries = 0;
      long bytes = 0;
      for (int i = 0; i < buckets.length(); i++) {
        for (Entry entry = buckets.get(i); entry != null; entry = entry.next) {
          entries++;
          bytes += ENTRY_BYTES + entry.key.length;
        }
      }
      return new long[] {entries, bytes};
    } finally {
      lock.unlock();
    }
  }

  /**
   * Finds series one after the other, and faster when they come in the order in which they came
   * before. It finds what {@link SeriesCache#find} finds. Not safe for many threads; make one per
   * thread.
   */
  public final class Lookup {
    private @Nullable Entry last;

    private Lookup() {}

    /** Forgets what was found last: what comes next is no sequel to it. */
    public void restart() {
      last = null;
    }

    /** The reference stored for these bytes of a tenant, or {@link #ABSENT}. */
    public long find(Tenant tenant, byte[] bytes, int offset, int length) {
      Entry previous = last;
      Entry found = previous == null ? null : previous.follower;
      if (found != null && found.holds(tenant, bytes, offset, length)) {
        found.mark();
      } else {
        found = entry(tenant, bytes, offset, length);
        if (previous != null && found != null) {
          previous.followedBy(found);
        }
      }
      last = found;
      return found == null ? ABSENT : found.ref;
    }

    /**
     * Looks whether the bytes from {@code offset} on start with those of the series that is
     * expected next; then it is found, and {@link #ref} is its reference.
     *
     * @return how many bytes the series has; negative when it is not the one expected
     */
    public int expect(Tenant tenant, byte[] bytes, int offset, int end) {
      Entry expected = last == null ? null : last.follower;
      if (expected == null) {
        return -1;
      }
      int length = expected.key.length;
      if (length > end - offset || !expected.holds(tenant, bytes, offset, length)) {
        return -1;
      }
      expected.mark();
      last = expected;
      return length;
    }

    /** The reference of the series that was found last, or {@link #ABSENT}. */
    public long ref() {
      return last == null ? ABSENT : last.ref;
    }
  }

  private static final class Entry {
    /**
     * The key of entries that are out of the cache; no other array, not even an empty one, is it.
     */
    private static final byte[] DISCARDED = new byte[0];

    final long hash;
    final Tenant tenant;
    byte[] key;
    volatile long ref;
    volatile @Nullable Entry next;
    volatile @Nullable Entry follower;
    boolean marked; // written by many at once; a lost mark costs at most one lookup

    Entry(long hash, Tenant tenant, byte[] key, long ref, @Nullable Entry next) {
      this.hash = hash;
      this.tenant = tenant;
      this.key = key;
      this.ref = ref;
      this.next = next;
    }

    boolean holds(Tenant tenant, byte[] bytes, int offset, int length) {
      byte[] key = this.key;
      return key.length == length
          && Arrays.equals(key, 0, length, bytes, offset, offset + length)
          && this.tenant.equals(tenant)
          && !isDiscarded(key);
    }

    @SuppressWarnings("ReferenceEquality") // an empty array is a possible key
    private static boolean isDiscarded(byte[] key) {
      return key == DISCARDED;
    }

    void mark() {
      if (!marked) { // read first: a write would take the cache line from other cores
        marked = true;
      }
    }

    void followedBy(Entry entry) {
      if (!isDiscarded(key)) {
        follower = entry;
      }
    }

    /** Frees the bytes: whoever still refers to this entry keeps no more than the entry. */
    void discard() {
      key = DISCARDED;
      follower = null;
    }
  }
}
