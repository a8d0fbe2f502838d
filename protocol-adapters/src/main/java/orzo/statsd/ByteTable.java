package orzo.statsd;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A map from bytes to values, where the bytes are two regions of an array: what is looked up needs
 * no object. Open addressing with linear probing. Not safe for many threads.
 */
final class ByteTable<V> {
  /** What an entry takes beside its bytes and its value, in bytes. */
  static final int ENTRY_BYTES = 80;

  private static final int MIN_CAPACITY = 16;

  private static final class Entry<V> {
    final long hash;
    final byte[] bytes;
    final int firstLength;
    final V value;

    Entry(long hash, byte[] bytes, int firstLength, V value) {
      this.hash = hash;
      this.bytes = bytes;
      this.firstLength = firstLength;
      this.value = value;
    }
  }

  private final Hasher64 hasher;
  private @Nullable Entry<V>[] entries = newEntries(MIN_CAPACITY);
  private int size;
  private long sizeBytes;

  /**
   * Creates an empty table.
   *
   * @param seed changes the hash, so that senders can't choose keys that collide
   */
  ByteTable(long seed) {
    hasher = Hashing.xxh3_64(seed);
  }

  /** The value of the bytes of both regions, null when there is none. */
  @Nullable V find(byte[] bytes, int start, int end, int secondStart, int secondEnd) {
    long hash = hash(bytes, start, end, secondStart, secondEnd);
    int mask = entries.length - 1;
    for (int i = (int) hash & mask; ; i = i + 1 & mask) {
      Entry<V> entry = entries[i];
      if (entry == null) {
        return null;
      }
      if (entry.hash == hash && holds(entry, bytes, start, end, secondStart, secondEnd)) {
        return entry.value;
      }
    }
  }

  /** Adds a value for bytes that have none; the bytes are copied. */
  void add(byte[] bytes, int start, int end, int secondStart, int secondEnd, V value) {
    if (2 * (size + 1) > entries.length) {
      grow();
    }
    int firstLength = end - start;
    byte[] copy = Arrays.copyOfRange(bytes, start, end + secondEnd - secondStart);
    System.arraycopy(bytes, secondStart, copy, firstLength, secondEnd - secondStart);
    long hash = hash(bytes, start, end, secondStart, secondEnd);
    insert(entries, new Entry<>(hash, copy, firstLength, value));
    size++;
    sizeBytes += ENTRY_BYTES + copy.length;
  }

  /** Removes everything. Room for a few entries stays. */
  void clear() {
    if (size == 0) {
      return;
    }
    if (entries.length > MIN_CAPACITY) {
      // What was held will most likely come again; a table that was mostly empty shrinks.
      entries = newEntries(Math.max(MIN_CAPACITY, Integer.highestOneBit(4 * size - 1)));
    } else {
      Arrays.fill(entries, null);
    }
    size = 0;
    sizeBytes = 0;
  }

  int size() {
    return size;
  }

  /** About how much memory the entries take, without their values. */
  long sizeBytes() {
    return sizeBytes;
  }

  private long hash(byte[] bytes, int start, int end, int secondStart, int secondEnd) {
    long first = hasher.hashBytesToLong(bytes, start, end - start);
    long mixed =
        secondStart == secondEnd
            ? first
            // The constant is 2^64 divided by the golden ratio: the order of the regions counts.
            : first * 0x9E37_79B9_7F4A_7C15L
                + hasher.hashBytesToLong(bytes, secondStart, secondEnd - secondStart);
    return mixed ^ mixed >>> 32;
  }

  private static boolean holds(
      Entry<?> entry, byte[] bytes, int start, int end, int secondStart, int secondEnd) {
    int first = entry.firstLength;
    byte[] own = entry.bytes;
    return end - start == first
        && secondEnd - secondStart == own.length - first
        && Arrays.equals(own, 0, first, bytes, start, end)
        && Arrays.equals(own, first, own.length, bytes, secondStart, secondEnd);
  }

  private void grow() {
    @Nullable Entry<V>[] grown = newEntries(entries.length * 2);
    for (Entry<V> entry : entries) {
      if (entry != null) {
        insert(grown, entry);
      }
    }
    entries = grown;
  }

  private static <V> void insert(@Nullable Entry<V>[] into, Entry<V> entry) {
    int mask = into.length - 1;
    int i = (int) entry.hash & mask;
    while (into[i] != null) {
      i = i + 1 & mask;
    }
    into[i] = entry;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a type with arguments can't be made
  private static <V> @Nullable Entry<V>[] newEntries(int capacity) {
    return new Entry[capacity];
  }
}
