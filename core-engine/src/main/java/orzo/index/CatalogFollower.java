package orzo.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import orzo.metric.SeriesRef;
import orzo.storage.CatalogEntry;
import orzo.storage.GatewayException;
import orzo.storage.Storage;
import orzo.time.Heartbeat;

/** Keeps a {@link SeriesIndex} as complete as the catalog: loads it, then looks for what is new. */
public final class CatalogFollower implements AutoCloseable {
  private static final int CHUNK = 1000;

  private final Storage storage;
  private final SeriesIndex index;
  private final Duration interval;
  private final int[] next; // by sack: the integer to read from
  private volatile @Nullable Heartbeat heartbeat;

  /**
   * Creates a follower.
   *
   * @param interval how often to look for series that other nodes registered
   */
  public CatalogFollower(Storage storage, SeriesIndex index, Duration interval) {
    this.storage = storage;
    this.index = index;
    this.interval = interval;
    this.next = new int[storage.sacks()];
  }

  /**
   * Loads the whole catalog, then follows it.
   *
   * @throws GatewayException when the catalog can't be read
   */
  public void start() {
    AtomicReference<@Nullable GatewayException> failure = new AtomicReference<>();
    List<Thread> loading = new ArrayList<>();
    for (int sack = 0; sack < next.length; sack++) {
      int one = sack;
      loading.add(
          Thread.startVirtualThread(() -> {
            try {
              load(one);
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
    heartbeat = Heartbeat.start("catalog-follower", interval, this::loadAll);
  }

  @Override
  public void close() {
    Heartbeat started = heartbeat;
    if (started != null) {
      started.close();
    }
  }

  private void loadAll() {
    for (int sack = 0; sack < next.length; sack++) {
      load(sack);
    }
  }

  private void load(int sack) {
    List<CatalogEntry> entries;
    do {
      entries = storage.catalog().read(sack, next[sack], CHUNK);
      for (CatalogEntry entry : entries) {
        index.add(SeriesRef.of(sack, entry.series()), entry.metric());
        next[sack] = entry.series() + 1;
      }
    } while (entries.size() == CHUNK);
  }
}
