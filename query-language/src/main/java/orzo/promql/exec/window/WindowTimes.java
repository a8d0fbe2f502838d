package orzo.promql.exec.window;

/**
 * Where in the data the windows of a grid lie.
 *
 * @param firstEndMillis the end of the first step's window, which belongs to the window
 * @param stepMillis the distance of two windows; zero when all steps look at the same time
 * @param rangeMillis the length of a window
 */
public record WindowTimes(long firstEndMillis, long stepMillis, long rangeMillis) {
  /** The end of a step's window. */
  public long endMillis(int step) {
    return firstEndMillis + step * stepMillis;
  }
}
