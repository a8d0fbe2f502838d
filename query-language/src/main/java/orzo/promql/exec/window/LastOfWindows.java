package orzo.promql.exec.window;

import orzo.fold.AggregateRows;
import orzo.fold.Part;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;

/**
 * What an instant selector sees at the starts of windows: the border there, or else the last sample
 * of the windows before.
 */
public final class LastOfWindows {
  private final AggregateRows rows;
  private final long granularityMillis;
  private final double[] lasts;
  private final double[] borders;
  private final long[] lastTimes;
  private final long[] counts;
  private boolean doubtful;

  // What was found.
  private long millis;
  private double value;

  /**
   * Takes rows.
   *
   * @param rows with {@link Part#LAST} and {@link Part#LAST_TIME}
   * @param granularityMillis length of their windows
   */
  public LastOfWindows(AggregateRows rows, long granularityMillis) {
    this.rows = rows;
    this.granularityMillis = granularityMillis;
    lasts = rows.doubles(Part.LAST);
    borders = rows.doubles(Part.BORDER);
    lastTimes = rows.integers(Part.LAST_TIME);
    counts = rows.integers(Part.COUNT);
  }

  /**
   * Shows at each step the last sample, unless it is too old or a staleness marker.
   *
   * @param times of the steps, all of them starts of windows; their ranges are how far back a
   *     sample may lie
   * @param timestamps whether the times of samples are shown, in seconds, and not their values
   */
  public void show(WindowTimes times, boolean timestamps, SeriesBlock block) {
    long[] starts = rows.startsMillis;
    byte[] flags = rows.flags;
    int from = timestamps ? 0 : showBorders(times, block);
    int after = 0; // the first row that starts after the step's time
    for (int step = from; step < block.values.length; step++) {
      long time = times.endMillis(step);
      while (after < rows.size && starts[after] <= time) {
        after++;
      }
      int row = after - 1;
      if (row >= 0 && starts[row] == time && (flags[row] & AggregateRows.HAS_BORDER) != 0) {
        block.set(step, timestamps ? time / 1000.0 : borders[row]); // what find() would find
      } else if (find(row, time, time - times.rangeMillis())) {
        block.set(step, timestamps ? millis / 1000.0 : value);
      }
    }
  }

  /**
   * Shows the borders, if the steps are the starts of rows that each have one; returns the first
   * step that is still to be shown.
   */
  private int showBorders(WindowTimes times, SeriesBlock block) {
    int last = rows.size - 1;
    if (last < 0 || times.stepMillis() != granularityMillis) {
      return 0;
    }
    long[] starts = rows.startsMillis;
    int row = rows.indexOf(times.firstEndMillis());
    int shown = Math.min(rows.size - row, block.values.length);
    int borders = AggregateRows.HAS_BORDER;
    for (int i = row; i < row + shown; i++) {
      borders &= rows.flags[i];
    }
    if (shown <= 0
        || borders == 0
        || starts[row] != times.firstEndMillis()
        || starts[row + shown - 1] != times.endMillis(shown - 1)) {
      return 0;
    }
    System.arraycopy(this.borders, row, block.values, 0, shown);
    Presence.addRange(block.presence, 0, shown);
    return shown;
  }

  /** Finds the last sample of {@code (afterMillis, time]}; false if that is a staleness marker. */
  private boolean find(int lastRow, long time, long afterMillis) {
    for (int row = lastRow; row >= 0; row--) {
      long start = rows.startsMillis[row];
      if (start < time) {
        if (start + granularityMillis <= afterMillis) {
          return false;
        }
        boolean stale = rows.is(row, AggregateRows.INTERIOR_STALE);
        if (stale || counts[row] > 0) {
          millis = start + (lastTimes[row] < 0 ? granularityMillis - 1 : lastTimes[row]);
          value = lasts[row];
          if (stale || !AggregateRows.isNone(value)) {
            return !stale && millis > afterMillis;
          }
          doubtful = true;
        }
      }
      if (rows.is(row, AggregateRows.HAS_BORDER)) {
        millis = start;
        value = borders[row];
        return start > afterMillis;
      } else if (rows.is(row, AggregateRows.BORDER_STALE)) {
        return false;
      }
    }
    return false;
  }

  /** Whether a last value was needed that is not known, because nobody asked for it in its time. */
  public boolean isDoubtful() {
    return doubtful;
  }
}
