package orzo.gateway;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.access.Doorkeeper;
import orzo.book.Books;
import orzo.cache.CachedSplitStore;
import orzo.cache.StorageWithSplits;
import orzo.carbon.CarbonLimits;
import orzo.carbon.CarbonListener;
import orzo.carbon.CarbonReceiver;
import orzo.carbon.PathCaches;
import orzo.gateway.configuration.Configuration;
import orzo.gateway.configuration.Key;
import orzo.gateway.configuration.Keys;
import orzo.gateway.configuration.Origin;
import orzo.gateway.configuration.StatsdKeys;
import orzo.http.HttpConfig;
import orzo.http.HttpListener;
import orzo.http.TenantHeader;
import orzo.http.access.Authentication;
import orzo.http.gnocchi.AggregatesApi;
import orzo.http.gnocchi.GnocchiApi;
import orzo.http.gnocchi.GnocchiSettings;
import orzo.http.gnocchi.InfluxApi;
import orzo.http.gnocchi.MetricApi;
import orzo.http.gnocchi.PolicyApi;
import orzo.http.gnocchi.ResourceApi;
import orzo.http.gnocchi.ResourceTypeApi;
import orzo.http.gnocchi.StatusApi;
import orzo.http.gnocchi.UnknownPaths;
import orzo.http.gnocchi.WriteGate;
import orzo.http.operations.OperationsApi;
import orzo.http.prometheus.ApiBackend;
import orzo.http.prometheus.ApiSettings;
import orzo.http.prometheus.BuildInfo;
import orzo.http.prometheus.PrometheusApi;
import orzo.http.prometheus.QueryLimits;
import orzo.index.CatalogFollower;
import orzo.index.DeletedSeries;
import orzo.index.MetricRefs;
import orzo.index.SeriesIndex;
import orzo.intake.BacklogIntake;
import orzo.intake.BacklogLevel;
import orzo.intake.BacklogReport;
import orzo.intake.GroupCommit;
import orzo.intake.IntakeCounters;
import orzo.intake.SeriesCache;
import orzo.inventory.Inventory;
import orzo.inventory.MetricSeries;
import orzo.inventory.Sight;
import orzo.mapping.Mapping;
import orzo.policy.CatalogPolicies;
import orzo.policy.PolicyBook;
import orzo.policy.PolicyEditor;
import orzo.policy.SeriesPolicies;
import orzo.promql.PromQlEngine;
import orzo.promql.syntax.PromQlFeature;
import orzo.read.StoredAggregates;
import orzo.read.StoredExemplars;
import orzo.read.StoredSeriesPresence;
import orzo.read.StoredSeriesReader;
import orzo.redis.RedisConfig;
import orzo.redis.RedisStorage;
import orzo.redis.embedded.EmbeddedRedis;
import orzo.remoteread.ReadBounds;
import orzo.remotewrite.LabelResources;
import orzo.remotewrite.RemoteWriteLimits;
import orzo.remotewrite.RemoteWriteListener;
import orzo.remotewrite.RemoteWriteReceiver;
import orzo.remotewrite.RemoteWriteRoute;
import orzo.sack.SackOwnership;
import orzo.statsd.StatsdCounters;
import orzo.statsd.StatsdListener;
import orzo.statsd.StatsdReceiver;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.OutageLog;
import orzo.storage.SplitStore;
import orzo.storage.SplitsAtHand;
import orzo.storage.Storage;
import orzo.storage.WatchedSplits;
import orzo.upkeep.Janitor;
import orzo.upkeep.MetricDeletion;
import orzo.wire.ByteBudget;

/**
 * All parts of a gateway, and the only place that knows how they fit together. {@link #start} is
 * for one thread, once; {@link #close} may come from another at any time.
 */
