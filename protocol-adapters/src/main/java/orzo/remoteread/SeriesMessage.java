package orzo.remoteread;

import org.jspecify.annotations.Nullable;
import orzo.encoding.ByteArrayWriter;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.split.SampleBuffer;
import orzo.wire.WireFields;

/**
 * Writes a series with its samples as the message {@code TimeSeries} of Prometheus's remote
 * protocols. Fields that have their default value are left out, as protobuf does. Not safe for many
 * threads.
 */
public final class SeriesMessage {
  private static final int LABELS = 1;
  private static final int SAMPLES = 2;
  private static final int HISTOGRAMS = 4;

  private final ByteArrayWriter message = new ByteArrayWriter(1024);
  private final ByteArrayWriter part = new ByteArrayWriter(1024);
  private final ByteArrayWriter inner = new ByteArrayWriter(256);

  /** Creates a writer of messages, one after the other. */
  public SeriesMessage() {}

  /** The message with all samples. */
  public byte[] encode(Labels labels, SampleBuffer samples) {
    message.clear();
    labels(LABELS, labels, message);
    @Nullable NativeHistogram @Nullable [] histograms = samples.histograms();
    for (int i = 0; i < samples.size; i++) {
      NativeHistogram histogram = histograms == null ? null : histograms[i];
      part.clear();
      if (histogram == null) {
        fixed(1, samples.values[i], part);
        varint(2, samples.timestampsMillis[i], part);
        WireFields.message(SAMPLES, part, message);
      } else {
        histogram(histogram, samples.timestampsMillis[i]);
        WireFields.message(HISTOGRAMS, part, message);
      }
    }
    return message.toByteArray();
  }

  /** Appends labels as {@code Label} messages in a field. */
  static void labels(int field, Labels labels, ByteArrayWriter out) {
    ByteArrayWriter label = new ByteArrayWriter(128);
    for (int i = 0; i < labels.size(); i++) {
      label.clear();
      WireFields.text(1, labels.name(i), label);
      WireFields.text(2, labels.value(i), label);
      WireFields.message(field, label, out);
    }
  }

  /** How many bytes labels take, by what a frame may have of them. */
  static int labelBytes(Labels labels) {
    ByteArrayWriter out = new ByteArrayWriter(256);
    labels(1, labels, out);
    return out.size();
  }

  private void histogram(NativeHistogram histogram, long timestampMillis) {
    boolean integer = histogram.isInteger() || histogram.isStale();
    if (integer) {
      WireFields.varint(1, (long) histogram.count(), part);
    } else {
      WireFields.number(2, histogram.count(), part);
    }
    fixed(3, histogram.sum(), part);
    varint(4, ByteArrayWriter.zigzag(histogram.schema()), part);
    fixed(5, histogram.zeroThreshold(), part);
    if (integer) {
      WireFields.varint(6, (long) histogram.zeroCount(), part);
    } else {
      WireFields.number(7, histogram.zeroCount(), part);
    }
    buckets(8, histogram.negative(), integer);
    buckets(11, histogram.positive(), integer);
    varint(14, histogram.resetHint().ordinal(), part); // numbered as the protocol does
    varint(15, timestampMillis, part);
    if (histogram.boundCount() > 0) {
      inner.clear();
      for (int i = 0; i < histogram.boundCount(); i++) {
        inner.writeLong(Double.doubleToRawLongBits(histogram.bound(i)));
      }
      WireFields.message(16, inner, part);
    }
  }

  /** Writes spans to a field, and what they span to the field behind it or the one after that. */
  private void buckets(int field, Buckets buckets, boolean integer) {
    if (buckets.isEmpty()) {
      return;
    }
    int[] spans = buckets.spans();
    for (int i = 0; i < spans.length; i += 2) {
      inner.clear();
      varint(1, ByteArrayWriter.zigzag(spans[i]), inner);
      varint(2, spans[i + 1], inner);
      WireFields.message(field, inner, part);
    }
    inner.clear();
    long before = 0;
    for (int i = 0; i < buckets.size(); i++) {
      if (integer) {
        long count = (long) buckets.count(i);
        inner.writeZigzag(count - before);
        before = count;
      } else {
        inner.writeLong(Double.doubleToRawLongBits(buckets.count(i)));
      }
    }
    WireFields.message(integer ? field + 1 : field + 2, inner, part);
  }

  /** Appends an integer, unless it is 0. */
  static void varint(int field, long value, ByteArrayWriter out) {
    if (value != 0) {
      WireFields.varint(field, value, out);
    }
  }

  private static void fixed(int field, double value, ByteArrayWriter out) {
    if (Double.doubleToRawLongBits(value) != 0) {
      WireFields.number(field, value, out);
    }
  }
}
