package orzo.redis;

import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orzo.storage.Backlog;
import orzo.storage.Catalog;
import orzo.storage.ExemplarStore;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.LeaseStore;
import orzo.storage.MetadataStore;
import orzo.storage.PolicyStore;
import orzo.storage.RecordLog;
import orzo.storage.SplitStore;
import orzo.storage.Storage;
import orzo.storage.Upkeep;
import orzo.storage.WatchedSplits;

/**
 * The storage ports on Redis 6.2 or newer: one server, the master that Sentinel names, or a Redis
 * Cluster; over four connections to each server, and a fifth for a cache, if there is one.
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
  private static final int MIN_MAJOR = 6;
  private static final int MIN_MINOR = 2;
  private static final Pattern VERSION =
      Pattern.compile("(?m)^redis_version:((\\d+)\\.(\\d+)[^\\r\\n]*)");
  private static final Pattern CLUSTER = Pattern.compile("(?m)^redis_mode:cluster");

  private final RedisMeters meters = new RedisMeters();
  private final Connections connections;
  private final Servers servers;
  private final Keys namespace;
  private final int sacks;
  private final SackKeys keys;
  private final Backlog backlog;
  private final SplitStore splits;
  private final Catalog catalog;
  private final Upkeep upkeep;
  private final LeaseStore leases;
  private final MetadataStore metadata;
  private final ExemplarStore exemplars;
  private final PolicyStore policies;
  private final RecordLog records;

  private RedisStorage(RedisConfig config) {
    connections = Connections.open(config, meters);
    servers = connections.servers();
    namespace = new Keys(config.namespace());
    try {
      for (ServerLinks server : servers.all()) {
        requireSupported(server, RedisUrl.isCluster(config.url()));
      }
      sacks = agreeOnSacks(config);
      keys = new SackKeys(namespace, sacks);
      backlog = new RedisBacklog(keys, servers, config.pendingAppendLimitBytes());
      splits = new RedisSplitStore(keys, servers);
      RedisCatalog series = new RedisCatalog(keys, servers);
      catalog = series;
      upkeep = new RedisUpkeep(namespace, keys, series, servers);
      leases = new RedisLeaseStore(namespace, keys, servers);
      metadata = new RedisMetadataStore(namespace, servers);
      exemplars = new RedisExemplarStore(keys, servers);
      policies = new RedisPolicyStore(namespace, servers);
      records = new RedisRecordLog(namespace, servers);
    } catch (RuntimeException e) {
      connections.close();
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

  private static void requireSupported(ServerLinks server, boolean inCluster) {
    String info =
        text(server
                .commands()
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
              + server.place()
              + " has version "
              + (version.hasMatch() ? version.group(1) : "unknown")
              + " (expected: 6.2 or newer)");
    }
    if (CLUSTER.matcher(info).find() != inCluster) {
      throw new GatewayException(
          Kind.MALFORMED,
          "Redis at "
              + server.place()
              + (inCluster
                  ? " is no node of a Redis Cluster (expected: a URL that does not begin with"
                      + " redis-cluster:)"
                  : " is a node of a Redis Cluster (expected: a URL that begins with"
                      + " redis-cluster:)"));
    }
  }

  private static boolean isSupported(String major, String minor) {
    int majorNumber = Integer.parseInt(major);
    return majorNumber > MIN_MAJOR
        || majorNumber == MIN_MAJOR && Integer.parseInt(minor) >= MIN_MINOR;
  }

  /** Writes format and number of sacks into an empty namespace, or takes what stands there. */
  private int agreeOnSacks(RedisConfig config) {
    int wanted = config.sacks().orElse(RedisConfig.DEFAULT_SACKS);
    List<byte @Nullable []> stored =
        servers
            .at(namespace.metaSlot())
            .commands()
            .call(
                new RedisLink.ScriptCall<>(
                    RedisMeters.Call.OTHER,
                    Script.META,
                    BytesOutput::new,
                    args -> args.add(1).add(namespace.meta()).add(Keys.FORMAT).add(wanted)));
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

  /**
   * Reads of splits whose later changes Redis tells of, over a connection of their own that this
   * makes; blocks. Empty for a Redis Cluster, where no single connection hears of all changes.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} when Redis does not answer
   */
  public Optional<WatchedSplits> watchSplits() {
    return servers.openWatched().map(link -> new RedisWatchedSplits(keys, link));
  }

  @Override
  public Catalog catalog() {
    return catalog;
  }

  @Override
  public Upkeep upkeep() {
    return upkeep;
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
  public ExemplarStore exemplars() {
    return exemplars;
  }

  @Override
  public PolicyStore policies() {
    return policies;
  }

  @Override
  public RecordLog records() {
    return records;
  }

  /** Whether every server answers now. */
  @Override
  public void ping() {
    for (ServerLinks server : servers.all()) {
      server
          .commands()
          .call(RedisMeters.Call.OTHER, CommandType.PING, new BytesOutput(), RedisLink.args());
    }
  }

  /** Ends the connections; calls under way fail. */
  @Override
  public void close() {
    connections.close();
  }
}
