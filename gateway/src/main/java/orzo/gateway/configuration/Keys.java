package orzo.gateway.configuration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import orzo.metric.BuiltInPolicies;

/** All keys. A key is here only if it has an effect; what a later version brings is unknown now. */
public final class Keys {
  /** Where HTTP and remote write listen. */
  public static final Key<String> HTTP_HOST =
      new Key<>(
          "http.host", ValueTypes.host(), "0.0.0.0", "address that all listeners are bound to");

  /** Where queries are asked. */
  public static final Key<Integer> HTTP_PORT =
      new Key<>(
          "http.port",
          ValueTypes.port(),
          "8041",
          "port of the Prometheus API, remote write, /metrics and the health checks");

  /** Which pages in a browser may ask. */
  public static final Key<List<String>> HTTP_CORS_ALLOWED_ORIGINS =
      new Key<>(
          "http.cors.allowed-origins",
          ValueTypes.origins(),
          "",
          "origins whose pages a browser lets read answers, comma-separated; * for all");

  /** Whether clients may delete series through Prometheus's API. */
  public static final Key<Boolean> HTTP_ADMIN_API =
      new Key<>(
          "http.admin-api",
          ValueTypes.flag(),
          "false",
          "let clients delete series at /api/v1/admin/tsdb/delete_series");

  /** Whether proxies say under which address clients know this server. */
  public static final Key<Boolean> HTTP_PROXY_HEADERS =
      new Key<>(
          "http.proxy-headers",
          ValueTypes.flag(),
          "false",
          "believe Forwarded and X-Forwarded-Proto, -Host and -Prefix for the URLs in answers;"
              + " only behind a proxy that sets them");

  /** Who may send requests. */
  public static final Key<String> AUTH_MODE =
      new Key<>(
          "auth.mode",
          ValueTypes.oneOf("none", "gnocchi-basic", "users"),
          "none",
          "who sends requests: none: nobody is asked, all may do everything; gnocchi-basic: the"
              + " Gnocchi API believes the user name of basic authentication, the password is not"
              + " checked; users: those of auth.users-file, for everything by HTTP");

  /** Who the users are. */
  public static final Key<Optional<Path>> AUTH_USERS_FILE =
      new Key<>(
          "auth.users-file",
          ValueTypes.fileOrNothing(),
          "",
          "YAML file of users with hashed passwords, tokens, projects and roles, for"
              + " auth.mode=users; is read again when it changes");

  /** The most that a page of a list has. */
  public static final Key<Integer> GNOCCHI_MAX_LIMIT =
      new Key<>(
          "gnocchi.max-limit",
          ValueTypes.integer(1, 1_000_000),
          "1000",
          "how many elements a page of a list of the Gnocchi API has, and may ask for");

  /** The listener that takes remote write only. */
  public static final Key<Integer> REMOTE_WRITE_PORT =
      new Key<>(
          "remote-write.port",
          ValueTypes.portOrOff(),
          "19291",
          "port of the listener that takes remote write only; 0 switches it off");

  /** The most compressed bytes of a remote-write request. */
  public static final Key<Long> REMOTE_WRITE_MAX_COMPRESSED_SIZE =
      new Key<>(
          "remote-write.max-compressed-size",
          ValueTypes.size(1 << 10, 1 << 30),
          "32MiB",
          "largest remote-write body as sent");

  /** The most decompressed bytes of a remote-write request. */
  public static final Key<Long> REMOTE_WRITE_MAX_DECOMPRESSED_SIZE =
      new Key<>(
          "remote-write.max-decompressed-size",
          ValueTypes.size(1 << 10, 1 << 30),
          "128MiB",
          "largest remote-write body after decompression");

  /** The most bytes that remote-write requests hold together. */
  public static final Key<Long> REMOTE_WRITE_MAX_IN_FLIGHT_SIZE =
      new Key<>(
          "remote-write.max-in-flight-size",
          ValueTypes.size(1 << 20, 1L << 40),
          "256MiB",
          "what all remote-write requests in flight may hold; more are put off with 503");

