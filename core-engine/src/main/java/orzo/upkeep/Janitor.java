package orzo.upkeep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.index.CatalogFollower;
import orzo.index.SeriesIndex;
import orzo.metric.ArchivePolicy;
import orzo.metric.Metric;
import orzo.storage.CatalogEntry;
import orzo.storage.Deletion;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.OutageLog;
import orzo.storage.Storage;
import orzo.storage.Upkeep;
import orzo.time.Heartbeat;

/**
 * Sweeps through all of storage from time to time, and sooner after deletions. It removes splits
 * that belong to nothing, deletes series of which nothing is left, and forgets deletions that every
 * node has heard of.
 *
 * <p>One node of all does it at a time; if two do for a moment, no harm is done. It takes a small
 * part of one processor while it sweeps, and nothing in between. Nobody waits for it.
 */
public final class Janitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Janitor.class);

  /** How often to look whether there is something to do. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  /** How long it rests after a step, as a multiple of the time which that took. */
  private static final int REST = 9;

  private static final Duration LONGEST_REST = Duration.ofSeconds(1);

  /** Series that are looked up in the catalog, or retired, in one call. */
  private static final int RETIRE_CHUNK = 200;

  /** Deletions that are read at once. */
  private static final int DELETIONS_CHUNK = 100;

  /**
   * When a janitor works.
   *
   * @param interval how long after the end of a sweep the next one begins
   * @param deletionInterval how long after the end of a sweep the next one begins when series were
   *     deleted meanwhile
   * @param memory how long a deletion is remembered at least; until then samples that a node writes
   *     without having heard of it are given to the metric's next life
   */
  public record Settings(Duration interval, Duration deletionInterval, Duration memory) {
    /** With the defaults that depend on nothing. */
    public static Settings every(Duration interval) {
      Duration soon = Duration.ofMinutes(1);
      return new Settings(
          interval, soon.compareTo(interval) < 0 ? soon : interval, Duration.ofHours(1));
    }
  }

  private final Storage storage;
  private final SeriesIndex index;
  private final CatalogFollower follower;
  private final Function<String, Optional<ArchivePolicy>> policies;
  private final BooleanSupplier mayRun;
  private final Settings settings;
  private final LongSupplier nowMillis;
  private final OutageLog outages;
  private final JanitorProgress progress = new JanitorProgress();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stop = lock.newCondition();
  private boolean stopping; // guarded by lock
  private @Nullable Heartbeat heartbeat; // of the thread that starts and closes

  // Of the janitor's thread alone.
  private long lastEndMillis = Long.MIN_VALUE / 2;
  private final long[] sweptDeletions; // by sack: those before the last sweep
  private List<BitSet> idle = List.of(); // by sack: what the last sweep saw no splits of

  /**
   * Creates a janitor; it does nothing before {@link #start}.
   *
   * @param follower the one that fills {@code index}
   * @param policies the archive policy of a name, if there is one
   * @param mayRun whether this node is the one to sweep
   */
  public Janitor(
      Storage storage,
      SeriesIndex index,
      CatalogFollower follower,
      Function<String, Optional<ArchivePolicy>> policies,
      BooleanSupplier mayRun,
      Settings settings,
      LongSupplier nowMillis,
      OutageLog outages) {
    this.storage = storage;
    this.index = index;
    this.follower = follower;
    this.policies = policies;
    this.mayRun = mayRun;
    this.settings = settings;
    this.nowMillis = nowMillis;
    this.outages = outages;
    this.sweptDeletions = new long[storage.sacks()];
  }

  /** Starts to work. The first sweep begins one interval from now, unless something is deleted. */
  public void start() {
    lastEndMillis = nowMillis.getAsLong();
    for (int sack = 0; sack < sweptDeletions.length; sack++) {
      sweptDeletions[sack] = follower.heard(sack);
    }
    heartbeat = Heartbeat.start("janitor", LOOK_INTERVAL, outages, this::look);
  }

  /** What it does and has done. */
  public JanitorProgress progress() {
    return progress;
  }

  /** Ends its work, also in the middle of a sweep. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      stop.signalAll();
    } finally {
      lock.unlock();
    }
    if (heartbeat != null) {
      heartbeat.close();
    }
  }

  private void look() {
    if (!mayRun.getAsBoolean()) {
      idle = List.of(); // another node sweeps, and may see what this one does not
      return;
    }
    long waited = nowMillis.getAsLong() - lastEndMillis;
    boolean isDue =
        waited >= settings.interval.toMillis()
            || (waited >= settings.deletionInterval.toMillis() && hasHeardOfDeletions());
    if (isDue) {
      try {
        sweep();
      } finally {
        lastEndMillis = nowMillis.getAsLong();
      }
    }
  }

  private boolean hasHeardOfDeletions() {
    for (int sack = 0; sack < sweptDeletions.length; sack++) {
      if (follower.heard(sack) > sweptDeletions[sack]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Sweeps once, now. For one thread, and not beside {@link #start}.
   *
   * @return whether it got to the end
   * @throws GatewayException when storage fails
   */
  public boolean sweep() {
    long start = nowMillis.getAsLong();
    long startNanos = System.nanoTime();
    progress.started(start);
    boolean isComplete = false;
    try {
      isComplete = sweepAll();
      return isComplete;
    } finally {
      progress.ended(Duration.ofNanos(System.nanoTime() - startNanos), isComplete);
      log.info("janitor: sweep {}: {}", isComplete ? "complete" : "broken off", progress);
    }
  }

  private boolean sweepAll() {
    int sacks = storage.sacks();
    long[] deletions = new long[sacks];
    long[] numbers = new long[sacks];
    List<BitSet> registered = new ArrayList<>(sacks);
    follower.catchUp();
    for (int sack = 0; sack < sacks; sack++) {
      deletions[sack] = follower.heard(sack);
      numbers[sack] = storage.upkeep().begin(sack);
      registered.add(index.registered(sack));
    }
    Sweep sweep = new Sweep(storage.upkeep(), sacks, index, follower, policies, progress);
    String at = Upkeep.START;
    do {
      long begin = System.nanoTime();
      Upkeep.Page page = storage.upkeep().scan(at);
      sweep.take(page);
      at = page.next();
      if (!goesOn(begin)) {
        return false;
      }
    } while (!at.equals(Upkeep.START));
    sweep.finish();

    List<BitSet> unseen = new ArrayList<>(sacks);
    for (int sack = 0; sack < sacks; sack++) {
      BitSet one = registered.get(sack);
      one.andNot(sweep.seen(sack));
      unseen.add(one);
      if (!idle.isEmpty() && !retire(sack, numbers[sack], both(one, idle.get(sack)))) {
        return false;
      }
      forget(sack, deletions[sack]);
      sweptDeletions[sack] = deletions[sack];
    }
    idle = unseen;
    return true;
  }

  private static BitSet both(BitSet one, BitSet other) {
    BitSet both = (BitSet) one.clone();
    both.and(other);
    return both;
  }

  /** Deletes series that two sweeps saw no split of; returns false when to be broken off. */
  private boolean retire(int sack, long sweep, BitSet candidates) {
    int next = candidates.nextSetBit(0);
    while (next >= 0) {
      long begin = System.nanoTime();
      int[] some = new int[RETIRE_CHUNK];
      int size = 0;
      int read = next;
      for (CatalogEntry entry : storage.catalog().read(sack, next, RETIRE_CHUNK)) {
        read = entry.series() + 1;
        if (candidates.get(entry.series()) && isByProtocol(entry.metric())) {
          some[size++] = entry.series();
        }
      }
      if (read == next) {
        return true; // the rest was deleted and forgotten
      }
      if (size > 0) {
        progress.retired(storage.upkeep().retire(sack, sweep, Arrays.copyOf(some, size)));
      }
      next = candidates.nextSetBit(read);
      if (!goesOn(begin)) {
        return false;
      }
    }
    return true;
  }

  /** A metric that somebody created by name stays until somebody deletes it. */
  private static boolean isByProtocol(Metric metric) {
    return metric.hasDerivedId();
  }

  /**
   * Forgets old deletions. The last one stays, so that numbers go on; so does one of the sack's
   * last series, so that whoever loads the catalog sees that its integer was given out.
   */
  private void forget(int sack, long swept) {
    long oldest = nowMillis.getAsLong() - settings.memory.toMillis();
    int end = index.end(sack);
    long forgotten = 0;
    List<Deletion> some;
    long after = 0;
    do {
      some = storage.catalog().deletions(sack, after, DELETIONS_CHUNK);
      for (Deletion deletion : some) {
        if (deletion.timeMillis() >= oldest
            || deletion.number() >= swept
            || max(deletion.series()) >= end - 1) {
          some = List.of();
          break;
        }
        forgotten = deletion.number();
      }
      after = forgotten;
    } while (some.size() == DELETIONS_CHUNK);
    if (forgotten > 0) {
      storage.upkeep().forget(sack, forgotten);
    }
  }

  private static int max(int[] series) {
    int max = -1;
    for (int one : series) {
      max = Math.max(max, one);
    }
    return max;
  }

  /** Rests after a step; returns false when to end. */
  private boolean goesOn(long stepBeginNanos) {
    lock.lock();
    try {
      long left = Math.min(LONGEST_REST.toNanos(), (System.nanoTime() - stepBeginNanos) * REST);
      while (left > 0 && !stopping) {
        left = stop.awaitNanos(left);
      }
      return !stopping && mayRun.getAsBoolean();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException(Kind.UNAVAILABLE, "janitor: interrupted", e);
    } finally {
      lock.unlock();
    }
  }
}
