package orzo.redis;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Reads what {@link RecordWriter} wrote. Every method throws {@link GatewayException} {@link
 * Kind#CORRUPT} when the bytes cannot be that.
 */
final class RecordReader {
  private final String what;
  private final byte[] bytes;
  private int at;

  /** Reads a record of {@code version}, the only one known, which stands in its first byte. */
  RecordReader(String what, int version, byte[] bytes) {
    this.what = what;
    this.bytes = bytes;
    int stored = number();
    if (stored != version) {
      throw corrupt("version " + stored + " (expected: " + version + ")");
    }
  }

  /** Reads a record without a version. */
  RecordReader(String what, byte[] bytes) {
    this.what = what;
    this.bytes = bytes;
  }

  /** How many bytes are left. */
  int left() {
    return bytes.length - at;
  }

  /** All that is left. */
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
    at = bytes.length;
    return rest;
  }

  /** A number. */
  int number() {
    int number = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      need(1);
      byte b = bytes[at++];
      number |= (b & 0x7f) << shift;
      if (b >= 0) {
        return number;
      }
    }
    throw corrupt("a number of more than five bytes");
  }

  /** Eight bytes as a long, the highest first. */
  long fixedLong() {
    need(Long.BYTES);
    long number = ByteBuffer.wrap(bytes).getLong(at);
    at += Long.BYTES;
    return number;
  }

  /** A text. */
  String text() {
    int length = number();
    need(length);
    try {
      ByteBuffer utf8 = ByteBuffer.wrap(bytes, at, length);
      at += length;
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw corrupt("a text that is not UTF-8");
    }
  }

  /** Ends the record: no bytes may be left. */
  void end() {
    if (at != bytes.length) {
      throw corrupt((bytes.length - at) + " bytes after its end");
    }
  }

  GatewayException corrupt(String why) {
    return new GatewayException(
        Kind.CORRUPT, what + " of " + bytes.length + " bytes: " + why + ", at byte " + at);
  }

  private void need(int length) {
    if (length < 0 || length > bytes.length - at) {
      throw corrupt("truncated, " + Integer.toUnsignedString(length) + " bytes needed");
    }
  }
}
