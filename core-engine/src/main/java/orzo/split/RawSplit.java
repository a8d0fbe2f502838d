package orzo.split;

/** The span of raw splits. */
public final class RawSplit {
  /** How much time a raw split covers: four hours, 960 samples of a series scraped each 15 s. */
  public static final long SPAN_MILLIS = 4 * 3_600_000L;

  /** The most samples that one block holds. */
  public static final int MAX_BLOCK_SAMPLES = 128;

  /**
   * A block of an open split is full, too, once its histograms have this many counts, because the
   * owner holds it in memory.
   */
  public static final int MAX_BLOCK_CELLS = 2048;

  private RawSplit() {}

  /** The start of the split that a timestamp falls into; negative times round down too. */
  public static long startOf(long timestampMillis) {
    return Math.floorDiv(timestampMillis, SPAN_MILLIS) * SPAN_MILLIS;
  }
}
