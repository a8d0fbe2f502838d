package orzo.statsd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * Gives one channel the same buffer for every read. Datagrams are done with before the next ones
 * are read, and a buffer for many of them is too large for Netty's pools to keep: they would get it
 * from the system, zeroed, each time.
 */
final class DatagramBuffer extends DefaultMaxMessagesRecvByteBufAllocator implements AutoCloseable {
  private final ByteBuf buffer;

  /** Creates a buffer of {@code capacity} bytes. */
  DatagramBuffer(int capacity, int maxMessagesPerRead) {
    super(maxMessagesPerRead);
    buffer = Unpooled.directBuffer(capacity, capacity);
  }

  @Override
  @SuppressWarnings("deprecation") // the superclass says so, and its successor is not asked for
  public RecvByteBufAllocator.Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public ByteBuf allocate(ByteBufAllocator allocator) {
        return buffer.refCnt() == 1 ? buffer.clear().retain() : allocator.directBuffer(guess());
      }

      @Override
      public int guess() {
        return buffer.capacity();
      }
    };
  }

  /** Frees the buffer; call it when the channel is closed. */
  @Override
  public void close() {
    buffer.release();
  }
}
