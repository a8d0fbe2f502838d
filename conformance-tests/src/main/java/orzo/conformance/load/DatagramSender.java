package orzo.conformance.load;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Sends datagrams to a port of 127.0.0.1, many with one system call ({@code sendmmsg(2)}), as fast
 * as Java's own channels can't. Linux only, on 64-bit processors. Not safe for many threads.
 */
final class DatagramSender implements AutoCloseable {
  /** How many datagrams go out at once. */
  static final int BATCH = 64;

  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;

  // struct iovec: base, length. struct mmsghdr: name, its length, iovec, how many, control, its
  // length, flags, bytes sent; all padded to eight bytes.
  private static final long IOVEC_BYTES = 16;
  private static final long MESSAGE_BYTES = 64;
  private static final long MESSAGE_IOVEC = 16;
  private static final long MESSAGE_IOVEC_COUNT = 24;

  private final Arena arena = Arena.ofShared();
  private final MethodHandle sendmmsg;
  private final MethodHandle close;
  private final MemorySegment messages;
  private final int batches;
  private final int socket;
  private int next;

  /**
   * Opens a socket and prepares what it sends.
   *
   * @param payloads are sent in turn; a multiple of {@link #BATCH} of them
   */
  DatagramSender(int port, List<byte[]> payloads) {
    if (payloads.isEmpty() || payloads.size() % BATCH != 0) {
      throw new IllegalArgumentException(
          "payloads: " + payloads.size() + " (expected: a multiple of " + BATCH + ")");
    }
    batches = payloads.size() / BATCH;
    messages = messages(payloads);
    sendmmsg =
        function(
            "sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    MethodHandle open =
        function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    MethodHandle connect =
        function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    MemorySegment address = arena.allocate(16, 4); // struct sockaddr_in
    address.set(JAVA_SHORT, 0, (short) AF_INET);
    address.set(JAVA_BYTE, 2, (byte) (port >>> 8));
    address.set(JAVA_BYTE, 3, (byte) port);
    address.set(JAVA_BYTE, 4, (byte) 127);
    address.set(JAVA_BYTE, 7, (byte) 1);
    try {
      socket = (int) open.invokeExact(AF_INET, SOCK_DGRAM, 0);
      if (socket < 0 || (int) connect.invokeExact(socket, address, 16) != 0) {
        throw new IllegalStateException("can't open a socket to UDP port " + port);
      }
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private MemorySegment messages(List<byte[]> payloads) {
    MemorySegment iovecs = arena.allocate(IOVEC_BYTES * payloads.size(), 8);
    MemorySegment headers = arena.allocate(MESSAGE_BYTES * payloads.size(), 8);
    for (int i = 0; i < payloads.size(); i++) {
      byte[] payload = payloads.get(i);
      MemorySegment bytes = arena.allocate(payload.length, 1);
      MemorySegment.copy(payload, 0, bytes, JAVA_BYTE, 0, payload.length);
      iovecs.set(ADDRESS, i * IOVEC_BYTES, bytes);
      iovecs.set(JAVA_LONG, i * IOVEC_BYTES + 8, payload.length);
      headers.set(
          ADDRESS, i * MESSAGE_BYTES + MESSAGE_IOVEC, iovecs.asSlice(i * IOVEC_BYTES, IOVEC_BYTES));
      headers.set(JAVA_LONG, i * MESSAGE_BYTES + MESSAGE_IOVEC_COUNT, 1);
    }
    return headers;
  }

  @SuppressWarnings("restricted") // the program is started with native access
  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  private static RuntimeException failure(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
  }

  /** Sends the next batch; returns how many datagrams of it the kernel took. */
  int send() {
    MemorySegment batch =
        messages.asSlice((long) next * BATCH * MESSAGE_BYTES, BATCH * MESSAGE_BYTES);
    next = next + 1 == batches ? 0 : next + 1;
    try {
      int sent = (int) sendmmsg.invokeExact(socket, batch, BATCH, 0);
      return Math.max(0, sent);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  @Override
  public void close() {
    try {
      var _ = (int) close.invokeExact(socket);
    } catch (Throwable e) {
      throw failure(e);
    } finally {
      arena.close();
    }
  }
}
