package orzo.remotewrite;

import java.util.ArrayDeque;

/**
 * Arrays to receive or decompress requests into, used again and again. What lies idle is bounded,
 * and arrays of unusual size are not kept. Safe for many threads.
 */
final class BufferPool {
  private final int minBytes;
  private final int maxKeptBytes;
  private final long maxIdleBytes;
  private final ArrayDeque<byte[]> idle = new ArrayDeque<>(); // guarded by this
  private long idleBytes; // guarded by this

  /**
   * Creates an empty pool.
   *
   * @param minBytes length of the shortest array
   * @param maxKeptBytes length of the longest array that is kept
   * @param maxIdleBytes length of all idle arrays together
   */
  BufferPool(int minBytes, int maxKeptBytes, long maxIdleBytes) {
    this.minBytes = minBytes;
    this.maxKeptBytes = maxKeptBytes;
    this.maxIdleBytes = maxIdleBytes;
  }

  /** An array of at least {@code length} bytes, whatever they hold. */
  byte[] take(int length) {
    synchronized (this) {
      byte[] buffer = idle.pollFirst();
      if (buffer != null) {
        idleBytes -= buffer.length;
        if (buffer.length >= length) {
          return buffer;
        }
      }
    }
    // Powers of two, so that an array that was too short is followed by one that fits for long.
    int rounded = length <= 1 << 30 ? Integer.highestOneBit(Math.max(1, length) * 2 - 1) : length;
    return new byte[Math.max(rounded, minBytes)];
  }

  /** Gives an array back; it is not to be touched afterwards. */
  synchronized void give(byte[] buffer) {
    if (buffer.length >= minBytes
        && buffer.length <= maxKeptBytes
        && idleBytes + buffer.length <= maxIdleBytes) {
      idleBytes += buffer.length;
      idle.addFirst(buffer);
    }
  }

  /** How many bytes lie idle. */
  synchronized long idleBytes() {
    return idleBytes;
  }
}
