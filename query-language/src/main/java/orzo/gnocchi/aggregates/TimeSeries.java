package orzo.gnocchi.aggregates;

/**
 * The aggregates of one series at one granularity. Nobody changes the arrays, so that series share
 * them.
 *
 * @param times starts of windows in epoch milliseconds, ascending
 * @param values as many values; NaN is a value that is missing
 */
public record TimeSeries(long[] times, double[] values) {
  /** A series without values. */
  public static final TimeSeries EMPTY = new TimeSeries(new long[0], new double[0]);

  /** Checks that there is a value for each time. */
  public TimeSeries {
    if (times.length != values.length) {
      throw new IllegalArgumentException(
          times.length + " times, " + values.length + " values (expected: as many)");
    }
  }

  /** How many values there are. */
  public int size() {
    return times.length;
  }
}
