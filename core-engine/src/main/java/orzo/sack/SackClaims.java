package orzo.sack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.storage.Lease;
import orzo.storage.LeaseAnswer;

/**
 * Which sacks a node holds by lease, and what it has to do next about that: the logic of ownership
 * without clock, threads and storage. Its caller asks {@link #next} again and again, does what it
 * says, and tells what came of it. Not safe for several threads; answers come in the order of the
 * requests, one at a time.
 *
 * <p>All times are nanoseconds of the node's monotonic clock. A lease counts from the moment before
 * it was asked for, while the store counts from a later one, and by {@link #DRIFT_SHARE} less than
 * its time to live, because the store's clock may be faster: so a node gives a lease up before the
 * store does. What a node does in spite of that, because it slept in between, the store refuses by
 * the lease's epoch.
 *
 * <p>Leases are renewed long before they end, all that are due in one request. Between two renewals
 * lie at most a quarter of the time to live, the longest wait for each of a renewal, an
 * announcement and an acquisition (a sixth each, {@link orzo.storage.LeaseStore#patience}), and a
 * round: less than what a lease is certain for. So a part of the store that is silent takes no
 * leases away that lie in other parts.
 */
final class SackClaims {
  /** What the caller is to do next. */
  sealed interface Request {
    /** Ask the store to renew these; then {@link SackClaims#renewed}. */
    record Renew(List<Lease> leases) implements Request {}

    /** Say that the node lives; then {@link SackClaims#announced}, unless that failed. */
    record Announce() implements Request {}

    /** Say that the node is gone; needs no answer. */
    record Withdraw() implements Request {}

    /** Ask the store for these sacks; then {@link SackClaims#acquired}. */
    record Acquire(List<Integer> sacks) implements Request {}

    /** Let that much time pass; less when something else has happened. */
    record Rest(long nanos) implements Request {}

    /** Nothing any more: the node has left. */
    record End() implements Request {}
  }

  /** What is to be done with the processing of a sack. */
  sealed interface Order {
    /** The lease that it is about. */
    Lease lease();

    /** Start processing. */
    record Start(Lease lease) implements Order {}

    /** Flush, end, give the lease back, then {@link SackClaims#ended}. It is renewed until then. */
    record Stop(Lease lease) implements Order {}

    /** End without a flush, which would be refused: the lease is lost. */
    record Abandon(Lease lease) implements Order {}

    /** Give the lease back: nothing was done under it. */
    record Release(Lease lease) implements Order {}
  }

  /** A lease is trusted for its time to live less this part of it. */
  private static final int DRIFT_SHARE = 20;

  /** A lease is renewed when this part of its time to live has passed. */
  private static final int RENEW_SHARE = 4;

  /** How often to look at who lives, at most; it is what hand-overs wait for. */
  private static final Duration LONGEST_ROUND = Duration.ofMillis(250);

  /** How often to ask for sacks that others hold and should not, or whose owner died. */
  private static final Duration CONTENTION_ROUND = Duration.ofMillis(100);

  private static final class Claim {
    final Lease lease;
    long certainUntilNanos;
    long renewalDueNanos;
    boolean stopping;

    Claim(Lease lease) {
      this.lease = lease;
    }
  }

  private final String node;
  private final long ttlNanos;
  private final long certainNanos;
  private final long renewalNanos;
  private final long roundNanos;
  private final long contentionNanos;

  private final @Nullable Claim[] claims;
  private final boolean[] mine;
  private List<String> nodes = List.of();
  private boolean hasAnnounced;
  private boolean lapsed; // nobody knew of this node before its last announcement, nor it of others
  private long announcedNanos;
  private long announcementDueNanos;
  private long acquisitionDueNanos;
  private boolean leaving;
  private boolean withdrawn;

  /** Creates the claims of a node that holds nothing. */
  SackClaims(String node, int sacks, Duration ttl, long nowNanos) {
    this.node = node;
    this.ttlNanos = ttl.toNanos();
    this.certainNanos = ttlNanos - ttlNanos / DRIFT_SHARE;
    this.renewalNanos = ttlNanos / RENEW_SHARE;
    this.roundNanos = Math.min(ttlNanos / 12, LONGEST_ROUND.toNanos());
    this.contentionNanos = Math.min(ttlNanos / 30, CONTENTION_ROUND.toNanos());
    this.claims = new Claim[sacks];
    this.mine = new boolean[sacks];
    this.announcementDueNanos = nowNanos;
    this.acquisitionDueNanos = nowNanos;
  }

  /** What to do now. Counts it as asked at this moment. */
  Request next(long nowNanos) {
    List<Lease> renewals = renewalsDue(nowNanos);
    if (!renewals.isEmpty()) {
      return new Request.Renew(renewals);
    }
    if (leaving) {
      return nextOfLeaving(nowNanos);
    }
    if (nowNanos - announcementDueNanos >= 0) {
      announcementDueNanos = nowNanos + roundNanos;
      return new Request.Announce();
    }
    List<Integer> missing = missing();
    if (!missing.isEmpty() && nowNanos - acquisitionDueNanos >= 0) {
      acquisitionDueNanos = nowNanos + contentionNanos;
      return new Request.Acquire(missing);
    }
    long due = announcementDueNanos;
    if (!missing.isEmpty() && acquisitionDueNanos - due < 0) {
      due = acquisitionDueNanos;
    }
    return new Request.Rest(earliest(due) - nowNanos);
  }

  private Request nextOfLeaving(long nowNanos) {
    if (!withdrawn) {
      // First of all: the others then ask for what is about to be given back.
      withdrawn = true;
      return new Request.Withdraw();
    }
    for (Claim claim : claims) {
      if (claim != null) {
        return new Request.Rest(earliest(nowNanos + roundNanos) - nowNanos);
      }
    }
    return new Request.End();
  }

