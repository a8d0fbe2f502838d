package orzo.read;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import orzo.storage.SplitKey;

/**
 * Series of one sack that are read from their samples.
 *
 * @param keys the splits that were read, those of one series in a row, in the order of series
 * @param stored what was read, in the order of keys
 */
record RawChunk(
    SackSeries series,
    List<@Nullable Tail> tails,
    List<SplitKey> keys,
    byte[] @Nullable [] stored,
    long fromMillis,
    long toMillis,
    ScanTarget target)
    implements Chunk {
  /** Reads a chunk; null if the source would have to wait. */
  static @Nullable RawChunk read(
      SackSeries series,
      long[] starts,
      long fromMillis,
      long toMillis,
      SplitSource splits,
      ScanTarget target) {
    // Tails before splits: what is flushed in between is then in both, never in neither.
    List<@Nullable Tail> tails = splits.tails(series, fromMillis, toMillis);
    return tails == null ? null : read(series, starts, tails, fromMillis, toMillis, splits, target);
  }

  /**
   * Reads a chunk of a range however long, asking first where the sack has any samples; null if the
   * source would have to wait.
   */
  static @Nullable RawChunk readAny(
      SackSeries series, long fromMillis, long toMillis, SplitSource splits, ScanTarget target) {
    List<@Nullable Tail> tails = splits.tails(series, fromMillis, toMillis);
    long @Nullable [] spans = tails == null ? null : splits.writtenSpans(series.sack());
    if (tails == null || spans == null) {
      return null;
    }
    long[] starts = SplitStarts.ofRaw(fromMillis, toMillis, spans, series.size());
    return read(series, starts, tails, fromMillis, toMillis, splits, target);
  }

  private static @Nullable RawChunk read(
      SackSeries series,
      long[] starts,
      List<@Nullable Tail> tails,
      long fromMillis,
      long toMillis,
      SplitSource splits,
      ScanTarget target) {
    List<SplitKey> keys = new ArrayList<>(series.size() * starts.length);
    for (int i = 0; i < series.size(); i++) {
      Tail tail = tails.get(i);
      for (long start : starts) {
        if (tail == null || tail.wholeSplitMillis() != start) {
          keys.add(new SplitKey(series.integers()[i], start));
        }
      }
    }
    byte[] @Nullable [] stored = splits.read(series.sack(), keys, target.meter());
    return stored == null
        ? null
        : new RawChunk(series, tails, keys, stored, fromMillis, toMillis, target);
  }

  @Override
  public void decode(Scratch scratch, AtomicBoolean abandoned) {
    SpanSamples samples = scratch.samples;
    int at = 0;
    for (int i = 0; i < series.size() && !abandoned.get(); i++) {
      samples.clear();
      while (at < stored.length && keys.get(at).series() == series.integers()[i]) {
        byte[] split = stored[at];
        if (split != null) {
          samples.add(keys.get(at).startMillis(), split, fromMillis, toMillis);
        }
        at++;
      }
      target.visit(series.places()[i], samples.with(tails.get(i), fromMillis, toMillis));
    }
  }
}
