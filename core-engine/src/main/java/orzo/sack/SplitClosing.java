package orzo.sack;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import orzo.encoding.ByteArrayWriter;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.AggregateSplit;
import orzo.fold.AggregateSplitDecoder;
import orzo.fold.AggregateSplitEncoder;
import orzo.fold.Tier;
import orzo.fold.WindowFold;
import orzo.metric.ArchivePolicy;
import orzo.split.RawSplit;
import orzo.split.RawSplitCodec;
import orzo.split.RawSplitEncoder;
import orzo.split.SampleBuffer;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;

/**
 * Makes of raw splits of one series what is to be written when they are closed: themselves, densely
 * encoded, and their windows in the aggregate splits, each of which is read and written once. Holds
 * scratch space; for one thread.
 *
 * <p>A split that was closed before and opened again by a late sample has all its samples still:
 * its windows are computed anew. One that was never closed has samples that no aggregate knows:
 * they are merged into the windows that there are, which is where an earlier split of that time has
 * expired and only its aggregates are left. Then the raw split goes, since its time is over.
 */
final class SplitClosing {
  /**
   * What closing some splits comes to.
   *
   * @param writes one for each key
   * @param samples how many samples the splits have
   */
  record Closed(List<SplitWrite> writes, long samples) {}

  /** Rows of one schema that are kept to be filled again: what a series of two tiers needs. */
  private static final int SPARE_ROWS = 3;

  private final Map<ArchivePolicy, List<Tier>> tiers = new HashMap<>();
  private final Map<AggregateSchema, WindowFold> folds = new HashMap<>();
  private final Map<AggregateSchema, Deque<AggregateRows>> spareRows = new HashMap<>();
  private final SampleBuffer samples = new SampleBuffer(RawSplit.MAX_BLOCK_SAMPLES);
  private final RawSplitEncoder encoder = new RawSplitEncoder();
  private final AggregateSplitDecoder decoder = new AggregateSplitDecoder();
  private final AggregateSplitEncoder aggregates = new AggregateSplitEncoder();
  private final ByteArrayWriter out = new ByteArrayWriter(4096);

  /** The aggregate splits that closing a raw split touches. */
  List<SplitKey> aggregateSplits(SplitKey raw, ArchivePolicy policy) {
    List<SplitKey> keys = new ArrayList<>();
    for (Tier tier : tiers(policy)) {
      for (long start : starts(tier, raw.startMillis())) {
        keys.add(new SplitKey(raw.series(), tier.granularityMillis(), start));
      }
    }
    return keys;
  }

  private List<Tier> tiers(ArchivePolicy policy) {
    return tiers.computeIfAbsent(policy, Tier::of);
  }

  private static List<Long> starts(Tier tier, long rawStart) {
    List<Long> starts = new ArrayList<>();
    long spanMillis = AggregateSplit.spanMillis(tier.granularityMillis());
    long last =
        AggregateSplit.startOf(tier.granularityMillis(), rawStart + RawSplit.SPAN_MILLIS - 1);
    for (long start = AggregateSplit.startOf(tier.granularityMillis(), rawStart);
        start <= last;
        start += spanMillis) {
      starts.add(start);
    }
    return starts;
  }

  /**
   * Makes the writes that close some splits of one series.
   *
   * @param keys ascending in time
   * @param stored what is stored of them and of their {@link #aggregateSplits}
   * @param isOpen which raw splits must not be removed yet, however old
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT} when stored bytes are
   *     damaged
   */
  Closed close(
      List<SplitKey> keys,
      ArchivePolicy policy,
      Map<SplitKey, byte[]> stored,
      Predicate<SplitKey> isOpen) {
    Group group = new Group(keys.getFirst().series(), policy, stored, isOpen);
    keys.forEach(group::close);
    group.writeWindows();
    group.giveBack();
    return new Closed(List.copyOf(group.writes.values()), group.closedSamples);
  }

  /** Splits that are closed together. */
  private final class Group {
    private final int series;
    private final ArchivePolicy policy;
    private final List<Tier> tiers;
    private final Map<SplitKey, byte[]> stored;
    private final Predicate<SplitKey> isOpen;
    private final Set<SplitKey> done = new HashSet<>();
    private final Map<SplitKey, SplitWrite> writes = new LinkedHashMap<>();
    private final Map<Tier, Map<Long, AggregateRows>> rows = new LinkedHashMap<>(); // by start
    private long closedSamples;

    Group(
        int series,
        ArchivePolicy policy,
        Map<SplitKey, byte[]> stored,
        Predicate<SplitKey> isOpen) {
      this.series = series;
      this.policy = policy;
      this.tiers = tiers(policy);
      this.stored = stored;
      this.isOpen = isOpen;
      tiers.forEach(tier -> rows.put(tier, new LinkedHashMap<>()));
    }

