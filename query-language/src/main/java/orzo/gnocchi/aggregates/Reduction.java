package orzo.gnocchi.aggregates;

import java.util.Arrays;
import orzo.gnocchi.operations.Reaggregation;

/**
 * Many values become one, as NumPy's {@code nan…} functions have it: those that are NaN don't
 * count. For one thread, as the scratch space is shared between calls.
 */
final class Reduction {
  private final Reaggregation method;
  private double[] scratch = new double[0];

  Reduction(Reaggregation method) {
    this.method = method;
  }

  /** One value for each row, of as many columns as there are; the rate is not taken yet. */
  double[] acrossColumns(double[][] columns, int rows) {
    return switch (method.function()) {
      // A single row is added up like a window: NumPy goes through memory in the order it lies.
      case SUM -> rows == 1 ? eachRow(columns, rows) : sums(columns, rows);
      case MEAN -> rows == 1 ? eachRow(columns, rows) : means(columns, rows);
      case VAR, STD -> rows == 1 ? eachRow(columns, rows) : variances(columns, rows);
      case COUNT -> counts(columns, rows);
      case MIN -> extremes(columns, rows, true);
      case MAX -> extremes(columns, rows, false);
      case MEDIAN, PERCENTILE -> eachRow(columns, rows);
    };
  }

  /** One value for each window of that many rows of a column; the rate is not taken yet. */
  double[] rolling(double[] column, int window) {
    double[] results = new double[column.length - window + 1];
    for (int i = 0; i < results.length; i++) {
      results[i] = of(column, i, i + window);
    }
    return results;
  }

  private double[] eachRow(double[][] columns, int rows) {
    double[] row = new double[columns.length];
    double[] results = new double[rows];
    for (int i = 0; i < rows; i++) {
      for (int column = 0; column < row.length; column++) {
        row[column] = columns[column][i];
      }
      results[i] = of(row, 0, row.length);
    }
    return results;
  }

  private static double[] sums(double[][] columns, int rows) {
    double[] sums = new double[rows];
    for (double[] column : columns) {
      for (int i = 0; i < rows; i++) {
        sums[i] += Double.isNaN(column[i]) ? 0 : column[i];
      }
    }
    return sums;
  }

  private static double[] counts(double[][] columns, int rows) {
    double[] counts = new double[rows];
    for (double[] column : columns) {
      for (int i = 0; i < rows; i++) {
        counts[i] += Double.isNaN(column[i]) ? 0 : 1;
      }
    }
    return counts;
  }

  private static double[] means(double[][] columns, int rows) {
    double[] means = sums(columns, rows);
    double[] counts = counts(columns, rows);
    for (int i = 0; i < rows; i++) {
      means[i] /= counts[i];
    }
    return means;
  }

  private double[] variances(double[][] columns, int rows) {
    double[] means = sums(columns, rows);
    double[] counts = counts(columns, rows);
    double[] squares = new double[rows];
    for (int i = 0; i < rows; i++) {
      means[i] /= counts[i];
    }
    for (double[] column : columns) {
      for (int i = 0; i < rows; i++) {
        double distance = column[i] - means[i];
        squares[i] += Double.isNaN(column[i]) ? 0 : distance * distance;
      }
    }
    for (int i = 0; i < rows; i++) {
      squares[i] = spread(squares[i] / counts[i]);
    }
    return squares;
  }

  private static double[] extremes(double[][] columns, int rows, boolean least) {
    double[] extremes = new double[rows];
    Arrays.fill(extremes, Double.NaN);
    for (double[] column : columns) {
      for (int i = 0; i < rows; i++) {
        boolean replaces = least ? column[i] < extremes[i] : column[i] > extremes[i];
        if (replaces || Double.isNaN(extremes[i])) {
          extremes[i] = column[i];
        }
      }
    }
    return extremes;
  }

  /** The result for the values that are not NaN among {@code values[from..to)}. */
  private double of(double[] values, int from, int to) {
    if (scratch.length < to - from) {
      scratch = new double[to - from];
    }
    int count = 0;
    for (int i = from; i < to; i++) {
      if (!Double.isNaN(values[i])) {
        scratch[count++] = values[i];
      }
    }
    return switch (method.function()) {
      case COUNT -> count;
      case SUM -> sum(values, from, to);
      case MEAN -> sum(values, from, to) / count;
      case VAR, STD -> spread(variance(values, from, to, count));
      case MIN -> count == 0 ? Double.NaN : extreme(count, true);
      case MAX -> count == 0 ? Double.NaN : extreme(count, false);
      case MEDIAN, PERCENTILE -> count == 0 ? Double.NaN : ranked(count);
    };
  }

  private double spread(double variance) {
    return method.function() == Reaggregation.Function.STD ? Math.sqrt(variance) : variance;
  }

  /** Those that are missing keep their place as zeros, on which the order of additions depends. */
  private double sum(double[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      scratch[i - from] = Double.isNaN(values[i]) ? 0 : values[i];
    }
    return PairwiseSum.of(scratch, 0, to - from);
  }

  private double variance(double[] values, int from, int to, int count) {
    double mean = sum(values, from, to) / count;
    for (int i = from; i < to; i++) {
      double distance = values[i] - mean;
      scratch[i - from] = Double.isNaN(values[i]) ? 0 : distance * distance;
    }
    return PairwiseSum.of(scratch, 0, to - from) / count;
  }

  private double extreme(int count, boolean least) {
    double extreme = scratch[0];
    for (int i = 1; i < count; i++) {
      extreme = least ? Math.min(extreme, scratch[i]) : Math.max(extreme, scratch[i]);
    }
    return extreme;
  }

  /** The median or percentile of the first numbers of the scratch space. */
  private double ranked(int count) {
    Arrays.sort(scratch, 0, count);
    if (method.function() == Reaggregation.Function.MEDIAN) {
      double upper = scratch[count / 2];
      return count % 2 == 1 ? upper : (scratch[count / 2 - 1] + upper) / 2;
    }
    double rank = method.percentile() / 100.0 * (count - 1);
    int lower = (int) rank;
    double low = scratch[lower];
    double high = scratch[Math.min(lower + 1, count - 1)];
    if (low == high) {
      return low; // also of infinities, whose difference is none
    }
    double weight = rank - lower;
    // From the nearer of both, as NumPy does it.
    return weight < 0.5 ? low + (high - low) * weight : high - (high - low) * (1 - weight);
  }
}
