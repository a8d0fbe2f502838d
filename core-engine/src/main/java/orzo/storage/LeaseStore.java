package orzo.storage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Leases of sacks, and the nodes that are alive to hold them. Safe for many threads. Blocking. */
public interface LeaseStore {
  /**
   * Takes a sack that nobody holds, or that this same node holds from an earlier life. The new
   * lease has a higher epoch than any before it.
   *
   * @return empty when another node holds the sack
   */
  Optional<Lease> acquire(int sack, String node, Duration ttl);

  /** Prolongs a lease. Returns false when it is no longer the sack's current one. */
  boolean renew(Lease lease, Duration ttl);

  /** Gives a lease back, so that the next node need not wait for its end; no effect if lost. */
  void release(Lease lease);

  /** Says that a node is alive for {@code ttl} from now. */
  void announce(String node, Duration ttl);

  /** Says that a node is gone. */
  void withdraw(String node);

  /** The nodes that are alive, sorted. */
  List<String> liveNodes();
}
