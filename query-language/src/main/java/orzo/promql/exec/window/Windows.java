package orzo.promql.exec.window;

import org.jspecify.annotations.Nullable;
import orzo.promql.exec.block.TimeGrid;

/**
 * The windows of one series, one for each step of a grid, in ascending order. A window is open to
 * the left: {@code (end - range, end]}. It covers the samples {@code from} to {@code to}, the
 * latter excluded, of the columns.
 */
public final class Windows {
  /** Timestamps of the series, ascending, epoch milliseconds. */
  final long[] times;

  /** Values of the series; no stale marker is among them. */
  final double[] values;

  /** Start timestamps of the samples, 0 where it is not known; null when none is. */
  final long @Nullable [] starts;

  /** Index of the first sample of the current window. */
  int from;

  /** Index after the last sample of the current window. */
  int to;

  /** The current step. */
  int step = -1;

  private final int size;
  private final TimeGrid grid;
  private final WindowTimes windowTimes;

  /** The windows of a series of {@code size} samples without start timestamps. */
  public Windows(long[] times, double[] values, int size, TimeGrid grid, WindowTimes windowTimes) {
    this(times, values, null, size, grid, windowTimes);
  }

  /** The windows of a series of {@code size} samples. */
  public Windows(
      long[] times,
      double[] values,
      long @Nullable [] starts,
      int size,
      TimeGrid grid,
      WindowTimes windowTimes) {
    this.times = times;
    this.values = values;
    this.starts = starts;
    this.size = size;
    this.grid = grid;
    this.windowTimes = windowTimes;
  }

  /** Goes to the next step whose window holds a sample; false when there is none. */
  boolean next() {
    // Not a binary search: a window advances by one step, so its borders are nearly always near.
    while (++step < grid.steps()) {
      long end = endMillis();
      long start = end - windowTimes.rangeMillis();
      while (to < size && times[to] <= end) {
        to++;
      }
      while (from < to && times[from] <= start) {
        from++;
      }
      if (from < to) {
        return true;
      }
    }
    return false;
  }

  /** Whether windows of neighbouring steps have samples in common. */
  boolean overlap() {
    return windowTimes.stepMillis() < windowTimes.rangeMillis();
  }

  /** How many samples the series has. */
  int size() {
    return size;
  }

  /** How many steps the grid has. */
  int steps() {
    return grid.steps();
  }

  /** The end of the current window, which belongs to it. */
  long endMillis() {
    return windowTimes.endMillis(step);
  }

  /** The length of each window. */
  long rangeMillis() {
    return windowTimes.rangeMillis();
  }

  /** The time that the query evaluates at; offset and {@code @} don't move it. */
  long evaluationMillis() {
    return grid.timeMillis(step);
  }
}
