package orzo.redis;

import java.util.Collection;
import java.util.Optional;

/** The servers that the keys are on: one, or the masters of a cluster. Safe for many threads. */
interface Servers extends AutoCloseable {
  /** The server that a slot's keys are on, as far as is known. Does not block. */
  ServerLinks at(int slot);

  /** All of them. */
  Collection<ServerLinks> all();

  /**
   * Makes a link for reads that the server is to tell changes of; blocks. It is dropped and closed
   * with the server's others. Empty where the keys are on several servers.
   *
   * @throws orzo.storage.GatewayException UNAVAILABLE when the server does not answer
   */
  Optional<RedisLink> openWatched();

  /** Ends the connections; what is under way fails. */
  @Override
  void close();
}
