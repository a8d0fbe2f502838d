package orzo.remoteread;

/**
 * What bounds remote reads; the defaults are Prometheus's.
 *
 * @param maxSamples how many samples an answer of {@link ResponseType#SAMPLES} may have
 * @param maxFrameBytes how many bytes of labels and chunks make a frame end; it may be longer by a
 *     chunk
 * @param maxConcurrent how many requests are answered at once
 * @param maxBytes what one request may hold in memory
 */
public record ReadBounds(long maxSamples, int maxFrameBytes, int maxConcurrent, long maxBytes) {
  /** Prometheus's defaults, and 1 GiB of memory. */
  public static final ReadBounds DEFAULT = new ReadBounds(50_000_000, 1 << 20, 10, 1L << 30);

  /** Checks that each bound lets something through. */
  public ReadBounds {
    if (maxSamples < 1 || maxFrameBytes < 1 || maxConcurrent < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "read bounds: samples %d, frame bytes %d, concurrent %d, bytes %d (expected: positive)"
              .formatted(maxSamples, maxFrameBytes, maxConcurrent, maxBytes));
    }
  }
}
