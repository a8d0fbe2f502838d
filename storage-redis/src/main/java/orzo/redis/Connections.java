package orzo.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Lettuce set up as this storage needs it, and the servers that are reached by it. */
final class Connections implements AutoCloseable {
  private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofMillis(500);
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);

  /** How many commands may share one write to the socket. */
  private static final int COMMANDS_PER_WRITE = 128;

  private final Deque<Runnable> closing = new ArrayDeque<>(); // what to do on close, in this order
  private final Servers servers;

  private Connections(RedisConfig config, RedisMeters meters) {
    ClientResources resources = resources();
    closing.push(() ->
        resources
            .shutdown(0, SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(SHUTDOWN_TIMEOUT.toMillis()));
    try {
      RedisClient client = RedisClient.create(resources);
      closing.push(() -> client.shutdown(Duration.ZERO, SHUTDOWN_TIMEOUT));
      LinkFactory links = new LinkFactory(client, config, meters);
      servers =
          RedisUrl.isCluster(config.url())
              ? cluster(config, resources, client, links)
              : oneServer(config, client, links);
      closing.push(servers::close);
      ScheduledFuture<?> silenceCheck = checkForSilence(resources, config.commandTimeout());
      closing.push(() -> silenceCheck.cancel(false));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Connects; blocks.
   *
   * @throws orzo.storage.GatewayException MALFORMED for a bad URL, UNAVAILABLE when nobody answers
   */
  static Connections open(RedisConfig config, RedisMeters meters) {
    return new Connections(config, meters);
  }

  Servers servers() {
    return servers;
  }

  private static OneServer oneServer(RedisConfig config, RedisClient client, LinkFactory links) {
    RedisURI uri = RedisUrl.parse(config.url());
    prepare(uri, config);
    client.setOptions(options(config, uri.getSocket() != null));
    return OneServer.connect(links, uri);
  }

  private Cluster cluster(
      RedisConfig config, ClientResources resources, RedisClient client, LinkFactory links) {
    List<RedisURI> seeds = RedisUrl.parseCluster(config.url());
    seeds.forEach(seed -> prepare(seed, config));
    client.setOptions(options(config, false));
    RedisClusterClient topology = RedisClusterClient.create(resources, seeds);
    closing.push(() -> topology.shutdown(Duration.ZERO, SHUTDOWN_TIMEOUT));
    topology.setOptions(ClusterClientOptions.builder(options(config, false)).build());
    return Cluster.connect(topology, links, seeds);
  }

  private static void prepare(RedisURI uri, RedisConfig config) {
    uri.setTimeout(config.commandTimeout()); // of the handshake, at every connect
    uri.setClientName("orzo");
  }

  private static ClientResources resources() {
    return DefaultClientResources.builder()
        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
        .reconnectDelay(
            Delay.exponential(
                Duration.ofMillis(10), LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS))
        .nettyCustomizer(
            new NettyCustomizer() {
              @Override
              public void afterChannelInitialized(Channel channel) {
                // Lettuce flushes after every command: one system call each. Commands that other
                // threads send while the event loop is busy go out together instead.
                channel
                    .pipeline()
                    .addFirst(new FlushConsolidationHandler(COMMANDS_PER_WRITE, true));
              }
            })
        .build();
  }

  private static ClientOptions options(RedisConfig config, boolean isUnixSocket) {
    return ClientOptions.builder()
        .autoReconnect(true)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .timeoutOptions(TimeoutOptions.create()) // none per command: see RedisLink
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(config.connectTimeout())
                .keepAlive(!isUnixSocket)
                .build())
        .build();
  }

  private ScheduledFuture<?> checkForSilence(ClientResources resources, Duration timeout) {
    long periodNanos = Math.max(1_000_000, timeout.toNanos() / 8);
    return resources
        .eventExecutorGroup()
        .scheduleAtFixedRate(
            () -> servers.all().forEach(server -> server.dropIfSilent(System.nanoTime())),
            periodNanos,
            periodNanos,
            TimeUnit.NANOSECONDS);
  }

  /** Ends the connections; calls under way fail. */
  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
