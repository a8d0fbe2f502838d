package orzo.remotewrite;

/**
 * The body of a request while it arrives, in one array that grows as bytes come, never by what a
 * header announces. Not safe for many threads.
 */
final class RequestBody {
  private static final byte[] NOTHING = new byte[0];

  private final RemoteWriteReceiver receiver;
  private byte[] bytes = NOTHING;
  private int length;

  /** What becomes of bytes that arrived. */
  enum Admission {
    ACCEPTED,
    /** The body is over its limit. */
    TOO_LARGE,
    /** All requests together hold what they may. */
    OVERLOADED
  }

  RequestBody(RemoteWriteReceiver receiver) {
    this.receiver = receiver;
  }

  /** Makes room for bytes to be written at {@link #length()}; otherwise nothing changes. */
  Admission reserve(int count) {
    int limit = receiver.limits().compressedBytes();
    if (count > limit - length) {
      return Admission.TOO_LARGE;
    }
    if (count > bytes.length - length) {
      byte[] grown =
          receiver.bodies().take(Math.max(length + count, (int) Math.min(2L * length, limit)));
      if (!receiver.budget().tryReserve(grown.length)) {
        receiver.bodies().give(grown);
        return Admission.OVERLOADED;
      }
      System.arraycopy(bytes, 0, grown, 0, length);
      giveBack();
      bytes = grown;
    }
    return Admission.ACCEPTED;
  }

  /** Counts bytes that were written. */
  void advance(int count) {
    length += count;
  }

  /** The array that holds the body. */
  byte[] bytes() {
    return bytes;
  }

  /** How many bytes have arrived. */
  int length() {
    return length;
  }

  /** Forgets the body and gives its array back. */
  void release() {
    giveBack();
    bytes = NOTHING;
    length = 0;
  }

  private void giveBack() {
    if (bytes.length > 0) {
      receiver.budget().release(bytes.length);
      receiver.bodies().give(bytes);
    }
  }
}
