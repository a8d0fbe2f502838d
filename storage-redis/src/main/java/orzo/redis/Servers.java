package orzo.redis;

import java.util.Collection;

/** The servers that the keys are on: one, or the masters of a cluster. Safe for many threads. */
interface Servers extends AutoCloseable {
  /** The server that a slot's keys are on, as far as is known. Does not block. */
  ServerLinks at(int slot);

  /** All of them. */
  Collection<ServerLinks> all();

  /** Ends the connections; what is under way fails. */
  @Override
  void close();
}
