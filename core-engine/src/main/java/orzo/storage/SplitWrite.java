package orzo.storage;

/**
 * One change of a split.
 *
 * @param key which split
 * @param offset where {@code bytes} go: from this byte on the stored split is overwritten, what
 *     stands before stays; {@link #REPLACE} makes {@code bytes} the whole split
 * @param bytes what to write, at least one byte
 * @param ttlSeconds the split's new time to live counted from now; {@link #KEEP_TTL} leaves it as
 *     it is
 */
public record SplitWrite(SplitKey key, int offset, byte[] bytes, long ttlSeconds) {
  /** Offset that replaces the whole split. */
  public static final int REPLACE = -1;

  /** Leaves the time to live as it is. */
  public static final long KEEP_TTL = 0;
}
