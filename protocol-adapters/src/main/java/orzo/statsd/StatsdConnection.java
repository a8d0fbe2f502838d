package orzo.statsd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the complete lines of a connection to the receiver. A line that is not complete waits for
 * its rest, and is dropped, and counted, when the connection ends.
 */
final class StatsdConnection extends ChannelInboundHandlerAdapter {
  /** How long a line may be that did not arrive at once, in bytes. */
  static final int MAX_LINE = 16 << 10;

  private static final Logger log = LoggerFactory.getLogger(StatsdConnection.class);
  private static final byte[] NOTHING = new byte[0];

  private final StatsdReceiver receiver;
  private byte[] rest = NOTHING;

  /** Whether the line that is arriving is too long, and passed over up to its end. */
  private boolean skipping;

  StatsdConnection(StatsdReceiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf chunk = (ByteBuf) message;
    try {
      byte[] bytes = new byte[rest.length + chunk.readableBytes()];
      System.arraycopy(rest, 0, bytes, 0, rest.length);
      chunk.readBytes(bytes, rest.length, bytes.length - rest.length);
      if (receiver.readsSevenBits()) {
        for (int i = rest.length; i < bytes.length; i++) {
          bytes[i] &= 0x7f;
        }
      }
      take(bytes);
    } finally {
      chunk.release();
    }
  }

  private void take(byte[] bytes) {
    int start = skipping ? indexAfterLine(bytes) : 0;
    if (start < 0) {
      return;
    }
    skipping = false;
    int end = bytes.length;
    while (end > start && bytes[end - 1] != '\n') {
      end--;
    }
    if (end > start) {
      receiver.packet(bytes, start, end);
    }
    if (bytes.length - end > MAX_LINE) {
      receiver.fault(LineFault.LINE_TOO_LONG);
      skipping = true;
      rest = NOTHING;
    } else {
      rest = end == bytes.length ? NOTHING : Arrays.copyOfRange(bytes, end, bytes.length);
    }
  }

  private static int indexAfterLine(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    receiver.batchEnded();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (rest.length > 0) {
      rest = NOTHING;
      receiver.fault(LineFault.INCOMPLETE);
    }
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug(
          "statsd: connection of {}: {}", context.channel().remoteAddress(), cause.toString());
    } else {
      log.warn("statsd: connection of {} is closed", context.channel().remoteAddress(), cause);
    }
    var _ = context.close();
  }
}
