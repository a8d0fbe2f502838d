package orzo.book;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.BookChange.MetricAttached;
import orzo.book.BookChange.MetricCreated;
import orzo.book.BookChange.MetricDeleted;
import orzo.book.BookChange.MetricDetached;
import orzo.book.BookChange.MetricExpunged;
import orzo.book.BookChange.ResourceCreated;
import orzo.book.BookChange.ResourceDeleted;
import orzo.book.BookChange.ResourceRevised;
import orzo.book.BookChange.TypeCreated;
import orzo.book.BookChange.TypeDeleted;
import orzo.book.BookChange.TypeUpdated;
import orzo.book.ResourceType.Attribute;
import orzo.encoding.ByteArrayReader;
import orzo.encoding.ByteArrayWriter;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * The bytes of changes: version, kind, then fields. A text is its length in bytes as a varint and
 * its UTF-8; what may be missing has 0 or 1 before it; a UUID is 16 bytes; a time is seconds since
 * 1970 (zigzag) and microseconds (varint); a number is its 8 bytes, little-endian.
 */
final class BookCodec {
  private static final int VERSION = 1;
  private static final int MAX_TEXT_BYTES = 1 << 20;
  private static final int MAX_ATTRIBUTES = 1 << 16;
  private static final int MICROS = 1_000;

  private BookCodec() {}

  /** A change as a record. */
  static byte[] encode(BookChange change) {
    ByteArrayWriter out = new ByteArrayWriter(128);
    out.writeByte(VERSION);
    switch (change) {
      case TypeCreated(ResourceType type) -> {
        out.writeByte(1);
        write(out, type);
      }
      case TypeUpdated(ResourceType type, Map<String, AttributeValue> fills) -> {
        out.writeByte(2);
        write(out, type);
        write(out, fills);
      }
      case TypeDeleted(String name) -> {
        out.writeByte(3);
        write(out, name);
      }
      case ResourceCreated(ResourceState state) -> {
        out.writeByte(4);
        write(out, state);
      }
      case ResourceRevised(ResourceState state, int number) -> {
        out.writeByte(5);
        out.writeVarint(number);
        write(out, state);
      }
      case ResourceDeleted(UUID id) -> {
        out.writeByte(6);
        write(out, id);
      }
      case MetricCreated(MetricRecord metric) -> {
        out.writeByte(7);
        write(out, metric);
      }
      case MetricAttached(UUID id, String name, UUID resource) -> {
        out.writeByte(8);
        write(out, id);
        write(out, name);
        write(out, resource);
      }
      case MetricDetached(UUID id) -> {
        out.writeByte(9);
        write(out, id);
      }
      case MetricDeleted(UUID id) -> {
        out.writeByte(10);
        write(out, id);
      }
      case MetricExpunged(UUID id) -> {
        out.writeByte(11);
        write(out, id);
      }
    }
    return out.toByteArray();
  }

  /**
   * Reads a record.
   *
   * @throws GatewayException {@link Kind#CORRUPT} for bytes that are none
   */
  static BookChange decode(byte[] record) {
    ByteArrayReader in = new ByteArrayReader(record, 0, record.length);
    int version = in.readByte();
    if (version != VERSION) {
      throw ByteArrayReader.corrupt(0, "version is " + version + " (expected: " + VERSION + ")");
    }
    int kind = in.readByte();
    BookChange change =
        switch (kind) {
          case 1 -> new TypeCreated(readType(in));
          case 2 -> new TypeUpdated(readType(in), readAttributes(in));
          case 3 -> new TypeDeleted(readText(in));
          case 4 -> new ResourceCreated(readState(in));
          case 5 -> {
            int number = in.readVarint("revision", 1, Integer.MAX_VALUE);
            yield new ResourceRevised(readState(in), number);
          }
          case 6 -> new ResourceDeleted(readId(in));
          case 7 -> new MetricCreated(readMetric(in));
          case 8 -> new MetricAttached(readId(in), readText(in), readId(in));
          case 9 -> new MetricDetached(readId(in));
          case 10 -> new MetricDeleted(readId(in));
          case 11 -> new MetricExpunged(readId(in));
          default -> throw ByteArrayReader.corrupt(1, "kind is " + kind + " (expected: 1..11)");
        };
    if (in.remaining() > 0) {
      throw ByteArrayReader.corrupt(in.position(), in.remaining() + " bytes too many");
    }
    return change;
  }

  private static void write(ByteArrayWriter out, ResourceType type) {
    write(out, type.name());
    out.writeVarint(type.attributes().size());
    type.attributes()
        .forEach((name, attribute) -> {
          write(out, name);
          write(out, attribute.required());
          switch (attribute.type()) {
            case AttributeType.Text(int minLength, int maxLength) -> {
              out.writeByte(0);
              out.writeVarint(minLength);
              out.writeVarint(maxLength);
            }
            case AttributeType.Id() -> out.writeByte(1);
            case AttributeType.Real(Double min, Double max) -> {
              out.writeByte(2);
              writeOptional(out, min);
              writeOptional(out, max);
            }
            case AttributeType.Bool() -> out.writeByte(3);
            case AttributeType.Time() -> out.writeByte(4);
          }
        });
  }

