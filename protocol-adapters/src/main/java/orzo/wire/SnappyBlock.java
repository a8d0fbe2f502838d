package orzo.wire;

import java.io.IOException;
import org.xerial.snappy.Snappy;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Snappy's block format, in which remote write and remote read compress. */
public final class SnappyBlock {
  private SnappyBlock() {}

  /**
   * The length that a block says it has once decompressed; to be checked before room is made.
   *
   * @param protocol what errors name first
   * @throws GatewayException {@link Kind#MALFORMED} when the block does not start with a length
   */
  public static long declaredLength(String protocol, byte[] block, int length) {
    // A varint of at most 32 bits; see "1. Preamble" of Snappy's format_description.txt.
    long declared = 0;
    for (int i = 0; i < Math.min(length, 5); i++) {
      declared |= (block[i] & 0x7FL) << 7 * i;
      if (block[i] >= 0) {
        if (declared >>> 32 != 0) {
          break;
        }
        return declared;
      }
    }
    throw new GatewayException(
        Kind.MALFORMED,
        protocol + ": body of " + length + " bytes is no Snappy block (expected: block format)");
  }

  /**
   * Decompresses a block.
   *
   * @param protocol what errors name first
   * @param output at least {@link #declaredLength} long
   * @throws GatewayException {@link Kind#MALFORMED} when the block is damaged
   */
  public static void decompress(String protocol, byte[] block, int length, byte[] output) {
    long declared = declaredLength(protocol, block, length);
    if (declared > output.length) {
      throw new IllegalArgumentException(
          "output: " + output.length + " bytes (expected: " + declared + " or more)");
    }
    try {
      // The native code writes as many bytes as the block declares, not as output has room for.
      int written = Snappy.uncompress(block, 0, length, output, 0);
      if (written != declared) {
        throw new IOException(written + " bytes where " + declared + " are declared");
      }
    } catch (IOException e) {
      throw new GatewayException(
          Kind.MALFORMED,
          protocol
              + ": Snappy block of "
              + length
              + " bytes is damaged or in the framed format (expected: block format)",
          e);
    }
  }
}
