package orzo.carbon;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.datagram.KernelDrops;
import orzo.intake.Protocol;
import orzo.intake.Rejection;

/**
 * The listeners for what Graphite's clients send to carbon: lines by TCP and UDP on one port, and
 * pickles by TCP on another.
 *
 * <p>Memory is bounded whatever clients do: a connection holds at most the beginning of a line, or
 * of a pickle as far as it has arrived; what these pickles hold together has a limit, and so have
 * the samples that wait for storage. When they reach it, connections are not read until there is
 * room, and datagrams are dropped.
 */
public final class CarbonListener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CarbonListener.class);

  private static final Duration GRACE = Duration.ofSeconds(2);

  /** What may wait in the kernel of datagrams; Linux gives at most {@code net.core.rmem_max}. */
  private static final int DATAGRAM_BUFFER_BYTES = 32 << 20;

  private static final byte[] NOTHING = new byte[0];

  private final String host;
  private final int eventLoops;
  private final CarbonReceiver receiver;
  private final ChannelGroup connections =
      new DefaultChannelGroup("carbon", GlobalEventExecutor.INSTANCE);
  private final Map<EventExecutor, CarbonLane> lanes = new HashMap<>();
  private final List<Channel> listening = new ArrayList<>();
  private @Nullable EventLoopGroup group;
  private int datagramPort; // 0 while there is none

  /**
   * Creates a listener that does not listen yet.
   *
   * @param host address to listen on
   * @param eventLoops how many threads decode
   */
  public CarbonListener(String host, int eventLoops, CarbonReceiver receiver) {
    this.host = host;
    this.eventLoops = eventLoops;
    this.receiver = receiver;
  }

  /**
   * Listens for lines, by TCP and by UDP.
   *
   * @param port 0 for any free one
   * @return the port, the same for both
   * @throws IOException when the address can't be listened on; says which
   */
  public synchronized int listenForLines(int port) throws IOException {
    Channel tcp = bind(serverBootstrap(LineConnection::new), port, "TCP");
    int bound = portOf(tcp);
    bind(datagramBootstrap(), bound, "UDP");
    datagramPort = bound;
    return bound;
  }

  /**
   * Listens for pickles.
   *
   * @param port 0 for any free one
   * @return the port
   * @throws IOException when the address can't be listened on; says which
   */
  public synchronized int listenForPickles(int port) throws IOException {
    return portOf(bind(serverBootstrap(PickleConnection::new), port, "TCP"));
  }

  /** How many connections are open. */
  public int connections() {
    return connections.size();
  }

  /** Whether connections are not read at the moment because there is no room for samples. */
  public synchronized boolean isHoldingBack() {
    return lanes.values().stream().anyMatch(lane -> !lane.gate().isOpen());
  }

  /**
   * How many datagrams the kernel dropped because those before them had not been read; 0 where it
   * does not tell, or none are listened for.
   */
  public synchronized long droppedDatagrams() {
    return datagramPort == 0 ? 0 : KernelDrops.at(datagramPort);
  }

  private EventLoopGroup group() {
    EventLoopGroup started = group;
    if (started == null) {
      started =
          new MultiThreadIoEventLoopGroup(
              eventLoops,
              new DefaultThreadFactory("carbon"),
              Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
      long partialBytes = receiver.limits().partialPickleBytes() / eventLoops;
      for (EventExecutor loop : started) {
        lanes.put(loop, new CarbonLane(loop, receiver, partialBytes));
      }
      group = started;
    }
    return started;
  }

  private ServerBootstrap serverBootstrap(Function<CarbonLane, CarbonConnection> handler) {
    Class<? extends ServerChannel> type =
        Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    return new ServerBootstrap()
        .group(group())
        .channel(type)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, 1024)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 2048, 64 << 10))
        .childHandler(new Connections(handler));
  }

  private Bootstrap datagramBootstrap() {
    Class<? extends DatagramChannel> type =
        Epoll.isAvailable() ? EpollDatagramChannel.class : NioDatagramChannel.class;
    return new Bootstrap()
        .group(group())
        .channel(type)
        .option(ChannelOption.SO_RCVBUF, DATAGRAM_BUFFER_BYTES)
        .option(
            ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LineDatagrams.MAX_BYTES))
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new LineDatagrams(laneOf(channel)));
              }
            });
  }

  private Channel bind(AbstractBootstrap<?, ?> bootstrap, int port, String what)
      throws IOException {
    ChannelFuture bound = bootstrap.bind(new InetSocketAddress(host, port)).awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      close();
      throw new IOException(
          "carbon: can't listen on " + host + ":" + port + " (" + what + "): " + cause.getMessage(),
          cause);
    }
    listening.add(bound.channel());
    return bound.channel();
  }

  private static int portOf(Channel channel) {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  private CarbonLane laneOf(Channel channel) {
    CarbonLane lane = lanes.get(channel.eventLoop());
    if (lane == null) {
      throw new IllegalStateException("channel of another group");
    }
    return lane;
  }

  /**
   * Stops: accepts no more connections, reads no more, waits two seconds at most until what was
   * read is stored, counts what is not, and closes all connections.
   */
  @Override
  public synchronized void close() {
    EventLoopGroup stopping = group;
    if (stopping == null) {
      return;
    }
    group = null;
    datagramPort = 0;
    listening.forEach(channel -> channel.close().awaitUninterruptibly());
    listening.clear();
    CountDownLatch drained = new CountDownLatch(lanes.size());
    lanes.forEach((loop, lane) -> loop.execute(() -> lane.drain(drained::countDown)));
    connections.close().awaitUninterruptibly();
    try {
      if (!drained.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("carbon: not everything that was read could be stored");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lanes.forEach((loop, lane) -> loop.submit(lane::abandon).awaitUninterruptibly());
    stopping
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    lanes.clear();
  }

  private final class Connections extends ChannelInitializer<Channel> {
    private final Function<CarbonLane, CarbonConnection> handler;

    Connections(Function<CarbonLane, CarbonConnection> handler) {
      this.handler = handler;
    }

    @Override
    protected void initChannel(Channel channel) {
      CarbonConnection connection = handler.apply(laneOf(channel));
      if (connections.size() >= receiver.limits().connections()) {
        Protocol protocol =
            connection.sendsPickles() ? Protocol.CARBON_PICKLE : Protocol.CARBON_LINE;
        connection.lane.refuse(protocol, Rejection.OVERLOADED, NOTHING, 0, 0);
        connection.lane.readComplete();
        var _ = channel.close();
        return;
      }
      connections.add(channel);
      long idleMillis = receiver.limits().idleTimeout().toMillis();
      if (idleMillis > 0) {
        channel.pipeline().addLast(new IdleStateHandler(idleMillis, 0, 0, TimeUnit.MILLISECONDS));
      }
      channel.pipeline().addLast(connection);
    }
  }
}
