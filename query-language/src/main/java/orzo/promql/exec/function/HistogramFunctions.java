package orzo.promql.exec.function;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BiConsumer;
import orzo.metric.Labels;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.math.ClassicBuckets;
import orzo.promql.exec.math.GoNumbers;

/**
 * {@code histogram_quantile}, {@code histogram_quantiles} and {@code histogram_fraction} of classic
 * histograms: series that differ in {@code le} only are the buckets of one.
 */
public final class HistogramFunctions {
  private static final String LE = "le";

  private final List<Histogram> histograms = new ArrayList<>();
  private final int steps;

  private record Bucket(double upperBound, SeriesBlock series) {}

  private record Histogram(Labels labels, List<Bucket> buckets) {}

  /** Told of counts that had to be lifted to be monotonic. */
  public interface Repairs {
    /** At this step the buckets of a metric were repaired. */
    void repaired(String metricName, int step, ClassicBuckets buckets);
  }

  /**
   * Finds the histograms of a vector.
   *
   * @param badBucket told of the {@code le} and metric name of a series that is no bucket
   */
  public HistogramFunctions(
      List<SeriesBlock> series, int steps, BiConsumer<String, String> badBucket) {
    this.steps = steps;
    Map<Labels, List<Bucket>> buckets = new LinkedHashMap<>();
    for (SeriesBlock block : series) {
      String le = block.labels().get(LE);
      OptionalDouble upperBound = GoNumbers.parse(le);
      if (upperBound.isEmpty()) {
        badBucket.accept(le, block.labels().metricName());
      } else {
        buckets
            .computeIfAbsent(block.labels().drop(Set.of(LE)), _ -> new ArrayList<>())
            .add(new Bucket(upperBound.getAsDouble(), block));
      }
    }
    buckets.forEach((labels, unsorted) -> {
      unsorted.sort(Comparator.comparingDouble(Bucket::upperBound));
      histograms.add(new Histogram(labels, unsorted));
    });
  }

  /**
   * The quantiles of all histograms.
   *
   * @param quantile the quantile wanted, for each step
   */
  public List<SeriesBlock> quantile(double[] quantile, Repairs repairs) {
    return evaluate((labels, step, buckets) -> {
      double result = buckets.quantile(quantile[step]);
      if (buckets.wasRepaired()) {
        repairs.repaired(labels.metricName(), step, buckets);
      }
      return result;
    });
  }

  /** The same, with a label that shows which quantile it is. */
  public List<SeriesBlock> labelledQuantile(String label, double[] quantile, Repairs repairs) {
    Set<Double> distinct = new LinkedHashSet<>();
    for (double q : quantile) {
      distinct.add(q);
    }
    List<SeriesBlock> results = new ArrayList<>();
    for (SeriesBlock block : quantile(quantile, repairs)) {
      for (Double q : distinct) {
        long[] kept = Presence.none(steps);
        for (int step = 0; step < steps; step++) {
          if (block.has(step) && q.equals(quantile[step])) {
            Presence.add(kept, step);
          }
        }
        if (!Presence.isEmpty(kept)) {
          results.add(
              block.masked(kept).relabelled(block.labels().with(label, openMetrics(q)), true));
        }
      }
    }
    return results;
  }

  /** The part of observations between two bounds, which are given for each step. */
  public List<SeriesBlock> fraction(double[] lower, double[] upper) {
    return evaluate((_, step, buckets) -> buckets.fraction(lower[step], upper[step]));
  }

  /** Computes one number of the buckets of a histogram at a step. */
  private interface AtStep {
    double compute(Labels labels, int step, ClassicBuckets buckets);
  }

  private List<SeriesBlock> evaluate(AtStep function) {
    List<SeriesBlock> results = new ArrayList<>(histograms.size());
    for (Histogram histogram : histograms) {
      List<Bucket> all = histogram.buckets();
      ClassicBuckets buckets = new ClassicBuckets(all.size());
      SeriesBlock result = new SeriesBlock(histogram.labels(), true, steps);
      for (int step = 0; step < steps; step++) {
        buckets.clear();
        for (Bucket bucket : all) {
          if (bucket.series().has(step)) {
            buckets.add(bucket.upperBound(), bucket.series().values[step]);
          }
        }
        if (!buckets.isEmpty()) {
          result.set(step, function.compute(histogram.labels(), step, buckets));
        }
      }
      results.add(result);
    }
    return results;
  }

  /** A number as OpenMetrics writes it: with a decimal point even if whole. */
  private static String openMetrics(double value) {
    String text = GoNumbers.general(value);
    boolean whole = text.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
    return whole ? text + ".0" : text;
  }
}
