package orzo.fold;

/** The windows and the spans of aggregate splits. */
public final class AggregateSplit {
  /** How many windows a split covers: 40 hours of 5 minutes, 20 days of an hour. */
  public static final int WINDOWS = 480;

  private AggregateSplit() {}

  /**
   * How much time a split covers: {@link #WINDOWS} windows, or as many as a {@code long} can tell.
   *
   * @param granularityMillis length of a window, at least 1
   */
  public static long spanMillis(long granularityMillis) {
    if (granularityMillis < 1) {
      throw new IllegalArgumentException("granularity: " + granularityMillis + " (expected: >= 1)");
    }
    return granularityMillis * Math.min(WINDOWS, Long.MAX_VALUE / granularityMillis);
  }

  /**
   * The start of the split that a timestamp falls into, a multiple of the span; negative times
   * round down too. What would start before all time starts at the first multiple in it.
   */
  public static long startOf(long granularityMillis, long timestampMillis) {
    return floor(spanMillis(granularityMillis), timestampMillis);
  }

  /** The start of the window that a timestamp falls into, rounded in the same way. */
  public static long windowOf(long granularityMillis, long timestampMillis) {
    return floor(granularityMillis, timestampMillis);
  }

  private static long floor(long length, long timestampMillis) {
    long start = timestampMillis - Math.floorMod(timestampMillis, length);
    return start <= timestampMillis ? start : start + length;
  }
}
