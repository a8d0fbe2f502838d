package orzo.federate;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import orzo.encoding.ByteArrayWriter;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.wire.WireFields;

/**
 * Writes {@code io.prometheus.client.MetricFamily} messages, each behind its length. Counts of
 * histograms are floating-point numbers; those with custom bounds become classic ones.
 *
 * @see <a
 *     href="https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto">metrics.proto</a>
 */
final class ProtobufExposition {
  // Of MetricFamily.
  private static final int FAMILY_NAME = 1;
  private static final int FAMILY_TYPE = 3;
  private static final int FAMILY_METRIC = 4;

  // Of MetricType.
  private static final int UNTYPED = 3;
  private static final int HISTOGRAM = 4;
  private static final int GAUGE_HISTOGRAM = 5;

  // Of Metric.
  private static final int METRIC_LABEL = 1;
  private static final int METRIC_UNTYPED = 5;
  private static final int METRIC_TIMESTAMP = 6;
  private static final int METRIC_HISTOGRAM = 7;

  // Of Histogram.
  private static final int SUM = 2;
  private static final int BUCKET = 3;
  private static final int COUNT = 4;
  private static final int SCHEMA = 5;
  private static final int ZERO_THRESHOLD = 6;
  private static final int ZERO_COUNT = 8;
  private static final int NEGATIVE_SPAN = 9;
  private static final int NEGATIVE_COUNT = 11;
  private static final int POSITIVE_SPAN = 12;
  private static final int POSITIVE_COUNT = 14;

  private final NameEscaping escaping;
  private final OutputStream out;
  private final ByteArrayWriter family = new ByteArrayWriter(1 << 14);
  private final ByteArrayWriter metric = new ByteArrayWriter(512);
  private final ByteArrayWriter part = new ByteArrayWriter(512);
  private final ByteArrayWriter inner = new ByteArrayWriter(64);

  ProtobufExposition(NameEscaping escaping, OutputStream out) {
    this.escaping = escaping;
    this.out = out;
  }

  void write(List<FederatedSample> samples) throws IOException {
    String name = "";
    FederatedSample.Type type = FederatedSample.Type.UNTYPED;
    for (FederatedSample sample : samples) {
      if (sample.name().isEmpty()) {
        continue;
      }
      if (!sample.name().equals(name) || sample.type() != type) {
        finishFamily();
        name = sample.name();
        type = sample.type();
        WireFields.text(FAMILY_NAME, escaping.escape(name), family);
        int number =
            switch (type) {
              case UNTYPED -> UNTYPED;
              case HISTOGRAM -> HISTOGRAM;
              case GAUGE_HISTOGRAM -> GAUGE_HISTOGRAM;
            };
        WireFields.varint(FAMILY_TYPE, number, family);
      }
      add(sample);
    }
    finishFamily();
  }

  private void finishFamily() throws IOException {
    if (family.size() > 0) {
      inner.clear();
      inner.writeVarint(family.size());
      out.write(inner.array(), 0, inner.size());
      out.write(family.array(), 0, family.size());
      family.clear();
    }
  }

  private void add(FederatedSample sample) {
    metric.clear();
    Labels labels = sample.labels();
    for (int i = 0; i < labels.size(); i++) {
      if (!labels.name(i).equals(Labels.NAME)) {
        label(escaping.escape(labels.name(i)), labels.value(i));
      }
    }
    if (!labels.contains("instance")) {
      label("instance", ""); // so that the one of the scraped target does not take its place
    }
    NativeHistogram histogram = sample.histogram();
    part.clear();
    if (histogram == null) {
      WireFields.number(1, sample.value(), part);
      WireFields.message(METRIC_UNTYPED, part, metric);
    }
    WireFields.varint(METRIC_TIMESTAMP, sample.timestampMillis(), metric);
    if (histogram != null) {
      if (histogram.hasCustomBuckets()) {
        classic(histogram);
      } else {
        exponential(histogram);
      }
      WireFields.message(METRIC_HISTOGRAM, part, metric);
    }
    WireFields.message(FAMILY_METRIC, metric, family);
  }

  private void label(String name, String value) {
    part.clear();
    WireFields.text(1, name, part);
    WireFields.text(2, value, part);
    WireFields.message(METRIC_LABEL, part, metric);
  }

  private void classic(NativeHistogram histogram) {
    WireFields.number(SUM, histogram.sum(), part);
    Buckets buckets = histogram.positive();
    double below = 0;
    int next = 0;
    for (int bound = 0; bound < histogram.boundCount(); bound++) {
      if (next < buckets.size() && buckets.index(next) == bound) {
        below += buckets.count(next++);
      }
      inner.clear();
      WireFields.number(2, histogram.bound(bound), inner);
      WireFields.number(4, below, inner);
      WireFields.message(BUCKET, inner, part);
    }
    WireFields.number(COUNT, histogram.count(), part);
  }

  private void exponential(NativeHistogram histogram) {
    WireFields.number(SUM, histogram.sum(), part);
    WireFields.number(COUNT, histogram.count(), part);
    WireFields.zigzag(SCHEMA, histogram.schema(), part);
    WireFields.number(ZERO_THRESHOLD, histogram.zeroThreshold(), part);
    WireFields.number(ZERO_COUNT, histogram.zeroCount(), part);
    buckets(NEGATIVE_SPAN, NEGATIVE_COUNT, histogram.negative());
    buckets(POSITIVE_SPAN, POSITIVE_COUNT, histogram.positive());
  }

  private void buckets(int spanField, int countField, Buckets buckets) {
    int[] spans = buckets.spans();
    for (int i = 0; i < spans.length; i += 2) {
      inner.clear();
      WireFields.zigzag(1, spans[i], inner);
      WireFields.varint(2, spans[i + 1], inner);
      WireFields.message(spanField, inner, part);
    }
    for (int i = 0; i < buckets.size(); i++) {
      WireFields.number(countField, buckets.count(i), part);
    }
  }
}
