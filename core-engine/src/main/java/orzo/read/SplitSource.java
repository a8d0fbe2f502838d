package orzo.read;

import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;

/**
 * What chunks are read from. A source that must not wait answers null where it would have to; after
 * that, what was read before is of no use. Safe for many threads.
 */
interface SplitSource {
  /** What is held in memory, in the order of {@code series}; null where nothing is. */
  @Nullable List<@Nullable Tail> tails(SackSeries series, long fromMillis, long toMillis);

  /** The open raw splits of a sack. */
  @Nullable List<OpenSpan> open(int sack);

  /** The spans of raw splits that a sack ever had, ascending; no split is outside of them. */
  long @Nullable [] writtenSpans(int sack);

  /** The stored splits in the order of {@code keys}; null where there is none. */
  byte @Nullable [] @Nullable [] read(int sack, List<SplitKey> keys, ReadMeter meter);
}
