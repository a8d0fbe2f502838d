package orzo.promql.exec.histogram;

import orzo.histogram.BucketWalk;
import orzo.histogram.NativeHistogram;
import orzo.promql.exec.math.GoNumbers;

/** Histograms as text. */
public final class HistogramText {
  private HistogramText() {}

  /** As Prometheus shows one in a label: count, sum and the buckets that have observations. */
  public static String of(NativeHistogram histogram) {
    StringBuilder text =
        new StringBuilder("{count:")
            .append(GoNumbers.general(histogram.count()))
            .append(", sum:")
            .append(GoNumbers.general(histogram.sum()));
    BucketWalk bucket = BucketWalk.upwards(histogram);
    while (bucket.next()) {
      if (bucket.count() != 0) {
        text.append(bucket.includesLower() ? ", [" : ", (")
            .append(GoNumbers.general(bucket.lower()))
            .append(',')
            .append(GoNumbers.general(bucket.upper()))
            .append(bucket.includesUpper() ? "]:" : "):")
            .append(GoNumbers.general(bucket.count()));
      }
    }
    return text.append('}').toString();
  }
}
