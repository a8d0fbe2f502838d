package orzo.remotewrite;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import orzo.access.Doorkeeper;

/**
 * The listener for remote write alone, apart from queries: HTTP/1.1 on Netty, {@code POST
 * /api/v1/write} and {@code /api/v1/receive}.
 *
 * <p>Memory is bounded whatever clients do: connections, header sizes, each body, and all bodies
 * together have limits; a request that does not arrive in time is given up.
 */
public final class RemoteWriteListener implements AutoCloseable {
  private static final int MAX_CONNECTIONS = 4096;
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final String host;
  private final int port;
  private final int eventLoops;
  private final String tenantHeader;
  private final Doorkeeper doorkeeper;
  private final RemoteWriteReceiver receiver;
  private final ChannelGroup connections =
      new DefaultChannelGroup("remote-write", GlobalEventExecutor.INSTANCE);
  private @Nullable EventLoopGroup group;
  private @Nullable Channel server;

  /**
   * Creates a listener that does not listen yet.
   *
   * @param port 0 for any free one
   * @param eventLoops how many threads decode
   * @param tenantHeader the header that names the tenant
   * @param doorkeeper tells who sends
   */
  public RemoteWriteListener(
      String host,
      int port,
      int eventLoops,
      String tenantHeader,
      Doorkeeper doorkeeper,
      RemoteWriteReceiver receiver) {
    this.host = host;
    this.port = port;
    this.eventLoops = eventLoops;
    this.tenantHeader = tenantHeader;
    this.doorkeeper = doorkeeper;
    this.receiver = receiver;
  }

  /**
   * Listens.
   *
   * @throws IOException when the address can't be listened on; says which
   */
  public synchronized void start() throws IOException {
    if (group != null) {
      throw new IllegalStateException("already started");
    }
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    Class<? extends ServerChannel> type =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    EventLoopGroup started =
        new MultiThreadIoEventLoopGroup(eventLoops, new DefaultThreadFactory("remote-write"), io);
    var bound =
        new ServerBootstrap()
            .group(started)
            .channel(type)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(1024, 16 << 10, 256 << 10))
            .childHandler(new Connections())
            .bind(new InetSocketAddress(host, port))
            .awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      shutDown(started);
      throw new IOException(
          "remote write: can't listen on " + host + ":" + port + ": " + cause.getMessage(), cause);
    }
    group = started;
    server = bound.channel();
  }

  /** The port it listens on. */
  public synchronized int port() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** How many connections are open. */
  public int connections() {
    return connections.size();
  }

  /**
   * Stops: accepts no more connections, answers the requests that were received or are being
   * received, waiting three seconds at most, and closes all connections.
   */
  @Override
  public synchronized void close() {
    if (server != null) {
      server.close().awaitUninterruptibly();
      server = null;
    }
    if (group != null) {
      for (Channel connection : connections) {
        connection.pipeline().fireUserEventTriggered(RemoteWriteConnection.STOP);
      }
      connections.newCloseFuture().awaitUninterruptibly(GRACE.toMillis());
      connections.close().awaitUninterruptibly();
      shutDown(group);
      group = null;
    }
  }

  private static void shutDown(EventLoopGroup group) {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private final class Connections extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      if (connections.size() >= MAX_CONNECTIONS) {
        var _ = channel.close();
        return;
      }
      connections.add(channel);
      HttpDecoderConfig http =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(MAX_LINE_BYTES)
              .setMaxHeaderSize(MAX_HEADER_BYTES)
              .setMaxChunkSize(256 << 10);
      RemoteWriteConnection connection =
          new RemoteWriteConnection(receiver, tenantHeader, doorkeeper);
      channel
          .pipeline()
          .addLast(new Arrival(connection))
          .addLast(new HttpServerCodec(http))
          .addLast(new FlowControlHandler())
          .addLast(connection);
    }
  }

  /** Tells a connection of the first bytes of a request, whose head may come slowly. */
  private static final class Arrival extends ChannelInboundHandlerAdapter {
    private final RemoteWriteConnection connection;

    Arrival(RemoteWriteConnection connection) {
      this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
      connection.bytesArrived();
      super.channelRead(context, bytes);
    }
  }
}
