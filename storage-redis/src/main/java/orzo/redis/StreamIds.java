package orzo.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** The IDs of streams: two unsigned decimal numbers, {@code MAJOR-MINOR}. */
final class StreamIds {
  private StreamIds() {}

  /**
   * Reads an ID.
   *
   * @throws GatewayException {@link Kind#CORRUPT} for other bytes
   */
  static BacklogPosition parse(ByteBuffer bytes) {
    long[] parts = new long[2];
    int part = 0;
    int digits = 0;
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      byte b = bytes.get(i);
      if (b >= '0' && b <= '9') {
        parts[part] = parts[part] * 10 + (b - '0');
        digits++;
      } else if (b == '-' && part == 0 && digits > 0) {
        part = 1;
        digits = 0;
      } else {
        throw corrupt(bytes);
      }
    }
    if (part != 1 || digits == 0) {
      throw corrupt(bytes);
    }
    return new BacklogPosition(parts[0], parts[1]);
  }

  private static GatewayException corrupt(ByteBuffer bytes) {
    return new GatewayException(
        Kind.CORRUPT,
        "backlog position '"
            + StandardCharsets.ISO_8859_1.decode(bytes.duplicate())
            + "' (expected: two numbers, as 1700000000000-0)");
  }

  /** The least position after another; the greatest has none and is returned itself. */
  static BacklogPosition next(BacklogPosition position) {
    if (position.minor() != -1) {
      return new BacklogPosition(position.major(), position.minor() + 1);
    }
    return position.major() == -1 ? position : new BacklogPosition(position.major() + 1, 0);
  }

  /** An ID's text. */
  static byte[] bytes(BacklogPosition position) {
    return position.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
