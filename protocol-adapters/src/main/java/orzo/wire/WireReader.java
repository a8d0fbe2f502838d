package orzo.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Reads protobuf's wire format from an array in place. The position may be read and set; every
 * method checks it against the end it is given and throws {@link GatewayException} {@link
 * Kind#MALFORMED} beyond it. Not safe for many threads.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers: Encoding</a>
 */
public final class WireReader {
  /** Wire type: an integer of as many bytes as it needs. */
  public static final int VARINT = 0;

  /** Wire type: eight bytes. */
  public static final int FIXED64 = 1;

  /** Wire type: a length and so many bytes. */
  public static final int LENGTH_DELIMITED = 2;

  static final int START_GROUP = 3;
  static final int END_GROUP = 4;

  /** Wire type: four bytes. */
  public static final int FIXED32 = 5;

  /** How deep unknown groups may nest; protobuf's own readers stop at the same depth. */
  private static final int MAX_GROUPS = 100;

  private static final byte[] NOTHING = new byte[0];
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** What is read. */
  public byte[] bytes = NOTHING;

  /** Where reading goes on. */
  public int position;

  private final String protocol;

  /**
   * Creates a reader of nothing.
   *
   * @param protocol what errors name first
   */
  public WireReader(String protocol) {
    this.protocol = protocol;
  }

  /** Starts to read at {@code position} of an array. */
  public void reset(byte[] bytes, int position) {
    this.bytes = bytes;
    this.position = position;
  }

  /** Lets the array go. */
  public void clear() {
    reset(NOTHING, 0);
  }

  /** Reads a field's tag: number and wire type. */
  public int tag(int end) {
    int at = position;
    int tag = (int) varint(end);
    if (tag >>> 3 == 0) {
      throw malformed("field number 0", at);
    }
    return tag;
  }

  /** Reads a varint; bits beyond the 64th are dropped, as protobuf's own readers do. */
  public long varint(int end) {
    if (position < end && bytes[position] >= 0) {
      return bytes[position++];
    }
    return longVarint(end);
  }

  private long longVarint(int end) {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (position >= end) {
        throw malformed("truncated varint", position);
      }
      byte b = bytes[position++];
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed("varint of more than 10 bytes", position);
  }

  /** Reads eight bytes, little endian. */
  public long fixed64(int end) {
    if (end - position < Long.BYTES) {
      throw malformed("truncated 64-bit value", position);
    }
    long value = (long) LONG.get(bytes, position);
    position += Long.BYTES;
    return value;
  }

  /** Reads a length and returns where what it spans ends; the position is where that starts. */
  public int delimited(int end) {
    int at = position;
    long length = varint(end);
    if (length < 0 || length > end - position) {
      throw malformed(
          "length "
              + Long.toUnsignedString(length)
              + " where "
              + (end - position)
              + " bytes are left",
          at);
    }
    return position + (int) length;
  }

  /** Skips the value of a field that is not known. */
  public void skip(int tag, int end) {
    skip(tag, end, 0);
  }

  private void skip(int tag, int end, int depth) {
    switch (tag & 7) {
      case VARINT -> {
        long _ = varint(end);
      }
      case FIXED64 -> advance(Long.BYTES, end);
      case LENGTH_DELIMITED -> position = delimited(end);
      case START_GROUP -> skipGroup(tag, end, depth + 1);
      case FIXED32 -> advance(Integer.BYTES, end);
      default -> throw malformed("wire type " + (tag & 7), position);
    }
  }

  private void skipGroup(int start, int end, int depth) {
    if (depth > MAX_GROUPS) {
      throw malformed("groups nested over " + MAX_GROUPS + " deep", position);
    }
    int field = start >>> 3;
    while (true) {
      int tag = tag(end);
      if ((tag & 7) == END_GROUP) {
        if (tag >>> 3 != field) {
          throw malformed("end of group " + (tag >>> 3) + " in group " + field, position);
        }
        return;
      }
      skip(tag, end, depth);
    }
  }

  private void advance(int length, int end) {
    if (end - position < length) {
      throw malformed("truncated value", position);
    }
    position += length;
  }

  /** Checks that a known field has the wire type it must have. */
  public void expectType(int tag, int wireType, String field) {
    if ((tag & 7) != wireType) {
      throw malformed(
          field + " has wire type " + (tag & 7) + " (expected: " + wireType + ")", position);
    }
  }

  /** What to throw for a message that breaks the format. */
  public GatewayException malformed(String what, int at) {
    return new GatewayException(
        Kind.MALFORMED, protocol + ": protobuf: " + what + " at byte " + at);
  }
}
