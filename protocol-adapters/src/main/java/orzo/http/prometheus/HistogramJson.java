package orzo.http.prometheus;

import java.io.IOException;
import orzo.histogram.BucketWalk;
import orzo.histogram.NativeHistogram;

/** Writes native histograms as Prometheus does: count, sum, and the buckets with observations. */
final class HistogramJson {
  private static final byte[] COUNT = JsonWriter.ascii("{\"count\":");
  private static final byte[] SUM = JsonWriter.ascii(",\"sum\":");
  private static final byte[] BUCKETS = JsonWriter.ascii(",\"buckets\":[");

  private HistogramJson() {}

  /**
   * Writes a histogram. A bucket is a list of which of its bounds belong to it (0 the upper one, 1
   * the lower one, 2 none, 3 both), its bounds, and its observations.
   */
  static void write(JsonWriter json, NativeHistogram histogram) throws IOException {
    json.raw(COUNT);
    json.value(histogram.count());
    json.raw(SUM);
    json.value(histogram.sum());
    boolean follows = false;
    BucketWalk bucket = BucketWalk.upwards(histogram);
    while (bucket.next()) {
      if (bucket.count() == 0) {
        continue;
      }
      if (follows) {
        json.raw(',');
      } else {
        json.raw(BUCKETS);
      }
      follows = true;
      json.raw('[');
      json.raw(inclusion(bucket));
      json.raw(',');
      json.value(bucket.lower());
      json.raw(',');
      json.value(bucket.upper());
      json.raw(',');
      json.value(bucket.count());
      json.raw(']');
    }
    if (follows) {
      json.raw(']');
    }
    json.raw('}');
  }

  private static char inclusion(BucketWalk bucket) {
    if (bucket.includesUpper()) {
      return bucket.includesLower() ? '3' : '0';
    }
    return bucket.includesLower() ? '1' : '2';
  }
}
