package orzo.promql.exec.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import orzo.histogram.NativeHistogram;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.histogram.HistogramEstimates;

/** The functions that make a number of a native histogram, and nothing of a float. */
public final class NativeHistogramFunctions {
  private NativeHistogramFunctions() {}

  /** The function of that name, if it is one of a histogram alone. */
  public static Optional<ToDoubleFunction<NativeHistogram>> named(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "histogram_count" -> NativeHistogram::count;
          case "histogram_sum" -> NativeHistogram::sum;
          case "histogram_avg" -> histogram -> histogram.sum() / histogram.count();
          case "histogram_stdvar" -> HistogramEstimates::variance;
          case "histogram_stddev" -> histogram -> Math.sqrt(HistogramEstimates.variance(histogram));
          default -> null;
        });
  }

  /** Applies a function to every histogram; the metric name is dropped. */
  public static List<SeriesBlock> map(
      List<SeriesBlock> series, ToDoubleFunction<NativeHistogram> function) {
    List<SeriesBlock> results = new ArrayList<>();
    for (SeriesBlock block : series) {
      long[] steps = block.histogramSteps();
      if (Presence.isEmpty(steps)) {
        continue;
      }
      SeriesBlock result = new SeriesBlock(block.labels(), true, block.values.length);
      for (int step = Presence.next(steps, 0); step >= 0; step = Presence.next(steps, step + 1)) {
        NativeHistogram histogram = block.histogram(step);
        if (histogram != null) {
          result.set(step, function.applyAsDouble(histogram));
        }
      }
      results.add(result);
    }
    return results;
  }
}
