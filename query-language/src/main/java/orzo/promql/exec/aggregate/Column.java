package orzo.promql.exec.aggregate;

import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;

/**
 * The running results of one group, a number for each step, into which one series after the other
 * is folded. For one thread.
 */
abstract class Column {
  final double[] values;
  final long[] presence;

  Column(int steps) {
    values = new double[steps];
    presence = Presence.none(steps);
  }

  /** Folds a series in. */
  final void add(SeriesBlock block) {
    for (int word = 0; word < presence.length; word++) {
      long bits = block.presence[word];
      long seen = presence[word];
      presence[word] = seen | bits;
      int base = word << 6;
      for (long fresh = bits & ~seen; fresh != 0; fresh &= fresh - 1) {
        int step = base + Long.numberOfTrailingZeros(fresh);
        first(step, block.values[step]);
      }
      for (long more = bits & seen; more != 0; more &= more - 1) {
        int step = base + Long.numberOfTrailingZeros(more);
        next(step, block.values[step]);
      }
    }
  }

  /** The first value of a step. */
  abstract void first(int step, double value);

  /** A further value of a step. */
  abstract void next(int step, double value);

  /** Puts the results into {@link #values}, those of absent steps being of no meaning. */
  abstract void finish();
}
