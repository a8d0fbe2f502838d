package orzo.sack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.index.DeletedSeries;
import orzo.intake.EntryCodec;
import orzo.intake.EntrySamples;
import orzo.policy.SeriesPolicies;
import orzo.read.Tail;
import orzo.split.RawSplit;
import orzo.split.SampleExtras;
import orzo.storage.BacklogEntry;
import orzo.storage.BacklogPosition;
import orzo.storage.Deletion;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.Lease;
import orzo.storage.OpenMarks;
import orzo.storage.OutageLog;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;
import orzo.storage.Storage;

/**
 * Processes one sack while holding its lease: reads the backlog in order, folds it into open
 * splits, flushes changed splits together with the checkpoint, and closes splits that are over.
 *
 * <p>One thread does all of that. Queries on other threads wait for it to catch up, and copy tails.
 * What is in memory can always be lost: it is the stored splits plus the backlog behind the stored
 * checkpoint.
 */
final class SackOwner {
  private static final Logger log = LoggerFactory.getLogger(SackOwner.class);

  /** Entries read at once; with the bound on an entry's samples this bounds memory. */
  private static final int READ_ENTRIES = 64;

  /**
   * Splits loaded at once to fold what was read: a late sample may need all samples of its split.
   */
  private static final int LOAD_SPLITS = 512;

  /** How long to wait after a failure of storage. */
  private static final Duration RETRY_INTERVAL = Duration.ofMillis(200);

  /**
   * Samples folded or loaded since the last flush that make the next one due at once: bounds
   * memory. While it fails nothing more is read.
   */
  private static final long FLUSH_SAMPLES = 500_000;

  /** Changed splits that make a flush due at once: bounds the command, five arguments for each. */
  private static final int FLUSH_SPLITS = 50_000;

  /** Flushed splits, other than the newest of each series, that stay open for the next sample. */
  private static final int OLDER_SPLITS = 10_000;

  /** How often to look for splits to close, unless the delay is shorter. */
  private static final Duration CLOSE_INTERVAL = Duration.ofSeconds(1);

  private static final Duration EVICTION_INTERVAL = Duration.ofSeconds(30);
  private static final Duration NEWEST_IDLE = Duration.ofMinutes(15);
  private static final Duration OLDER_IDLE = Duration.ofMinutes(1);

  private final Storage storage;
  private final Lease lease;
  private final int sack;
  private final SeriesPolicies policies;
  private final long flushIntervalNanos;
  private final long closeIntervalNanos;
  private final LongSupplier nowMillis;
  private final SackMeters meters;
  private final OutageLog outages;
  private final BooleanSupplier isLone; // whether no other node is known
  private final SackProgress progress;

  // Touched by the processing thread alone.
  private final SplitLoader loader;
  private final SplitEncoder encoder = new SplitEncoder();
  private final SackFlusher flusher;
  private final SplitCloser closer;
  private final SackDeletions deletions;
  private final OpenSpans openSpans = new OpenSpans();
  private final EntrySamples columns = new EntrySamples(4096); // what was read
  private int folded; // of the columns
  private boolean mayHaveMore; // behind the columns
  private BacklogPosition readUpTo = BacklogPosition.START;
  private final int[] entryEnds = new int[READ_ENTRIES]; // how many columns each entry ends at
  private final List<OpenSplit> dirty = new ArrayList<>();
  private final List<OpenSplit> loadedClosed = new ArrayList<>(); // since the last flush
  private long unflushedSamples;
  private long lastFlushNanos = System.nanoTime();
  private long lastDrainNanos = System.nanoTime();
  private long lastCloseNanos = System.nanoTime();
  private long lastEvictionNanos = System.nanoTime();
  private boolean begun;

  private final OpenSplits open = new OpenSplits(); // written by the processing thread, in progress

  /** When the oldest entry that is read and not flushed was appended; zero when there is none. */
  private volatile long unflushedSinceMillis;

  private final Thread thread;

