package orzo.promql.plan;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import orzo.index.CatalogFollower;
import orzo.index.SeriesIndex;
import orzo.intake.BacklogIntake;
import orzo.intake.BacklogLevel;
import orzo.intake.GroupCommit;
import orzo.intake.Registration;
import orzo.intake.SampleBatch;
import orzo.metric.ArchivePolicy;
import orzo.metric.Labels;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.policy.SeriesPolicies;
import orzo.promql.PromQlEngine;
import orzo.read.StoredSeriesReader;
import orzo.sack.SackMeters;
import orzo.sack.SackOwnership;
import orzo.split.SampleBuffer;
import orzo.storage.InMemoryStorage;
import orzo.storage.OutageLog;

/**
 * A gateway without its listeners, over a storage in memory and with a clock that stands still
 * until it is moved. The label {@code policy} of a series names its archive policy.
 */
final class ClosingNode implements AutoCloseable {
  private static final int SACKS = 2;
  private static final Duration CLOSE_DELAY = Duration.ofMinutes(1);

  /** Splits are closed with up to four times the delay. */
  private static final Duration UNTIL_CLOSED = CLOSE_DELAY.multipliedBy(5);

  final InMemoryStorage storage;
  final PromQlEngine engine;
  private final AtomicLong clock;
  private final SackOwnership ownership;
  private final GroupCommit groupCommit;
  private final CatalogFollower follower;
  private final BacklogIntake intake;
  private final ExecutorService processors = Executors.newFixedThreadPool(2);

  ClosingNode(long nowMillis, List<ArchivePolicy> policies) {
    clock = new AtomicLong(nowMillis);
    storage = new InMemoryStorage(SACKS, clock::get);
    SeriesIndex index = new SeriesIndex();
    OutageLog outages = new OutageLog(System::nanoTime);
    follower = new CatalogFollower(storage, index, Duration.ofMillis(50), outages);
    follower.start();
    SeriesPolicies ofSeries =
        (sack, series) -> {
          String name =
              index
                  .policy(SeriesRef.of(sack, series))
                  .or(() -> {
                    follower.catchUp(sack);
                    return index.policy(SeriesRef.of(sack, series));
                  })
                  .orElseThrow();
          return policies.stream().filter(policy -> policy.name().equals(name)).findFirst().get();
        };
    // The clock jumps: a lease that outlasts it is never in question.
    Duration leaseTtl = Duration.ofDays(10_000);
    ownership =
        new SackOwnership(
            storage,
            new SackOwnership.Settings("node", leaseTtl, Duration.ofMillis(5), CLOSE_DELAY),
            ofSeries,
            follower,
            clock::get,
            SackMeters.NONE,
            outages);
    ownership.start();
    groupCommit =
        new GroupCommit(storage.backlog(), storage.sacks(), 10_000_000, ownership::appended);
    BacklogLevel unbounded =
        new BacklogLevel(storage.backlog(), storage.sacks(), Long.MAX_VALUE); // never measured
    intake =
        new BacklogIntake(storage, index, groupCommit, unbounded, labels -> labels.get("policy"));
    engine =
        new PromQlEngine(
            new StoredSeriesReader(
                index, storage.splits(), ownership, processors, ofSeries, clock::get));
  }

  /** Writes samples and waits for the acknowledgement. */
  void write(Labels labels, SampleBuffer samples) {
    if (samples.size == 0) {
      return;
    }
    long ref = intake.register(Tenant.DEFAULT, List.of(Registration.of(labels)))[0];
    SampleBatch batch = new SampleBatch(samples.size);
    for (int i = 0; i < samples.size; i++) {
      batch.add(ref, samples.timestampsMillis[i], samples.values[i]);
    }
    intake.append(batch).toCompletableFuture().join();
  }

  /** Moves the clock. */
  void advance(Duration time) {
    clock.addAndGet(time.toMillis());
  }

  /** Lets so much time pass that all splits that are over are closed. */
  void close(long beforeMillis) {
    awaitFlushed();
    advance(UNTIL_CLOSED);
    await(() -> {
      for (int sack = 0; sack < SACKS; sack++) {
        if (storage.splits().openSplits(sack).stream()
            .anyMatch(span -> span.startMillis() + 4 * 3_600_000 <= beforeMillis)) {
          return false;
        }
      }
      return true;
    });
  }

  /** Waits until everything is in splits. */
  void awaitFlushed() {
    await(() -> {
      for (int sack = 0; sack < SACKS; sack++) {
        if (storage.backlog().length(sack) > 0) {
          return false;
        }
      }
      return true;
    });
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited 20 s");
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  @Override
  public void close() {
    groupCommit.close();
    ownership.close();
    follower.close();
    processors.shutdown();
  }
}
