package orzo.read;

import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;
import orzo.storage.SplitsAtHand;

/** What is in memory already. */
record SourceAtHand(SplitsAtHand splits, Tails tails) implements SplitSource {
  @Override
  public @Nullable List<@Nullable Tail> tails(SackSeries series, long fromMillis, long toMillis) {
    return tails.copyAtHand(series.sack(), series.integers(), fromMillis, toMillis).orElse(null);
  }

  @Override
  public @Nullable List<OpenSpan> open(int sack) {
    return splits.openSplitsAtHand(sack).orElse(null);
  }

  /** It is asked for when a range is long: then not all is in memory. */
  @Override
  public long @Nullable [] writtenSpans(int sack) {
    return null;
  }

  @Override
  public byte @Nullable [] @Nullable [] read(int sack, List<SplitKey> keys, ReadMeter meter) {
    byte[] @Nullable [] found = new byte[keys.size()][];
    if (found.length > 0) {
      if (!splits.read(sack, keys, found)) {
        return null;
      }
      meter.read(found);
    }
    return found;
  }
}
