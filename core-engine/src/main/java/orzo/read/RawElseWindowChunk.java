package orzo.read;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateRows;
import orzo.fold.Part;
import orzo.histogram.NativeHistogram;
import orzo.split.RawSplit;
import orzo.split.SampleBuffer;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;

/**
 * Series of one sack that are read from their samples, and from windows where a raw split is gone.
 *
 * @param starts of all raw splits, those that are gone included
 */
record RawElseWindowChunk(
    SackSeries series,
    WindowRange range,
    long[] starts,
    long fromMillis,
    long toMillis,
    List<@Nullable Tail> tails,
    byte[] @Nullable [] windows,
    byte[] @Nullable [] raw,
    ScanTarget target)
    implements Chunk {
  private static final long STALE_MARKER = 0x7ff0_0000_0000_0002L;

  /** Reads a chunk; null if the source would have to wait. */
  static @Nullable RawElseWindowChunk read(
      SackSeries series,
      WindowRange range,
      long[] starts,
      long fromMillis,
      long toMillis,
      SplitSource splits,
      ScanTarget target) {
    List<SplitKey> rawKeys = new ArrayList<>(series.size() * starts.length);
    for (int one : series.integers()) {
      for (long start : starts) {
        rawKeys.add(new SplitKey(one, start));
      }
    }
    // Tails, then what is open, then splits: a sample that moves on meanwhile is seen twice, and
    // never missed.
    List<@Nullable Tail> tails = splits.tails(series, fromMillis, toMillis);
    List<OpenSpan> open = tails == null ? null : splits.open(series.sack());
    if (tails == null || open == null) {
      return null;
    }
    WindowsAndRaw stored =
        WindowsAndRaw.read(
            series.sack(), range.keys(series.integers()), rawKeys, open, splits, target.meter());
    return stored == null
        ? null
        : new RawElseWindowChunk(
            series,
            range,
            starts,
            fromMillis,
            toMillis,
            tails,
            stored.windows(),
            stored.raw(),
            target);
  }

  @Override
  public void decode(Scratch scratch, AtomicBoolean abandoned) {
    Scratch.ForWindows windowed = scratch.forWindows(range.wanted());
    AggregateRows rows = windowed.rows;
    AggregateRows computed = windowed.computed;
    AggregateRows result = windowed.result;
    SpanSamples spans = scratch.samples;
    for (int i = 0; i < series.size() && !abandoned.get(); i++) {
      Tail tail = tails.get(i);
      rows.clear();
      range.decode(i, windows, windowed.decoder, rows);
      if (!needsRows(i, rows)) {
        spans.clear();
        for (int s = 0; s < starts.length; s++) {
          byte[] split = raw[i * starts.length + s];
          if (split != null) {
            spans.add(starts[s], split, fromMillis, toMillis);
          }
        }
        target.visit(series.places()[i], spans.with(tail, fromMillis, toMillis));
        continue;
      }
      result.clear();
      long decoded = 0;
      for (int s = 0; s < starts.length; s++) {
        long start = starts[s];
        byte[] split = raw[i * starts.length + s];
        int from = rows.indexOf(start);
        int to = rows.indexOf(start + RawSplit.SPAN_MILLIS);
        boolean withRows = from < to && !WindowRange.isWhole(split);
        // What is merged into a window must be all that belongs there.
        long first = withRows ? start : Math.max(start, fromMillis);
        long last = start + RawSplit.SPAN_MILLIS - 1;
        last = withRows ? last : Math.min(last, toMillis);
        spans.clear();
        if (split != null) {
          spans.add(start, split, first, last);
        }
        SampleBuffer samples = spans.with(tail, first, last);
        decoded += samples.size;
        if (withRows) {
          computed.clear();
          computed.addAll(rows, from, to);
          AggregateRows late = new AggregateRows(range.wanted());
          windowed.fold.fold(samples, 0, samples.size, range.granularityMillis(), late);
          computed.mergeLate(late, 0, late.size);
          result.addAll(computed, 0, computed.size);
        } else {
          addSamples(samples, result);
        }
      }
      target.visit(series.places()[i], result, decoded);
    }
  }

  /** Whether windows know of samples that are gone, other than histograms. */
  private boolean needsRows(int place, AggregateRows rows) {
    for (int s = 0; s < starts.length; s++) {
      long start = starts[s];
      int end = rows.indexOf(start + RawSplit.SPAN_MILLIS);
      for (int row = rows.indexOf(start); row < end; row++) {
        if (!rows.isOnlyHistograms(row) && !WindowRange.isWhole(raw[place * starts.length + s])) {
          return true;
        }
      }
    }
    return false;
  }

  /** Adds each sample as a row with nothing but a border; windows have no histograms. */
  private static void addSamples(SampleBuffer samples, AggregateRows into) {
    @Nullable NativeHistogram @Nullable [] histograms = samples.histograms();
    into.ensureCapacity(into.size + samples.size);
    for (int i = 0; i < samples.size; i++) {
      int row = into.add(samples.timestampsMillis[i]);
      if (histograms != null && histograms[i] != null) {
        into.flags[row] = AggregateRows.BORDER_STALE | AggregateRows.HISTOGRAMS;
      } else if (Double.doubleToRawLongBits(samples.values[i]) == STALE_MARKER) {
        into.flags[row] = AggregateRows.BORDER_STALE;
      } else {
        into.flags[row] = AggregateRows.HAS_BORDER;
        into.doubles(Part.BORDER)[row] = samples.values[i];
      }
    }
  }
}
