package orzo.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import orzo.storage.Checkpoint;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Checkpoints as Redis holds them: the position as a stream ID, a space, the number. */
final class Checkpoints {
  private Checkpoints() {}

  static byte[] bytes(Checkpoint checkpoint) {
    return (checkpoint.position() + " " + checkpoint.number()).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads a checkpoint.
   *
   * @throws GatewayException {@link Kind#CORRUPT} for other bytes
   */
  static Checkpoint parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int space = Math.max(text.indexOf(' '), 0);
    try {
      return new Checkpoint(
          StreamIds.parse(ByteBuffer.wrap(bytes, 0, space)),
          Long.parseLong(text.substring(space + 1)));
    } catch (GatewayException | NumberFormatException e) {
      throw new GatewayException(
          Kind.CORRUPT,
          "checkpoint '" + text + "' (expected: a stream ID and a number, as 1700000000000-0 7)",
          e);
    }
  }
}
