package orzo.read;

import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** What one query may still read. Safe for many threads. */
public interface ReadBudget {
  /** No bound. */
  ReadBudget UNBOUNDED = samples -> {};

  /**
   * Takes {@code samples} from the budget, and looks at the clock.
   *
   * @throws GatewayException {@link Kind#LIMIT} when the query has used up its samples or its time,
   *     or was cancelled
   */
  void charge(long samples);
}
