package orzo.carbon;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.intake.Protocol;
import orzo.intake.SeriesCache;

/**
 * Lines that come by UDP, any number in a datagram; the last one may have no end. Nobody is held
 * back: what there is no room for is dropped. For one event loop.
 */
final class LineDatagrams extends SimpleChannelInboundHandler<DatagramPacket> {
  /** More than a datagram can have. */
  static final int MAX_BYTES = 64 << 10;

  private static final Logger log = LoggerFactory.getLogger(LineDatagrams.class);

  private final CarbonLane lane;
  private SeriesCache cache;
  private SeriesCache.Lookup lookup;

  LineDatagrams(CarbonLane lane) {
    this.lane = lane;
    cache = lane.caches().lines();
    lookup = cache.lookup();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
    ByteBuf bytes = packet.content();
    byte[] work = lane.work();
    int size = bytes.readableBytes();
    bytes.readBytes(work, 0, size);
    if (size > 0 && work[size - 1] != '\n') {
      work[size++] = '\n';
    }
    if (!lane.hasRoom()) {
      lane.drop(Protocol.CARBON_UDP, lines(work, size));
      return;
    }
    SeriesCache current = lane.caches().lines();
    if (cache != current) {
      cache = current;
      lookup = current.lookup();
    }
    lane.decodeLines(Protocol.CARBON_UDP, work, 0, size, lookup);
  }

  private static int lines(byte[] bytes, int size) {
    int lines = 0;
    for (int i = 0; i < size; i++) {
      lines += bytes[i] == '\n' ? 1 : 0;
    }
    return lines;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    lane.readComplete();
    context.fireChannelReadComplete();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.error("carbon: UDP", cause);
  }
}
