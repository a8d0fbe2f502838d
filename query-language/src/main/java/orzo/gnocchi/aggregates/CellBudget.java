package orzo.gnocchi.aggregates;

import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** How many values one evaluation may hold, and how many it may look at. For one thread. */
final class CellBudget {
  /** What rolling windows may look at in all: some seconds of one processor. */
  private static final long MAX_VISITS = 1L << 31;

  private final long maxCells;
  private long cells;
  private long visits;

  CellBudget(long maxCells) {
    this.maxCells = maxCells;
  }

  /**
   * Counts values that are about to be made.
   *
   * @throws GatewayException {@link Kind#LIMIT} when they are too many
   */
  void take(long count) {
    cells += count;
    if (cells > maxCells) {
      throw new GatewayException(
          Kind.LIMIT,
          "operations need more than "
              + maxCells
              + " values in memory; ask for fewer metrics, a shorter range or a coarser granularity");
    }
  }

  /**
   * Counts values that are about to be looked at in rolling windows.
   *
   * @throws GatewayException {@link Kind#LIMIT} when they are too many
   */
  void visit(long rows, long columns, long window) {
    visits += Math.multiplyExact(rows * columns, window);
    if (visits > MAX_VISITS) {
      throw new GatewayException(
          Kind.LIMIT,
          "rolling windows look at more than "
              + MAX_VISITS
              + " values; ask for fewer metrics, a shorter range or a smaller window");
    }
  }
}