  /** How many samples a remote read may be answered with. */
  public static final Key<Long> REMOTE_READ_MAX_SAMPLES =
      new Key<>(
          "remote-read.max-samples",
          ValueTypes.count(1, 1_000_000_000_000L),
          "50000000",
          "how many samples a remote read may ask for in one message; streams of chunks have no"
              + " such limit");

  /** How large the frames of a remote read are. */
  public static final Key<Long> REMOTE_READ_MAX_FRAME_SIZE =
      new Key<>(
          "remote-read.max-frame-size",
          ValueTypes.size(1 << 10, 1 << 28),
          "1MiB",
          "largest frame of a streamed remote read, but for its last chunk");

  /** How many remote reads are answered at once. */
  public static final Key<Integer> REMOTE_READ_MAX_CONCURRENCY =
      new Key<>(
          "remote-read.max-concurrency",
          ValueTypes.integer(1, 1000),
          "10",
          "how many remote reads are answered at once; more wait for their turn");

  /** What one remote read may hold. */
  public static final Key<Long> REMOTE_READ_MAX_MEMORY =
      new Key<>(
          "remote-read.max-memory",
          ValueTypes.size(1 << 20, 1L << 40),
          "128MiB",
          "memory that one remote read may take for what is encoded and not sent");

  /** Where Graphite's clients send lines. */
  public static final Key<Integer> CARBON_PORT =
      new Key<>(
          "carbon.port",
          ValueTypes.portOrOff(),
          "2003",
          "port, TCP and UDP, of the listener for Graphite's lines; 0 switches it off");

  /** Where Graphite's clients send pickles. */
  public static final Key<Integer> CARBON_PICKLE_PORT =
      new Key<>(
          "carbon.pickle-port",
          ValueTypes.portOrOff(),
          "2004",
          "port of the listener for Graphite's pickles; 0 switches it off");

  /** The longest line. */
  public static final Key<Long> CARBON_MAX_LINE_SIZE =
      new Key<>(
          "carbon.max-line-size",
          ValueTypes.size(64, 1 << 20),
          "16KiB",
          "longest line, and longest path in a pickle; longer ones are skipped");

  /** The largest pickle. */
  public static final Key<Long> CARBON_MAX_PICKLE_SIZE =
      new Key<>(
          "carbon.max-pickle-size",
          ValueTypes.size(1 << 10, 64 << 20),
          "1MiB",
          "largest pickle; a larger one ends its connection");

  /** How many connections Graphite's clients may have. */
  public static final Key<Integer> CARBON_MAX_CONNECTIONS =
      new Key<>(
          "carbon.max-connections",
          ValueTypes.integer(1, 1_000_000),
          "10000",
          "connections of both listeners together; more are closed at once");

  /** How long a connection may send nothing. */
  public static final Key<Duration> CARBON_IDLE_TIMEOUT =
      new Key<>(
          "carbon.idle-timeout",
          ValueTypes.duration(Duration.ZERO, Duration.ofDays(7)),
          "0s",
          "how long a connection may send nothing before it is closed; 0s: as long as it likes");

  /** The Redis that keeps everything. */
  public static final Key<Optional<String>> REDIS_URL =
      new Key<>(
          "redis.url",
          ValueTypes.redisUrl(),
          "",
          "Redis to keep everything in; nothing: a redis-server of the gateway's own, in data.dir");

  /** The prefix of all keys in Redis. */
  public static final Key<String> REDIS_NAMESPACE =
      new Key<>("redis.namespace", ValueTypes.namespace(), "orzo", "prefix of every key in Redis");

  /** How many replicas must have a sample before it is acknowledged. */
  public static final Key<Integer> REDIS_WAIT_REPLICAS =
      new Key<>(
          "redis.wait-replicas",
          ValueTypes.integer(0, 100),
          "0",
          "how many replicas must have accepted samples before they are acknowledged; 0: none,"
              + " and a failover may lose acknowledged samples");

  /** How long replicas may take. */
  public static final Key<Duration> REDIS_WAIT_TIMEOUT =
      new Key<>(
          "redis.wait-timeout",
          ValueTypes.duration(Duration.ofMillis(1), Duration.ofSeconds(4)),
          "1s",
          "how long replicas may take to confirm with redis.wait-replicas; later, the client is"
              + " told to try again");

