package orzo.storage;

import static java.util.Objects.requireNonNull;

/**
 * One change of a split.
 *
 * @param key which split
 * @param offset where {@code bytes} go: what stands before stays, what stands from here on is
 *     dropped, so that the split then ends with {@code bytes}; {@link #REPLACE} makes {@code bytes}
 *     the whole split; {@link #REMOVE} makes it go
 * @param bytes what to write, at least one byte unless the split is removed; not to be changed
 *     until the flush returns
 * @param ttlSeconds the split's new time to live counted from now; {@link #KEEP_TTL} leaves it as
 *     it is, which is without end for a split that is new
 */
public record SplitWrite(SplitKey key, int offset, byte[] bytes, long ttlSeconds) {
  /** Offset that replaces the whole split. */
  public static final int REPLACE = -1;

  /** Offset that removes the split. */
  public static final int REMOVE = -2;

  /** Leaves the time to live as it is. */
  public static final long KEEP_TTL = 0;

  /**
   * Creates a write.
   *
   * @throws IllegalArgumentException for no bytes, or an offset or time to live out of bounds
   */
  public SplitWrite {
    requireNonNull(key, "key");
    if (offset < REMOVE) {
      throw new IllegalArgumentException(
          "offset: " + offset + " (expected: >= 0, REPLACE or REMOVE)");
    }
    if ((bytes.length == 0) != (offset == REMOVE)) {
      throw new IllegalArgumentException(
          "bytes: " + bytes.length + " (expected: at least one, or none to remove a split)");
    }
    if (ttlSeconds < KEEP_TTL) {
      throw new IllegalArgumentException("ttlSeconds: " + ttlSeconds + " (expected: >= 0)");
    }
  }

  /** Removes a split; one that does not exist changes nothing. */
  public static SplitWrite remove(SplitKey key) {
    return new SplitWrite(key, REMOVE, new byte[0], KEEP_TTL);
  }
}