  SackOwner(
      Storage storage,
      Lease lease,
      SackOwnership.Settings settings,
      SeriesPolicies policies,
      DeletedSeries deletedSeries,
      LongSupplier nowMillis,
      SackMeters meters,
      OutageLog outages,
      BooleanSupplier isLone) {
    this.storage = storage;
    this.lease = lease;
    this.sack = lease.sack();
    this.policies = policies;
    this.flushIntervalNanos = settings.flushInterval().toNanos();
    this.closeIntervalNanos = Math.min(CLOSE_INTERVAL.toNanos(), settings.closeDelay().toNanos());
    this.nowMillis = nowMillis;
    this.meters = meters;
    this.outages = outages;
    this.isLone = isLone;
    this.progress = new SackProgress(sack);
    this.loader = new SplitLoader(storage.splits(), sack);
    this.flusher = new SackFlusher(storage.splits(), lease, progress, meters, outages);
    this.closer =
        new SplitCloser(storage.splits(), sack, policies, settings.closeDelay(), nowMillis);
    this.deletions = new SackDeletions(storage.catalog(), deletedSeries, sack, meters);
    thread = Thread.ofVirtual().name(part(sack)).unstarted(this::run);
  }

  Lease lease() {
    return lease;
  }

  void start() {
    thread.start();
  }

  /** Hears of an entry that this node appended. */
  void appended(BacklogPosition position) {
    progress.appended(position);
  }

  /** Whether it has ended by itself, because the lease is another's. */
  boolean hasEnded() {
    return progress.hasEnded();
  }

  /** How long the oldest entry that was read has waited to be flushed; zero when none waits. */
  long unflushedMillis() {
    long since = unflushedSinceMillis;
    return since == 0 ? 0 : Math.max(0, nowMillis.getAsLong() - since);
  }

  /** See {@link orzo.read.Tails#catchUp}. */
  void catchUp() {
    progress.catchUp();
  }

  /** See {@link orzo.read.Tails#copy}. */
  List<@Nullable Tail> copy(int[] series, long fromMillis, long toMillis) {
    List<@Nullable Tail> copies = new ArrayList<>(series.length);
    progress.run(() -> copy(series, fromMillis, toMillis, copies));
    return copies;
  }

  /** See {@link orzo.read.Tails#copyAtHand}. */
  Optional<List<@Nullable Tail>> copyAtHand(int[] series, long fromMillis, long toMillis) {
    List<@Nullable Tail> copies = new ArrayList<>(series.length);
    return progress.runIfCaughtUp(() -> copy(series, fromMillis, toMillis, copies))
        ? Optional.of(copies)
        : Optional.empty();
  }

  private void copy(int[] series, long fromMillis, long toMillis, List<@Nullable Tail> into) {
    for (int one : series) {
      into.add(open.copy(one, fromMillis, toMillis));
    }
  }

