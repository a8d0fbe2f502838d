package orzo.gnocchi.aggregates;

import java.util.Arrays;
import orzo.gnocchi.operations.Sampling;

/**
 * Columns of values at the same times: what operators take and give. Whoever makes a frame fills
 * it; afterwards the arrays never change, so frames may share them.
 *
 * @param sampling which windows the times are starts of
 * @param times epoch milliseconds, ascending
 * @param columns each as long as the times
 * @param aggregated whether the columns are no longer those of the series asked for, so that only
 *     the first is the answer
 */
record Frame(Sampling sampling, long[] times, double[][] columns, boolean aggregated)
    implements Operand {
  /** The rows from {@code from} to {@code to}, the latter excluded. */
  Frame rows(int from, int to) {
    if (from == 0 && to == times.length) {
      return this;
    }
    double[][] some = new double[columns.length][];
    for (int i = 0; i < some.length; i++) {
      some[i] = Arrays.copyOfRange(columns[i], from, to);
    }
    return new Frame(sampling, Arrays.copyOfRange(times, from, to), some, aggregated);
  }

  long cells() {
    return (long) times.length * columns.length;
  }
}
