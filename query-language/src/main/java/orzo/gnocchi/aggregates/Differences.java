package orzo.gnocchi.aggregates;

import java.util.Arrays;

/** Each value less the one before it, which leaves one value fewer. */
final class Differences {
  private Differences() {}

  static double[] of(double[] values) {
    double[] differences = new double[Math.max(0, values.length - 1)];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = values[i + 1] - values[i];
    }
    return differences;
  }

  /** The times to which differences belong. */
  static long[] times(long[] times) {
    return Arrays.copyOfRange(times, Math.min(1, times.length), times.length);
  }
}