  /** The rules for what Graphite and StatsD clients send. */
  public static final Key<Optional<Path>> MAPPING_FILE =
      new Key<>(
          "mapping.file",
          ValueTypes.fileOrNothing(),
          "",
          "YAML file of rules that map dotted paths to names, labels, resources and archive"
              + " policies; is read again when it changes");

  /** Whether what collectd sends is mapped. */
  public static final Key<Boolean> MAPPING_COLLECTD =
      new Key<>(
          "mapping.collectd",
          ValueTypes.flag(),
          "true",
          "map what collectd's write_graphite sends, where no rule of mapping.file does");

  /** The labels that tell the resource of a remote-write series. */
  public static final Key<List<String>> RESOURCES_LABELS =
      new Key<>(
          "resources.labels",
          ValueTypes.labelNames(),
          "job,instance",
          "labels that together tell the resource of a remote-write series, comma-separated;"
              + " nothing: they belong to none");

  /** Where the embedded Redis keeps its files. */
  public static final Key<Path> DATA_DIR =
      new Key<>(
          "data.dir",
          ValueTypes.directory(),
          "data",
          "directory of the embedded Redis; unused with redis.url");

  /** The name of this gateway among those on the same Redis. */
  public static final Key<Optional<String>> NODE_NAME =
      new Key<>(
          "node.name",
          ValueTypes.nodeName(),
          "",
          "name of this gateway among those on the same Redis; nothing: the host's name and"
              + " http.port");

  /** The header that names the tenant. */
  public static final Key<String> TENANCY_HEADER =
      new Key<>(
          "tenancy.header",
          ValueTypes.header(),
          "X-Scope-OrgID",
          "HTTP header that names the tenant; a request without it is of the tenant 'default'");

  /** The number of sacks of a new namespace. */
  public static final Key<Integer> ENGINE_SACKS =
      new Key<>(
          "engine.sacks",
          ValueTypes.integer(1, 4096),
          "16",
          "number of shards of a new namespace; one that holds data keeps its own, and refuses"
              + " another");

  /** The most bytes that may wait in the backlog. */
  public static final Key<Long> ENGINE_MAX_BACKLOG_SIZE =
      new Key<>(
          "engine.max-backlog-size",
          ValueTypes.size(1 << 20, 1L << 40),
          "1GiB",
          "memory of Redis that samples may take which were accepted and are not in splits yet;"
              + " beyond it writers are put off with 503");

  /** How long changes are held before they are written. */
  public static final Key<Duration> ENGINE_FLUSH_INTERVAL =
      new Key<>(
          "engine.flush-interval",
          ValueTypes.duration(Duration.ofMillis(50), Duration.ofMinutes(1)),
          "1s",
          "how long accepted samples may wait in the backlog before they are moved to splits");

