package orzo.remotewrite;

import org.jspecify.annotations.Nullable;
import orzo.metric.MetricMetadata;
import orzo.wire.WireReader;

/** A {@code prometheus.MetricMetadata} message: what a sender states about a metric family. */
final class MetadataMessage {
  private static final int TYPE = 1 << 3 | WireReader.VARINT;
  private static final int NAME = 2 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int HELP = 4 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int UNIT = 5 << 3 | WireReader.LENGTH_DELIMITED;

  /** By number, as Prometheus's types.proto has them. */
  private static final String[] TYPES = {
    "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"
  };

  private final byte[] bytes;
  private long type;
  private int nameStart;
  private int nameEnd;
  private int helpStart;
  private int helpEnd;
  private int unitStart;
  private int unitEnd;

  private MetadataMessage(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    WireReader reader = new WireReader("remote write");
    reader.reset(bytes, start);
    while (reader.position < end) {
      field(reader, end);
    }
  }

  private void field(WireReader reader, int end) {
    int tag = reader.tag(end);
    switch (tag) {
      case TYPE -> type = reader.varint(end);
      case NAME -> {
        nameEnd = reader.delimited(end);
        nameStart = reader.position;
        reader.position = nameEnd;
      }
      case HELP -> {
        helpEnd = reader.delimited(end);
        helpStart = reader.position;
        reader.position = helpEnd;
      }
      case UNIT -> {
        unitEnd = reader.delimited(end);
        unitStart = reader.position;
        reader.position = unitEnd;
      }
      default -> {
        int number = tag >>> 3;
        if (number == TYPE >>> 3) {
          reader.expectType(tag, WireReader.VARINT, "type of MetricMetadata");
        } else if (number == NAME >>> 3 || number == HELP >>> 3 || number == UNIT >>> 3) {
          reader.expectType(tag, WireReader.LENGTH_DELIMITED, "a field of MetricMetadata");
        }
        reader.skip(tag, end);
      }
    }
  }

  /**
   * Reads the message in {@code bytes[start, end)}; the array must not change afterwards.
   *
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#MALFORMED} when its wire format
   *     is broken
   */
  static MetadataMessage of(byte[] bytes, int start, int end) {
    return new MetadataMessage(bytes, start, end);
  }

  /** Where the metric family's name starts. */
  int nameStart() {
    return nameStart;
  }

  /** How long the metric family's name is, in bytes. */
  int nameLength() {
    return nameEnd - nameStart;
  }

  /** What is wrong with the metadata: value and what is allowed; null when nothing is. */
  @Nullable String fault(RemoteWriteLimits limits) {
    String name = SeriesLabels.text(bytes, nameStart, nameEnd);
    if (name == null || name.isEmpty()) {
      return "metadata: metric name is "
          + (name == null ? "not UTF-8" : "empty")
          + " (expected: one UTF-8 character or more)";
    }
    String fault = fault("metric name", nameStart, nameEnd, limits.labelNameBytes());
    if (fault == null) {
      fault = fault("help", helpStart, helpEnd, limits.labelValueBytes());
    }
    if (fault == null) {
      fault = fault("unit", unitStart, unitEnd, limits.labelNameBytes());
    }
    return fault == null ? null : "metadata of " + SeriesLabels.quoted(name) + ": " + fault;
  }

  private @Nullable String fault(String field, int start, int end, int maxBytes) {
    if (end - start > maxBytes) {
      return field + " has " + (end - start) + " bytes (expected: at most " + maxBytes + ")";
    }
    return SeriesLabels.text(bytes, start, end) == null
        ? field + " is not UTF-8 (expected: UTF-8)"
        : null;
  }

  /** The metadata, when nothing is wrong with it; a type of a later protocol is unknown. */
  MetricMetadata toMetadata() {
    return new MetricMetadata(
        text(nameStart, nameEnd),
        type >= 0 && type < TYPES.length ? TYPES[(int) type] : TYPES[0],
        text(helpStart, helpEnd),
        text(unitStart, unitEnd));
  }

  private String text(int start, int end) {
    String text = SeriesLabels.text(bytes, start, end);
    if (text == null) {
      throw new IllegalStateException("metadata is not UTF-8");
    }
    return text;
  }
}
