package orzo.conformance.prometheus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.xerial.snappy.Snappy;

/**
 * Builds the body of a remote-write 1.0 request: {@code prometheus.WriteRequest} in protobuf's wire
 * format, compressed with Snappy's block format. Written by hand, so that tests and gateway share
 * no code. One thread at a time.
 */
public final class WriteRequestBody {
  // Protobuf tags: field number << 3 | wire type (0 varint, 1 fixed 64 bits, 2 length-delimited).
  private static final int REQUEST_TIMESERIES = 1 << 3 | 2;
  private static final int REQUEST_METADATA = 3 << 3 | 2;
  private static final int SERIES_LABELS = 1 << 3 | 2;
  private static final int SERIES_SAMPLES = 2 << 3 | 2;
  private static final int LABEL_NAME = 1 << 3 | 2;
  private static final int LABEL_VALUE = 2 << 3 | 2;
  private static final int SAMPLE_VALUE = 1 << 3 | 1;
  private static final int SAMPLE_TIMESTAMP = 2 << 3;
  private static final int METADATA_TYPE = 1 << 3;
  private static final int METADATA_FAMILY = 2 << 3 | 2;
  private static final int METADATA_HELP = 4 << 3 | 2;
  private static final int METADATA_UNIT = 5 << 3 | 2;

  /** Bits of the NaN that says "this series ends here". */
  public static final long STALE_NAN_BITS = 0x7ff0_0000_0000_0002L;

  private byte[] bytes = new byte[1 << 16];
  private int length;
  private int samples;

  /** Creates an empty body. */
  public WriteRequestBody() {}

  /**
   * Encodes labels once for many requests.
   *
   * @param labels names and values with {@code __name__} among them; written in order of names
   */
  public static byte[] encodeLabels(Map<String, String> labels) {
    WriteRequestBody out = new WriteRequestBody();
    new TreeMap<>(labels)
        .forEach((name, value) -> {
          byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
          byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
          int size = sizeOf(nameBytes) + sizeOf(valueBytes);
          out.tag(SERIES_LABELS);
          out.varint(size);
          out.field(LABEL_NAME, nameBytes);
          out.field(LABEL_VALUE, valueBytes);
        });
    return Arrays.copyOf(out.bytes, out.length);
  }

  /** Encodes labels given as name, value, name, value …; {@link #encodeLabels(Map)}. */
  public static byte[] encodeLabels(String... namesAndValues) {
    return encodeLabels(labels(namesAndValues));
  }

  /** A label set from name, value, name, value …. */
  public static Map<String, String> labels(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          namesAndValues.length + " names and values (expected: an even number)");
    }
    Map<String, String> labels = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      labels.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return labels;
  }

  /** Adds a series with one sample. */
  public WriteRequestBody add(byte[] encodedLabels, long timestampMillis, double value) {
    int sample = sampleSize(timestampMillis);
    begin(encodedLabels, 1 + varintSize(sample) + sample);
    sample(sample, timestampMillis, value);
    return this;
  }

  /** Adds a series with several samples, in the order given. */
  public WriteRequestBody add(byte[] encodedLabels, long[] timestampsMillis, double[] values) {
    int size = 0;
    for (long timestamp : timestampsMillis) {
      int sample = sampleSize(timestamp);
      size += 1 + varintSize(sample) + sample;
    }
    begin(encodedLabels, size);
    for (int i = 0; i < timestampsMillis.length; i++) {
      sample(sampleSize(timestampsMillis[i]), timestampsMillis[i], values[i]);
    }
    return this;
  }

  /**
   * Adds metadata of a metric family.
   *
   * @param type as in {@code MetricMetadata.MetricType}: 1 counter, 2 gauge, 3 histogram …
   */
  public WriteRequestBody addMetadata(int type, String family, String help, String unit) {
    byte[] familyBytes = family.getBytes(StandardCharsets.UTF_8);
    byte[] helpBytes = help.getBytes(StandardCharsets.UTF_8);
    byte[] unitBytes = unit.getBytes(StandardCharsets.UTF_8);
    ensure(64 + familyBytes.length + helpBytes.length + unitBytes.length);
    tag(REQUEST_METADATA);
    varint(1 + varintSize(type) + sizeOf(familyBytes) + sizeOf(helpBytes) + sizeOf(unitBytes));
    tag(METADATA_TYPE);
    varint(type);
    field(METADATA_FAMILY, familyBytes);
    field(METADATA_HELP, helpBytes);
    field(METADATA_UNIT, unitBytes);
    return this;
  }

  private void begin(byte[] encodedLabels, int samplesSize) {
    ensure(32 + encodedLabels.length + samplesSize);
    tag(REQUEST_TIMESERIES);
    varint(encodedLabels.length + samplesSize);
    System.arraycopy(encodedLabels, 0, bytes, length, encodedLabels.length);
    length += encodedLabels.length;
  }

  private void sample(int size, long timestampMillis, double value) {
    tag(SERIES_SAMPLES);
    varint(size);
    tag(SAMPLE_VALUE);
    long bits = Double.doubleToRawLongBits(value);
    for (int shift = 0; shift < 64; shift += 8) {
      bytes[length++] = (byte) (bits >>> shift);
    }
    tag(SAMPLE_TIMESTAMP);
    varint(timestampMillis);
    samples++;
  }

  private static int sampleSize(long timestampMillis) {
    return 1 + 8 + 1 + varintSize(timestampMillis);
  }

  /** How many samples were added since the last {@link #clear}. */
  public int samples() {
    return samples;
  }

  /** Size in bytes before compression. */
  public int length() {
    return length;
  }

  /** The message before compression. */
  public byte[] uncompressed() {
    return Arrays.copyOf(bytes, length);
  }

  /** The body as it is sent. */
  public byte[] compressed() {
    try {
      byte[] target = new byte[Snappy.maxCompressedLength(length)];
      int size = Snappy.compress(bytes, 0, length, target, 0);
      return Arrays.copyOf(target, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empties the body for the next one. */
  public void clear() {
    length = 0;
    samples = 0;
  }

  private void field(int tag, byte[] value) {
    ensure(16 + value.length);
    tag(tag);
    varint(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
  }

  private static int sizeOf(byte[] value) {
    return 1 + varintSize(value.length) + value.length;
  }

  private void tag(int tag) {
    bytes[length++] = (byte) tag;
  }

  private void varint(long value) {
    while ((value & ~0x7fL) != 0) {
      bytes[length++] = (byte) (value & 0x7f | 0x80);
      value >>>= 7;
    }
    bytes[length++] = (byte) value;
  }

  private static int varintSize(long value) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
