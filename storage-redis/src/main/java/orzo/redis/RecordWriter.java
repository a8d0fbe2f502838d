package orzo.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the small records of catalog, metadata and policies: bytes, numbers of varying length,
 * texts.
 */
final class RecordWriter {
  private byte[] bytes = new byte[256];
  private int size;

  /** Writes bytes as they are. */
  RecordWriter raw(byte[] more) {
    ensure(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
    return this;
  }

  /**
   * Writes a number >= 0: seven bits a byte, the lowest first, the eighth set on all but the last.
   */
  RecordWriter number(int number) {
    ensure(5);
    int rest = number;
    while (rest > 0x7f) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  /** Writes eight bytes, the highest first. */
  RecordWriter fixedLong(long number) {
    return raw(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  /** Writes a text: the number of its bytes, then them in UTF-8. */
  RecordWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return number(utf8.length).raw(utf8);
  }

  /** What was written. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void ensure(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }
}
