package orzo.encoding;

import java.util.Arrays;

/**
 * A growable byte array to append to. Keeps its room when cleared, so that one instance serves many
 * encodings. Not safe for many threads.
 */
public final class ByteArrayWriter {
  /** The most bytes that {@link #writeVarint} appends. */
  public static final int MAX_VARINT_BYTES = 10;

  private byte[] bytes;
  private int size;

  /** Creates an empty writer with room for {@code capacity} bytes. */
  public ByteArrayWriter(int capacity) {
    bytes = new byte[capacity];
  }

  /** How many bytes were appended. */
  public int size() {
    return size;
  }

  /** Forgets all bytes and keeps the room. */
  public void clear() {
    size = 0;
  }

  /** Forgets the bytes from {@code size} on. */
  public void truncate(int size) {
    if (size < 0 || size > this.size) {
      throw new IllegalArgumentException("size: " + size + " (expected: 0.." + this.size + ")");
    }
    this.size = size;
  }

  /** Copies what was appended. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /**
   * The array behind this writer, valid until the next call that appends; only the first {@link
   * #size} bytes, and those reserved, mean anything.
   */
  public byte[] array() {
    return bytes;
  }

  /** Makes room for {@code count} more bytes, to be written to {@link #array} at {@link #size}. */
  public void reserve(int count) {
    if (bytes.length - size < count) {
      bytes = Arrays.copyOf(bytes, Math.max(size + count, bytes.length + (bytes.length >> 1) + 16));
    }
  }

  /**
   * Takes {@code count} reserved bytes, which the caller has written to {@link #array}, as
   * appended.
   */
  public void advance(int count) {
    if (count < 0 || count > bytes.length - size) {
      throw new IllegalArgumentException(
          "count: " + count + " (expected: 0.." + (bytes.length - size) + ")");
    }
    size += count;
  }

  /** Appends the lowest 8 bits. */
  public void writeByte(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  /** Appends 4 bytes, little-endian. */
  public void writeInt(int value) {
    reserve(Integer.BYTES);
    LittleEndian.putInt(bytes, size, value);
    size += Integer.BYTES;
  }

  /** Appends 8 bytes, little-endian. */
  public void writeLong(long value) {
    reserve(Long.BYTES);
    LittleEndian.putLong(bytes, size, value);
    size += Long.BYTES;
  }

  /** Appends bytes of another array. */
  public void writeBytes(byte[] source, int from, int count) {
    reserve(count);
    System.arraycopy(source, from, bytes, size, count);
    size += count;
  }

  /** Appends an unsigned integer of 64 bits in groups of 7, lowest first (LEB128). */
  public void writeVarint(long value) {
    reserve(MAX_VARINT_BYTES);
    int at = size;
    while ((value & ~0x7fL) != 0) {
      bytes[at++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    bytes[at++] = (byte) value;
    size = at;
  }

  /** Appends a signed integer as a varint: 0, -1, 1, -2 become 0, 1, 2, 3. */
  public void writeZigzag(long value) {
    writeVarint(zigzag(value));
  }

  /** Maps small numbers of either sign to small unsigned ones. */
  public static long zigzag(long value) {
    return value << 1 ^ value >> 63;
  }

  /** How many bytes {@link #writeVarint} takes. */
  public static int varintBytes(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }
}
