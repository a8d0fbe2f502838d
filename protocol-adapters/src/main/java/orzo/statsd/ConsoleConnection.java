package orzo.statsd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection to the management port: what arrives at once is one command. */
final class ConsoleConnection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ConsoleConnection.class);

  private final StatsdReceiver receiver;

  ConsoleConnection(StatsdReceiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf chunk = (ByteBuf) message;
    String answer;
    try {
      answer = receiver.answer(chunk.toString(StandardCharsets.UTF_8));
    } finally {
      chunk.release();
    }
    if (answer == null) {
      var _ = context.close();
      return;
    }
    // Commands of somebody who does not read the answers wait with TCP, not here.
    context.channel().config().setAutoRead(false);
    var _ =
        context
            .writeAndFlush(ByteBufUtil.writeUtf8(context.alloc(), answer))
            .addListener(_ -> context.channel().config().setAutoRead(true));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("statsd: console of {}: {}", context.channel().remoteAddress(), cause.toString());
    var _ = context.close();
  }
}
