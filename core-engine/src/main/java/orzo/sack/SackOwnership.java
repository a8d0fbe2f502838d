package orzo.sack;

import java.time.Duration;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.index.DeletedSeries;
import orzo.policy.SeriesPolicies;
import orzo.read.Tail;
import orzo.read.Tails;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.Lease;
import orzo.storage.LeaseAnswer;
import orzo.storage.LeaseStore;
import orzo.storage.OutageLog;
import orzo.storage.Storage;

/**
 * The sacks of one node: says that the node lives, takes the leases of the sacks that are its share
 * among the live nodes, processes them, and gives away those that are another's share. What is
 * decided is decided by {@link SackClaims}; here it is done.
 */
public final class SackOwnership implements Tails, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SackOwnership.class);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

  /** How long leases may take to be given back after the last sack has stopped. */
  private static final Duration LEAVE_TIMEOUT = STOP_TIMEOUT.plusMillis(500);

  // Names of what may fail, for the log of outages.
  private static final String NODES_PART = "announcing this gateway";
  private static final String LEASES_PART = "leases of sacks";

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

  private final LeaseStore leases;
  private final Settings settings;
  private final OutageLog outages;
  private final Function<Lease, SackOwner> owners;
  private final AtomicReferenceArray<@Nullable SackOwner> processing;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wakened = lock.newCondition();
  private final SackClaims claims; // guarded by lock
  private boolean isWakened; // guarded by lock

  private volatile List<String> lastNodes = List.of(); // written by the thread alone

  // Of the thread alone, once it is started.
  private final BitSet unanswered = new BitSet();

  /** Creates it; nothing is owned before {@link #start}. */
  public SackOwnership(
      Storage storage,
      Settings settings,
      SeriesPolicies policies,
      DeletedSeries deletedSeries,
      LongSupplier nowMillis,
      SackMeters meters,
      OutageLog outages) {
    this.leases = storage.leases();
    this.settings = settings;
    this.outages = outages;
    this.owners =
        lease ->
            new SackOwner(
                storage,
                lease,
                settings,
                policies,
                deletedSeries,
                nowMillis,
                meters,
                outages,
                () -> lastNodes.equals(List.of(settings.node())));
    this.processing = new AtomicReferenceArray<>(storage.sacks());
    this.claims =
        new SackClaims(settings.node(), storage.sacks(), settings.leaseTtl(), System.nanoTime());
    // Not a virtual one: those that fold samples may keep all processors busy for longer than a
    // lease has left, and only the operating system takes a processor away from them.
    this.thread = Thread.ofPlatform().daemon().name("orzo-leases").unstarted(this::run);
  }

  /**
   * Takes this node's share of the sacks as far as they are free, and keeps on doing so.
   *
   * @throws GatewayException {@link orzo.storage.Kind#UNAVAILABLE} when storage does not answer
   */
  public void start() {
    while (!(next() instanceof SackClaims.Request.Rest)) {}
    thread.start();
  }

  /** How many sacks are processed here now. */
  public int ownedSacks() {
    int count = 0;
    for (int sack = 0; sack < processing.length(); sack++) {
      if (owner(sack) != null) {
        count++;
      }
    }
    return count;
  }

  /**
   * The names of the nodes that share the sacks, this one included, as of the last announcement.
   */
  public List<String> nodes() {
    return lastNodes;
  }

  /** Whether a sack is processed here now. */
  public boolean owns(int sack) {
    return owner(sack) != null;
  }

  /**
   * How long the oldest entry of a sack's backlog that this node read has waited to be flushed, in
   * milliseconds by this node's clock; zero when none waits or the sack is another node's.
   */
  public long backlogAgeMillis(int sack) {
    SackOwner owner = owner(sack);
    return owner == null ? 0 : owner.unflushedMillis();
  }

  /** Hears of an entry that this node appended. */
  public void appended(int sack, BacklogPosition position) {
    SackOwner owner = processing.get(sack);
    if (owner != null) {
      owner.appended(position);
    }
  }

  @Override
  public void catchUp(int sack) {
    SackOwner owner = owner(sack);
    if (owner != null) {
      owner.catchUp();
    }
  }

  @Override
  public List<@Nullable Tail> copy(int sack, int[] series, long fromMillis, long toMillis) {
    SackOwner owner = owner(sack);
    return owner == null ? nothing(series) : owner.copy(series, fromMillis, toMillis);
  }

  @Override
  public Optional<List<@Nullable Tail>> copyAtHand(
      int sack, int[] series, long fromMillis, long toMillis) {
    SackOwner owner = owner(sack);
    return owner == null
        ? Optional.of(nothing(series))
        : owner.copyAtHand(series, fromMillis, toMillis);
  }

  private static List<@Nullable Tail> nothing(int[] series) {
    return Collections.nCopies(series.length, null);
  }

  /** Says that the node is gone, flushes, and gives every lease back as soon as it can. */
  @Override
  public void close() {
    perform(decide(claims::leave));
    wake();
    if (thread.getState() == Thread.State.NEW) {
      thread.start(); // what was taken before a failure of the start is to be given back, too
    }
    try {
      if (!thread.join(LEAVE_TIMEOUT)) {
        log.warn("stopping: not all leases are given back; they end by themselves");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    outages.succeeded(NODES_PART);
    outages.succeeded(LEASES_PART);
  }

  private void run() {
    while (true) {
      try {
        noticeEnds();
        SackClaims.Request request = next();
        if (request instanceof SackClaims.Request.End) {
          return;
        }
        if (request instanceof SackClaims.Request.Rest(long nanos) && !rest(nanos)) {
          return;
        }
      } catch (GatewayException e) {
        outages.failed(NODES_PART, e);
      } catch (RuntimeException e) {
        // A mistake of ours must not end the renewal of all leases.
        log.error("ownership of sacks: failed", e);
      }
    }
  }

  /** Does what is due next, if it is to be done here and now. */
  private SackClaims.Request next() {
    long asked = System.nanoTime();
    SackClaims.Request request;
    lock.lock();
    try {
      request = claims.next(asked);
    } finally {
      lock.unlock();
    }
    Duration ttl = settings.leaseTtl();
    switch (request) {
      case SackClaims.Request.Renew(List<Lease> some) -> {
        List<LeaseAnswer> answers = leases.renew(some, ttl);
        perform(decide(() -> claims.renewed(asked, System.nanoTime(), some, answers)));
        report(some.stream().map(Lease::sack).toList(), answers);
      }
      case SackClaims.Request.Announce() -> announce(asked, ttl);
      case SackClaims.Request.Withdraw() -> leases.withdraw(settings.node());
      case SackClaims.Request.Acquire(List<Integer> sacks) -> {
        List<LeaseAnswer> answers = leases.acquire(sacks, settings.node(), ttl);
        perform(decide(() -> claims.acquired(asked, System.nanoTime(), sacks, answers)));
        report(sacks, answers);
      }
      case SackClaims.Request.Rest(_), SackClaims.Request.End() -> {}
    }
    return request;
  }

  private void announce(long asked, Duration ttl) {
    List<String> nodes = leases.announce(settings.node(), ttl);
    outages.succeeded(NODES_PART);
    if (!nodes.equals(lastNodes)) {
      log.info("gateways that share the sacks: {}", nodes);
      lastNodes = nodes;
      unanswered.clear(); // some are not asked for any more; the others' failures show again
    }
    perform(decide(() -> claims.announced(asked, System.nanoTime(), nodes)));
  }

  /** Tells the log of outages, for which all leases are one part. */
  private void report(List<Integer> sacks, List<LeaseAnswer> answers) {
    for (int i = 0; i < sacks.size(); i++) {
      if (answers.get(i) instanceof LeaseAnswer.Unknown(GatewayException failure)) {
        unanswered.set(sacks.get(i));
        outages.failed(LEASES_PART, failure);
      } else {
        unanswered.clear(sacks.get(i));
      }
    }
    if (unanswered.isEmpty()) {
      outages.succeeded(LEASES_PART);
    }
  }

  private List<SackClaims.Order> decide(Supplier<List<SackClaims.Order>> decision) {
    lock.lock();
    try {
      return decision.get();
    } finally {
      lock.unlock();
    }
  }

  private void perform(List<SackClaims.Order> orders) {
    for (SackClaims.Order order : orders) {
      Lease lease = order.lease();
      switch (order) {
        case SackClaims.Order.Start(_) -> {
          SackOwner owner = owners.apply(lease);
          processing.set(lease.sack(), owner);
          owner.start();
        }
        case SackClaims.Order.Stop(_) -> {
          // Not here: flushing may take long, and leases must be renewed meanwhile.
          Thread.startVirtualThread(() -> stop(lease));
        }
        case SackClaims.Order.Abandon(_) -> {
          log.info("sack {}: lease {} is lost", lease.sack(), lease.epoch());
          SackOwner owner = processing.getAndSet(lease.sack(), null);
          if (owner != null) {
            owner.abandon();
          }
        }
        case SackClaims.Order.Release(_) -> release(lease);
      }
    }
  }

  private void stop(Lease lease) {
    SackOwner owner = processing.get(lease.sack());
    if (owner != null && owner.lease().equals(lease)) {
      owner.stop(STOP_TIMEOUT);
      processing.compareAndSet(lease.sack(), owner, null);
      release(lease);
    }
    lock.lock();
    try {
      claims.ended(lease, System.nanoTime());
    } finally {
      lock.unlock();
    }
    wake();
  }

  /** Takes note of owners that ended by themselves, because a flush was refused. */
  private void noticeEnds() {
    for (int sack = 0; sack < processing.length(); sack++) {
      SackOwner owner = processing.get(sack);
      if (owner != null && owner.hasEnded()) {
        lock.lock();
        try {
          claims.lost(owner.lease(), System.nanoTime());
        } finally {
          lock.unlock();
        }
      }
    }
  }

  private void release(Lease lease) {
    try {
      leases.release(lease);
    } catch (GatewayException e) {
      log.debug("sack {}: lease not given back, it ends by itself", lease.sack(), e);
    }
  }

  private void wake() {
    lock.lock();
    try {
      isWakened = true;
      wakened.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets time pass, unless woken; returns false when interrupted. */
  private boolean rest(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!isWakened && left > 0) {
        left = wakened.awaitNanos(left);
      }
      isWakened = false;
      return true;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Who processes a sack here with a lease that is certain to hold. */
  private @Nullable SackOwner owner(int sack) {
    SackOwner owner = processing.get(sack);
    if (owner == null || owner.hasEnded()) {
      return null;
    }
    lock.lock();
    try {
      return claims.isCertain(sack, System.nanoTime()) ? owner : null;
    } finally {
      lock.unlock();
    }
  }
}
