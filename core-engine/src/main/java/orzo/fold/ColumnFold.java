package orzo.fold;

/** One pass over a run of numbers. */
final class ColumnFold {
  private double sum;
  private double min;
  private double max;
  private double drops;
  private int nans;

  /** Folds {@code values[from..to)}, at least one. */
  void fold(double[] values, int from, int to) {
    double total = 0;
    double compensation = 0;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    double fallen = 0;
    int notNumbers = 0;
    double previous = values[from];
    for (int i = from; i < to; i++) {
      double value = values[i];
      // Knuth's exact error of a sum, which needs no branch; together what Neumaier's summation is.
      double next = total + value;
      double added = next - total;
      compensation += (total - (next - added)) + (value - added);
      total = next;
      least = value < least ? value : least;
      most = value > most ? value : most;
      fallen += value < previous ? previous : 0;
      notNumbers += Double.isNaN(value) ? 1 : 0;
      previous = value;
    }
    // Infinities have no error; NaN stays.
    sum = Double.isFinite(total) ? total + compensation : total;
    min = notNumbers == to - from ? Double.NaN : least;
    max = notNumbers == to - from ? Double.NaN : most;
    drops = fallen;
    nans = notNumbers;
  }

  double sum() {
    return sum;
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }

  /** The sum of the numbers after each of which the next one is less. */
  double drops() {
    return drops;
  }

  /** How many are {@code NaN}. */
  int nans() {
    return nans;
  }

  /** The sum of the squared distances from the mean, in a second pass. */
  static double secondMoment(double[] values, int from, int to, double sum) {
    int count = to - from;
    double mean = sum / count;
    double squares = 0;
    double rest = 0;
    for (int i = from; i < to; i++) {
      double distance = values[i] - mean;
      squares += distance * distance;
      rest += distance;
    }
    // What the mean's own rounding adds.
    return squares - rest * rest / count;
  }
}
