package orzo.sack;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.metric.ArchivePolicy;
import orzo.policy.SeriesPolicies;
import orzo.split.RawSplit;
import orzo.storage.OpenMarks;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.SplitWrite;
import orzo.storage.StoredSplit;

/**
 * Closes raw splits whose time is over: picks those that are due, and makes of each what a flush
 * has to write, see {@link SplitClosing}. For the processing thread of one sack.
 *
 * <p>All series have splits that end at the same time. So that their closing does not come in one
 * burst, each series has a delay of its own, up to four times the least.
 */
final class SplitCloser {
  private static final Logger log = LoggerFactory.getLogger(SplitCloser.class);

  /** Splits closed in one flush: some 200 KB, a few milliseconds of Redis's time. */
  static final int BATCH = 64;

  /** How many times the least delay the delays of series differ by. */
  private static final int SPREAD = 3;

  /**
   * After this time without a write a split of the future is closed too, because it would expire
   * before its time comes.
   */
  private static final Duration ABANDONED = Duration.ofHours(1);

  /** After this time it is tried again to close what could not be. */
  private static final Duration RETRY = Duration.ofHours(1);

  /** Of so many it is remembered when; if there are more, each is tried at once. */
  private static final int RETRIES = 10_000;

  /**
   * What a flush writes to close splits.
   *
   * @param closed the splits
   * @param samples how many samples they have
   */
  record Closing(
      List<SplitWrite> writes, List<OpenMarks> marks, List<SplitKey> closed, long samples) {}

  private final SplitStore splits;
  private final int sack;
  private final SeriesPolicies policies;
  private final long delayMillis;
  private final LongSupplier nowMillis;
  private final SplitClosing closing = new SplitClosing();
  private final Map<SplitKey, Long> retryMillis = new HashMap<>(); // of those that can't be closed
  private long begunMillis;

  SplitCloser(
      SplitStore splits,
      int sack,
      SeriesPolicies policies,
      Duration delay,
      LongSupplier nowMillis) {
    this.splits = splits;
    this.sack = sack;
    this.policies = policies;
    this.delayMillis = delay.toMillis();
    this.nowMillis = nowMillis;
  }

  /** Nothing is known of when splits were written to before now. */
  void begin() {
    begunMillis = nowMillis.getAsLong();
    retryMillis.clear();
  }

  /** Some splits that are due to be closed. */
  List<SplitKey> due(OpenSpans spans, OpenSplits open) {
    long now = nowMillis.getAsLong();
    List<SplitKey> due = new ArrayList<>();
    for (Map.Entry<Long, BitSet> span : spans.bySpan().entrySet()) {
      long start = span.getKey();
      boolean future = start > now;
      long overdueFrom = now - RawSplit.SPAN_MILLIS - delayMillis;
      if (!future && start > overdueFrom) {
        continue;
      }
      BitSet all = span.getValue();
      for (int series = all.nextSetBit(0); series >= 0; series = all.nextSetBit(series + 1)) {
        SplitKey key = new SplitKey(series, start);
        boolean isDue =
            future
                ? idleMillis(key, open, now, begunMillis) >= ABANDONED.toMillis()
                : start <= overdueFrom - spreadMillis(series)
                    && idleMillis(key, open, now, Long.MIN_VALUE / 2) >= delayMillis;
        if (isDue && mayBeTried(key, now)) {
          due.add(key);
          if (due.size() == BATCH) {
            return due;
          }
        }
      }
    }
    return due;
  }

  private boolean mayBeTried(SplitKey key, long now) {
    return retryMillis.isEmpty() || now >= retryMillis.getOrDefault(key, Long.MIN_VALUE);
  }

  /** How long a split has not been written to; one that is not in memory was last at some time. */
  private static long idleMillis(
      SplitKey key, OpenSplits open, long now, long touchedWhenNotInMemory) {
    OpenSplit split = open.find(key.series(), key.startMillis());
    return now - (split == null ? touchedWhenNotInMemory : split.touchedMillis);
  }

