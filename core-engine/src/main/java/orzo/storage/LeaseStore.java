package orzo.storage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Leases of sacks, and the nodes that are alive to hold them. Safe for many threads. Blocking.
 *
 * <p>A call for several sacks asks for all at once, and a sack whose storage fails costs the others
 * neither their answer nor much time. No call with a time to live waits longer for answers than
 * {@link #patience} of it: what a lease is asked for must not be over when the answer comes.
 */
public interface LeaseStore {
  /**
   * Takes sacks that nobody holds, or that this same node holds from an earlier life. A new lease
   * has a higher epoch than any of its sack before it.
   *
   * @return an answer for each sack, in their order; {@code Refused} when another node holds it
   */
  List<LeaseAnswer> acquire(List<Integer> sacks, String node, Duration ttl);

  /**
   * Prolongs leases.
   *
   * @return an answer for each lease, in their order; {@code Refused} when it is not its sack's
   *     current one
   */
  List<LeaseAnswer> renew(List<Lease> leases, Duration ttl);

  /** Gives a lease back, so that the next node need not wait for its end; no effect if lost. */
  void release(Lease lease);

  /**
   * Says that a node is alive for {@code ttl} from now.
   *
   * @return the nodes that are alive, sorted
   */
  List<String> announce(String node, Duration ttl);

  /** Says that a node is gone. */
  void withdraw(String node);

  /** How long to wait for answers about leases of that time to live. */
  static Duration patience(Duration ttl) {
    Duration part = ttl.dividedBy(6);
    return part.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : part;
  }

  /** Less than what a busy machine may take for anything would only find failures. */
  Duration LEAST_PATIENCE = Duration.ofMillis(150);

  /**
   * Takes one sack.
   *
   * @return empty when another node holds it
   * @throws GatewayException when no answer came
   */
  default Optional<Lease> acquire(int sack, String node, Duration ttl) {
    return switch (acquire(List.of(sack), node, ttl).getFirst()) {
      case LeaseAnswer.Granted(Lease lease) -> Optional.of(lease);
      case LeaseAnswer.Refused() -> Optional.empty();
      case LeaseAnswer.Unknown(GatewayException failure) -> throw failure;
    };
  }

  /**
   * Prolongs one lease. Returns false when it is no longer its sack's current one.
   *
   * @throws GatewayException when no answer came
   */
  default boolean renew(Lease lease, Duration ttl) {
    return switch (renew(List.of(lease), ttl).getFirst()) {
      case LeaseAnswer.Granted(_) -> true;
      case LeaseAnswer.Refused() -> false;
      case LeaseAnswer.Unknown(GatewayException failure) -> throw failure;
    };
  }
}
