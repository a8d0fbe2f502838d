package orzo.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import orzo.metric.SeriesRef;
import orzo.storage.CatalogEntry;
import orzo.storage.GatewayException;
import orzo.storage.OutageLog;
import orzo.storage.Storage;
import orzo.time.Heartbeat;

/**
 * Keeps a {@link SeriesIndex} as complete as the catalog: loads it, then looks for what is new.
 * Safe for many threads.
 */
public final class CatalogFollower implements AutoCloseable {
  private static final int CHUNK = 1000;

  private final Storage storage;
  private final SeriesIndex index;
  private final Duration interval;
  private final OutageLog outages;
  private final AtomicIntegerArray next; // by sack: the integer to read from
  private volatile @Nullable Heartbeat heartbeat;

  /**
   * Creates a follower.
   *
   * @param interval how often to look for series that other nodes registered
   */
  public CatalogFollower(Storage storage, SeriesIndex index, Duration interval, OutageLog outages) {
    this.storage = storage;
    this.index = index;
    this.interval = interval;
    this.outages = outages;
    this.next = new AtomicIntegerArray(storage.sacks());
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
   * Loads what was registered in any sack since it was last looked at.
   *
   * @throws GatewayException when the catalog can't be read
   */
  public void catchUp() {
    for (int sack = 0; sack < next.length(); sack++) {
      catchUp(sack);
    }
  }

  /**
   * Loads what was registered in a sack since it was last looked at. It is all there when this
   * returns, whatever other threads load at the same time.
   *
   * @throws GatewayException when the catalog can't be read
   */
  public void catchUp(int sack) {
    List<CatalogEntry> entries;
    do {
      // Two threads may load the same entries: adding one twice changes nothing.
      entries = storage.catalog().read(sack, next.get(sack), CHUNK);
      for (CatalogEntry entry : entries) {
        index.add(SeriesRef.of(sack, entry.series()), entry.metric());
        next.accumulateAndGet(sack, entry.series() + 1, Math::max);
      }
    } while (entries.size() == CHUNK);
  }
}
