package orzo.promql.exec.block;

/**
 * The evaluation times of a query or subquery, evenly spaced, in epoch milliseconds.
 *
 * @param startMillis the first time
 * @param stepMillis the distance of two times, positive
 * @param steps how many times there are; none when a subquery's range holds no multiple of its step
 */
public record TimeGrid(long startMillis, long stepMillis, int steps) {
  /** Checks that the grid goes forward. */
  public TimeGrid {
    if (stepMillis <= 0 || steps < 0) {
      throw new IllegalArgumentException(
          "grid: step " + stepMillis + " ms, " + steps + " steps (expected: > 0, >= 0)");
    }
  }

  /** The times from {@code startMillis} up to and including {@code endMillis}. */
  public static TimeGrid of(long startMillis, long endMillis, long stepMillis) {
    if (endMillis < startMillis) {
      return new TimeGrid(startMillis, stepMillis, 0);
    }
    return new TimeGrid(
        startMillis, stepMillis, Math.toIntExact((endMillis - startMillis) / stepMillis + 1));
  }

  /** One time. */
  public static TimeGrid instant(long timeMillis) {
    return new TimeGrid(timeMillis, 1, 1);
  }

  /** The time of a step. */
  public long timeMillis(int step) {
    return startMillis + step * stepMillis;
  }

  /** The last time; for an empty grid, the one before the first. */
  public long endMillis() {
    return timeMillis(steps - 1);
  }

  /** Whether there is one time only: an instant query, or a range as short as one. */
  public boolean isInstant() {
    return steps == 1;
  }
}
