package orzo.storage;

/**
 * The name of a split inside its sack.
 *
 * @param series the series' integer in its sack
 * @param granularityMillis length of the windows of an aggregate split; {@link #RAW} for a raw one
 * @param startMillis first instant of the split's span, epoch milliseconds, a multiple of the span
 */
public record SplitKey(int series, long granularityMillis, long startMillis) {
  /** The granularity of raw splits. */
  public static final long RAW = 0;

  /** The name of a raw split. */
  public SplitKey(int series, long startMillis) {
    this(series, RAW, startMillis);
  }

  /** Whether it names a raw split. */
  public boolean isRaw() {
    return granularityMillis == RAW;
  }
}
