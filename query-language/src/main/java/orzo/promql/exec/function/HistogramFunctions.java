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
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.histogram.HistogramEstimates;
import orzo.promql.exec.histogram.HistogramEstimates.Estimate;
import orzo.promql.exec.histogram.HistogramNote;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.promql.exec.math.ClassicBuckets;
import orzo.promql.exec.math.GoNumbers;

/**
 * {@code histogram_quantile}, {@code histogram_quantiles} and {@code histogram_fraction}. Classic
 * histograms are found by their labels: series that differ in {@code le} only are the buckets of
 * one. Where one has the labels of a native histogram, neither gives anything.
 */
public final class HistogramFunctions {
  private static final String LE = "le";

  private final List<Histogram> histograms = new ArrayList<>();
  private final List<SeriesBlock> natives = new ArrayList<>();
  private final int steps;
  private final HistogramNotes notes;

  private record Bucket(double upperBound, SeriesBlock series) {}

  /** A classic histogram, and the steps at which it doesn't count. */
  private record Histogram(Labels labels, List<Bucket> buckets, long[] ignored) {}

  /** Told of counts that had to be lifted to be monotonic. */
  public interface Repairs {
    /** At this step the buckets of a metric were repaired. */
    void repaired(String metricName, int step, ClassicBuckets buckets);
  }

  /**
   * Finds the histograms of a vector.
   *
   * @param badBucket told of the {@code le} and metric name of a series that is no bucket
   * @param notes told of what native histograms lead to
   */
  public HistogramFunctions(
      List<SeriesBlock> series,
      int steps,
      BiConsumer<String, String> badBucket,
      HistogramNotes notes) {
    this.steps = steps;
    this.notes = notes;
    Map<Labels, List<Bucket>> buckets = new LinkedHashMap<>();
    Map<Labels, SeriesBlock> nativeByLabels = new LinkedHashMap<>();
    for (SeriesBlock any : series) {
      SeriesBlock block = any;
      if (any.hasHistograms()) {
        nativeByLabels.put(any.labels(), any.masked(any.histogramSteps()));
        block = any.floats();
        if (block.isEmpty()) {
          continue;
        }
      }
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
      long[] ignored = Presence.none(steps);
      SeriesBlock nativeOne = nativeByLabels.get(labels);
      if (nativeOne != null) {
        for (Bucket bucket : unsorted) {
          Presence.addAll(ignored, Presence.and(bucket.series().presence, nativeOne.presence));
        }
        if (!Presence.isEmpty(ignored)) {
          notes.add(HistogramNote.mixedClassic(labels.metricName()));
          nativeByLabels.put(
              labels, nativeOne.masked(Presence.andNot(nativeOne.presence, ignored)));
        }
      }
      histograms.add(new Histogram(labels, unsorted, ignored));
    });
    natives.addAll(nativeByLabels.values());
  }

  /**
   * The quantiles of all histograms.
   *
   * @param quantile the quantile wanted, for each step
   */
  public List<SeriesBlock> quantile(double[] quantile, Repairs repairs) {
    List<SeriesBlock> results =
        evaluate((labels, step, buckets) -> {
          double result = buckets.quantile(quantile[step]);
          if (buckets.wasRepaired()) {
            repairs.repaired(labels.metricName(), step, buckets);
          }
          return result;
        });
    for (SeriesBlock block : natives) {
      String metricName = block.labels().metricName();
      addOfNative(
          block,
          (step, histogram) -> {
            Estimate estimate = HistogramEstimates.quantile(quantile[step], histogram);
            if (estimate.isSkewedByNan()) {
              notes.add(
                  Double.isNaN(estimate.value())
                      ? HistogramNote.quantileIsNan(metricName)
                      : HistogramNote.quantileIsSkewed(metricName));
            }
            return estimate.value();
          },
          results);
    }
    return results;
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
    List<SeriesBlock> results =
        evaluate((_, step, buckets) -> buckets.fraction(lower[step], upper[step]));
    for (SeriesBlock block : natives) {
      addOfNative(
          block,
          (step, histogram) -> {
            Estimate estimate = HistogramEstimates.fraction(lower[step], upper[step], histogram);
            if (estimate.isSkewedByNan()) {
              notes.add(HistogramNote.fractionWithoutNan(block.labels().metricName()));
            }
            return estimate.value();
          },
          results);
    }
    return results;
  }

  /** Computes one number of a native histogram at a step. */
  private interface OfNative {
    double compute(int step, NativeHistogram histogram);
  }

  private static void addOfNative(SeriesBlock block, OfNative function, List<SeriesBlock> results) {
    SeriesBlock result = new SeriesBlock(block.labels(), true, block.values.length);
    for (int step = Presence.next(block.presence, 0);
        step >= 0;
        step = Presence.next(block.presence, step + 1)) {
      NativeHistogram histogram = block.histogram(step);
      if (histogram != null) {
        result.set(step, function.compute(step, histogram));
      }
    }
    if (!result.isEmpty()) {
      results.add(result);
    }
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
        if (Presence.has(histogram.ignored(), step)) {
          continue;
        }
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
