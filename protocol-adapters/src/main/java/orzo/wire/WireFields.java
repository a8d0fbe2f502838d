package orzo.wire;

import java.nio.charset.StandardCharsets;
import orzo.encoding.ByteArrayWriter;

/**
 * Appends fields of protobuf messages. Every call writes its field, also with the field's default
 * value.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers: Encoding</a>
 */
public final class WireFields {
  private WireFields() {}

  private static void tag(int field, int wireType, ByteArrayWriter out) {
    out.writeVarint((long) field << 3 | wireType);
  }

  /** An integer: {@code int64}, {@code uint64}, an enum. */
  public static void varint(int field, long value, ByteArrayWriter out) {
    tag(field, WireReader.VARINT, out);
    out.writeVarint(value);
  }

  /** An integer that is small whatever its sign: {@code sint64}. */
  public static void zigzag(int field, long value, ByteArrayWriter out) {
    varint(field, ByteArrayWriter.zigzag(value), out);
  }

  /** A {@code double}. */
  public static void number(int field, double value, ByteArrayWriter out) {
    tag(field, WireReader.FIXED64, out);
    out.writeLong(Double.doubleToRawLongBits(value));
  }

  /** A {@code string}. */
  public static void text(int field, String value, ByteArrayWriter out) {
    bytes(field, value.getBytes(StandardCharsets.UTF_8), out);
  }

  /** Bytes, or a message that is encoded. */
  public static void bytes(int field, byte[] value, ByteArrayWriter out) {
    tag(field, WireReader.LENGTH_DELIMITED, out);
    out.writeVarint(value.length);
    out.writeBytes(value, 0, value.length);
  }

  /** A message, or a packed list, that was written elsewhere. */
  public static void message(int field, ByteArrayWriter content, ByteArrayWriter out) {
    tag(field, WireReader.LENGTH_DELIMITED, out);
    out.writeVarint(content.size());
    out.writeBytes(content.array(), 0, content.size());
  }
}
