package orzo.sack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.policy.SeriesPolicies;
import orzo.read.Tails;
import orzo.split.SampleBuffer;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.Lease;
import orzo.storage.Storage;
import orzo.time.Heartbeat;

/**
 * The sacks of one node: says that the node lives, takes the leases of the sacks that are its share
 * among the live nodes, processes them, and gives away those that are another's share.
 */
public final class SackOwnership implements Tails, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SackOwnership.class);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

  /**
   * What the ownership of sacks is tuned by.
   *
   * @param node the name of this node
   * @param leaseTtl how long a lease holds unless it is renewed
   * @param flushInterval how long changes are held before they are written
   * @param closeDelay how long a raw split must not have been written to before it is closed
   */
  public record Settings(
      String node, Duration leaseTtl, Duration flushInterval, Duration closeDelay) {}

  /** A sack that is processed here, and until when its lease is certain to hold. */
  private static final class Owned {
    final SackOwner owner;
    volatile long validUntilNanos;

    Owned(SackOwner owner, long validUntilNanos) {
      this.owner = owner;
      this.validUntilNanos = validUntilNanos;
    }
  }

  private final Storage storage;
  private final Settings settings;
  private final SeriesPolicies policies;
  private final LongSupplier nowMillis;
  private final SackMeters meters;
  private final AtomicReferenceArray<@Nullable Owned> owned;
  private volatile @Nullable Heartbeat heartbeat;

  /** Creates it; nothing is owned before {@link #start}. */
  public SackOwnership(
      Storage storage,
      Settings settings,
      SeriesPolicies policies,
      LongSupplier nowMillis,
      SackMeters meters) {
    this.storage = storage;
    this.settings = settings;
    this.policies = policies;
    this.nowMillis = nowMillis;
    this.meters = meters;
    this.owned = new AtomicReferenceArray<>(storage.sacks());
  }

  /**
   * Takes this node's share of the sacks as far as they are free, and keeps on doing so.
   *
   * @throws GatewayException {@link orzo.storage.Kind#UNAVAILABLE} when storage does not answer
   */
  public void start() {
    balance();
    heartbeat = Heartbeat.start("sack-ownership", settings.leaseTtl().dividedBy(3), this::balance);
  }

  /** How many sacks are processed here now. */
  public int ownedSacks() {
    int count = 0;
    for (int sack = 0; sack < owned.length(); sack++) {
      if (valid(sack) != null) {
        count++;
      }
    }
    return count;
  }

  /** Whether a sack is processed here now. */
  public boolean owns(int sack) {
    return valid(sack) != null;
  }

  /**
   * How long the oldest entry of a sack's backlog that this node read has waited to be flushed, in
   * milliseconds by this node's clock; zero when none waits or the sack is another node's.
   */
  public long backlogAgeMillis(int sack) {
    Owned here = valid(sack);
    return here == null ? 0 : here.owner.unflushedMillis();
  }

  /** Hears of an entry that this node appended. */
  public void appended(int sack, BacklogPosition position) {
    Owned here = owned.get(sack);
    if (here != null) {
      here.owner.appended(position);
    }
  }

  @Override
  public void catchUp(int sack) {
    Owned here = valid(sack);
    if (here != null) {
      here.owner.catchUp();
    }
  }

  @Override
  public List<@Nullable SampleBuffer> copy(int sack, int[] series, long fromMillis, long toMillis) {
    Owned here = valid(sack);
    if (here != null) {
      return here.owner.copy(series, fromMillis, toMillis);
    }
    List<@Nullable SampleBuffer> nothing = new ArrayList<>(series.length);
    for (int i = 0; i < series.length; i++) {
      nothing.add(null);
    }
    return nothing;
  }

  /** Flushes, gives every lease back, and says that the node is gone. */
  @Override
  public void close() {
    Heartbeat started = heartbeat;
    if (started != null) {
      started.close();
    }
    try {
      List<Thread> leaving = new ArrayList<>();
      for (int sack = 0; sack < owned.length(); sack++) {
        int one = sack;
        leaving.add(Thread.startVirtualThread(() -> leave(one)));
      }
      for (Thread one : leaving) {
        one.join();
      }
      storage.leases().withdraw(settings.node());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (GatewayException e) {
      log.warn("stopping: {}; leases end by themselves", e.getMessage());
    }
  }

  private void balance() {
    storage.leases().announce(settings.node(), settings.leaseTtl());
    List<String> nodes = storage.leases().liveNodes();
    for (int sack = 0; sack < owned.length(); sack++) {
      // Just announced, but the list may be that of a replica, or the clock may have jumped.
      boolean mine =
          !nodes.contains(settings.node()) || Rendezvous.node(sack, nodes).equals(settings.node());
      Owned here = owned.get(sack);
      if (here != null) {
        keep(sack, here, mine);
      } else if (mine) {
        take(sack);
      }
    }
  }

  private void take(int sack) {
    long validUntil = System.nanoTime() + settings.leaseTtl().toNanos();
    Optional<Lease> lease = storage.leases().acquire(sack, settings.node(), settings.leaseTtl());
    if (lease.isPresent()) {
      SackOwner owner = new SackOwner(storage, lease.get(), settings, policies, nowMillis, meters);
      owned.set(sack, new Owned(owner, validUntil));
      owner.start();
    }
  }

  private void keep(int sack, Owned here, boolean mine) {
    if (!mine) {
      // Not here: flushing may take long, and the other leases must not run out meanwhile.
      Thread.startVirtualThread(() -> leave(sack));
      return;
    }
    long validUntil = System.nanoTime() + settings.leaseTtl().toNanos();
    if (!here.owner.hasEnded() && storage.leases().renew(here.owner.lease(), settings.leaseTtl())) {
      here.validUntilNanos = validUntil;
    } else {
      owned.set(sack, null);
      here.owner.abandon();
      take(sack);
    }
  }

  private void leave(int sack) {
    Owned here = owned.getAndSet(sack, null);
    if (here != null) {
      here.owner.stop(STOP_TIMEOUT);
      try {
        storage.leases().release(here.owner.lease());
      } catch (GatewayException e) {
        log.warn("sack {}: lease not given back, it ends by itself: {}", sack, e.getMessage());
      }
    }
  }

  private @Nullable Owned valid(int sack) {
    Owned here = owned.get(sack);
    boolean valid =
        here != null && !here.owner.hasEnded() && System.nanoTime() - here.validUntilNanos < 0;
    return valid ? here : null;
  }
}