    void close(SplitKey key) {
      byte[] raw = stored.get(key);
      done.add(key);
      if (raw == null) {
        return; // expired
      }
      samples.clear();
      RawSplitCodec.decode(key.startMillis(), raw, Long.MIN_VALUE, Long.MAX_VALUE, samples);
      boolean isFirst = RawSplitCodec.state(raw) == RawSplitCodec.State.NEW;
      boolean isBehindRaw = false;
      for (Tier tier : tiers) {
        isBehindRaw |= aggregate(key, tier, isFirst);
      }
      write(
          isBehindRaw
              ? SplitWrite.remove(key)
              : new SplitWrite(
                  key, SplitWrite.REPLACE, dense(key), Retention.closedSeconds(policy)));
      dropOld(key);
      closedSamples += samples.size;
    }

    private void write(SplitWrite write) {
      writes.put(write.key(), write);
    }

    /** Puts windows into those of one tier; returns whether some of this time were there before. */
    private boolean aggregate(SplitKey raw, Tier tier, boolean isFirst) {
      AggregateRows made = take(tier);
      folds
          .computeIfAbsent(tier.schema(), WindowFold::new)
          .fold(samples, 0, samples.size, tier.granularityMillis(), made);
      long from = raw.startMillis();
      long to = from + RawSplit.SPAN_MILLIS;
      boolean merged = false;
      for (long start : starts(tier, from)) {
        long end = start + AggregateSplit.spanMillis(tier.granularityMillis());
        AggregateRows all =
            requireNonNull(rows.get(tier)).computeIfAbsent(start, _ -> decode(tier, start));
        if (isFirst && all.indexOf(from) < all.indexOf(to)) {
          merged = true;
          all.mergeLate(made, made.indexOf(start), made.indexOf(end));
        } else {
          all.replace(Math.max(from, start), Math.min(to, end), made);
        }
      }
      SplitClosing.this.giveBack(made);
      return merged;
    }

    private AggregateRows decode(Tier tier, long start) {
      AggregateRows found = take(tier);
      byte[] split = stored.get(new SplitKey(series, tier.granularityMillis(), start));
      if (split != null) {
        decoder.decode(
            tier.granularityMillis(), start, split, Long.MIN_VALUE, Long.MAX_VALUE, found);
      }
      return found;
    }

    /**
     * Removes what a split's time makes too old. Times to live do so too, but count from the last
     * write: they would keep the whole past that somebody fills in within a day.
     */
    private void dropOld(SplitKey raw) {
      long rawMillis = policy.rawTimespan().toMillis();
      SplitKey oldRaw =
          new SplitKey(
              series, RawSplit.startOf(raw.startMillis() - rawMillis) - RawSplit.SPAN_MILLIS);
      if (done.contains(oldRaw) || !isOpen.test(oldRaw)) {
        write(SplitWrite.remove(oldRaw));
      }
      for (Tier tier : tiers) {
        if (tier.timespanMillis().isPresent()) {
          long granularity = tier.granularityMillis();
          long oldest =
              AggregateSplit.startOf(
                  granularity, raw.startMillis() - tier.timespanMillis().getAsLong());
          long dropped = oldest - AggregateSplit.spanMillis(granularity);
          requireNonNull(rows.get(tier)).put(dropped, take(tier));
          write(SplitWrite.remove(new SplitKey(series, granularity, dropped)));
        }
      }
    }

    void writeWindows() {
      rows.forEach(
          (tier, byStart) -> byStart.forEach((start, all) -> writeWindows(tier, start, all)));
    }

    void giveBack() {
      rows.values().forEach(byStart -> byStart.values().forEach(SplitClosing.this::giveBack));
    }

    private void writeWindows(Tier tier, long start, AggregateRows all) {
      SplitKey key = new SplitKey(series, tier.granularityMillis(), start);
      if (all.size > 0) {
        out.clear();
        aggregates.encode(tier.granularityMillis(), start, all, 0, all.size, out);
        write(
            new SplitWrite(
                key,
                SplitWrite.REPLACE,
                out.toByteArray(),
                Retention.aggregateSeconds(tier.timespanMillis())));
      } else if (stored.containsKey(key)) {
        write(SplitWrite.remove(key));
      }
    }
  }

  private AggregateRows take(Tier tier) {
    Deque<AggregateRows> spare = spareRows.get(tier.schema());
    AggregateRows rows = spare == null ? null : spare.poll();
    return rows == null ? new AggregateRows(tier.schema()) : rows;
  }

  private void giveBack(AggregateRows rows) {
    Deque<AggregateRows> spare = spareRows.computeIfAbsent(rows.schema(), _ -> new ArrayDeque<>());
    if (spare.size() < SPARE_ROWS) {
      rows.clear();
      spare.push(rows);
    }
  }

  private byte[] dense(SplitKey key) {
    out.clear();
    encoder.encode(key.startMillis(), samples, 0, samples.size, out);
    return out.toByteArray();
  }
}