final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  /** How long to wait between attempts to connect to a Redis that is away at the start. */
  private static final Duration CONNECT_INTERVAL = Duration.ofSeconds(3);

  /** How soon this node sees a series that another one registered. */
  private static final Duration CATALOG_INTERVAL = Duration.ofMillis(500);

  /** How soon this node sees an archive policy that another one changed. */
  private static final Duration POLICY_INTERVAL = Duration.ofSeconds(1);

  /** How soon this node sees that the backlog is full. */
  private static final Duration BACKLOG_LEVEL_INTERVAL = Duration.ofSeconds(1);

  /** Whoever owns this sack keeps storage clean: there is always one, and seldom two. */
  private static final int JANITORS_SACK = 0;

  /** Samples on their way to storage, 24 bytes each; what is more is put off. */
  private static final long MAX_WAITING_SAMPLES = 4_000_000;

  /** The share of Java's heap that encoded label sets may take. */
  private static final int SERIES_CACHE_SHARE = 8;

  /** Bodies of requests to the Gnocchi API may hold that part of the memory, all together. */
  private static final int GNOCCHI_BODIES_SHARE = 4;

  /** The share of Java's heap that the paths of Graphite's clients may take. */
  private static final int PATH_CACHE_SHARE = 16;

  /** How long requests in flight may take to end when the gateway stops. */
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

  private final Configuration configuration;
  private final InstantSource clock = InstantSource.system();
  private final int processors = Runtime.getRuntime().availableProcessors();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final OwnMetrics metrics = new OwnMetrics(registry);
  private final OutageLog outages = new OutageLog(System::nanoTime);
  private final Started started = new Started();

  /** What forgets the series of names when mapping rules change. */
  private final List<Runnable> onNewRules = new CopyOnWriteArrayList<>();

  /** Creates a gateway; nothing runs yet. */
  Gateway(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Starts every part, what is needed before what needs it. Returns when all listeners accept.
   *
   * @return where clients on this machine find the HTTP listener
   * @throws GatewayException when a part can't start; call {@link #close} then, too
   */
  URI start() throws InterruptedException {
    AccessControl access = AccessControl.start(configuration, started, registry, outages);
    RedisStorage storage = storage();
    metrics.addRedis(storage.meters());

    PolicyBook policies =
        started.add(
            "policies",
            new PolicyBook(
                storage.policies(),
                configuration.get(Keys.ENGINE_DEFAULT_ARCHIVE_POLICY),
                configuration.get(Keys.POLICIES_DEFAULTS),
                POLICY_INTERVAL,
                outages));
    policies.start();
    SeriesIndex index = new SeriesIndex();
    long seed = new SecureRandom().nextLong();
    SeriesCache cache =
        new SeriesCache(
            Runtime.getRuntime().maxMemory() / SERIES_CACHE_SHARE, seed, index::isDeleted);
    metrics.addSeries(index, cache);
    PathCaches paths =
        new PathCaches(Runtime.getRuntime().maxMemory() / PATH_CACHE_SHARE, seed, index::isDeleted);
    CatalogFollower follower =
        started.add(
            "catalog follower",
            new CatalogFollower(
                storage,
                index,
                CATALOG_INTERVAL,
                outages,
                () -> {
                  cache.forgetDeleted();
                  paths.forgetDeleted();
                }));
    follower.start();
    // Queries read splits through a cache, and owners write them past it; all others know nothing
    // of it.
    Storage owned = storage;
    SplitStore queried = storage.splits();
    SplitsAtHand atHand = SplitsAtHand.NONE;
    long cacheBytes = configuration.get(Keys.QUERY_CACHE_SIZE);
    Optional<WatchedSplits> watched = cacheBytes > 0 ? storage.watchSplits() : Optional.empty();
    if (watched.isPresent()) {
      CachedSplitStore splitCache =
          new CachedSplitStore(storage.splits(), watched.get(), storage.sacks(), cacheBytes);
      metrics.addSplitCache(splitCache);
      owned = new StorageWithSplits(storage, splitCache.truth());
      queried = splitCache;
      atHand = splitCache;
    }
    SeriesPolicies seriesPolicies = new CatalogPolicies(index, follower, policies);
    SackOwnership sacks = started.add("sacks", sacks(owned, seriesPolicies, follower));
    sacks.start();
    BacklogLevel level =
        started.add(
            "backlog level",
            new BacklogLevel(
                storage.backlog(),
                storage.sacks(),
                configuration.get(Keys.ENGINE_MAX_BACKLOG_SIZE)));
    level.start(BACKLOG_LEVEL_INTERVAL, outages);
    metrics.addSacks(sacks, storage.backlog(), level, storage.sacks());
    Janitor janitor =
        started.add(
            "janitor",
            new Janitor(
                storage,
                index,
                follower,
                policies::find,
                () -> sacks.owns(JANITORS_SACK),
                Janitor.Settings.every(configuration.get(Keys.ENGINE_JANITOR_INTERVAL)),
                clock::millis,
                outages));
    janitor.start();
    metrics.addJanitor(janitor.progress());

    GroupCommit groupCommit =
        started.add(
            "group commit",
            new GroupCommit(
                storage.backlog(), storage.sacks(), MAX_WAITING_SAMPLES, sacks::appended));
    IntakeCounters counters = new IntakeCounters();
    BacklogIntake intake = new BacklogIntake(storage, index, groupCommit, level, policies);
    metrics.addIntake(intake, counters, groupCommit);
    RemoteWriteReceiver receiver =
        new RemoteWriteReceiver(
            intake,
            counters,
            cache,
            remoteWriteLimits(),
            new LabelResources(configuration.get(Keys.RESOURCES_LABELS)),
            seed);
    metrics.addRemoteWrite(receiver);
    onNewRules.add(paths::forgetAll);
    Mapping mapping =
        MappingRules.start(
            configuration, started, registry, outages, () -> onNewRules.forEach(Runnable::run));
    CarbonReceiver carbon =
        new CarbonReceiver(intake, counters, paths, mapping, carbonLimits(), clock);

    ExecutorService decoders =
        started.add(
            "decoders",
            Executors.newFixedThreadPool(
                processors, Thread.ofPlatform().daemon().name("decode-", 0).factory()));
    Books books =
        started.add(
            "books", new Books(storage.records(), CATALOG_INTERVAL, outages, System::nanoTime));
    books.start();
    metrics.addBooks(books);
    MetricSeries byLabels =
        new MetricSeries(index, books, access.gate().isPresent() ? Sight.NOTHING : Sight.ALL);
    Set<PromQlFeature> features = features();
    StoredSeriesReader reader =
        new StoredSeriesReader(
            byLabels, queried, atHand, sacks, decoders, seriesPolicies, clock::millis);
    PromQlEngine engine = new PromQlEngine(reader, features);
    Readiness readiness = started.add("readiness", new Readiness(storage, outages));

    String tenantHeader = configuration.get(Keys.TENANCY_HEADER);
    MetricDeletion deletion = new MetricDeletion(storage.catalog(), index, follower);
    PrometheusApi prometheus =
        new PrometheusApi(
            new ApiBackend(
                engine,
                reader,
                byLabels,
                new StoredSeriesPresence(byLabels, queried, sacks, seriesPolicies, clock::millis),
                index,
                storage.metadata(),
                new StoredExemplars(index, storage.exemplars()),
                deletion::delete),
            new ParsedSyntax(features),
            apiSettings(),
            registry,
            clock);
    Inventory inventory = new Inventory(books, index, follower::catchUpRegistered);
    OperationsApi operations = new OperationsApi(registry, readiness::obstacle, Version.number());
    RemoteWriteRoute remoteWrite = new RemoteWriteRoute(receiver, tenantHeader);
    PolicyEditor editor =
        new PolicyEditor(
            storage.policies(),
            policies,
            name -> {
              follower.catchUp(); // what another node has just registered counts, too
              return Math.max(index.withPolicy(name), books.metricsWithPolicy(name));
            });
    MetricRefs metricRefs = new MetricRefs(storage.catalog(), storage.sacks(), index::isDeleted);
    StoredAggregates aggregates =
        new StoredAggregates(queried, atHand, sacks, decoders, seriesPolicies);
    MetricApi.Knowledge known =
        new MetricApi.Knowledge(inventory, index, follower, metricRefs, policies, deletion);
    GnocchiApi gnocchi =
        new GnocchiApi(
            gnocchiSettings(access.authentication()),
            List.of(
                new PolicyApi(policies, editor, new ParsedSyntax(features)::selector),
                new ResourceTypeApi(inventory, clock),
                new ResourceApi(inventory, policies, metricRefs, deletion, clock),
                new MetricApi(
                    known,
                    intake,
                    counters,
                    aggregates,
                    configuration.get(Keys.QUERY_MAX_SAMPLES),
                    clock),
                new InfluxApi(known, intake, counters, clock),
                new StatusApi(
                    known, new BacklogReport(storage.backlog(), storage.sacks()), sacks::nodes),
                new AggregatesApi(
                    inventory,
                    index,
                    follower,
                    metricRefs,
                    policies,
                    aggregates,
                    configuration.get(Keys.QUERY_MAX_SAMPLES),
                    clock),
                new UnknownPaths(inventory)));
    List<Consumer<Router>> mounts = new ArrayList<>();
    // Before all that it guards.
    mounts.add(
        access
            .gate()
            .<Consumer<Router>>map(gate -> gate::mount)
            .orElse(new WriteGate(access.authentication())::mount));
    mounts.addAll(
        List.of(remoteWrite::mount, prometheus::mount, gnocchi::mount, operations::mount));
    listen(
        access.doorkeeper(),
        receiver,
        carbon,
        mounts,
        new StatsdReceiver.Surroundings(
            intake, counters, mapping, index::isDeleted, outages, clock, System::nanoTime, seed));
    metrics.awaitJava();
    return address();
  }

  private GnocchiSettings gnocchiSettings(Authentication authentication) {
    return new GnocchiSettings(
        authentication,
        new TenantHeader(configuration.get(Keys.TENANCY_HEADER)),
        configuration.get(Keys.HTTP_PROXY_HEADERS),
        configuration.get(Keys.GNOCCHI_MAX_LIMIT),
        new ByteBudget(Runtime.getRuntime().maxMemory() / GNOCCHI_BODIES_SHARE));
  }

  private RedisStorage storage() throws InterruptedException {
    Optional<String> given = configuration.get(Keys.REDIS_URL);
    String url =
        given.orElseGet(() ->
            started
                .add("embedded Redis", EmbeddedRedis.start(configuration.get(Keys.DATA_DIR)))
                .url());
    // Unless somebody said so, the number of sacks is what the namespace was set up with.
    boolean stated = !(configuration.setting(Keys.ENGINE_SACKS).origin() instanceof Origin.Default);
    RedisConfig config =
        RedisConfig.of(url)
            .withNamespace(configuration.get(Keys.REDIS_NAMESPACE))
            .withWaitReplicas(
                configuration.get(Keys.REDIS_WAIT_REPLICAS),
                configuration.get(Keys.REDIS_WAIT_TIMEOUT));
    return started.add(
        "storage",
        connect(stated ? config.withSacks(configuration.get(Keys.ENGINE_SACKS)) : config));
  }

  /** Connects, and waits for a Redis that is away; no listener accepts until it is there. */
  private RedisStorage connect(RedisConfig config) throws InterruptedException {
    while (true) {
      try {
        return RedisStorage.connect(config);
      } catch (GatewayException e) {
        if (e.kind() != Kind.UNAVAILABLE) {
          throw e;
        }
        LOG.warn(
            "not ready: {}; trying again every {} s", e.getMessage(), CONNECT_INTERVAL.toSeconds());
      }
      if (started.awaitClosing(CONNECT_INTERVAL)) {
        throw new GatewayException(Kind.UNAVAILABLE, "stopped before Redis answered");
      }
    }
  }

  private SackOwnership sacks(
      Storage storage, SeriesPolicies policies, DeletedSeries deletedSeries) {
    String node =
        configuration
            .get(Keys.NODE_NAME)
            .orElseGet(() -> Host.name() + ":" + configuration.get(Keys.HTTP_PORT));
    return new SackOwnership(
        storage,
        new SackOwnership.Settings(
            node,
            configuration.get(Keys.ENGINE_LEASE_TTL),
            configuration.get(Keys.ENGINE_FLUSH_INTERVAL),
            configuration.get(Keys.ENGINE_CLOSE_DELAY)),
        policies,
        deletedSeries,
        clock::millis,
        metrics.addProcessing(),
        outages);
  }

  private RemoteWriteLimits remoteWriteLimits() {
    RemoteWriteLimits defaults = RemoteWriteLimits.DEFAULT;
    return new RemoteWriteLimits(
        Math.toIntExact(configuration.get(Keys.REMOTE_WRITE_MAX_COMPRESSED_SIZE)),
        Math.toIntExact(configuration.get(Keys.REMOTE_WRITE_MAX_DECOMPRESSED_SIZE)),
        configuration.get(Keys.REMOTE_WRITE_MAX_IN_FLIGHT_SIZE),
        defaults.labels(),
        defaults.labelNameBytes(),
        defaults.labelValueBytes(),
        defaults.requestTimeout(),
        defaults.retryAfter());
  }

  private CarbonLimits carbonLimits() {
    return new CarbonLimits(
        Math.toIntExact(configuration.get(Keys.CARBON_MAX_LINE_SIZE)),
        Math.toIntExact(configuration.get(Keys.CARBON_MAX_PICKLE_SIZE)),
        CarbonLimits.DEFAULT.partialPickleBytes(),
        configuration.get(Keys.CARBON_MAX_CONNECTIONS),
        configuration.get(Keys.CARBON_IDLE_TIMEOUT));
  }

  private Set<PromQlFeature> features() {
    Set<PromQlFeature> features = EnumSet.noneOf(PromQlFeature.class);
    for (PromQlFeature feature : PromQlFeature.values()) {
      Key<Boolean> key =
          switch (feature) {
            case EXPERIMENTAL_FUNCTIONS -> Keys.PROMQL_EXPERIMENTAL_FUNCTIONS;
            case DURATION_EXPRESSIONS -> Keys.PROMQL_DURATION_EXPRESSIONS;
            case EXTENDED_RANGE_SELECTORS -> Keys.PROMQL_EXTENDED_RANGE_SELECTORS;
            case FILL_MODIFIERS -> Keys.PROMQL_FILL_MODIFIERS;
            case DELAYED_NAME_REMOVAL -> Keys.PROMQL_DELAYED_NAME_REMOVAL;
            case START_TIMESTAMPS -> Keys.PROMQL_START_TIMESTAMPS;
            case TYPE_AND_UNIT_LABELS -> Keys.PROMQL_TYPE_AND_UNIT_LABELS;
          };
      if (configuration.get(key)) {
        features.add(feature);
      }
    }
    return features;
  }

  private ApiSettings apiSettings() {
    return new ApiSettings(
        queryLimits(),
        new ReadBounds(
            configuration.get(Keys.REMOTE_READ_MAX_SAMPLES),
            Math.toIntExact(configuration.get(Keys.REMOTE_READ_MAX_FRAME_SIZE)),
            configuration.get(Keys.REMOTE_READ_MAX_CONCURRENCY),
            configuration.get(Keys.REMOTE_READ_MAX_MEMORY)),
        configuration.get(Keys.HTTP_ADMIN_API),
        new TenantHeader(configuration.get(Keys.TENANCY_HEADER)),
        new BuildInfo(Version.number(), "", ""),
        configuration.shown(),
        String.join("\n", configuration.describe()) + "\n");
  }

  private QueryLimits queryLimits() {
    long maxSeries = configuration.get(Keys.QUERY_MAX_SERIES);
    return new QueryLimits(
        configuration.get(Keys.QUERY_TIMEOUT),
        configuration.get(Keys.QUERY_LOOKBACK_DELTA),
        configuration.get(Keys.QUERY_MAX_SAMPLES),
        maxSeries == 0 ? Long.MAX_VALUE : maxSeries,
        configuration.get(Keys.QUERY_MAX_MEMORY),
        configuration.get(Keys.QUERY_MAX_CONCURRENCY),
        QueryLimits.DEFAULT.maxWaiting(),
        QueryLimits.DEFAULT.maxWait());
  }

  private void listen(
      Doorkeeper doorkeeper,
      RemoteWriteReceiver receiver,
      CarbonReceiver carbon,
      List<Consumer<Router>> mounts,
      StatsdReceiver.Surroundings statsd) {
    String host = configuration.get(Keys.HTTP_HOST);
    String tenantHeader = configuration.get(Keys.TENANCY_HEADER);
    Listeners listeners = started.add("listeners", new Listeners());
    int remoteWritePort = configuration.get(Keys.REMOTE_WRITE_PORT);
    if (remoteWritePort != 0) {
      RemoteWriteListener listener =
          listeners.add(
              new RemoteWriteListener(
                  host, remoteWritePort, processors, tenantHeader, doorkeeper, receiver));
      try {
        listener.start();
      } catch (IOException e) {
        throw new GatewayException(Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e);
      }
      metrics.addRemoteWrite(listener);
    }
    listen(listeners.add(new CarbonListener(host, processors, carbon)), carbon);
    if (Statsd.isOn(configuration)) {
      listenStatsd(listeners, statsd);
    }
    HttpConfig http =
        new HttpConfig(
            host,
            configuration.get(Keys.HTTP_PORT),
            configuration.get(Keys.HTTP_CORS_ALLOWED_ORIGINS),
            tenantHeader,
            CLOSE_GRACE);
    listeners.add(new HttpListener(http, registry, mounts)).start();
  }

  private void listenStatsd(Listeners listeners, StatsdReceiver.Surroundings surroundings) {
    StatsdReceiver receiver =
        new StatsdReceiver(
            Statsd.settings(configuration),
            new StatsdCounters(),
            configuration.get(StatsdKeys.FORWARD),
            surroundings);
    StatsdListener listener =
        listeners.add(new StatsdListener(Statsd.address(configuration), receiver));
    try {
      listener.start();
    } catch (IOException e) {
      throw new GatewayException(Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e);
    }
    onNewRules.add(receiver::forgetSeries);
    StatsdMetrics.register(registry, listener, receiver);
  }

  private void listen(CarbonListener listener, CarbonReceiver carbon) {
    int linePort = configuration.get(Keys.CARBON_PORT);
    int picklePort = configuration.get(Keys.CARBON_PICKLE_PORT);
    try {
      if (linePort != 0) {
        listener.listenForLines(linePort);
      }
      if (picklePort != 0) {
        listener.listenForPickles(picklePort);
      }
    } catch (IOException e) {
      throw new GatewayException(Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e);
    }
    metrics.addCarbon(listener, carbon.caches());
  }

  private URI address() {
    return URI.create(
        "http://"
            + Host.reachable(configuration.get(Keys.HTTP_HOST))
            + ":"
            + configuration.get(Keys.HTTP_PORT));
  }

  /**
   * Stops every part, listeners first: requests in flight are answered, what is in the backlog is
   * flushed, leases are given back, and the embedded Redis ends.
   */
  @Override
  public void close() {
    started.close();
  }
}
