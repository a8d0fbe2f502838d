package orzo.promql.exec.window;

/**
 * How ranges with the modifier {@code anchored} or {@code smoothed} look beyond their borders: both
 * for a sample at or before the start, {@code smoothed} for one at or after the end too, no further
 * than an instant selector looks back. Source: Prometheus's promql/engine.go, {@code smoothed} and
 * {@code anchored} selectors.
 *
 * @param smoothed whether values at the borders are interpolated; otherwise the anchored kind
 * @param rangeMillis the length of a range
 * @param lookbackMillis how far to look beyond a border
 */
public record RangeBorders(boolean smoothed, long rangeMillis, long lookbackMillis) {
  /** The windows that hold all samples which such ranges may need. */
  public WindowTimes widened(WindowTimes ranges) {
    return new WindowTimes(
        ranges.firstEndMillis() + aheadMillis(),
        ranges.stepMillis(),
        rangeMillis + lookbackMillis + aheadMillis());
  }

  /** The end of the range whose widened window is the current one; it belongs to the range. */
  long endMillis(Windows windows) {
    return windows.endMillis() - aheadMillis();
  }

  /** How far a widened window reaches beyond the end of its range. */
  public long aheadMillis() {
    return smoothed ? lookbackMillis : 0;
  }
}