  /** Processes what this node appended, flushes, and ends; gives up after {@code timeout}. */
  void stop(Duration timeout) {
    progress.stop();
    try {
      if (!thread.join(timeout)) {
        log.warn(
            "sack {}: not flushed within {} ms; its backlog stays for the next owner",
            sack,
            timeout.toMillis());
        progress.end();
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends without flushing, because the lease is lost: the next owner has the backlog. */
  void abandon() {
    progress.end();
  }

  private void run() {
    String part = part(sack);
    while (!progress.hasEnded()) {
      try {
        step();
        outages.succeeded(part);
      } catch (GatewayException e) {
        meters.failed(sack);
        outages.failed(part, e);
        progress.pause(RETRY_INTERVAL);
      } catch (RuntimeException e) {
        // A mistake of ours must not end processing unheard: start over from what is stored.
        log.error("sack {}: processing failed; starting over from its last flush", sack, e);
        meters.failed(sack);
        startOver();
        progress.pause(RETRY_INTERVAL);
      }
    }
    outages.succeeded(part);
  }

  /** A sack's name in the log of outages, and its thread's. */
  static String part(int sack) {
    return "orzo-sack-" + sack;
  }

  private void step() {
    if (!begun) {
      begin();
    }
    boolean leaving = progress.isStopping();
    if (deletions.isBehind()) {
      hearOfDeletions();
    }
    if (begun && isFlushDue()) {
      boolean _ = flush();
    }
    evictIdle(); // also when there is always more to read
    boolean more = begun && !progress.hasEnded() && drain();
    if (more || !begun || progress.hasEnded()) {
      return;
    }
    progress.drained();
    if (leaving) {
      if (flush()) { // otherwise there is something left to do
        progress.end();
      }
      return;
    }
    if (isCloseDue() && close()) {
      return;
    }
    progress.awaitWork(lastDrainNanos, nextDueNanos(), isLone.getAsBoolean());
  }

  private void begin() {
    progress.startFrom(flusher.load().position());
    deletions.load();
    openSpans.load(storage.splits().openSplits(sack));
    closer.begin();
    begun = true;
  }

  /** Forgets what is in memory of series that were deleted. */
  private void hearOfDeletions() {
    long known = deletions.number();
    List<Deletion> news = deletions.read();
    if (!news.isEmpty() && news.getFirst().number() != known + 1) {
      startOver(); // some are forgotten already: this thread must have slept for an hour
      return;
    }
    boolean[] wasDirty = {false};
    progress.run(() -> {
      for (Deletion deletion : news) {
        for (int series : deletion.series()) {
          wasDirty[0] |= open.removeAll(series);
        }
      }
    });
    if (wasDirty[0]) {
      // Some of what was folded goes, some may belong to the metric's next life: fold it again.
      startOver();
    }
  }

  private boolean isFlushDue() {
    return unflushedSamples >= FLUSH_SAMPLES
        || dirty.size() >= FLUSH_SPLITS
        || (unflushedSamples > 0 && System.nanoTime() - lastFlushNanos >= flushIntervalNanos);
  }

  private boolean isCloseDue() {
    return System.nanoTime() - lastCloseNanos >= closeIntervalNanos;
  }

  private long nextDueNanos() {
    long close = lastCloseNanos + closeIntervalNanos;
    long flush = lastFlushNanos + flushIntervalNanos;
    return unflushedSamples > 0 && flush - close < 0 ? flush : close;
  }

  /** Folds some of what was read, or reads first; returns whether there may be more. */
  private boolean drain() {
    if (folded == columns.size && !read()) {
      return false;
    }
    Map<SplitKey, Long> missing = new HashMap<>();
    int end = findMissing(missing);
    List<OpenSplit> loaded = loader.load(missing, open);
    for (OpenSplit split : loaded) {
      unflushedSamples += split.tail.size + split.tail.cells(0, split.tail.size) / 2;
      if (split.closed) {
        loadedClosed.add(split);
      }
    }
    boolean all = end == columns.size;
    int begin = folded;
    progress.fold(all ? readUpTo : progress.processed(), () -> fold(loaded, begin, end));
    folded = end;
    unflushedSamples += Math.max(1, columns.weight(begin, end));
    meters.processed(sack, end - begin);
    return !all || mayHaveMore;
  }

  private boolean read() {
    lastDrainNanos = System.nanoTime();
    progress.draining();
    List<BacklogEntry> entries = storage.backlog().read(sack, progress.processed(), READ_ENTRIES);
    mayHaveMore = entries.size() == READ_ENTRIES;
    if (entries.isEmpty()) {
      return false;
    }
    decode(entries);
    readUpTo = entries.getLast().position();
    if (unflushedSinceMillis == 0) {
      unflushedSinceMillis = entries.getFirst().position().major();
    }
    return true;
  }

  private void decode(List<BacklogEntry> entries) {
    columns.clear();
    folded = 0;
    List<BacklogPosition> positions = new ArrayList<>(entries.size());
    for (BacklogEntry entry : entries) {
      try {
        EntryCodec.read(entry.bytes(), columns);
      } catch (GatewayException e) {
        log.error("sack {}: backlog entry {} skipped: {}", sack, entry.position(), e.getMessage());
        meters.failed(sack);
      }
      entryEnds[positions.size()] = columns.size;
      positions.add(entry.position());
    }
    deletions.apply(columns, entryEnds, positions);
  }

  /**
   * Finds the splits that must be loaded before more of the columns can be folded, with the
   * earliest sample of each.
   *
   * @return up to where the columns can then be folded
   */
  private int findMissing(Map<SplitKey, Long> missing) {
    OpenSplit split = null;
    for (int i = folded; i < columns.size; i++) {
      long timestamp = columns.timestampsMillis[i];
      split = open.find(columns.series[i], timestamp, split);
      if (split == null || !split.takes(timestamp)) {
        if (missing.size() == LOAD_SPLITS) {
          return i;
        }
        missing.merge(
            new SplitKey(columns.series[i], RawSplit.startOf(timestamp)), timestamp, Math::min);
      }
    }
    return columns.size;
  }

  private void fold(List<OpenSplit> loaded, int from, int to) {
    long now = nowMillis.getAsLong();
    replaceDirty(loaded);
    for (OpenSplit split : loaded) {
      open.add(split);
    }
    SampleExtras extras = columns.extras();
    OpenSplit split = null;
    for (int i = from; i < to; i++) {
      split = open.find(columns.series[i], columns.timestampsMillis[i], split);
      if (split == null) {
        throw new IllegalStateException("sack " + sack + ": no open split for a folded sample");
      }
      split.touchedMillis = now;
      boolean wasDirty = split.dirty;
      boolean changed =
          extras == null
              ? split.put(columns.timestampsMillis[i], columns.values[i])
              : split.put(
                  columns.timestampsMillis[i],
                  columns.values[i],
                  extras.startMillis(i),
                  extras.histogram(i));
      if (changed && !wasDirty) {
        dirty.add(split);
      }
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

  /** Returns whether all that was folded is stored, now or before. */
  private boolean flush() {
    BacklogPosition position = progress.processed();
    if (dirty.isEmpty() && position.equals(flusher.checkpoint().position())) {
      return true;
    }
    long now = nowMillis.getAsLong();
    long begin = System.nanoTime();
    List<SplitWrite> writes = new ArrayList<>(dirty.size());
    List<SplitEncoder.Encoded> encoded = new ArrayList<>(dirty.size());
    Map<Long, List<SplitKey>> opened = new TreeMap<>();
    for (OpenSplit split : dirty) {
      SplitEncoder.Encoded one = encoder.encode(split);
      encoded.add(one);
      writes.add(
          new SplitWrite(
              split.key,
              split.sealedBytes == 0 ? SplitWrite.REPLACE : split.sealedBytes,
              one.bytes(),
              ttlSeconds(split, now)));
      if (!openSpans.contains(split.key)) {
        opened.computeIfAbsent(split.key.startMillis(), _ -> new ArrayList<>()).add(split.key);
      }
    }
    List<OpenMarks> marks = new ArrayList<>(opened.size());
    opened.forEach((start, keys) -> marks.add(new OpenMarks(start, series(keys), new int[0])));
    if (isStored(flusher.flush(position, deletions.number(), writes, marks))) {
      progress.run(() -> {
        sealFlushed(encoded, writes, now);
        forgetClosed();
        open.boundOlder(OLDER_SPLITS);
      });
      opened.values().forEach(keys -> keys.forEach(openSpans::add));
      unflushedSamples = 0;
      unflushedSinceMillis = 0;
      lastFlushNanos = System.nanoTime();
      meters.flushed(sack, writes.size(), bytes(writes), lastFlushNanos - begin);
      return true;
    }
    return false;
  }

  private long ttlSeconds(OpenSplit split, long now) {
    return now < split.ttlDueMillis
        ? SplitWrite.KEEP_TTL
        : Retention.openSeconds(policies.policy(sack, split.key.series()));
  }

  private static int[] series(List<SplitKey> keys) {
    return keys.stream().mapToInt(SplitKey::series).toArray();
  }

  private static long bytes(List<SplitWrite> writes) {
    long bytes = 0;
    for (SplitWrite write : writes) {
      bytes += write.bytes().length;
    }
    return bytes;
  }

  /** Whether a flush was stored; if not, does what has to be done about it. */
  private boolean isStored(FlushOutcome outcome) {
    switch (outcome) {
      case FLUSHED -> {
        return true;
      }
      case LEASE_LOST -> progress.end();
      case SPLIT_SHORT, OUTDATED -> {
        // A split expired while it was open here, or storage has another state than was thought.
        // What is stored and the backlog know better.
        startOver();
      }
      case DELETIONS_UNHEARD -> hearOfDeletions();
    }
    return false;
  }

  private void sealFlushed(List<SplitEncoder.Encoded> encoded, List<SplitWrite> writes, long now) {
    for (int i = 0; i < dirty.size(); i++) {
      OpenSplit split = dirty.get(i);
      SplitEncoder.Encoded one = encoded.get(i);
      if (one.sealedSamples() > 0) {
        split.dropSealed(one.sealedSamples());
      }
      split.sealedBytes = one.sealedBytes();
      split.dirty = false;
      split.closed = false;
      long ttlSeconds = writes.get(i).ttlSeconds();
      if (ttlSeconds != SplitWrite.KEEP_TTL) {
        split.ttlDueMillis = now + Retention.renewalMillis(ttlSeconds);
      }
    }
    dirty.clear();
  }

  /**
   * Forgets closed splits that were loaded for samples which they had already: what is sent again
   * may be much more than what is open, and nothing is to be done about it.
   */
  private void forgetClosed() {
    for (OpenSplit split : loadedClosed) {
      if (split.closed && open.find(split.key.series(), split.key.startMillis()) == split) {
        open.remove(split.key);
      }
    }
    loadedClosed.clear();
  }

  /**
   * Removes some open splits of deleted series, and their marks, which nobody else may touch;
   * returns whether there may be more. What else such series have is removed by a janitor.
   */
  private boolean removeDeleted() {
    List<SplitKey> gone = openSpans.of(deletions.deleted(), SplitCloser.BATCH);
    if (gone.isEmpty()) {
      return false;
    }
    if (flush()) { // all that is stored has its checkpoint
      List<SplitWrite> writes = gone.stream().map(SplitWrite::remove).toList();
      List<OpenMarks> marks = SplitCloser.marks(gone);
      if (isStored(flusher.flush(progress.processed(), deletions.number(), writes, marks))) {
        gone.forEach(openSpans::remove);
      }
    }
    return true;
  }

  /** Closes some splits that are over; returns whether there may be more. */
  private boolean close() {
    if (!deletions.deleted().isEmpty() && removeDeleted()) {
      return true;
    }
    List<SplitKey> due = closer.due(openSpans, open);
    if (due.isEmpty()) {
      lastCloseNanos = System.nanoTime();
      return false;
    }
    long begin = System.nanoTime();
    if (!flush()) { // what is closed must be stored, and all that is stored has its checkpoint
      return true;
    }
    SplitCloser.Closing closing = closer.close(due, openSpans);
    if (isStored(
        flusher.flush(
            progress.processed(), deletions.number(), closing.writes(), closing.marks()))) {
      closing.closed().forEach(openSpans::remove);
      progress.run(() -> closing.closed().forEach(open::remove));
      meters.closed(sack, closing.closed().size(), closing.samples(), System.nanoTime() - begin);
    }
    return true;
  }

  private void startOver() {
    progress.startOver(open::clear);
    dirty.clear();
    loadedClosed.clear();
    columns.clear();
    folded = 0;
    unflushedSamples = 0;
    unflushedSinceMillis = 0;
    begun = false;
  }

  private void evictIdle() {
    long nanos = System.nanoTime();
    if (nanos - lastEvictionNanos < EVICTION_INTERVAL.toNanos()) {
      return;
    }
    lastEvictionNanos = nanos;
    long now = nowMillis.getAsLong();
    progress.run(() -> open.evict(now - NEWEST_IDLE.toMillis(), now - OLDER_IDLE.toMillis()));
  }
}
