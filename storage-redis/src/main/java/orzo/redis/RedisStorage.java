package orzo.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orzo.storage.Backlog;
import orzo.storage.Catalog;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.LeaseStore;
import orzo.storage.MetadataStore;
import orzo.storage.PolicyStore;
import orzo.storage.SplitStore;
import orzo.storage.Storage;

/**
 * The storage ports on Redis 6.2 or newer, over four connections: one for appends, one for what
 * needs an answer soon, two for reading splits, whose large replies hold up nothing else.
 *
 * <p>A lost connection is made again by itself, within a second of Redis's return. Until then every
 * call fails at once with {@link Kind#UNAVAILABLE}. A call that was under way when the connection
 * was lost fails too and is not sent again; it may have been carried out. So an append that failed
 * may be stored, and is stored twice when its caller repeats it, which does no harm: samples are
 * idempotent.
 *
 * <p>The stages of {@link Backlog#append} complete on Lettuce's threads. What depends on them must
 * not block, and above all not call a blocking port.
 */
public final class RedisStorage implements Storage {
  private static final int READ_LINKS = 2;
  private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofMillis(500);
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);

  /** How many commands may share one write to the socket. */
  private static final int COMMANDS_PER_WRITE = 128;

  private static final int MIN_MAJOR = 6;
  private static final int MIN_MINOR = 2;
  private static final Pattern VERSION =
      Pattern.compile("(?m)^redis_version:((\\d+)\\.(\\d+)[^\\r\\n]*)");
  private static final Pattern CLUSTER = Pattern.compile("(?m)^redis_mode:cluster");

  private final RedisMeters meters = new RedisMeters();
  private final ClientResources resources;
  private final RedisClient client;
  private final List<RedisLink> links = new ArrayList<>();
  private final @Nullable ScheduledFuture<?> silenceCheck;
  private final RedisLink commands;
  private final int sacks;
  private final Backlog backlog;
  private final SplitStore splits;
  private final Catalog catalog;
  private final LeaseStore leases;
  private final MetadataStore metadata;
  private final PolicyStore policies;

  private RedisStorage(RedisConfig config) {
    RedisURI uri = RedisUrl.parse(config.url());
    uri.setTimeout(config.commandTimeout()); // of the handshake, at every connect
    uri.setClientName("orzo");
    resources = resources();
    client = RedisClient.create(resources);
    client.setOptions(options(config, uri.getSocket() != null));
    try {
      RedisLink appends = open(uri, config);
      commands = open(uri, config);
      RedisLink[] reads = new RedisLink[READ_LINKS];
      for (int i = 0; i < reads.length; i++) {
        reads[i] = open(uri, config);
      }
      silenceCheck = checkForSilence(config.commandTimeout());
      requireSupported(RedisUrl.place(uri));
      for (Script script : Script.values()) {
        commands.call(
            RedisMeters.Call.OTHER,
            CommandType.SCRIPT,
            new BytesOutput(),
            RedisLink.args().add("LOAD").add(script.source()));
      }
      Keys namespace = new Keys(config.namespace());
      sacks = agreeOnSacks(namespace, config);
      SackKeys keys = new SackKeys(namespace, sacks);
      backlog = new RedisBacklog(keys, appends, commands, config.pendingAppendLimitBytes());
      splits = new RedisSplitStore(keys, commands, reads);
      catalog = new RedisCatalog(keys, commands);
      leases = new RedisLeaseStore(namespace, keys, commands);
      metadata = new RedisMetadataStore(namespace, commands);
      policies = new RedisPolicyStore(namespace, commands);
    } catch (RuntimeException e) {
      shutDown();
      throw e;
    }
  }

  /**
   * Connects to Redis and prepares the namespace if it is empty.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for a URL, a server or a namespace that this
   *     gateway cannot work with; {@link Kind#UNAVAILABLE} when Redis does not answer
   */
  public static RedisStorage connect(RedisConfig config) {
    return new RedisStorage(config);
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

  private RedisLink open(RedisURI uri, RedisConfig config) {
    RedisLink link = RedisLink.open(client, uri, config.commandTimeout(), meters);
    links.add(link);
    return link;
  }

  private ScheduledFuture<?> checkForSilence(Duration timeout) {
    long periodNanos = Math.max(1_000_000, timeout.toNanos() / 8);
    List<RedisLink> all = List.copyOf(links);
    return resources
        .eventExecutorGroup()
        .scheduleAtFixedRate(
            () -> all.forEach(link -> link.dropIfSilent(System.nanoTime())),
            periodNanos,
            periodNanos,
            TimeUnit.NANOSECONDS);
  }

  private void requireSupported(String place) {
    String info =
        text(commands
                .call(
                    RedisMeters.Call.OTHER,
                    CommandType.INFO,
                    new BytesOutput(),
                    RedisLink.args().add("server"))
                .getFirst())
            .orElse("");
    Matcher version = VERSION.matcher(info);
    if (!version.find() || !isSupported(version.group(2), version.group(3))) {
      throw new GatewayException(
          Kind.MALFORMED,
          "Redis at "
              + place
              + " has version "
              + (version.hasMatch() ? version.group(1) : "unknown")
              + " (expected: 6.2 or newer)");
    }
    if (CLUSTER.matcher(info).find()) {
      throw new GatewayException(
          Kind.MALFORMED,
          "Redis at "
              + place
              + " is a node of a Redis Cluster, which is not supported yet (expected: one server"
              + " or Sentinel)");
    }
  }

  private static boolean isSupported(String major, String minor) {
    int majorNumber = Integer.parseInt(major);
    return majorNumber > MIN_MAJOR
        || majorNumber == MIN_MAJOR && Integer.parseInt(minor) >= MIN_MINOR;
  }

  /** Writes format and number of sacks into an empty namespace, or takes what stands there. */
  private int agreeOnSacks(Keys namespace, RedisConfig config) {
    int wanted = config.sacks().orElse(RedisConfig.DEFAULT_SACKS);
    List<byte @Nullable []> stored =
        commands.call(
            new RedisLink.ScriptCall<>(
                RedisMeters.Call.OTHER,
                Script.META,
                BytesOutput::new,
                args -> args.add(1).addKey(namespace.meta()).add(Keys.FORMAT).add(wanted)));
    String format = text(stored.get(0)).orElse("none");
    String storedSacks = text(stored.get(1)).orElse("none");
    if (!format.equals(Integer.toString(Keys.FORMAT))) {
      throw new GatewayException(
          Kind.MALFORMED,
          "namespace '"
              + config.namespace()
              + "' holds storage format "
              + format
              + " (expected: "
              + Keys.FORMAT
              + ", the only one this version knows)");
    }
    if (!storedSacks.matches("[1-9][0-9]{0,3}")) {
      throw new GatewayException(
          Kind.CORRUPT,
          "namespace '" + config.namespace() + "' holds " + storedSacks + " as number of sacks");
    }
    int count = Integer.parseInt(storedSacks);
    if (config.sacks().isPresent() && count != wanted) {
      throw new GatewayException(
          Kind.MALFORMED,
          "namespace '"
              + config.namespace()
              + "' was set up with "
              + count
              + " sacks, "
              + wanted
              + " are configured (expected: the same; the number cannot be changed)");
    }
    return count;
  }

  private static Optional<String> text(byte @Nullable [] bytes) {
    return bytes == null
        ? Optional.empty()
        : Optional.of(new String(bytes, StandardCharsets.UTF_8));
  }

  /** What was asked of Redis so far. */
  public RedisMeters meters() {
    return meters;
  }

  @Override
  public int sacks() {
    return sacks;
  }

  @Override
  public Backlog backlog() {
    return backlog;
  }

  @Override
  public SplitStore splits() {
    return splits;
  }

  @Override
  public Catalog catalog() {
    return catalog;
  }

  @Override
  public LeaseStore leases() {
    return leases;
  }

  @Override
  public MetadataStore metadata() {
    return metadata;
  }

  @Override
  public PolicyStore policies() {
    return policies;
  }

  @Override
  public void ping() {
    commands.call(RedisMeters.Call.OTHER, CommandType.PING, new BytesOutput(), RedisLink.args());
  }

  /** Ends the connections; calls under way fail. */
  @Override
  public void close() {
    if (silenceCheck != null) {
      silenceCheck.cancel(false);
    }
    shutDown();
  }

  private void shutDown() {
    links.forEach(RedisLink::close);
    client.shutdown(Duration.ZERO, SHUTDOWN_TIMEOUT);
    resources
        .shutdown(0, SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(SHUTDOWN_TIMEOUT.toMillis());
  }
}
