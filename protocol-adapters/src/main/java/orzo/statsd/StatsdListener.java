package orzo.statsd;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.datagram.KernelDrops;

/**
 * Listens for StatsD over UDP and TCP, and for commands on the management port. One thread reads
 * all of them, so that lines count in the order in which they arrived.
 *
 * <p>Where Linux's epoll is at hand many datagrams are read with one system call.
 */
public final class StatsdListener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StatsdListener.class);

  /** No datagram is longer. */
  static final int MAX_DATAGRAM = 65_536;

  /** How many datagrams are read at once. */
  private static final int DATAGRAMS_AT_ONCE = 32;

  /** How many times in a row datagrams are read before connections have their turn. */
  private static final int READS_IN_A_ROW = 16;

  private static final int MAX_CONNECTIONS = 4096;
  private static final int READ_BYTES = 64 << 10;

  /**
   * What to listen on; port 0 is any free one, none switches a listener off.
   *
   * @param host the address of all
   * @param udp for datagrams
   * @param tcp for connections
   * @param management for commands
   * @param managementMayFail whether to go without commands when their port is taken
   * @param receiveBufferBytes what the kernel is to hold of datagrams that were not read yet; it
   *     grants {@code net.core.rmem_max} at most
   */
  public record Address(
      String host,
      OptionalInt udp,
      OptionalInt tcp,
      OptionalInt management,
      boolean managementMayFail,
      int receiveBufferBytes) {}

  private final Address address;
  private final StatsdReceiver receiver;
  private final boolean epoll = Epoll.isAvailable();
  private final ChannelGroup channels =
      new DefaultChannelGroup("statsd", GlobalEventExecutor.INSTANCE);
  private @Nullable EventLoopGroup group;
  private @Nullable DatagramBuffer datagramBuffer;
  private @Nullable Channel udp;
  private @Nullable Channel tcp;
  private @Nullable Channel management;

  /** Creates a listener that does not listen yet; the receiver belongs to it afterwards. */
  public StatsdListener(Address address, StatsdReceiver receiver) {
    this.address = address;
    this.receiver = receiver;
  }

  /**
   * Listens.
   *
   * @throws IOException when an address can't be listened on; says which
   */
  public synchronized void start() throws IOException {
    if (group != null) {
      throw new IllegalStateException("already started");
    }
    group =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("statsd", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    receiver.start();
    try {
      if (address.udp().isPresent()) {
        udp = bindDatagrams(group, address.udp().getAsInt());
      }
      if (address.tcp().isPresent()) {
        tcp =
            bindConnections(
                group, "TCP port", address.tcp().getAsInt(), () -> new StatsdConnection(receiver));
      }
      if (address.management().isPresent()) {
        management = bindManagement(group, address.management().getAsInt());
      }
    } catch (IOException e) {
      close();
      throw e;
    }
    scheduleFlush(group);
  }

  private Channel bindDatagrams(EventLoopGroup group, int port) throws IOException {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channel(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
            .option(ChannelOption.SO_RCVBUF, address.receiveBufferBytes())
            .handler(new DatagramReader(receiver));
    if (epoll) {
      DatagramBuffer buffer =
          new DatagramBuffer(DATAGRAMS_AT_ONCE * MAX_DATAGRAM, DATAGRAMS_AT_ONCE * READS_IN_A_ROW);
      datagramBuffer = buffer;
      bootstrap
          .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_DATAGRAM)
          .option(ChannelOption.RECVBUF_ALLOCATOR, buffer);
    } else {
      bootstrap.option(
          ChannelOption.RECVBUF_ALLOCATOR,
          new FixedRecvByteBufAllocator(MAX_DATAGRAM).maxMessagesPerRead(READS_IN_A_ROW));
    }
    Channel channel = bound("UDP port", port, bootstrap.bind(address.host(), port));
    Integer granted = channel.config().getOption(ChannelOption.SO_RCVBUF);
    // Linux doubles what is asked for, to have room for its own records.
    if (granted != null && granted < address.receiveBufferBytes()) {
      log.warn(
          "statsd: the kernel grants a receive buffer of {} bytes instead of {}: raise"
              + " net.core.rmem_max, or datagrams may be lost when many come at once",
          granted,
          address.receiveBufferBytes());
    }
    return channel;
  }

  private Channel bindConnections(
      EventLoopGroup group, String what, int port, Supplier<ChannelHandler> handlers)
      throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(READS_IN_A_ROW))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (channels.size() >= MAX_CONNECTIONS) {
                      var _ = channel.close();
                      return;
                    }
                    channels.add(channel);
                    channel.pipeline().addLast(handlers.get());
                  }
                });
    return bound(what, port, bootstrap.bind(address.host(), port));
  }

  private @Nullable Channel bindManagement(EventLoopGroup group, int port) throws IOException {
    try {
      return bindConnections(group, "management port", port, () -> new ConsoleConnection(receiver));
    } catch (IOException e) {
      if (!address.managementMayFail()) {
        throw e;
      }
      log.warn("{}; going without commands", e.getMessage());
      return null;
    }
  }

  private Channel bound(String what, int port, ChannelFuture binding) throws IOException {
    binding.awaitUninterruptibly();
    Throwable cause = binding.cause();
    if (cause != null) {
      throw new IOException(
          "statsd: can't listen on %s %s:%d: %s"
              .formatted(what, address.host(), port, cause.getMessage()),
          cause);
    }
    return binding.channel();
  }

  private void scheduleFlush(EventLoopGroup group) {
    var _ =
        group.schedule(
            () -> {
              receiver.flush();
              if (!group.isShuttingDown()) {
                scheduleFlush(group);
              }
            },
            receiver.millisToFlush(),
            TimeUnit.MILLISECONDS);
  }

  /** The port for datagrams. */
  public synchronized int udpPort() {
    return port(udp);
  }

  /** The port for connections. */
  public synchronized int tcpPort() {
    return port(tcp);
  }

  /** The port for commands. */
  public synchronized int managementPort() {
    return port(management);
  }

  private static int port(@Nullable Channel channel) {
    if (channel == null) {
      throw new IllegalStateException("not started, or switched off");
    }
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** How many datagrams the kernel dropped; 0 where it does not tell, or nothing is listened on. */
  public synchronized long droppedDatagrams() {
    return udp == null || !udp.isOpen() ? 0 : KernelDrops.at(port(udp));
  }

  /** How many connections are open, those of the management port included. */
  public int connections() {
    return channels.size();
  }

  /** Stops: reads no more, and flushes what was read. Takes a few seconds at most. */
  @Override
  public synchronized void close() {
    EventLoopGroup running = group;
    if (running == null) {
      return;
    }
    group = null;
    for (Channel server : new @Nullable Channel[] {udp, tcp, management}) {
      if (server != null) {
        server.close().awaitUninterruptibly();
      }
    }
    channels.close().awaitUninterruptibly();
    running.submit(receiver::flushLast).awaitUninterruptibly();
    running.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    if (datagramBuffer != null) {
      datagramBuffer.close();
      datagramBuffer = null;
    }
    receiver.close();
  }
}
