package orzo.encoding;

import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Reads part of a byte array from front to back and never beyond its end. All reads throw {@link
 * GatewayException} {@link Kind#CORRUPT}, which names the byte, where the bytes cannot be right.
 * Not safe for many threads.
 */
public final class ByteArrayReader {
  private final byte[] bytes;
  private int position;
  private int limit;

  /** Reads {@code bytes} in {@code [position, limit)}. */
  public ByteArrayReader(byte[] bytes, int position, int limit) {
    this.bytes = bytes;
    reset(position, limit);
  }

  /** Reads from another place of the same array. */
  public void reset(int position, int limit) {
    if (position < 0 || position > limit || limit > bytes.length) {
      throw new IllegalArgumentException(
          "range: [" + position + ", " + limit + ") (expected: in [0, " + bytes.length + "))");
    }
    this.position = position;
    this.limit = limit;
  }

  /** The whole array, what lies outside the part to read included. */
  public byte[] array() {
    return bytes;
  }

  /** The offset, in the whole array, of the next byte to read. */
  public int position() {
    return position;
  }

  /** The offset, in the whole array, where reading ends. */
  public int limit() {
    return limit;
  }

  /** How many bytes are left. */
  public int remaining() {
    return limit - position;
  }

  /** Passes {@code count} bytes and returns the offset of the first of them. */
  public int skip(int count) {
    if (count < 0 || count > limit - position) {
      throw corrupt(position, "needs " + count + " more bytes, " + remaining() + " are left");
    }
    int at = position;
    position += count;
    return at;
  }

  /** Reads a byte as 0..255. */
  public int readByte() {
    if (position >= limit) {
      throw corrupt(position, "needs 1 more byte, 0 are left");
    }
    return bytes[position++] & 0xff;
  }

  /** Reads 4 bytes, little-endian. */
  public int readInt() {
    return LittleEndian.getInt(bytes, skip(Integer.BYTES));
  }

  /** Reads 8 bytes, little-endian. */
  public long readLong() {
    return LittleEndian.getLong(bytes, skip(Long.BYTES));
  }

  /** Reads an unsigned integer of up to 64 bits, see {@link ByteArrayWriter#writeVarint}. */
  public long readVarint() {
    int start = position;
    if (start < limit && bytes[start] >= 0) {
      position = start + 1;
      return bytes[start];
    }
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int next = readByte();
      if (shift == 63 && next > 1) {
        break;
      }
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw corrupt(start, "varint has more than 64 bits");
  }

  /** Reads a varint that is to lie in {@code [min, max]}, {@code min} not negative. */
  public int readVarint(String what, int min, int max) {
    int start = position;
    long value = readVarint();
    if (value < min || value > max) {
      throw corrupt(
          start,
          what + " is " + Long.toUnsignedString(value) + " (expected: " + min + ".." + max + ")");
    }
    return (int) value;
  }

  /** Reads a signed integer, see {@link ByteArrayWriter#writeZigzag}. */
  public long readZigzag() {
    long value = readVarint();
    return value >>> 1 ^ -(value & 1);
  }

  /** The failure of the byte at {@code offset}, to be thrown. */
  public static GatewayException corrupt(int offset, String problem) {
    return new GatewayException(Kind.CORRUPT, "byte " + offset + ": " + problem);
  }
}
