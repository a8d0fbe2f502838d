package orzo.metric;

/**
 * A registered series as one {@code long}: the sack in the upper half, the series' integer in that
 * sack in the lower.
 */
public final class SeriesRef {
  private SeriesRef() {}

  /** The reference of a series. */
  public static long of(int sack, int series) {
    return (long) sack << 32 | series;
  }

  /** The sack of a reference. */
  public static int sack(long ref) {
    return (int) (ref >>> 32);
  }

  /** The integer, in its sack, of a reference. */
  public static int series(long ref) {
    return (int) ref;
  }
}