  private static ResourceType readType(ByteArrayReader in) {
    String name = readText(in);
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    for (int left = in.readVarint("attributes", 0, MAX_ATTRIBUTES); left > 0; left--) {
      String attribute = readText(in);
      boolean required = readBool(in);
      int kind = in.readByte();
      AttributeType type =
          switch (kind) {
            case 0 ->
                new AttributeType.Text(
                    in.readVarint("min_length", 0, Integer.MAX_VALUE),
                    in.readVarint("max_length", 0, Integer.MAX_VALUE));
            case 1 -> new AttributeType.Id();
            case 2 -> new AttributeType.Real(readOptionalNumber(in), readOptionalNumber(in));
            case 3 -> new AttributeType.Bool();
            case 4 -> new AttributeType.Time();
            default -> throw ByteArrayReader.corrupt(in.position() - 1, "attribute type " + kind);
          };
      attributes.put(attribute, new Attribute(type, required));
    }
    return new ResourceType(name, attributes);
  }

  private static void write(ByteArrayWriter out, ResourceState state) {
    write(out, state.id());
    write(out, state.originalId());
    write(out, state.type());
    writeOptional(out, state.creator());
    writeOptional(out, state.userId());
    writeOptional(out, state.projectId());
    write(out, state.startedAt());
    write(out, state.endedAt() != null);
    if (state.endedAt() != null) {
      write(out, state.endedAt());
    }
    write(out, state.revisionStart());
    write(out, state.attributes());
  }

  /** Reads a present state: those that are over are told by what came after. */
  private static ResourceState readState(ByteArrayReader in) {
    return new ResourceState(
        readId(in),
        readText(in),
        readText(in),
        readOptionalText(in),
        readOptionalText(in),
        readOptionalText(in),
        readTime(in),
        readBool(in) ? readTime(in) : null,
        readTime(in),
        null,
        ResourceState.CURRENT,
        readAttributes(in));
  }

  private static void write(ByteArrayWriter out, Map<String, AttributeValue> attributes) {
    out.writeVarint(attributes.size());
    attributes.forEach((name, value) -> {
      write(out, name);
      switch (value) {
        case AttributeValue.Text(String text) -> {
          out.writeByte(0);
          write(out, text);
        }
        case AttributeValue.Id(UUID id) -> {
          out.writeByte(1);
          write(out, id);
        }
        case AttributeValue.Real(double number) -> {
          out.writeByte(2);
          out.writeLong(Double.doubleToRawLongBits(number));
        }
        case AttributeValue.Bool(boolean bool) -> {
          out.writeByte(3);
          write(out, bool);
        }
        case AttributeValue.Time(Instant time) -> {
          out.writeByte(4);
          write(out, time);
        }
      }
    });
  }

  private static Map<String, AttributeValue> readAttributes(ByteArrayReader in) {
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    for (int left = in.readVarint("attributes", 0, MAX_ATTRIBUTES); left > 0; left--) {
      String name = readText(in);
      int kind = in.readByte();
      AttributeValue value =
          switch (kind) {
            case 0 -> new AttributeValue.Text(readText(in));
            case 1 -> new AttributeValue.Id(readId(in));
            case 2 -> new AttributeValue.Real(Double.longBitsToDouble(in.readLong()));
            case 3 -> new AttributeValue.Bool(readBool(in));
            case 4 -> new AttributeValue.Time(readTime(in));
            default -> throw ByteArrayReader.corrupt(in.position() - 1, "kind of value " + kind);
          };
      attributes.put(name, value);
    }
    return attributes;
  }

  private static void write(ByteArrayWriter out, MetricRecord metric) {
    write(out, metric.id());
    writeOptional(out, metric.creator());
    writeOptional(out, metric.name());
    writeOptional(out, metric.unit());
    write(out, metric.archivePolicy());
    write(out, metric.resource() != null);
    if (metric.resource() != null) {
      write(out, metric.resource());
    }
  }

  private static MetricRecord readMetric(ByteArrayReader in) {
    return new MetricRecord(
        readId(in),
        readOptionalText(in),
        readOptionalText(in),
        readOptionalText(in),
        readText(in),
        readBool(in) ? readId(in) : null);
  }

  private static void write(ByteArrayWriter out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeVarint(bytes.length);
    out.writeBytes(bytes, 0, bytes.length);
  }

  private static String readText(ByteArrayReader in) {
    int length = in.readVarint("length", 0, MAX_TEXT_BYTES);
    int from = in.skip(length);
    return new String(in.array(), from, length, StandardCharsets.UTF_8);
  }

  private static void writeOptional(ByteArrayWriter out, @Nullable String text) {
    write(out, text != null);
    if (text != null) {
      write(out, text);
    }
  }

  private static @Nullable String readOptionalText(ByteArrayReader in) {
    return readBool(in) ? readText(in) : null;
  }

  private static void writeOptional(ByteArrayWriter out, @Nullable Double number) {
    write(out, number != null);
    if (number != null) {
      out.writeLong(Double.doubleToRawLongBits(number));
    }
  }

  private static @Nullable Double readOptionalNumber(ByteArrayReader in) {
    return readBool(in) ? Double.longBitsToDouble(in.readLong()) : null;
  }

  private static void write(ByteArrayWriter out, boolean bool) {
    out.writeByte(bool ? 1 : 0);
  }

  private static boolean readBool(ByteArrayReader in) {
    return in.readVarint("a choice", 0, 1) == 1;
  }

  private static void write(ByteArrayWriter out, UUID id) {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static UUID readId(ByteArrayReader in) {
    return new UUID(in.readLong(), in.readLong());
  }

  private static void write(ByteArrayWriter out, Instant time) {
    out.writeZigzag(time.getEpochSecond());
    out.writeVarint(time.getNano() / MICROS);
  }

  private static Instant readTime(ByteArrayReader in) {
    int at = in.position();
    try {
      long seconds = in.readZigzag();
      return Instant.ofEpochSecond(
          seconds, (long) in.readVarint("microseconds", 0, 999_999) * MICROS);
    } catch (DateTimeException e) {
      throw ByteArrayReader.corrupt(at, "a time that is none");
    }
  }
}
