package orzo.read;

import orzo.split.RawSplit;
import orzo.split.SampleBuffer;

/**
 * What a node holds in memory of one series, within a range of time that was asked for.
 *
 * @param samples ascending, perhaps none
 * @param wholeSplitMillis the start of the raw split of which this is everything that lies in the
 *     range, so that it need not be read; {@link #NO_SPLIT} if there is none
 */
public record Tail(SampleBuffer samples, long wholeSplitMillis) {
  /** The start of no split. */
  public static final long NO_SPLIT = Long.MIN_VALUE;

  /** A tail of samples that storage may have more of. */
  public Tail(SampleBuffer samples) {
    this(samples, NO_SPLIT);
  }

  /** Whether this is all that there is in a range. */
  boolean isAllOf(long fromMillis, long toMillis) {
    return wholeSplitMillis != NO_SPLIT
        && RawSplit.startOf(fromMillis) == wholeSplitMillis
        && RawSplit.startOf(toMillis) == wholeSplitMillis;
  }
}
