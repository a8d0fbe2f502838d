package orzo.remotewrite;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.xerial.snappy.Snappy;
import orzo.remotewrite.oracle.Exemplar;
import orzo.remotewrite.oracle.Label;
import orzo.remotewrite.oracle.MetricMetadata;
import orzo.remotewrite.oracle.Sample;
import orzo.remotewrite.oracle.TimeSeries;
import orzo.remotewrite.oracle.WriteRequest;

/** Makes write requests with the generated protobuf classes, and encodes them in odd ways. */
final class WriteRequests {
  /** The not-a-number by which Prometheus marks a series as gone. */
  static final long STALE_BITS = 0x7ff0_0000_0000_0002L;

  private static final String[] WORDS = {
    "up", "instance", "job", "node_cpu_seconds_total", "größe", "a\"b\\c\nd", "x", "日本", "le", "\0"
  };

  private WriteRequests() {}

  /** A series of alternating label names and values. */
  static TimeSeries.Builder series(String... labels) {
    TimeSeries.Builder series = TimeSeries.newBuilder();
    for (int i = 0; i < labels.length; i += 2) {
      series.addLabels(Label.newBuilder().setName(labels[i]).setValue(labels[i + 1]));
    }
    return series;
  }

  /** A sample. */
  static Sample sample(long timestampMillis, double value) {
    return Sample.newBuilder().setTimestamp(timestampMillis).setValue(value).build();
  }

  /** A request of series. */
  static WriteRequest request(TimeSeries.Builder... series) {
    WriteRequest.Builder request = WriteRequest.newBuilder();
    for (TimeSeries.Builder one : series) {
      request.addTimeseries(one);
    }
    return request.build();
  }

  /** A message as a request body. */
  static byte[] compress(byte[] message) {
    try {
      return Snappy.compress(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request as a request body. */
  static byte[] compress(WriteRequest request) {
    return compress(request.toByteArray());
  }

  /** A request whose series have names and distinct labels, so that all may be stored. */
  static WriteRequest randomValid(Random random) {
    WriteRequest.Builder request = WriteRequest.newBuilder();
    int series = random.nextInt(20);
    for (int i = 0; i < series; i++) {
      TimeSeries.Builder one = series("__name__", "metric_" + random.nextInt(8));
      int labels = random.nextInt(6);
      for (int k = 0; k < labels; k++) {
        // an empty value now and then: a label that is not there
        one.addLabels(
            Label.newBuilder()
                .setName(WORDS[random.nextInt(WORDS.length)] + k)
                .setValue(random.nextInt(5) == 0 ? "" : WORDS[random.nextInt(WORDS.length)]));
      }
      int samples = random.nextInt(4);
      for (int k = 0; k < samples; k++) {
        one.addSamples(sample(randomTimestamp(random), randomValue(random)));
      }
      if (random.nextInt(5) == 0) {
        one.addExemplars(
            Exemplar.newBuilder()
                .addLabels(Label.newBuilder().setName("trace").setValue("1"))
                .setValue(1)
                .setTimestamp(2));
      }
      if (random.nextInt(8) == 0) {
        one.addHistograms(HistogramMessages.random(random));
      }
      request.addTimeseries(one);
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      request.addMetadata(
          MetricMetadata.newBuilder()
              .setTypeValue(random.nextInt(9))
              .setMetricFamilyName("metric_" + random.nextInt(8))
              .setHelp(random.nextBoolean() ? "" : "Größe " + random.nextInt(3))
              .setUnit(random.nextBoolean() ? "" : "seconds"));
    }
    return request.build();
  }

  private static long randomTimestamp(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> 0;
      case 1 -> random.nextLong(); // negative ones take ten bytes
      case 2 -> random.nextInt(300);
      default -> 1_700_000_000_000L + random.nextInt(100_000_000);
    };
  }

  private static double randomValue(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> Double.longBitsToDouble(STALE_BITS);
      case 2 -> Double.longBitsToDouble(random.nextLong());
      case 3 -> -0.0;
      default -> random.nextInt(1000) / 8.0;
    };
  }

  /**
   * Encodes a request as another writer may: fields of a message in any order, as long as those of
   * one field stay in theirs; fields that nobody knows in between; defaults spelled out.
   */
  static byte[] encodeOddly(WriteRequest request, Random random) {
    List<List<byte[]>> fields = new ArrayList<>();
    fields.add(
        request.getTimeseriesList().stream()
            .map(series -> field(1, encodeOddly(series, random)))
            .toList());
    fields.add(
        request.getMetadataList().stream()
            .map(metadata -> field(3, metadata.toByteArray()))
            .toList());
    return shuffle(fields, random);
  }

  private static byte[] encodeOddly(TimeSeries series, Random random) {
    List<List<byte[]>> fields = new ArrayList<>();
    fields.add(
        series.getLabelsList().stream()
            .map(label -> field(1, encodeOddly(label, random)))
            .toList());
    fields.add(
        series.getSamplesList().stream()
            .map(sample -> field(2, encodeOddly(sample, random)))
            .toList());
    fields.add(series.getExemplarsList().stream().map(one -> field(3, one.toByteArray())).toList());
    fields.add(
        series.getHistogramsList().stream().map(one -> field(4, one.toByteArray())).toList());
    return shuffle(fields, random);
  }

  private static byte[] encodeOddly(Label label, Random random) {
    return shuffle(
        List.of(
            List.of(field(1, label.getNameBytes().toByteArray())),
            List.of(field(2, label.getValueBytes().toByteArray()))),
        random);
  }

  private static byte[] encodeOddly(Sample sample, Random random) {
    byte[] value =
        encode(out -> out.writeFixed64(1, Double.doubleToRawLongBits(sample.getValue())));
    byte[] timestamp = encode(out -> out.writeInt64(2, sample.getTimestamp()));
    byte[] earlier = encode(out -> out.writeInt64(2, 77)); // the last of a repeated field counts
    return shuffle(List.of(List.of(value), List.of(earlier, timestamp)), random);
  }

  private static byte[] shuffle(List<List<byte[]>> fields, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      order.addAll(Collections.nCopies(fields.get(i).size(), i));
    }
    Collections.shuffle(order, random);
    int[] next = new int[fields.size()];
    ByteString message = ByteString.EMPTY;
    for (int field : order) {
      message = message.concat(unknown(random));
      message = message.concat(ByteString.copyFrom(fields.get(field).get(next[field]++)));
    }
    return message.concat(unknown(random)).toByteArray();
  }

  private static ByteString unknown(Random random) {
    if (random.nextInt(6) != 0) {
      return ByteString.EMPTY;
    }
    int number = random.nextBoolean() ? 100 : 7 + random.nextInt(1 << 20);
    return ByteString.copyFrom(
        encode(out -> {
          switch (random.nextInt(5)) {
            case 0 -> out.writeInt64(number, random.nextLong());
            case 1 -> out.writeFixed64(number, random.nextLong());
            case 2 -> out.writeFixed32(number, random.nextInt());
            case 3 -> out.writeByteArray(number, new byte[random.nextInt(200)]);
            default -> {
              out.writeTag(number, 3);
              out.writeString(1, "in a group");
              out.writeTag(2, 3);
              out.writeTag(2, 4);
              out.writeTag(number, 4);
            }
          }
        }));
  }

  /** A length-delimited field. */
  static byte[] field(int number, byte[] content) {
    return encode(out -> out.writeByteArray(number, content));
  }

  /** Writes fields. */
  interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  /** What is written by the functions of protobuf's own writer. */
  static byte[] encode(Fields fields) {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteString().toByteArray();
  }
}
