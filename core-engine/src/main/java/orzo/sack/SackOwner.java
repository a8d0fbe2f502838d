package orzo.sack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.intake.EntryCodec;
import orzo.intake.EntrySamples;
import orzo.metric.ArchivePolicy;
import orzo.split.RawSplit;
import orzo.split.SampleBuffer;
import orzo.storage.BacklogEntry;
import orzo.storage.BacklogPosition;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;
import orzo.storage.Storage;

/**
 * Processes one sack while holding its lease: reads the backlog in order, folds it into open
 * splits, and flushes changed splits together with the backlog position.
 *
 * <p>One thread does all of that. Queries on other threads wait for it to catch up, and copy tails.
 * What is in memory can always be lost: it is the stored splits plus the backlog behind the stored
 * position.
 */
final class SackOwner {
  private static final Logger log = LoggerFactory.getLogger(SackOwner.class);

  /** Entries read at once; with the bound on an entry's length this bounds memory. */
  private static final int READ_ENTRIES = 64;

  /** How long appended entries may lie before they are processed unasked. */
  private static final Duration DRAIN_INTERVAL = Duration.ofMillis(50);

  /** How often to look for entries that other nodes appended. */
  private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

  /** How long to wait after a failure of storage. */
  private static final Duration RETRY_INTERVAL = Duration.ofMillis(200);

  /** How long a query waits for the backlog to be processed. */
  private static final Duration CATCH_UP_TIMEOUT = Duration.ofSeconds(10);

  /** Samples folded since the last flush that make the next one due at once: bounds memory. */
  private static final long FLUSH_SAMPLES = 500_000;

  private static final Duration EVICTION_INTERVAL = Duration.ofSeconds(30);
  private static final Duration NEWEST_IDLE = Duration.ofMinutes(15);
  private static final Duration OLDER_IDLE = Duration.ofMinutes(1);

  private final Storage storage;
  private final Lease lease;
  private final int sack;
  private final long ttlSeconds;
  private final long flushIntervalNanos;
  private final LongSupplier nowMillis;
  private final SackMeters meters;
  private final SplitLoader loader;
  private final SplitEncoder encoder = new SplitEncoder();

  // Touched by the processing thread alone.
  private final EntrySamples columns = new EntrySamples(4096);
  private final List<OpenSplit> dirty = new ArrayList<>();
  private BacklogPosition committed = BacklogPosition.START;
  private long unflushedSamples;
  private long lastFlushNanos = System.nanoTime();
  private long lastDrainNanos = System.nanoTime();
  private long lastEvictionNanos = System.nanoTime();
  private boolean begun;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final OpenSplits open = new OpenSplits(); // written by the processing thread, under lock
  private BacklogPosition processed = BacklogPosition.START; // guarded by lock
  private BacklogPosition appended = BacklogPosition.START; // guarded by lock
  private boolean drainWanted; // guarded by lock
  private boolean drainedOnce; // guarded by lock: what was there before this owner is processed
  private boolean stopping; // guarded by lock
  private boolean ended; // guarded by lock

  /** When the oldest entry that is read and not flushed was appended; zero when there is none. */
  private volatile long unflushedSinceMillis;

  private final Thread thread;

  SackOwner(
      Storage storage,
      Lease lease,
      ArchivePolicy policy,
      Duration flushInterval,
      LongSupplier nowMillis,
      SackMeters meters) {
    this.storage = storage;
    this.lease = lease;
    this.sack = lease.sack();
    this.ttlSeconds = policy.rawTimespan().toSeconds();
    this.flushIntervalNanos = flushInterval.toNanos();
    this.nowMillis = nowMillis;
    this.meters = meters;
    this.loader = new SplitLoader(storage.splits(), sack);
    thread = Thread.ofVirtual().name("orzo-sack-" + sack).unstarted(this::run);
  }

  Lease lease() {
    return lease;
  }

  void start() {
    thread.start();
  }

