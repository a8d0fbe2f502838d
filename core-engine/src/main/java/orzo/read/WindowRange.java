package orzo.read;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.AggregateSplit;
import orzo.fold.AggregateSplitDecoder;
import orzo.split.RawSplitCodec;
import orzo.storage.SplitKey;

/**
 * The windows that a scan reads.
 *
 * @param fromMillis the start of the first one
 * @param endMillis where the last one ends
 * @param starts the starts of the splits that may have them
 * @param isLocated whether {@code starts} is known; where it is not they are so many that most
 *     won't be there, and the sack is to be asked which of them can
 * @param wanted the columns that are decoded
 */
record WindowRange(
    long granularityMillis,
    long fromMillis,
    long endMillis,
    long[] starts,
    boolean isLocated,
    AggregateSchema wanted) {
  /** As many splits of a series are asked for without looking first which there can be. */
  private static final int MOST_UNLOCATED = 64;

  /** The windows that intersect {@code [fromMillis, toMillis]}. */
  static WindowRange of(
      long granularity, long fromMillis, long toMillis, AggregateSchema wanted, int series) {
    long from = AggregateSplit.windowOf(granularity, fromMillis);
    long end = AggregateSplit.windowOf(granularity, toMillis) + granularity;
    long[] starts = SplitStarts.ofWindows(granularity, from, end - 1, series);
    return new WindowRange(granularity, from, end, starts, true, wanted);
  }

  /**
   * The windows that intersect {@code [fromMillis, toMillis]}, however long that is, of sacks that
   * are asked first where they have any if it is long.
   */
  static WindowRange ofAny(
      long granularity, long fromMillis, long toMillis, AggregateSchema wanted) {
    long from = AggregateSplit.windowOf(granularity, fromMillis);
    long end = AggregateSplit.windowOf(granularity, toMillis) + granularity;
    boolean few = (end - from) / AggregateSplit.spanMillis(granularity) < MOST_UNLOCATED;
    long[] starts = few ? SplitStarts.ofWindows(granularity, from, end - 1, 1) : new long[0];
    return new WindowRange(granularity, from, end, starts, few, wanted);
  }

  /**
   * The same with its splits known, to be asked for after tails were copied; null if the source
   * would have to wait.
   */
  @Nullable WindowRange located(SplitSource splits, SackSeries series) {
    if (isLocated) {
      return this;
    }
    long @Nullable [] spans = splits.writtenSpans(series.sack());
    if (spans == null) {
      return null;
    }
    long[] located =
        SplitStarts.ofWindows(granularityMillis, fromMillis, endMillis - 1, spans, series.size());
    return new WindowRange(granularityMillis, fromMillis, endMillis, located, true, wanted);
  }

  /** The splits of some series, those of one in a row. */
  List<SplitKey> keys(int[] integers) {
    List<SplitKey> keys = new ArrayList<>(integers.length * starts.length);
    for (int one : integers) {
      for (long start : starts) {
        keys.add(new SplitKey(one, granularityMillis, start));
      }
    }
    return keys;
  }

  /**
   * Adds the stored windows of a series.
   *
   * @param stored the splits of {@link #keys}
   * @param place the series' place in {@link #keys}
   */
  void decode(
      int place, byte[] @Nullable [] stored, AggregateSplitDecoder decoder, AggregateRows into) {
    for (int i = 0; i < starts.length; i++) {
      byte[] split = stored[place * starts.length + i];
      if (split != null) {
        decoder.decode(granularityMillis, starts[i], split, fromMillis, endMillis - 1, into);
      }
    }
  }

  /**
   * Puts windows that were computed from samples in the place of the stored ones of {@code [from,
   * end)}. Where these know of samples that have expired, because the raw split was made long after
   * its time, they are merged.
   *
   * @param split the stored raw split, if there is one
   */
  void overlay(
      AggregateRows stored, AggregateRows computed, long from, long end, byte @Nullable [] split) {
    if (isWhole(split) || stored.indexOf(from) == stored.indexOf(end)) {
      stored.replace(from, end, computed);
    } else {
      stored.mergeLate(computed, 0, computed.size);
    }
  }

  /** Whether windows that there are were made of samples that this raw split still has. */
  static boolean isWhole(byte @Nullable [] split) {
    return split != null && RawSplitCodec.state(split) != RawSplitCodec.State.NEW;
  }
}
