package orzo.read;

/**
 * Aggregates of one metric by one method, ascending in time. The arrays are as long as there are
 * points; nobody changes them, so that they may be shared.
 *
 * @param startsMillis where their windows start, epoch milliseconds
 * @param values one for each window; NaN is one that is missing
 */
public record Points(long[] startsMillis, double[] values) {
  /** No points. */
  public static final Points NONE = new Points(new long[0], new double[0]);

  /** Checks that there are as many of both. */
  public Points {
    if (startsMillis.length != values.length) {
      throw new IllegalArgumentException(
          "values: " + values.length + " (expected: " + startsMillis.length + ", as of starts)");
    }
  }

  /** How many there are. */
  public int size() {
    return startsMillis.length;
  }
}
