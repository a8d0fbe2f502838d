package orzo.remotewrite;

import com.dynatrace.hash4j.hashing.Hashing;
import orzo.intake.SeriesCache;
import orzo.metric.Tenant;

/**
 * Which metadata was stored last, by metric name, so that what senders repeat every minute costs no
 * round trip. Bounded. Safe for many threads.
 */
final class MetadataCache {
  private static final long LIMIT_BYTES = 8 << 20;

  // From name to a hash of the whole message. Were two messages of one name to collide, the second
  // would not be stored: a stale help text, with a probability of 2^-64.
  private final SeriesCache hashes;

  MetadataCache(long seed) {
    hashes = new SeriesCache(LIMIT_BYTES, seed);
  }

  /** Whether the last metadata stored for the message's metric name is this message. */
  boolean isKnown(Tenant tenant, byte[] bytes, int start, int end) {
    MetadataMessage message = MetadataMessage.of(bytes, start, end);
    return hashes.find(tenant, bytes, message.nameStart(), message.nameLength())
        == hash(bytes, start, end);
  }

  /** Notes a message as stored. */
  void add(Tenant tenant, byte[] bytes) {
    MetadataMessage message = MetadataMessage.of(bytes, 0, bytes.length);
    hashes.put(
        tenant, bytes, message.nameStart(), message.nameLength(), hash(bytes, 0, bytes.length));
  }

  private static long hash(byte[] bytes, int start, int end) {
    // One bit is given up, so that no hash is the mark of what is absent.
    return Hashing.xxh3_64().hashBytesToLong(bytes, start, end - start) & Long.MAX_VALUE;
  }
}
