package orzo.read;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateRows;
import orzo.split.RawSplit;
import orzo.split.SampleBuffer;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;

/**
 * Series of one sack that are read from windows. Where a raw split has samples that no stored
 * window knows, because it is open or they are not flushed yet, its windows are computed.
 *
 * @param rawSpans for each series the raw splits to compute windows from, ascending
 */
record WindowChunk(
    SackSeries series,
    WindowRange range,
    List<@Nullable Tail> tails,
    List<TreeSet<Long>> rawSpans,
    byte[] @Nullable [] windows,
    byte[] @Nullable [] raw,
    ScanTarget target)
    implements Chunk {
  /** Reads a chunk; null if the source would have to wait. */
  static @Nullable WindowChunk read(
      SackSeries series, WindowRange asked, SplitSource splits, ScanTarget target) {
    long last = asked.endMillis() - 1;
    // Tails, then what is open, then splits: a sample that moves on meanwhile is seen twice, and
    // never missed.
    List<@Nullable Tail> tails = splits.tails(series, asked.fromMillis(), last);
    List<OpenSpan> open = tails == null ? null : splits.open(series.sack());
    WindowRange range = open == null ? null : asked.located(splits, series);
    if (tails == null || open == null || range == null) {
      return null;
    }
    List<TreeSet<Long>> rawSpans = new ArrayList<>(series.size());
    List<SplitKey> rawKeys = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      int one = series.integers()[i];
      TreeSet<Long> spans = spansOf(tails.get(i));
      for (OpenSpan span : open) {
        if (span.series().get(one)
            && span.startMillis() <= last
            && span.startMillis() + RawSplit.SPAN_MILLIS > range.fromMillis()) {
          spans.add(span.startMillis());
        }
      }
      for (long start : spans) {
        rawKeys.add(new SplitKey(one, start));
      }
      rawSpans.add(spans);
    }
    WindowsAndRaw stored =
        WindowsAndRaw.read(
            series.sack(), range.keys(series.integers()), rawKeys, open, splits, target.meter());
    return stored == null
        ? null
        : new WindowChunk(series, range, tails, rawSpans, stored.windows(), stored.raw(), target);
  }

  private static TreeSet<Long> spansOf(@Nullable Tail held) {
    TreeSet<Long> spans = new TreeSet<>();
    if (held == null) {
      return spans;
    }
    SampleBuffer tail = held.samples();
    for (int i = 0; i < tail.size; ) {
      long start = RawSplit.startOf(tail.timestampsMillis[i]);
      spans.add(start);
      i = SpanSamples.firstNotBefore(tail, start + RawSplit.SPAN_MILLIS);
    }
    return spans;
  }

  @Override
  public void decode(Scratch scratch, AtomicBoolean abandoned) {
    Scratch.ForWindows windowed = scratch.forWindows(range.wanted());
    AggregateRows rows = windowed.rows;
    AggregateRows computed = windowed.computed;
    SpanSamples spans = scratch.samples;
    int at = 0; // of the raw splits
    for (int i = 0; i < series.size() && !abandoned.get(); i++) {
      rows.clear();
      range.decode(i, windows, windowed.decoder, rows);
      long decoded = 0;
      for (long start : rawSpans.get(i)) {
        long from = Math.max(start, range.fromMillis());
        long end = Math.min(start + RawSplit.SPAN_MILLIS, range.endMillis());
        byte[] split = raw[at++];
        spans.clear();
        if (split != null) {
          spans.add(start, split, from, end - 1);
        }
        SampleBuffer samples = spans.with(tails.get(i), from, end - 1);
        computed.clear();
        windowed.fold.fold(samples, 0, samples.size, range.granularityMillis(), computed);
        range.overlay(rows, computed, from, end, split);
        decoded += samples.size;
      }
      target.visit(series.places()[i], rows, decoded);
    }
  }
}
