package orzo.histogram;

import java.util.Map;
import java.util.TreeMap;

/** A histogram as a plain map of buckets, added up in the plainest way: the oracle of tests. */
final class DenseHistogram {
  private final int schema;
  private final Map<Integer, Double> positive;
  private final Map<Integer, Double> negative;
  private double count;
  private double sum;

  /** The buckets of a histogram in a schema as coarse as its own, or coarser. */
  DenseHistogram(NativeHistogram histogram, int schema) {
    this.schema = schema;
    this.positive = merged(histogram.positive(), histogram.schema());
    this.negative = merged(histogram.negative(), histogram.schema());
    this.count = histogram.count();
    this.sum = histogram.sum();
  }

  private Map<Integer, Double> merged(Buckets buckets, int from) {
    TreeMap<Integer, Double> map = new TreeMap<>();
    for (int i = 0; i < buckets.size(); i++) {
      // The bucket whose bounds hold the finer one's.
      double upper = Math.pow(2, buckets.index(i) * Math.pow(2, -from));
      int index = (int) Math.ceil(Math.log(upper) / Math.log(2) * Math.pow(2, schema) - 1e-9);
      map.merge(index, buckets.count(i), Double::sum);
    }
    return map;
  }

  DenseHistogram plus(DenseHistogram other) {
    other.positive.forEach((index, more) -> positive.merge(index, more, Double::sum));
    other.negative.forEach((index, more) -> negative.merge(index, more, Double::sum));
    count += other.count;
    sum += other.sum;
    return this;
  }

  double count() {
    return count;
  }

  double sum() {
    return sum;
  }

  Map<Integer, Double> positive() {
    return positive;
  }

  Map<Integer, Double> negative() {
    return negative;
  }

  static Map<Integer, Double> map(Buckets buckets) {
    TreeMap<Integer, Double> map = new TreeMap<>();
    for (int i = 0; i < buckets.size(); i++) {
      map.put(buckets.index(i), buckets.count(i));
    }
    return map;
  }
}
