package orzo.gnocchi.aggregates;

/**
 * Sums in the order in which NumPy adds what lies side by side in memory: halves are added up by
 * themselves down to blocks of 128, and those in eight strands. It is more exact than one running
 * sum, and as quick.
 */
final class PairwiseSum {
  private static final int STRANDS = 8;
  private static final int BLOCK = 128;

  private PairwiseSum() {}

  /** The sum of {@code values[from..from + count)}. */
  static double of(double[] values, int from, int count) {
    if (count < STRANDS) {
      double sum = 0;
      for (int i = from; i < from + count; i++) {
        sum += values[i];
      }
      return sum;
    }
    if (count > BLOCK) {
      int half = count / 2;
      half -= half % STRANDS;
      return of(values, from, half) + of(values, from + half, count - half);
    }
    double a = values[from];
    double b = values[from + 1];
    double c = values[from + 2];
    double d = values[from + 3];
    double e = values[from + 4];
    double f = values[from + 5];
    double g = values[from + 6];
    double h = values[from + 7];
    int i = from + STRANDS;
    for (int end = from + count - count % STRANDS; i < end; i += STRANDS) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
      e += values[i + 4];
      f += values[i + 5];
      g += values[i + 6];
      h += values[i + 7];
    }
    double sum = a + b + (c + d) + (e + f + (g + h));
    for (; i < from + count; i++) {
      sum += values[i];
    }
    return sum;
  }
}
