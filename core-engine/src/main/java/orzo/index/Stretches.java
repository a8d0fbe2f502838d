package orzo.index;

import java.util.Arrays;

/** Stretches of time, ascending, with time between them: when series have the labels they have. */
public final class Stretches {
  /** All time. */
  public static final Stretches ALWAYS = new Stretches(Long.MIN_VALUE, Long.MAX_VALUE);

  private final long[] edgesMillis; // from, to, from, to …

  private Stretches(long... edgesMillis) {
    this.edgesMillis = edgesMillis;
  }

  /** The stretch {@code [fromMillis, toMillis)}, epoch milliseconds. */
  public static Stretches of(long fromMillis, long toMillis) {
    return fromMillis == Long.MIN_VALUE && toMillis == Long.MAX_VALUE
        ? ALWAYS
        : new Stretches(fromMillis, toMillis);
  }

  /**
   * With one more behind the last; one that begins where the last ends makes that one longer.
   *
   * @param fromMillis not before the end of the last
   */
  public Stretches and(long fromMillis, long toMillis) {
    int last = edgesMillis.length - 1;
    if (edgesMillis[last] == fromMillis) {
      long[] longer = edgesMillis.clone();
      longer[last] = toMillis;
      return longer.length == 2 ? of(longer[0], longer[1]) : new Stretches(longer);
    }
    long[] more = Arrays.copyOf(edgesMillis, edgesMillis.length + 2);
    more[last + 1] = fromMillis;
    more[last + 2] = toMillis;
    return new Stretches(more);
  }

  /** Whether it is all time. */
  public boolean isAlways() {
    return this == ALWAYS;
  }

  /** How many there are. */
  public int size() {
    return edgesMillis.length / 2;
  }

  /** Where stretch {@code i} begins; the first moment of it. */
  public long fromMillis(int i) {
    return edgesMillis[2 * i];
  }

  /** Where stretch {@code i} ends; the first moment after it, unless it does not end. */
  public long toMillis(int i) {
    return edgesMillis[2 * i + 1];
  }

  /** Whether some of the time {@code [fromMillis, toMillis]} is within a stretch. */
  public boolean touch(long fromMillis, long toMillis) {
    for (int i = 0; i < size(); i++) {
      if (fromMillis(i) <= toMillis && toMillis(i) > fromMillis) {
        return true;
      }
    }
    return false;
  }
}
