package orzo.index;

import java.util.Arrays;

/** Periods of time, ascending, with time between them: when series have the labels they have. */
public final class Periods {
  /** All time. */
  public static final Periods ALWAYS = new Periods(Long.MIN_VALUE, Long.MAX_VALUE);

  private final long[] edgesMillis; // from, to, from, to …

  private Periods(long... edgesMillis) {
    this.edgesMillis = edgesMillis;
  }

  /** The period {@code [fromMillis, toMillis)}, epoch milliseconds. */
  public static Periods of(long fromMillis, long toMillis) {
    return fromMillis == Long.MIN_VALUE && toMillis == Long.MAX_VALUE
        ? ALWAYS
        : new Periods(fromMillis, toMillis);
  }

  /**
   * With one more behind the last; one that begins where the last ends makes that one longer.
   *
   * @param fromMillis not before the end of the last
   */
  public Periods and(long fromMillis, long toMillis) {
    int last = edgesMillis.length - 1;
    if (edgesMillis[last] == fromMillis) {
      long[] longer = edgesMillis.clone();
      longer[last] = toMillis;
      return longer.length == 2 ? of(longer[0], longer[1]) : new Periods(longer);
    }
    long[] more = Arrays.copyOf(edgesMillis, edgesMillis.length + 2);
    more[last + 1] = fromMillis;
    more[last + 2] = toMillis;
    return new Periods(more);
  }

  /** Whether it is all time. */
  public boolean isAlways() {
    return this == ALWAYS;
  }

  /** How many there are. */
  public int size() {
    return edgesMillis.length / 2;
  }

  /** Where period {@code i} begins; the first moment of it. */
  public long fromMillis(int i) {
    return edgesMillis[2 * i];
  }

  /** Where period {@code i} ends; the first moment after it, unless it does not end. */
  public long toMillis(int i) {
    return edgesMillis[2 * i + 1];
  }

  /** Whether some of the time {@code [fromMillis, toMillis]} is within a period. */
  public boolean touch(long fromMillis, long toMillis) {
    for (int i = 0; i < size(); i++) {
      if (fromMillis(i) <= toMillis && toMillis(i) > fromMillis) {
        return true;
      }
    }
    return false;
  }
}
