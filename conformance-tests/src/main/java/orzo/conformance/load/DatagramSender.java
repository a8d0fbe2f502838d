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
 * Sends datagrams to a port of 127.0.0.1, many with one system call, as fast as Java's own channels
 * can't: the kernel cuts what it is given into datagrams of one size ({@code UDP_SEGMENT}, see
 * udp(7)). Who receives them gets one by one. Linux 4.18 or newer. Not safe for many threads.
 */
final class DatagramSender implements AutoCloseable {
  /** How many datagrams go out at once; the kernel cuts no more. */
  static final int BATCH = 64;

  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int SOL_UDP = 17;
  private static final int UDP_SEGMENT = 103;

  private final Arena arena = Arena.ofShared();
  private final MethodHandle send;
  private final MethodHandle close;
  private final MemorySegment bytes;
  private final long batchBytes;
  private final int batches;
  private final int socket;
  private int next;

  /**
   * Opens a socket and prepares what it sends.
   *
   * @param payloads are sent in turn; a multiple of {@link #BATCH} of them, all of one length
   */
  DatagramSender(int port, List<byte[]> payloads) {
    if (payloads.isEmpty() || payloads.size() % BATCH != 0) {
      throw new IllegalArgumentException(
          "payloads: " + payloads.size() + " (expected: a multiple of " + BATCH + ")");
    }
    int length = payloads.getFirst().length;
    if (payloads.stream().anyMatch(payload -> payload.length != length)) {
      throw new IllegalArgumentException("payloads: of several lengths (expected: one)");
    }
    batches = payloads.size() / BATCH;
    batchBytes = (long) BATCH * length;
    bytes = arena.allocate((long) payloads.size() * length);
    for (int i = 0; i < payloads.size(); i++) {
      MemorySegment.copy(payloads.get(i), 0, bytes, JAVA_BYTE, (long) i * length, length);
    }
    send =
        function("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    socket = open(port, length);
  }

  private int open(int port, int length) {
    MethodHandle open =
        function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    MethodHandle connect =
        function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    MethodHandle set =
        function(
            "setsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    MemorySegment address = arena.allocate(16, 4); // struct sockaddr_in
    address.set(JAVA_SHORT, 0, (short) AF_INET);
    address.set(JAVA_BYTE, 2, (byte) (port >>> 8));
    address.set(JAVA_BYTE, 3, (byte) port);
    address.set(JAVA_BYTE, 4, (byte) 127);
    address.set(JAVA_BYTE, 7, (byte) 1);
    MemorySegment size = arena.allocateFrom(JAVA_INT, length);
    try {
      int opened = (int) open.invokeExact(AF_INET, SOCK_DGRAM, 0);
      if (opened < 0 || (int) connect.invokeExact(opened, address, 16) != 0) {
        throw new IllegalStateException("can't open a socket to UDP port " + port);
      }
      if ((int) set.invokeExact(opened, SOL_UDP, UDP_SEGMENT, size, 4) != 0) {
        throw new IllegalStateException("the kernel cuts no datagrams (expected: Linux 4.18)");
      }
      return opened;
    } catch (Throwable e) {
      throw failure(e);
    }
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

  /** Sends the next batch; returns how many datagrams the kernel took: all of them, or none. */
  int send() {
    MemorySegment batch = bytes.asSlice(next * batchBytes, batchBytes);
    next = next + 1 == batches ? 0 : next + 1;
    try {
      return (long) send.invokeExact(socket, batch, batchBytes, 0) == batchBytes ? BATCH : 0;
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
