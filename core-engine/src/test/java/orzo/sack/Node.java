package orzo.sack;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import orzo.cache.CachedSplitStore;
import orzo.cache.StorageWithSplits;
import orzo.index.CatalogFollower;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.intake.BacklogIntake;
import orzo.intake.BacklogLevel;
import orzo.intake.GroupCommit;
import orzo.intake.Registration;
import orzo.intake.SampleBatch;
import orzo.metric.ArchivePolicy;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.read.ReadBudget;
import orzo.read.Selection;
import orzo.read.StoredAggregates;
import orzo.read.StoredSeriesReader;
import orzo.storage.InMemoryStorage;
import orzo.storage.OutageLog;
import orzo.upkeep.MetricDeletion;

/**
 * A gateway without its listeners: intake, ownership and reader over a storage. What is read goes
 * through a cache that hears of changes late.
 */
final class Node implements AutoCloseable {
  /**
   * A lease's time to live that no test outlasts: a machine that lets a test sleep for longer than
   * its leases takes its sacks away, and what is not flushed of them from what it reads.
   */
  static final Duration LONG_TTL = Duration.ofMinutes(10);

  /** How late news may be; longer than it takes to write, flush and read. */
  private static final Duration LATE = Duration.ofMillis(200);

  private static final long CACHE_BYTES = 1 << 20;

  final CutOffStorage storage;
  final SackOwnership ownership;
  final BacklogIntake intake;
  final GroupCommit groupCommit;
  final SeriesIndex index;
  final CatalogFollower follower;
  final CachedSplitStore cache;
  final StoredSeriesReader reader;
  final StoredAggregates aggregates;
  private final long[] dropped = new long[SackMeters.Drop.values().length];
  private final ExecutorService processors = Executors.newFixedThreadPool(2);

  Node(InMemoryStorage shared, String name, Duration leaseTtl) {
    this(
        shared,
        new SackOwnership.Settings(name, leaseTtl, Duration.ofMillis(20), Duration.ofMinutes(5)),
        ArchivePolicy.RAW,
        () -> System.nanoTime() / 1_000_000);
  }

  Node(
      InMemoryStorage shared,
      SackOwnership.Settings settings,
      ArchivePolicy policy,
      LongSupplier nowMillis) {
    storage = new CutOffStorage(shared);
    cache = new CachedSplitStore(storage.splits(), shared.watch(LATE), shared.sacks(), CACHE_BYTES);
    index = new SeriesIndex();
    OutageLog outages = new OutageLog(System::nanoTime);
    follower = new CatalogFollower(storage, index, Duration.ofMillis(100), outages);
    follower.start();
    ownership =
        new SackOwnership(
            new StorageWithSplits(storage, cache.truth()),
            settings,
            (sack, series) -> policy,
            follower,
            nowMillis,
            meters(),
            outages);
    ownership.start();
    groupCommit =
        new GroupCommit(storage.backlog(), storage.sacks(), 1_000_000, ownership::appended);
    BacklogLevel unbounded =
        new BacklogLevel(storage.backlog(), storage.sacks(), Long.MAX_VALUE); // never measured
    intake = new BacklogIntake(storage, index, groupCommit, unbounded, _ -> policy.name());
    reader =
        new StoredSeriesReader(
            index, cache, cache, ownership, processors, (sack, series) -> policy, nowMillis);
    aggregates =
        new StoredAggregates(cache, cache, ownership, processors, (sack, series) -> policy);
  }

  private SackMeters meters() {
    return (SackMeters)
        Proxy.newProxyInstance(
            SackMeters.class.getClassLoader(),
            new Class<?>[] {SackMeters.class},
            (_, method, arguments) -> {
              if (method.getName().equals("dropped")) {
                synchronized (dropped) {
                  dropped[((SackMeters.Drop) arguments[1]).ordinal()] += (Long) arguments[2];
                }
              }
              return null;
            });
  }

  /** Registers a series of the default tenant. */
  long register(Labels labels) {
    return intake.register(Tenant.DEFAULT, List.of(Registration.of(labels)))[0];
  }

  /** Writes one sample of a series that is registered, or was. */
  void write(long ref, long timestampMillis, double value) {
    SampleBatch batch = new SampleBatch(1);
    batch.add(ref, timestampMillis, value);
    intake.append(batch).toCompletableFuture().join();
  }

  /** Deletes the series that has all these labels. */
  long delete(Labels labels) {
    List<Matcher> matchers = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      matchers.add(Matcher.of(labels.name(i), Matcher.Operation.EQUAL, labels.value(i)));
    }
    return new MetricDeletion(storage.catalog(), index, follower)
        .delete(Tenant.DEFAULT, List.of(matchers));
  }

  /** How many samples this node's owners dropped for a reason. */
  long dropped(SackMeters.Drop reason) {
    synchronized (dropped) {
      return dropped[reason.ordinal()];
    }
  }

  /** Writes samples of one series and waits for the acknowledgement. */
  void write(Labels labels, long[] timestamps, double[] values) {
    long ref = intake.register(Tenant.DEFAULT, List.of(Registration.of(labels)))[0];
    SampleBatch batch = new SampleBatch(1);
    for (int i = 0; i < timestamps.length; i++) {
      batch.add(ref, timestamps[i], values[i]);
    }
    intake.append(batch).toCompletableFuture().join();
  }

  /** Everything of all series: labels to timestamps to the values' bits. */
  Map<String, Map<Long, Long>> readAll(long from, long to) {
    Selection selection =
        reader.select(
            Tenant.DEFAULT, List.of(Matcher.of("__name__", Matcher.Operation.MATCHES, ".+")));
    List<Map<Long, Long>> samples = new ArrayList<>();
    for (int i = 0; i < selection.size(); i++) {
      samples.add(new TreeMap<>());
    }
    selection.scan(
        from,
        to,
        ReadBudget.UNBOUNDED,
        (i, buffer) -> {
          for (int s = 0; s < buffer.size; s++) {
            Long before =
                samples
                    .get(i)
                    .put(buffer.timestampsMillis[s], Double.doubleToRawLongBits(buffer.values[s]));
            if (before != null) {
              throw new AssertionError("twice: " + buffer.timestampsMillis[s]);
            }
          }
        });
    Map<String, Map<Long, Long>> all = new TreeMap<>();
    for (int i = 0; i < selection.size(); i++) {
      if (!samples.get(i).isEmpty()) {
        all.put(selection.labels(i).toString(), samples.get(i));
      }
    }
    return all;
  }

  /** Ends as kill -9 does: nothing reaches storage any more. */
  void kill() {
    storage.cut();
    Thread.startVirtualThread(this::close);
  }

  @Override
  public void close() {
    groupCommit.close();
    ownership.close();
    follower.close();
    processors.shutdown();
  }
}
