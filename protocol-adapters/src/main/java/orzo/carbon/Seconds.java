package orzo.carbon;

/** Timestamps as carbon takes them: seconds since 1970, maybe with a fraction. */
final class Seconds {
  /** Not a timestamp. */
  static final long INVALID = Long.MIN_VALUE;

  /** The first second that 32 bits do not hold; Graphite's files have no room for it. */
  static final long END = 1L << 32;

  private Seconds() {}

  /**
   * Milliseconds since 1970; {@code nowMillis} for -1, as carbon has it; {@link #INVALID} for what
   * is before 1970 or from {@link #END} on.
   */
  static long toMillis(double seconds, long nowMillis) {
    if (seconds > -2 && seconds <= -1) {
      return nowMillis; // carbon cuts fractions off before it looks
    }
    return seconds > -1 && seconds < END ? Math.max(0, Math.round(seconds * 1000)) : INVALID;
  }
}
