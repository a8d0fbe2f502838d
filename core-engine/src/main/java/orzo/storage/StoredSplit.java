package orzo.storage;

/**
 * A split as storage holds it.
 *
 * @param bytes the encoded split; not to be changed
 */
public record StoredSplit(SplitKey key, byte[] bytes) {}
