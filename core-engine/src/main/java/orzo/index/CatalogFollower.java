package orzo.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import orzo.storage.CatalogEntry;
import orzo.storage.Deletion;
import orzo.storage.GatewayException;
import orzo.storage.OutageLog;
import orzo.storage.Storage;
import orzo.time.Heartbeat;

/**
 * Keeps a {@link SeriesIndex} as complete as the catalog: loads it, then looks for what is new and
 * what is gone. Safe for many threads.
 */
public final class CatalogFollower implements DeletedSeries, AutoCloseable {
  private static final int CHUNK = 1000;

  /** Deletions read at once; each may be of some hundred series. */
  private static final int DELETIONS_CHUNK = 100;

  private final Storage storage;
  private final SeriesIndex index;
  private final Duration interval;
  private final Runnable afterDeletions;
  private final OutageLog outages;
  private final AtomicIntegerArray next; // by sack: the integer to read from
  private final AtomicLongArray heard; // by sack: the last deletion that the index knows of
  private volatile @Nullable Heartbeat heartbeat;

  /**
   * Creates a follower.
   *
   * @param interval how often to look for series that other nodes registered
   */
  public CatalogFollower(Storage storage, SeriesIndex index, Duration interval, OutageLog outages) {
    this(storage, index, interval, outages, () -> {});
  }

  /**
   * Creates a follower.
   *
   * @param interval how often to look for what other nodes registered and deleted
   * @param afterDeletions is run when series were taken out of the index, before the call that read
   *     of it returns; for what refers to series and must forget them too
   */
  public CatalogFollower(
      Storage storage,
      SeriesIndex index,
      Duration interval,
      OutageLog outages,
      Runnable afterDeletions) {
    this.storage = storage;
    this.afterDeletions = afterDeletions;
    this.index = index;
    this.interval = interval;
    this.outages = outages;
    this.next = new AtomicIntegerArray(storage.sacks());
    this.heard = new AtomicLongArray(storage.sacks());
  }

  /**
   * Loads the whole catalog, then follows it.
   *
   * @throws GatewayException when the catalog can't be read
   */
  public void start() {
    AtomicReference<@Nullable GatewayException> failure = new AtomicReference<>();
    List<Thread> loading = new ArrayList<>();
    for (int sack = 0; sack < next.length(); sack++) {
      int one = sack;
      loading.add(
          Thread.startVirtualThread(() -> {
            try {
              catchUp(one);
            } catch (GatewayException e) {
              failure.set(e);
            }
          }));
    }
    try {
      for (Thread one : loading) {
        one.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    GatewayException thrown = failure.get();
    if (thrown != null) {
      throw thrown;
    }
    heartbeat = Heartbeat.start("catalog-follower", interval, outages, this::catchUp);
  }

  @Override
  public void close() {
    Heartbeat started = heartbeat;
    if (started != null) {
      started.close();
    }
  }

  /**
   * Loads what was registered or deleted in any sack since it was last looked at.
   *
   * @throws GatewayException when the catalog can't be read
   */
  public void catchUp() {
    for (int sack = 0; sack < next.length(); sack++) {
      catchUp(sack);
    }
  }

  /**
   * Loads what this node registered since the sacks were last looked at, so that the index knows
   * all that the catalog has of it; asks storage for nothing if there is nothing.
   *
   * @throws GatewayException when the catalog can't be read
   */
  public void catchUpRegistered() {
    for (int sack = 0; sack < next.length(); sack++) {
      if (index.hasUnread(sack)) {
        catchUp(sack);
      }
    }
  }

  /**
   * Loads what was registered or deleted in a sack since it was last looked at. The index has it
   * all when this returns, whatever other threads load at the same time.
   *
   * @throws GatewayException when the catalog can't be read
   */
  public void catchUp(int sack) {
    // Deletions first: the entries of what they delete are then among those that are read next.
    long known = heard.get(sack);
    boolean loaded = next.get(sack) > 0;
    List<Deletion> deletions = deletionsBehind(sack, known);
    addEntries(sack);
    if (deletions.isEmpty()) {
      return;
    }
    if (loaded && deletions.getFirst().number() != known + 1) {
      // This node slept so long that deletions it has not heard of are forgotten.
      index.retain(sack, registered(sack));
    }
    for (Deletion deletion : deletions) {
      index.remove(sack, deletion.series());
    }
    afterDeletions.run();
    heard.accumulateAndGet(sack, deletions.getLast().number(), Math::max);
  }

  private List<Deletion> deletionsBehind(int sack, long number) {
    List<Deletion> deletions = new ArrayList<>();
    List<Deletion> some;
    long after = number;
    do {
      some = storage.catalog().deletions(sack, after, DELETIONS_CHUNK);
      deletions.addAll(some);
      after = some.isEmpty() ? after : some.getLast().number();
    } while (some.size() == DELETIONS_CHUNK);
    return deletions;
  }

  private void addEntries(int sack) {
    List<CatalogEntry> entries;
    do {
      // Two threads may load the same entries: adding one twice changes nothing.
      entries = storage.catalog().read(sack, next.get(sack), CHUNK);
      index.add(sack, entries);
      if (!entries.isEmpty()) {
        next.accumulateAndGet(sack, entries.getLast().series() + 1, Math::max);
      }
    } while (entries.size() == CHUNK);
  }

  private BitSet registered(int sack) {
    BitSet registered = new BitSet();
    List<CatalogEntry> entries;
    do {
      entries = storage.catalog().read(sack, registered.length(), CHUNK);
      entries.forEach(entry -> registered.set(entry.series()));
    } while (entries.size() == CHUNK);
    return registered;
  }

  @Override
  public long heard(int sack) {
    return heard.get(sack);
  }

  @Override
  public BitSet deleted(int sack) {
    return index.deleted(sack);
  }
}
