package orzo.remoteread;

import java.util.ArrayList;
import java.util.List;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** How a read request can be answered, in the order of their numbers in the protocol. */
public enum ResponseType {
  /** One message with all samples. */
  SAMPLES,
  /** A stream of frames with chunks, one series after the other. */
  STREAMED_XOR_CHUNKS;

  /**
   * The first of the types that a client accepts which there is; {@link #SAMPLES} when it names
   * none.
   *
   * @param accepted numbers, in the client's order
   * @throws GatewayException {@link Kind#MALFORMED} when there is none of them
   */
  public static ResponseType negotiate(List<Integer> accepted) {
    if (accepted.isEmpty()) {
      return SAMPLES;
    }
    ResponseType[] all = values();
    for (int number : accepted) {
      if (number >= 0 && number < all.length) {
        return all[number];
      }
    }
    List<String> known = new ArrayList<>();
    for (ResponseType type : all) {
      known.add(type + " (" + type.ordinal() + ")");
    }
    throw new GatewayException(
        Kind.MALFORMED,
        "server does not support any of the requested response types: "
            + accepted
            + "; supported: "
            + known);
  }
}