  /** All leases to be renewed before the next round; none while none of them is due. */
  private List<Lease> renewalsDue(long nowNanos) {
    boolean due = false;
    List<Lease> soon = new ArrayList<>();
    for (Claim claim : claims) {
      if (claim != null) {
        due |= nowNanos - claim.renewalDueNanos >= 0;
        if (nowNanos + roundNanos - claim.renewalDueNanos >= 0) {
          soon.add(claim.lease);
        }
      }
    }
    return due ? soon : List.of();
  }

  /** The sacks that should be this node's and are not. */
  private List<Integer> missing() {
    List<Integer> missing = new ArrayList<>();
    if (!lapsed) {
      for (int sack = 0; sack < claims.length; sack++) {
        if (mine[sack] && claims[sack] == null) {
          missing.add(sack);
        }
      }
    }
    return missing;
  }

  private long earliest(long dueNanos) {
    long earliest = dueNanos;
    for (Claim claim : claims) {
      if (claim != null && claim.renewalDueNanos - earliest < 0) {
        earliest = claim.renewalDueNanos;
      }
    }
    return earliest;
  }

  /**
   * Hears the answers to renewals.
   *
   * @param askedNanos when {@link #next} was called, not later
   */
  List<Order> renewed(
      long askedNanos, long nowNanos, List<Lease> asked, List<LeaseAnswer> answers) {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Lease lease = asked.get(i);
      Claim claim = claims[lease.sack()];
      if (claim == null || !claim.lease.equals(lease)) {
        continue; // ended while the answer was on its way
      }
      switch (answers.get(i)) {
        case LeaseAnswer.Granted(_) -> prolong(claim, askedNanos);
        case LeaseAnswer.Refused() -> {
          claims[lease.sack()] = null;
          acquisitionDueNanos = nowNanos;
          orders.add(new Order.Abandon(lease));
        }
        case LeaseAnswer.Unknown(_) -> claim.renewalDueNanos = nowNanos + roundNanos;
      }
    }
    return orders;
  }

  private void prolong(Claim claim, long askedNanos) {
    claim.certainUntilNanos = askedNanos + certainNanos;
    claim.renewalDueNanos = askedNanos + renewalNanos;
  }

  /**
   * Hears who lives, after an announcement that did not fail.
   *
   * @param askedNanos when {@link #next} was called, not later
   */
  List<Order> announced(long askedNanos, long nowNanos, List<String> live) {
    // Whoever comes back after an outage finds few others there, though they are about to come back
    // too. It would take their sacks only to give them away again: it looks once more first.
    lapsed = hasAnnounced && askedNanos - announcedNanos > ttlNanos;
    hasAnnounced = true;
    announcedNanos = askedNanos;
    if (leaving || live.equals(nodes)) {
      return List.of();
    }
    nodes = List.copyOf(live);
    List<String> all = new ArrayList<>(live);
    if (!all.contains(node)) {
      all.add(node); // a replica's list may lag behind
    }
    List<Order> orders = new ArrayList<>();
    for (int sack = 0; sack < claims.length; sack++) {
      mine[sack] = Rendezvous.node(sack, all).equals(node);
      Claim claim = claims[sack];
      if (claim != null && !mine[sack] && !claim.stopping) {
        claim.stopping = true;
        orders.add(new Order.Stop(claim.lease));
      }
    }
    acquisitionDueNanos = nowNanos;
    return orders;
  }

  /**
   * Hears the answers to requests for sacks.
   *
   * @param askedNanos when {@link #next} was called, not later
   */
  List<Order> acquired(
      long askedNanos, long nowNanos, List<Integer> asked, List<LeaseAnswer> answers) {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      switch (answers.get(i)) {
        case LeaseAnswer.Granted(Lease lease) -> {
          if (leaving) {
            orders.add(new Order.Release(lease));
          } else {
            Claim claim = new Claim(lease);
            prolong(claim, askedNanos);
            claims[asked.get(i)] = claim;
            orders.add(new Order.Start(lease));
          }
        }
        case LeaseAnswer.Refused() -> {} // asked again soon
        case LeaseAnswer.Unknown(_) -> acquisitionDueNanos = nowNanos + roundNanos;
      }
    }
    return orders;
  }

  /** Hears that processing has ended as it was told to, and the lease is given back. */
  void ended(Lease lease, long nowNanos) {
    drop(claims[lease.sack()], lease, nowNanos);
  }

  /** Hears that the store refused what was done under a lease; processing has ended by itself. */
  void lost(Lease lease, long nowNanos) {
    Claim claim = claims[lease.sack()];
    if (claim != null && !claim.stopping) {
      drop(claim, lease, nowNanos);
    }
  }

  private void drop(@Nullable Claim claim, Lease lease, long nowNanos) {
    if (claim != null && claim.lease.equals(lease)) {
      claims[lease.sack()] = null;
      acquisitionDueNanos = nowNanos;
    }
  }

  /** Wants nothing any more, and gives everything away. */
  List<Order> leave() {
    leaving = true;
    List<Order> orders = new ArrayList<>();
    for (Claim claim : claims) {
      if (claim != null && !claim.stopping) {
        claim.stopping = true;
        orders.add(new Order.Stop(claim.lease));
      }
    }
    return orders;
  }

  /** Whether it is certain that no other node holds the sack. */
  boolean isCertain(int sack, long nowNanos) {
    Claim claim = claims[sack];
    return claim != null && nowNanos - claim.certainUntilNanos < 0;
  }
}