  /** A number that differs from series to series, the same on every node. */
  private long spreadMillis(int series) {
    // The constant is 2^32 divided by the golden ratio: neighbours come far apart.
    long hash = series * 0x9E37_79B9L & 0xffff_ffffL;
    return (hash * SPREAD * delayMillis) >>> 32;
  }

  /**
   * Makes what closes splits. A split that cannot be closed, because its bytes are damaged, stays
   * as it is, and is due again much later.
   *
   * @throws orzo.storage.GatewayException when storage does not answer
   */
  Closing close(List<SplitKey> keys, OpenSpans spans) {
    Map<SplitKey, ArchivePolicy> policyOf = new HashMap<>();
    List<SplitKey> wanted = new ArrayList<>(keys);
    for (SplitKey key : keys) {
      ArchivePolicy policy = policies.policy(sack, key.series());
      policyOf.put(key, policy);
      wanted.addAll(closing.aggregateSplits(key, policy));
    }
    Map<SplitKey, byte[]> stored = new HashMap<>();
    for (StoredSplit split : splits.read(sack, wanted)) {
      stored.put(split.key(), split.bytes());
    }
    Batch batch = new Batch(policyOf, stored, spans);
    keys.stream()
        .collect(Collectors.groupingBy(SplitKey::series, LinkedHashMap::new, Collectors.toList()))
        .values()
        .forEach(batch::close);
    return new Closing(
        List.copyOf(batch.writes.values()),
        marks(batch.closed),
        List.copyOf(batch.closed),
        batch.samples);
  }

  /** What is closed in one flush. */
  private final class Batch {
    private final Map<SplitKey, ArchivePolicy> policyOf;
    private final Map<SplitKey, byte[]> stored;
    private final OpenSpans spans;
    private final Map<SplitKey, SplitWrite> writes = new LinkedHashMap<>();
    private final Set<SplitKey> closed = new LinkedHashSet<>();
    private long samples;

    Batch(Map<SplitKey, ArchivePolicy> policyOf, Map<SplitKey, byte[]> stored, OpenSpans spans) {
      this.policyOf = policyOf;
      this.stored = stored;
      this.spans = spans;
    }

    /** Closes splits of one series; of several among which one is damaged, each by itself. */
    void close(List<SplitKey> keys) {
      SplitKey first = keys.getFirst();
      SplitClosing.Closed done;
      try {
        done =
            closing.close(
                keys,
                requireNonNull(policyOf.get(first)),
                stored,
                other -> spans.contains(other) && !closed.contains(other));
      } catch (RuntimeException e) {
        if (keys.size() > 1) {
          keys.forEach(key -> close(List.of(key)));
        } else {
          log.error("sack {}: split {} stays open: {}", sack, first, e.getMessage(), e);
          putOff(first);
        }
        return;
      }
      for (SplitWrite write : done.writes()) {
        writes.put(write.key(), write);
        if (write.offset() == SplitWrite.REMOVE) {
          stored.remove(write.key());
        } else {
          stored.put(write.key(), write.bytes()); // splits of one series share aggregate splits
        }
      }
      samples += done.samples();
      closed.addAll(keys);
      keys.forEach(retryMillis::remove);
    }
  }

  private void putOff(SplitKey key) {
    if (retryMillis.size() >= RETRIES) {
      retryMillis.clear();
    }
    retryMillis.put(key, nowMillis.getAsLong() + RETRY.toMillis());
  }

  /** What marks raw splits as closed. */
  static List<OpenMarks> marks(Collection<SplitKey> closed) {
    Map<Long, List<Integer>> bySpan = new TreeMap<>();
    for (SplitKey key : closed) {
      bySpan.computeIfAbsent(key.startMillis(), _ -> new ArrayList<>()).add(key.series());
    }
    List<OpenMarks> marks = new ArrayList<>(bySpan.size());
    bySpan.forEach((start, series) ->
        marks.add(
            new OpenMarks(
                start, new int[0], series.stream().mapToInt(Integer::intValue).toArray())));
    return marks;
  }
}
