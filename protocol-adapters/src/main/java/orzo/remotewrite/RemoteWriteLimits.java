package orzo.remotewrite;

import java.time.Duration;

/**
 * What a remote-write request may cost.
 *
 * @param compressedBytes length of a request body
 * @param decompressedBytes length of a request after decompression, and of its samples once decoded
 * @param inFlightBytes what all requests together may hold at once: bodies being received and
 *     decoded requests that wait for storage
 * @param labels labels of a series
 * @param labelNameBytes UTF-8 length of a label name, and of a metric name in metadata
 * @param labelValueBytes UTF-8 length of a label value, and of a help text
 * @param requestTimeout how long a request may take to arrive
 * @param retryAfter when a sender that was put off should try again; whole seconds
 */
public record RemoteWriteLimits(
    int compressedBytes,
    int decompressedBytes,
    long inFlightBytes,
    int labels,
    int labelNameBytes,
    int labelValueBytes,
    Duration requestTimeout,
    Duration retryAfter) {
  /** Beyond what a well-configured sender does; Mimir's own defaults are tighter. */
  public static final RemoteWriteLimits DEFAULT =
      new RemoteWriteLimits(
          32 << 20,
          128 << 20,
          256 << 20,
          128,
          1024,
          8192,
          Duration.ofSeconds(30),
          Duration.ofSeconds(1));

  /** Checks that all limits are positive. */
  public RemoteWriteLimits {
    requirePositive("compressedBytes", compressedBytes);
    requirePositive("decompressedBytes", decompressedBytes);
    requirePositive("inFlightBytes", inFlightBytes);
    requirePositive("labels", labels);
    requirePositive("labelNameBytes", labelNameBytes);
    requirePositive("labelValueBytes", labelValueBytes);
    requirePositive("requestTimeout", requestTimeout.toNanos());
    requirePositive("retryAfter", retryAfter.toSeconds());
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }

  /** How many samples a request may hold; each takes three columns of eight bytes. */
  int samples() {
    return Math.max(1, decompressedBytes / DecodedWrite.SAMPLE_BYTES);
  }
}
