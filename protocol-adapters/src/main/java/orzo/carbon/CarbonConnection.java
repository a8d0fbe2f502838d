package orzo.carbon;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP connection of a client. Nothing is ever sent to it. For its event loop only. */
abstract class CarbonConnection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(CarbonConnection.class);

  final CarbonLane lane;
  private @Nullable ChannelHandlerContext context;

  CarbonConnection(CarbonLane lane) {
    this.lane = lane;
  }

  /** Whether it sends pickles, which can be large. */
  abstract boolean sendsPickles();

  /** Decodes what has arrived; the buffer is not to be kept. */
  abstract void received(ByteBuf bytes);

  /** Counts what will never be complete. */
  abstract void ended();

  /** Starts or stops reading. */
  final void read(boolean on) {
    if (context != null) {
      var _ = context.channel().config().setAutoRead(on);
    }
  }

  /** Closes the connection. */
  final void close() {
    if (context != null) {
      var _ = context.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    this.context = context;
    lane.gate().add(this);
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      received(bytes);
    } finally {
      bytes.release();
      lane.readComplete();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended();
    lane.readComplete();
    lane.gate().remove(this);
    context.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    // While it is not read, it is not known whether it is idle.
    if (event instanceof IdleStateEvent && context.channel().config().isAutoRead()) {
      close();
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("carbon: {}: {}", context.channel().remoteAddress(), cause.getMessage());
    } else {
      log.error("carbon: {}", context.channel().remoteAddress(), cause);
    }
    close();
  }
}
