package orzo.sack;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * Makes of one raw split what is to be written when it is closed: itself, densely encoded, and its
 * windows in the aggregate splits. Holds scratch space; for one thread.
 *
 * <p>A split that was closed before and opened again by a late sample has all its samples still:
 * its windows are computed anew. One that was never closed has samples that no aggregate knows:
 * they are merged into the windows that there are, which is where an earlier split of that time has
 * expired and only its aggregates are left. Then the raw split goes, since its time is over.
 */
final class SplitClosing {
  /**
   * What closing one split comes to.
   *
   * @param samples how many samples it has
   */
  record Closed(List<SplitWrite> writes, int samples) {}

  private final Map<ArchivePolicy, List<Tier>> tiers = new HashMap<>();
  private final Map<AggregateSchema, WindowFold> folds = new HashMap<>();
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
   * Makes the writes that close a split.
   *
   * @param stored what is stored of it and of {@link #aggregateSplits}
   * @param isOpen which raw splits must not be removed yet, however old
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT} when stored bytes are
   *     damaged
   */
  Closed close(
      SplitKey key,
      ArchivePolicy policy,
      Map<SplitKey, byte[]> stored,
      Predicate<SplitKey> isOpen) {
    byte[] raw = stored.get(key);
    if (raw == null) {
      return new Closed(List.of(), 0); // expired
    }
    List<SplitWrite> writes = new ArrayList<>();
    samples.clear();
    RawSplitCodec.decode(key.startMillis(), raw, Long.MIN_VALUE, Long.MAX_VALUE, samples);
    boolean isFirst = RawSplitCodec.state(raw) == RawSplitCodec.State.NEW;
    boolean isBehindRaw = false;
    for (Tier tier : tiers(policy)) {
      isBehindRaw |= aggregate(key, tier, isFirst, stored, writes);
    }
    if (isBehindRaw) {
      writes.add(SplitWrite.remove(key));
    } else {
      writes.add(
          new SplitWrite(key, SplitWrite.REPLACE, dense(key), Retention.closedSeconds(policy)));
    }
    dropOld(key, policy, isOpen, writes);
    return new Closed(writes, samples.size);
  }

  /** Adds the writes of one tier; returns whether windows of this time were there already. */
  private boolean aggregate(
      SplitKey raw,
      Tier tier,
      boolean isFirst,
      Map<SplitKey, byte[]> stored,
      List<SplitWrite> writes) {
    AggregateRows made = new AggregateRows(tier.schema());
    folds
        .computeIfAbsent(tier.schema(), WindowFold::new)
        .fold(samples, 0, samples.size, tier.granularityMillis(), made);
    long from = raw.startMillis();
    long to = from + RawSplit.SPAN_MILLIS;
    boolean merged = false;
    for (long start : starts(tier, from)) {
      SplitKey key = new SplitKey(raw.series(), tier.granularityMillis(), start);
      long end = start + AggregateSplit.spanMillis(tier.granularityMillis());
      AggregateRows part = new AggregateRows(tier.schema());
      part.addAll(made, made.indexOf(start), made.indexOf(end));
      byte[] before = stored.get(key);
      AggregateRows rows = part;
      if (before != null) {
        rows = new AggregateRows(tier.schema());
        decoder.decode(
            tier.granularityMillis(), start, before, Long.MIN_VALUE, Long.MAX_VALUE, rows);
        if (isFirst) {
          merged |= rows.indexOf(from) < rows.indexOf(to);
          rows.mergeLate(part);
        } else {
          rows.replace(Math.max(from, start), Math.min(to, end), part);
        }
      }
      if (rows.size > 0) {
        out.clear();
        aggregates.encode(tier.granularityMillis(), start, rows, 0, rows.size, out);
        writes.add(
            new SplitWrite(
                key,
                SplitWrite.REPLACE,
                out.toByteArray(),
                Retention.aggregateSeconds(tier.timespanMillis())));
      } else if (before != null) {
        writes.add(SplitWrite.remove(key));
      }
    }
    return merged;
  }

  private byte[] dense(SplitKey key) {
    out.clear();
    encoder.encode(key.startMillis(), samples, 0, samples.size, out);
    return out.toByteArray();
  }

  /**
   * Removes what this split's time makes too old. Times to live do so too, but count from the last
   * write: they would keep the whole past that somebody fills in within a day.
   */
  private void dropOld(
      SplitKey raw, ArchivePolicy policy, Predicate<SplitKey> isOpen, List<SplitWrite> writes) {
    long rawMillis = policy.rawTimespan().toMillis();
    SplitKey oldRaw =
        new SplitKey(
            raw.series(), RawSplit.startOf(raw.startMillis() - rawMillis) - RawSplit.SPAN_MILLIS);
    if (!isOpen.test(oldRaw)) {
      writes.add(SplitWrite.remove(oldRaw));
    }
    for (Tier tier : tiers(policy)) {
      if (tier.timespanMillis().isPresent()) {
        long granularity = tier.granularityMillis();
        long oldest =
            AggregateSplit.startOf(
                granularity, raw.startMillis() - tier.timespanMillis().getAsLong());
        writes.add(
            SplitWrite.remove(
                new SplitKey(
                    raw.series(), granularity, oldest - AggregateSplit.spanMillis(granularity))));
      }
    }
  }
}