  /** Hears of an entry that this node appended. */
  void appended(BacklogPosition position) {
    lock.lock();
    try {
      if (position.compareTo(appended) > 0) {
        if (appended.compareTo(processed) <= 0) {
          changed.signalAll(); // it may be waiting for a poll, which is longer
        }
        appended = position;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether it has ended by itself, because the lease is another's. */
  boolean hasEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** How long the oldest entry that was read has waited to be flushed; zero when none waits. */
  long unflushedMillis() {
    long since = unflushedSinceMillis;
    return since == 0 ? 0 : Math.max(0, nowMillis.getAsLong() - since);
  }

  /** See {@link Tails#catchUp}. */
  void catchUp() {
    lock.lock();
    try {
      BacklogPosition target = appended;
      long left = CATCH_UP_TIMEOUT.toNanos();
      while ((!drainedOnce || processed.compareTo(target) < 0) && !ended) {
        if (left <= 0) {
          throw new GatewayException(
              Kind.UNAVAILABLE,
              "sack "
                  + sack
                  + ": backlog not processed within "
                  + CATCH_UP_TIMEOUT.toSeconds()
                  + " s");
        }
        drainWanted = true;
        changed.signalAll();
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException(Kind.UNAVAILABLE, "sack " + sack + ": interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  /** See {@link Tails#copy}. */
  List<@Nullable SampleBuffer> copy(int[] series, long fromMillis, long toMillis) {
    List<@Nullable SampleBuffer> copies = new ArrayList<>(series.length);
    lock.lock();
    try {
      for (int one : series) {
        copies.add(open.copy(one, fromMillis, toMillis));
      }
    } finally {
      lock.unlock();
    }
    return copies;
  }

  /** Processes what this node appended, flushes, and ends; gives up after {@code timeout}. */
  void stop(Duration timeout) {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(timeout)) {
        log.warn(
            "sack {}: not flushed within {} ms; its backlog stays for the next owner",
            sack,
            timeout.toMillis());
        end();
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends without flushing, because the lease is lost: the next owner has the backlog. */
  void abandon() {
    end();
  }

  private void run() {
    boolean failing = false;
    while (!hasEnded()) {
      try {
        step();
        failing = false;
      } catch (GatewayException e) {
        meters.failed(sack);
        if (!failing) {
          log.warn("sack {}: {}; trying again", sack, e.getMessage());
        }
        failing = true;
        await(RETRY_INTERVAL.toNanos());
      } catch (RuntimeException e) {
        // A mistake of ours must not end processing unheard: start over from what is stored.
        log.error("sack {}: processing failed; starting over from its last flush", sack, e);
        meters.failed(sack);
        startOver();
        await(RETRY_INTERVAL.toNanos());
      }
    }
  }

  private void step() {
    if (!begun) {
      committed = storage.splits().position(sack);
      setProcessed(committed);
      begun = true;
    }
    boolean leaving = isStopping();
    if (isFlushDue()) {
      flush();
    }
    boolean more = !hasEnded() && drain();
    if (more || hasEnded()) {
      return;
    }
    setDrainedOnce();
    if (leaving) {
      flush();
      end();
      return;
    }
    evictIdle();
    awaitWork();
  }

  private boolean isFlushDue() {
    return unflushedSamples >= FLUSH_SAMPLES
        || (unflushedSamples > 0 && System.nanoTime() - lastFlushNanos >= flushIntervalNanos);
  }

  /** Reads and folds some entries; returns whether there may be more. */
  private boolean drain() {
    lastDrainNanos = System.nanoTime();
    lock.lock();
    try {
      drainWanted = false;
    } finally {
      lock.unlock();
    }
    List<BacklogEntry> entries = storage.backlog().read(sack, position(), READ_ENTRIES);
    if (entries.isEmpty()) {
      return false;
    }
    columns.clear();
    for (BacklogEntry entry : entries) {
      try {
        EntryCodec.read(entry.bytes(), columns);
      } catch (GatewayException e) {
        log.error("sack {}: backlog entry {} skipped: {}", sack, entry.position(), e.getMessage());
        meters.failed(sack);
      }
    }
    List<OpenSplit> loaded = loader.load(missing(), open);
    fold(loaded, entries.getLast().position());
    unflushedSamples += Math.max(1, columns.size);
    if (unflushedSinceMillis == 0) {
      unflushedSinceMillis = entries.getFirst().position().major();
    }
    meters.processed(sack, columns.size);
    return entries.size() == READ_ENTRIES;
  }

  /**
   * The splits that must be loaded before the columns can be folded, with the earliest sample of
   * each.
   */
  private Map<SplitKey, Long> missing() {
    Map<SplitKey, Long> missing = new HashMap<>();
    for (int i = 0; i < columns.size; i++) {
      long timestamp = columns.timestampsMillis[i];
      OpenSplit split = open.find(columns.series[i], timestamp);
      if (split == null || !split.takes(timestamp)) {
        missing.merge(
            new SplitKey(columns.series[i], RawSplit.startOf(timestamp)), timestamp, Math::min);
      }
    }
    return missing;
  }

  private void fold(List<OpenSplit> loaded, BacklogPosition position) {
    long now = nowMillis.getAsLong();
    lock.lock();
    try {
      replaceDirty(loaded);
      for (OpenSplit split : loaded) {
        open.add(split);
      }
      for (int i = 0; i < columns.size; i++) {
        OpenSplit split = open.find(columns.series[i], columns.timestampsMillis[i]);
        if (split == null) {
          throw new IllegalStateException("sack " + sack + ": no open split for a folded sample");
        }
        split.touchedMillis = now;
        boolean wasDirty = split.dirty;
        if (split.put(columns.timestampsMillis[i], columns.values[i]) && !wasDirty) {
          dirty.add(split);
        }
      }
      processed = position;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Splits that were loaded anew while they had unflushed samples are the ones to flush now. */
  private void replaceDirty(List<OpenSplit> loaded) {
    Map<SplitKey, OpenSplit> replaced = new HashMap<>();
    for (OpenSplit split : loaded) {
      if (split.dirty) {
        replaced.put(split.key, split);
      }
    }
    if (!replaced.isEmpty()) {
      dirty.replaceAll(split -> replaced.getOrDefault(split.key, split));
    }
  }

  private void flush() {
    BacklogPosition position = position();
    if (dirty.isEmpty() && position.equals(committed)) {
      return;
    }
    long now = nowMillis.getAsLong();
    long begin = System.nanoTime();
    List<SplitWrite> writes = new ArrayList<>(dirty.size());
    List<SplitEncoder.Encoded> encoded = new ArrayList<>(dirty.size());
    long bytes = 0;
    for (OpenSplit split : dirty) {
      SplitEncoder.Encoded one = encoder.encode(split);
      encoded.add(one);
      bytes += one.bytes().length;
      writes.add(
          new SplitWrite(
              split.key,
              split.sealedBytes == 0 ? SplitWrite.REPLACE : split.sealedBytes,
              one.bytes(),
              isTtlDue(split, now) ? ttlSeconds + ttlSeconds / TTL_SLACK : SplitWrite.KEEP_TTL));
    }
    switch (write(writes, position)) {
      case FLUSHED -> {
        committed = position;
        sealFlushed(encoded, writes, now);
        unflushedSamples = 0;
        unflushedSinceMillis = 0;
        lastFlushNanos = System.nanoTime();
        meters.flushed(sack, writes.size(), bytes, lastFlushNanos - begin);
      }
      case LEASE_LOST -> {
        log.info("sack {}: lease {} is another's now", sack, lease.epoch());
        end();
      }
      case SPLIT_SHORT, OUTDATED -> {
        // A split expired while it was open here, or an earlier flush was stored after all. What
        // is stored and the backlog know better.
        startOver();
      }
    }
  }

  /** A split's time to live is counted from its last write, to within this part of it. */
  private static final long TTL_SLACK = 32;

  private boolean isTtlDue(OpenSplit split, long now) {
    return split.ttlSetMillis == Long.MIN_VALUE
        || now - split.ttlSetMillis > ttlSeconds * 1000 / TTL_SLACK;
  }

  /** Writes; when the answer got lost, asks for the position until it is known what happened. */
  private FlushOutcome write(List<SplitWrite> writes, BacklogPosition position) {
    while (true) {
      try {
        return storage.splits().flush(lease, writes, position);
      } catch (GatewayException e) {
        if (e.kind() != Kind.UNAVAILABLE) {
          throw e;
        }
        meters.failed(sack);
        log.warn("sack {}: flush: {}; looking whether it was stored", sack, e.getMessage());
      }
      if (isStored(position)) {
        return FlushOutcome.FLUSHED;
      }
    }
  }

  private boolean isStored(BacklogPosition position) {
    while (!hasEnded()) {
      await(RETRY_INTERVAL.toNanos());
      try {
        return storage.splits().position(sack).equals(position);
      } catch (GatewayException e) {
        meters.failed(sack);
      }
    }
    throw new GatewayException(
        Kind.UNAVAILABLE, "sack " + sack + ": stopped before storage answered");
  }

  private void sealFlushed(List<SplitEncoder.Encoded> encoded, List<SplitWrite> writes, long now) {
    lock.lock();
    try {
      for (int i = 0; i < dirty.size(); i++) {
        OpenSplit split = dirty.get(i);
        SplitEncoder.Encoded one = encoded.get(i);
        if (one.sealedSamples() > 0) {
          split.dropSealed(one.sealedSamples());
        }
        split.sealedBytes = one.sealedBytes();
        split.dirty = false;
        if (writes.get(i).ttlSeconds() != SplitWrite.KEEP_TTL) {
          split.ttlSetMillis = now;
        }
      }
    } finally {
      lock.unlock();
    }
    dirty.clear();
  }

  private void startOver() {
    lock.lock();
    try {
      open.clear();
      dirty.clear();
      unflushedSamples = 0;
      unflushedSinceMillis = 0;
      begun = false;
      drainedOnce = false;
    } finally {
      lock.unlock();
    }
  }

  private void evictIdle() {
    long nanos = System.nanoTime();
    if (nanos - lastEvictionNanos < EVICTION_INTERVAL.toNanos()) {
      return;
    }
    lastEvictionNanos = nanos;
    long now = nowMillis.getAsLong();
    lock.lock();
    try {
      open.evict(now - NEWEST_IDLE.toMillis(), now - OLDER_IDLE.toMillis());
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork() {
    lock.lock();
    try {
      while (!stopping && !ended && !drainWanted) {
        long now = System.nanoTime();
        boolean waiting = appended.compareTo(processed) > 0;
        long due = lastDrainNanos + (waiting ? DRAIN_INTERVAL : POLL_INTERVAL).toNanos();
        if (unflushedSamples > 0) {
          due = Math.min(due, lastFlushNanos + flushIntervalNanos);
        }
        if (due - now <= 0) {
          return;
        }
        changed.awaitNanos(due - now);
      }
    } catch (InterruptedException e) {
      ended = true;
    } finally {
      lock.unlock();
    }
  }

  private void await(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (left > 0 && !ended) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      ended = true;
    } finally {
      lock.unlock();
    }
  }

  private BacklogPosition position() {
    lock.lock();
    try {
      return processed;
    } finally {
      lock.unlock();
    }
  }

  private void setProcessed(BacklogPosition position) {
    lock.lock();
    try {
      processed = position;
    } finally {
      lock.unlock();
    }
  }

  private void setDrainedOnce() {
    lock.lock();
    try {
      drainedOnce = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isStopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
