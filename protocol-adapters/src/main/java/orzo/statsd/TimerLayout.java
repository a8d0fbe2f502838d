package orzo.statsd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Which statistics timers of one histogram have, and where in the order of statistics each stands;
 * after them stand the count, the sum and the quantiles of the summary, and the native histogram.
 * Immutable.
 */
final class TimerLayout {
  /** The place of a statistic that is not wanted. */
  static final int LEFT_OUT = -1;

  private static final List<String> BASE =
      List.of("count", "count_ps", "lower", "upper", "sum", "sum_squares", "mean", "median", "std");

  static final int COUNT = 0;
  static final int COUNT_PER_SECOND = 1;
  static final int LOWER = 2;
  static final int UPPER = 3;
  static final int SUM = 4;
  static final int SUM_SQUARES = 5;
  static final int MEAN = 6;
  static final int MEDIAN = 7;
  static final int DEVIATION = 8;

  /** How many statistics each percentile has: count, mean, boundary, sum, sum of squares. */
  static final int PER_PERCENTILE = 5;

  /** Percentiles, in percent: above 0 of the smallest values, otherwise of the largest. */
  final double[] percentiles;

  /** Upper limits of the histogram's bins. */
  final double[] bins;

  /** The names of the statistics. */
  final List<String> names;

  /** The quantiles of the summary, ascending, of {@code [0, 1]}. */
  final double[] quantiles;

  private final int[] places;

  TimerLayout(List<Double> percentiles, List<Double> bins, List<String> wanted) {
    this.percentiles = new LinkedHashSet<>(percentiles).stream().mapToDouble(p -> p).toArray();
    this.bins = bins.stream().mapToDouble(bin -> bin).toArray();
    List<String> all = new ArrayList<>(BASE);
    for (double percentile : this.percentiles) {
      String name = cleaned(percentile);
      String boundary = percentile > 0 ? "upper_" : "lower_";
      all.addAll(List.of("count_" + name, "mean_" + name, boundary + name, "sum_" + name));
      all.add("sum_squares_" + name);
    }
    for (double bin : this.bins) {
      all.add("histogram.bin_" + cleanedBin(bin));
    }
    Set<String> filter = new HashSet<>(wanted);
    List<String> kept = new ArrayList<>();
    places = new int[all.size()];
    for (int i = 0; i < places.length; i++) {
      boolean keep = filter.isEmpty() || filter.contains(general(all.get(i)));
      places[i] = keep ? kept.size() : LEFT_OUT;
      if (keep) {
        kept.add(all.get(i));
      }
    }
    names = List.copyOf(kept);
    quantiles =
        DoubleStream.concat(
                DoubleStream.of(0.5),
                Arrays.stream(this.percentiles).filter(p -> p > 0).map(p -> p / 100))
            .sorted()
            .distinct()
            .toArray();
  }

  /** A percentile in the name of a statistic. */
  private static String cleaned(double percentile) {
    return JsNumber.text(percentile).replaceFirst("\\.", "_").replaceFirst("-", "top");
  }

  private static String cleanedBin(double bin) {
    return bin == Double.POSITIVE_INFINITY ? "inf" : JsNumber.text(bin).replaceFirst("\\.", "_");
  }

  /** What a statistic is called where statistics are chosen. */
  private static String general(String name) {
    return name.startsWith("histogram.")
        ? "histogram"
        : name.replaceFirst("_(top)?\\d+$", "_percent");
  }

  /** Where one of the statistics that every timer has stands, or {@link #LEFT_OUT}. */
  int place(int statistic) {
    return places[statistic];
  }

  /** Where statistic {@code i} of a percentile stands, or {@link #LEFT_OUT}. */
  int placeOfPercentile(int percentile, int i) {
    return places[BASE.size() + percentile * PER_PERCENTILE + i];
  }

  /** Where a bin stands, or {@link #LEFT_OUT}. */
  int placeOfBin(int bin) {
    return places[BASE.size() + percentiles.length * PER_PERCENTILE + bin];
  }

  /** Where the summary's count stands; the sum and then the quantiles follow. */
  int placeOfSummary() {
    return names.size();
  }

  /** Where the native histogram stands. */
  int placeOfHistogram() {
    return names.size() + 2 + quantiles.length;
  }

  /** How many statistics there are, summary and native histogram included. */
  int size() {
    return placeOfHistogram() + 1;
  }
}