  /** How soon another gateway takes over from one that died. */
  public static final Key<Duration> ENGINE_LEASE_TTL =
      new Key<>(
          "engine.lease-ttl",
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofMinutes(5)),
          "3s",
          "how long a gateway that died or hangs keeps its sacks from the others; the same for all"
              + " gateways on one Redis");

  /** How long a raw split must lie still before it is closed. */
  public static final Key<Duration> ENGINE_CLOSE_DELAY =
      new Key<>(
          "engine.close-delay",
          ValueTypes.duration(Duration.ofMillis(100), Duration.ofHours(2)),
          "5m",
          "how long after its four hours, and after its last sample, a raw split is rewritten dense"
              + " and aggregated; up to four times that, so that not all are at once");

  /** How often storage is swept. */
  public static final Key<Duration> ENGINE_JANITOR_INTERVAL =
      new Key<>(
          "engine.janitor-interval",
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
          "1h",
          "how often all of storage is looked through for what belongs to nothing; within a minute"
              + " when metrics were deleted");

  /** The policy of series that clients push and no rule says otherwise of. */
  public static final Key<String> ENGINE_DEFAULT_ARCHIVE_POLICY =
      new Key<>(
          "engine.default-archive-policy",
          ValueTypes.policyName(),
          BuiltInPolicies.STANDARD.name(),
          "archive policy of pushed series that no rule chooses one for");

  /** Whether the built-in archive policies are created. */
  public static final Key<Boolean> POLICIES_DEFAULTS =
      new Key<>(
          "policies.defaults",
          ValueTypes.flag(),
          "true",
          "create the built-in archive policies where none was ever stored");

  /** How long a query may take. */
  public static final Key<Duration> QUERY_TIMEOUT =
      new Key<>(
          "query.timeout",
          ValueTypes.duration(Duration.ofMillis(1), Duration.ofHours(1)),
          "2m",
          "how long a query may take; a request may ask for less");

  /** How many samples a query may read. */
  public static final Key<Long> QUERY_MAX_SAMPLES =
      new Key<>(
          "query.max-samples",
          ValueTypes.count(1, 1_000_000_000_000L),
          "50000000",
          "how many samples a query may read or hold");

  /** How many series a query may select. */
  public static final Key<Long> QUERY_MAX_SERIES =
      new Key<>(
          "query.max-series",
          ValueTypes.count(0, 1_000_000_000_000L),
          "0",
          "how many series all selectors of a query may select; 0: as many as there are");

  /** What a query may hold in memory. */
  public static final Key<Long> QUERY_MAX_MEMORY =
      new Key<>(
          "query.max-memory",
          ValueTypes.size(1 << 20, 1L << 40),
          "512MiB",
          "memory that a query may take for samples and results");

  /** How far back an instant selector looks. */
  public static final Key<Duration> QUERY_LOOKBACK_DELTA =
      new Key<>(
          "query.lookback-delta",
          ValueTypes.duration(Duration.ofMillis(1), Duration.ofDays(1)),
          "5m",
          "how far back an instant selector looks for a sample");

  /** What the cache of splits may take of the heap. */
  public static final Key<Long> QUERY_CACHE_SIZE =
      new Key<>(
          "query.cache-size",
          ValueTypes.size(0, 1L << 40),
          "64MiB",
          "memory for splits that queries have read; 0 switches the cache off");

  /** How many queries run at once. */
  public static final Key<Integer> QUERY_MAX_CONCURRENCY =
      new Key<>(
          "query.max-concurrency",
          ValueTypes.integer(1, 1000),
          "20",
          "how many queries run at once; more wait for their turn");

  /** Functions that Prometheus calls experimental. */
  public static final Key<Boolean> PROMQL_EXPERIMENTAL_FUNCTIONS =
      new Key<>(
          "promql.experimental-functions",
          ValueTypes.flag(),
          "true",
          "functions and aggregations that Prometheus calls experimental: info, limitk, mad_over_time …");

  /** Durations that are computed. */
  public static final Key<Boolean> PROMQL_DURATION_EXPRESSIONS =
      new Key<>(
          "promql.duration-expressions",
          ValueTypes.flag(),
          "true",
          "durations that are computed, such as x[step() * 2]");

  /** The modifiers anchored and smoothed. */
  public static final Key<Boolean> PROMQL_EXTENDED_RANGE_SELECTORS =
      new Key<>(
          "promql.extended-range-selectors",
          ValueTypes.flag(),
          "true",
          "the modifiers anchored and smoothed");

  /** The modifiers fill, fill_left and fill_right. */
  public static final Key<Boolean> PROMQL_FILL_MODIFIERS =
      new Key<>(
          "promql.fill-modifiers",
          ValueTypes.flag(),
          "true",
          "the modifiers fill, fill_left and fill_right of binary operators");

  /** When metric names are dropped. */
  public static final Key<Boolean> PROMQL_DELAYED_NAME_REMOVAL =
      new Key<>(
          "promql.delayed-name-removal",
          ValueTypes.flag(),
          "true",
          "drop metric names from the answer only, so that label_replace still sees them; false: in each function");

  /** Whether start timestamps count. */
  public static final Key<Boolean> PROMQL_START_TIMESTAMPS =
      new Key<>(
          "promql.start-timestamps",
          ValueTypes.flag(),
          "true",
          "count resets of counters that start timestamps tell of; start_timestamp() is empty without");

  /** How a counter is told. */
  public static final Key<Boolean> PROMQL_TYPE_AND_UNIT_LABELS =
      new Key<>(
          "promql.type-and-unit-labels",
          ValueTypes.flag(),
          "false",
          "tell by the label __type__, not by the name, whether rate and increase are asked of a counter");

  /** How much is logged. */
  public static final Key<String> LOG_LEVEL =
      new Key<>(
          "log.level",
          ValueTypes.oneOf("error", "warn", "info", "debug", "trace"),
          "info",
          "least severity of what is logged");

  private static final List<Key<?>> GENERAL =
      List.of(
          HTTP_HOST,
          HTTP_PORT,
          HTTP_CORS_ALLOWED_ORIGINS,
          HTTP_ADMIN_API,
          HTTP_PROXY_HEADERS,
          AUTH_MODE,
          AUTH_USERS_FILE,
          GNOCCHI_MAX_LIMIT,
          REMOTE_WRITE_PORT,
          REMOTE_WRITE_MAX_COMPRESSED_SIZE,
          REMOTE_WRITE_MAX_DECOMPRESSED_SIZE,
          REMOTE_WRITE_MAX_IN_FLIGHT_SIZE,
          REMOTE_READ_MAX_SAMPLES,
          REMOTE_READ_MAX_FRAME_SIZE,
          REMOTE_READ_MAX_CONCURRENCY,
          REMOTE_READ_MAX_MEMORY,
          CARBON_PORT,
          CARBON_PICKLE_PORT,
          CARBON_MAX_LINE_SIZE,
          CARBON_MAX_PICKLE_SIZE,
          CARBON_MAX_CONNECTIONS,
          CARBON_IDLE_TIMEOUT,
          MAPPING_FILE,
          MAPPING_COLLECTD,
          RESOURCES_LABELS,
          REDIS_URL,
          REDIS_NAMESPACE,
          REDIS_WAIT_REPLICAS,
          REDIS_WAIT_TIMEOUT,
          DATA_DIR,
          NODE_NAME,
          TENANCY_HEADER,
          ENGINE_SACKS,
          ENGINE_MAX_BACKLOG_SIZE,
          ENGINE_FLUSH_INTERVAL,
          ENGINE_CLOSE_DELAY,
          ENGINE_JANITOR_INTERVAL,
          ENGINE_LEASE_TTL,
          ENGINE_DEFAULT_ARCHIVE_POLICY,
          POLICIES_DEFAULTS,
          QUERY_TIMEOUT,
          QUERY_MAX_SAMPLES,
          QUERY_MAX_SERIES,
          QUERY_MAX_MEMORY,
          QUERY_LOOKBACK_DELTA,
          QUERY_CACHE_SIZE,
          QUERY_MAX_CONCURRENCY,
          PROMQL_EXPERIMENTAL_FUNCTIONS,
          PROMQL_DURATION_EXPRESSIONS,
          PROMQL_EXTENDED_RANGE_SELECTORS,
          PROMQL_FILL_MODIFIERS,
          PROMQL_DELAYED_NAME_REMOVAL,
          PROMQL_START_TIMESTAMPS,
          PROMQL_TYPE_AND_UNIT_LABELS,
          LOG_LEVEL);

  /** All of them, in the order to be shown. */
  public static final List<Key<?>> ALL =
      Stream.concat(GENERAL.stream(), StatsdKeys.ALL.stream()).toList();

  /** The ports that are listened on by TCP, each by one listener. */
  static final List<Key<Integer>> TCP_PORTS =
      List.of(HTTP_PORT, REMOTE_WRITE_PORT, CARBON_PORT, CARBON_PICKLE_PORT);

  private Keys() {}

  /** The key of that name. */
  static Optional<Key<?>> named(String name) {
    for (Key<?> key : ALL) {
      if (key.name().equals(name)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  /** All names and the beginnings of names that can be a section of a file, sorted. */
  static SortedSet<String> namesAndSections() {
    SortedSet<String> names = new TreeSet<>();
    for (Key<?> key : ALL) {
      String name = key.name();
      names.add(name);
      for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        names.add(name.substring(0, dot));
      }
    }
    return names;
  }

  /** Whether {@code name} is the beginning, in whole words, of a key's name. */
  static boolean isSection(String name) {
    for (Key<?> key : ALL) {
      if (key.name().startsWith(name + ".")) {
        return true;
      }
    }
    return false;
  }
}
