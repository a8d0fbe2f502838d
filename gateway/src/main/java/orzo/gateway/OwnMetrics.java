package orzo.gateway;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.function.DoubleSupplier;
import orzo.book.Books;
import orzo.cache.CachedSplitStore;
import orzo.carbon.CarbonListener;
import orzo.carbon.PathCaches;
import orzo.index.SeriesIndex;
import orzo.intake.Admission;
import orzo.intake.BacklogLevel;
import orzo.intake.GroupCommit;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.intake.SeriesCache;
import orzo.redis.RedisMeters;
import orzo.remotewrite.RemoteWriteListener;
import orzo.remotewrite.RemoteWriteReceiver;
import orzo.sack.SackMeters;
import orzo.sack.SackOwnership;
import orzo.storage.Backlog;
import orzo.storage.GatewayException;
import orzo.upkeep.JanitorProgress;

/**
 * What the gateway tells about itself at {@code /metrics}, but for HTTP requests and queries, which
 * the HTTP APIs count. What another part counts already is read when somebody asks.
 */
final class OwnMetrics {
  private final PrometheusRegistry registry;
  private final Thread java;

  /** Creates metrics of the program and, on a thread of its own, of Java. */
  OwnMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    // Java's management beans take a fifth of the start.
    java =
        Thread.ofPlatform()
            .daemon()
            .name("java-metrics")
            .start(() -> JvmMetrics.builder().register(registry));
    Info.builder()
        .name("orzo_build_info")
        .help("Which build runs; always 1.")
        .labelNames("version", "java_version")
        .register(registry)
        .addLabelValues(Version.number(), System.getProperty("java.version"));
  }

  /** Waits until all metrics of Java are there. */
  void awaitJava() throws InterruptedException {
    java.join();
  }

  /** Adds what clients sent and what became of it: received = accepted + rejected + on its way. */
  void addIntake(Intake intake, IntakeCounters counters, GroupCommit groupCommit) {
    GaugeWithCallback.builder()
        .name("orzo_intake_state")
        .help("Whether samples are taken, or what they are refused for: 1 for the state that is.")
        .labelNames("state")
        .callback(gauge -> {
          Admission now = intake.admission();
          for (Admission state : Admission.values()) {
            gauge.call(state == now ? 1 : 0, state.label());
          }
        })
        .register(registry);
    CounterWithCallback.builder()
        .name("orzo_samples_received_total")
        .help("Samples that clients sent.")
        .labelNames("protocol")
        .callback(counter -> {
          for (Protocol protocol : Protocol.values()) {
            counter.call(counters.received(protocol), protocol.label());
          }
        })
        .register(registry);
    CounterWithCallback.builder()
        .name("orzo_samples_accepted_total")
        .help("Samples that storage acknowledged.")
        .labelNames("protocol")
        .callback(counter -> {
          for (Protocol protocol : Protocol.values()) {
            counter.call(counters.accepted(protocol), protocol.label());
          }
        })
        .register(registry);
    CounterWithCallback.builder()
        .name("orzo_samples_rejected_total")
        .help(
            "Samples that were not taken, by reason; a request whose samples can't be told counts"
                + " as one.")
        .labelNames("protocol", "reason")
        .callback(counter -> {
          for (Protocol protocol : Protocol.values()) {
            for (Rejection reason : Rejection.values()) {
              counter.call(counters.rejected(protocol, reason), protocol.label(), reason.label());
            }
          }
        })
        .register(registry);
    gauge(
        "orzo_append_waiting_samples",
        "Samples that wait for storage to acknowledge them.",
        groupCommit::waitingSamples);
  }

  /** Adds what remote-write requests hold. */
  void addRemoteWrite(RemoteWriteReceiver receiver) {
    GaugeWithCallback.builder()
        .name("orzo_remote_write_in_flight_bytes")
        .help("Memory that remote-write requests hold, of remote-write.max-in-flight-size.")
        .unit(Unit.BYTES)
        .callback(gauge -> gauge.call(receiver.inFlightBytes()))
        .register(registry);
  }

  /** Adds the connections of the listener that takes remote write only. */
  void addRemoteWrite(RemoteWriteListener listener) {
    gauge(
        "orzo_remote_write_connections",
        "Open connections of the listener on remote-write.port.",
        listener::connections);
  }

  /** Adds the listeners for Graphite's clients. */
  void addCarbon(CarbonListener listener, PathCaches caches) {
    gauge(
        "orzo_carbon_connections",
        "Open connections of the listeners on carbon.port and carbon.pickle-port.",
        listener::connections);
    gauge(
        "orzo_carbon_holding_back",
        "Whether Graphite's clients are not read at the moment because there is no room.",
        () -> listener.isHoldingBack() ? 1 : 0);
    counter(
        "orzo_carbon_datagrams_dropped_total",
        "Datagrams with Graphite's lines that the kernel dropped because its receive buffer was"
            + " full; 0 where it does not tell.",
        listener::droppedDatagrams);
    gauge(
        "orzo_carbon_path_cache_entries",
        "Paths of Graphite's clients in the cache.",
        caches::size);
  }

  /** Adds the series that are known, and the cache that finds them by their raw labels. */
  void addSeries(SeriesIndex index, SeriesCache cache) {
    gauge("orzo_series", "Series in the index, of all tenants.", index::size);
    GaugeWithCallback.builder()
        .name("orzo_resources")
        .help("Resources that series belong to, by type, of all tenants.")
        .labelNames("type")
        .callback(gauge ->
            index.resources().countByType().forEach((type, count) -> gauge.call(count, type)))
        .register(registry);
    gauge("orzo_series_cache_entries", "Encoded label sets in the cache.", cache::size);
    GaugeWithCallback.builder()
        .name("orzo_series_cache_bytes")
        .help("Memory of the cache of encoded label sets.")
        .unit(Unit.BYTES)
        .callback(gauge -> gauge.call(cache.sizeBytes()))
        .register(registry);
    counter(
        "orzo_series_cache_insertions_total",
        "Encoded label sets that were not in the cache and were put there.",
        cache::insertions);
    counter(
        "orzo_series_cache_evictions_total",
        "Encoded label sets that had to make room.",
        cache::evictions);
  }

  /** Adds the cache of splits that queries read. */
  void addSplitCache(CachedSplitStore cache) {
    CounterWithCallback.builder()
        .name("orzo_split_cache_requests_total")
        .help(
            "Splits that queries asked for: hit were in the cache, or known to be missing; miss were"
                + " not; unwatched could not be, since Redis did not tell of changes.")
        .labelNames("result")
        .callback(counter -> {
          counter.call(cache.hits(), "hit");
          counter.call(cache.misses(), "miss");
          counter.call(cache.unwatched(), "unwatched");
        })
        .register(registry);
    counter(
        "orzo_split_cache_invalidations_total",
        "Splits that left the cache because they had changed.",
        cache::invalidations);
    counter(
        "orzo_split_cache_evictions_total",
        "Splits that left the cache to make room.",
        cache::evictions);
    gauge("orzo_split_cache_entries", "Splits in the cache, missing ones too.", cache::size);
    GaugeWithCallback.builder()
        .name("orzo_split_cache_bytes")
        .help("Memory of the cache of splits, of query.cache-size.")
        .unit(Unit.BYTES)
        .callback(gauge -> gauge.call(cache.sizeBytes()))
        .register(registry);
  }

  /** What sacks do. */
  SackMeters addProcessing() {
    return new ProcessingMetrics(registry);
  }

  /**
   * Adds the sacks that this node processes. Each sack is told by the node that owns it, so that
   * the sum over all nodes counts it once.
   */
  void addSacks(SackOwnership ownership, Backlog backlog, BacklogLevel level, int sacks) {
    GaugeWithCallback.builder()
        .name("orzo_backlog_bytes")
        .help("Memory that Redis needs for the backlog of a sack that this node processes.")
        .unit(Unit.BYTES)
        .labelNames("sack")
        .callback(gauge -> {
          for (int sack = 0; sack < sacks; sack++) {
            if (ownership.owns(sack)) {
              gauge.call(level.bytes(sack), Integer.toString(sack));
            }
          }
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("orzo_backlog_limit_bytes")
        .help("What the backlogs of all sacks together may take: engine.max-backlog-size.")
        .unit(Unit.BYTES)
        .callback(gauge -> gauge.call(level.limitBytes()))
        .register(registry);
    gauge("orzo_sacks", "Sacks of the namespace, whoever processes them.", () -> sacks);
    gauge("orzo_sacks_owned", "Sacks that this node processes.", ownership::ownedSacks);
    GaugeWithCallback.builder()
        .name("orzo_backlog_entries")
        .help("Entries in the backlog of a sack that this node processes.")
        .labelNames("sack")
        .callback(gauge -> {
          for (int sack = 0; sack < sacks; sack++) {
            if (ownership.owns(sack)) {
              try {
                gauge.call(backlog.length(sack), Integer.toString(sack));
              } catch (GatewayException _) {
                return; // storage is away: what can't be known is left out
              }
            }
          }
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("orzo_backlog_age_seconds")
        .help("How long the oldest unflushed entry of a sack's backlog has waited.")
        .unit(Unit.SECONDS)
        .labelNames("sack")
        .callback(gauge -> {
          for (int sack = 0; sack < sacks; sack++) {
            if (ownership.owns(sack)) {
              gauge.call(
                  Unit.millisToSeconds(ownership.backlogAgeMillis(sack)), Integer.toString(sack));
            }
          }
        })
        .register(registry);
  }

  /** Adds what the janitor of this gateway does. */
  void addJanitor(JanitorProgress janitor) {
    gauge(
        "orzo_janitor_running",
        "Whether this gateway sweeps through storage now.",
        () -> janitor.isRunning() ? 1 : 0);
    counter(
        "orzo_janitor_keys_scanned_total",
        "Keys that Redis looked at in sweeps of this gateway, about.",
        janitor::keys);
    counter(
        "orzo_janitor_splits_scanned_total",
        "Splits that sweeps of this gateway saw.",
        janitor::splits);
    counter(
        "orzo_janitor_splits_unknown_total",
        "Splits that sweeps saw of series that the catalog has lost; they are left alone.",
        janitor::unknown);
    CounterWithCallback.builder()
        .name("orzo_janitor_splits_removed_total")
        .help("Splits that sweeps of this gateway removed, by reason.")
        .labelNames("reason")
        .callback(counter -> {
          for (JanitorProgress.Removed reason : JanitorProgress.Removed.values()) {
            counter.call(janitor.removed(reason), reason.label());
          }
        })
        .register(registry);
    counter(
        "orzo_janitor_series_retired_total",
        "Series of which nothing was left, and which sweeps of this gateway deleted.",
        janitor::retired);
    CounterWithCallback.builder()
        .name("orzo_janitor_sweeps_total")
        .help("Sweeps of this gateway that ended, by outcome.")
        .labelNames("outcome")
        .callback(counter -> {
          counter.call(janitor.sweeps(), "complete");
          counter.call(janitor.brokenOff(), "broken_off");
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("orzo_janitor_last_start_timestamp_seconds")
        .help("When this gateway began its last sweep; 0 if it has made none.")
        .unit(Unit.SECONDS)
        .callback(gauge -> gauge.call(Unit.millisToSeconds(janitor.lastStartMillis())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("orzo_janitor_last_duration_seconds")
        .help("How long the last sweep of this gateway took that ended.")
        .unit(Unit.SECONDS)
        .callback(gauge -> gauge.call(Unit.nanosToSeconds(janitor.lastDuration().toNanos())))
        .register(registry);
  }

  /** Adds how the books of what the Gnocchi API creates are read. */
  void addBooks(Books books) {
    counter(
        "orzo_book_damaged_records_total",
        "Records of what the Gnocchi API created that could not be read, and were passed over.",
        books::damaged);
  }

  /** Adds what Redis was asked. */
  void addRedis(RedisMeters meters) {
    SummaryWithCallback.builder()
        .name("orzo_redis_call_duration_seconds")
        .help("Round trips to Redis that were answered, from sending to answer, by kind of call.")
        .unit(Unit.SECONDS)
        .labelNames("call")
        .callback(summary -> {
          for (RedisMeters.Call call : RedisMeters.Call.values()) {
            summary.call(
                meters.answered(call),
                Unit.nanosToSeconds(meters.latencyNanos(call)),
                Quantiles.EMPTY,
                call.label());
          }
        })
        .register(registry);
    CounterWithCallback.builder()
        .name("orzo_redis_call_failures_total")
        .help("Calls that Redis refused or did not answer, by kind of call.")
        .labelNames("call")
        .callback(counter -> {
          for (RedisMeters.Call call : RedisMeters.Call.values()) {
            counter.call(meters.failed(call), call.label());
          }
        })
        .register(registry);
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> gauge.call(value.getAsDouble()))
        .register(registry);
  }

  private void counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(counter -> counter.call(value.getAsDouble()))
        .register(registry);
  }
}
