package orzo.sack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.index.DeletedSeries;
import orzo.intake.GroupCommit;
import orzo.intake.SampleBatch;
import orzo.metric.ArchivePolicy;
import orzo.metric.SeriesRef;
import orzo.split.RawSplit;
import orzo.split.RawSplitCodec;
import orzo.split.SampleBuffer;
import orzo.storage.BacklogPosition;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;
import orzo.storage.OutageLog;
import orzo.storage.SplitKey;
import orzo.storage.StoredSplit;

/** What an owner holds in memory is bounded, however much waits and whatever storage refuses. */
@Timeout(120)
class SackPressureTest {
  /** What a sack may hold beyond the samples that make a flush due: one read of 64 entries. */
  private static final long READ_SAMPLES = 64 * 2_048;

  private static final long FLUSH_SAMPLES = 500_000;

  private final InMemoryStorage storage =
      new InMemoryStorage(1, () -> System.nanoTime() / 1_000_000);

  @Test
  void flush_refusedByAFullStorage_stopsReading_andGoesOnByItself() {
    int samples = 1_500_000;
    for (int i = 0; i < 10; i++) {
      storage.failNext(Operation.FLUSH, new GatewayException(Kind.LIMIT, "full on demand"));
    }
    append(batch(samples, i -> i % 100, i -> i / 100 * 500L));

    Meters meters = new Meters();
    try (SackOwnership ownership = start(Duration.ofHours(1), meters)) {
      await(() -> meters.failures.get() >= 2);
      long processed = meters.processed.get();
      assertThat(processed).isBetween(FLUSH_SAMPLES, FLUSH_SAMPLES + READ_SAMPLES);
      await(() -> meters.failures.get() >= 8);
      assertThat(meters.processed.get()).as("processed while flushes fail").isEqualTo(processed);

      await(() -> meters.processed.get() == samples);
      assertThat(ownership.ownedSacks()).isEqualTo(1);
    }
    assertThat(storage.backlog().length(0)).isZero();
    assertThat(storedSamples(100, samples / 100 * 500L)).isEqualTo(samples);
  }

  @Test
  void backfill_ofManySplits_isFlushedInPieces_andWhollyStored() {
    int splits = 150_000;
    // Each sample opens a split of its own: 50 series with 3,000 spans each, the newest first.
    append(batch(splits, i -> i % 50, i -> (3_000L - i / 50) * RawSplit.SPAN_MILLIS));

    Meters meters = new Meters();
    try (SackOwnership ownership = start(Duration.ofHours(1), meters)) {
      await(() -> meters.processed.get() == splits);
      assertThat(ownership.ownedSacks()).isEqualTo(1);
    }
    assertThat(meters.maxFlushedSplits.get()).isBetween(50_000, 50_512);
    assertThat(storage.backlog().length(0)).isZero();
    long stored = 0;
    for (int span = 1; span <= 3_000; span++) {
      stored += storedSamples(50, span * RawSplit.SPAN_MILLIS, span * RawSplit.SPAN_MILLIS);
    }
    assertThat(stored).isEqualTo(splits);
  }

  @Test
  void lateSamples_intoLongSplits_makeAFlushDueByWhatIsLoaded() {
    int series = 200;
    int each = 10_000;
    append(batch(series * each, i -> i % series, i -> 1_000 + i / series * 1_000L));
    Meters first = new Meters();
    try (SackOwnership ownership = start(Duration.ofHours(1), first)) {
      await(() ->
          first.processed.get() == (long) series * each); // a stop does not wait for that long
      assertThat(ownership.ownedSacks()).isEqualTo(1);
    }
    assertThat(storage.backlog().length(0)).isZero();

    append(batch(series, i -> i, i -> 500)); // before all others: the whole split is loaded
    Meters meters = new Meters();
    try (SackOwnership ownership = start(Duration.ofHours(1), meters)) {
      await(() -> meters.flushes.get() > 0);
      assertThat(meters.processed.get()).isEqualTo(series);
      assertThat(ownership.ownedSacks()).isEqualTo(1);
    }
    assertThat(storedSamples(series, 0)).isEqualTo(series * (each + 1L));
  }

  private interface IntToLong {
    long at(int i);
  }

  private static SampleBatch batch(int samples, IntToLong series, IntToLong timestamp) {
    SampleBatch batch = new SampleBatch(samples);
    for (int i = 0; i < samples; i++) {
      batch.add(SeriesRef.of(0, (int) series.at(i)), timestamp.at(i), i);
    }
    return batch;
  }

  private void append(SampleBatch batch) {
    try (GroupCommit groupCommit =
        new GroupCommit(storage.backlog(), 1, batch.size(), (sack, position) -> {})) {
      groupCommit.append(batch).toCompletableFuture().join();
    }
    assertThat(storage.backlog().read(0, BacklogPosition.START, 1)).isNotEmpty();
  }

  private SackOwnership start(Duration flushInterval, SackMeters meters) {
    SackOwnership ownership =
        new SackOwnership(
            storage,
            new SackOwnership.Settings(
                "node", Duration.ofSeconds(60), flushInterval, Duration.ofHours(2)),
            (sack, series) -> ArchivePolicy.RAW,
            NOTHING_DELETED,
            () -> 0,
            meters,
            new OutageLog(System::nanoTime));
    ownership.start();
    return ownership;
  }

  /** The samples of all splits of some series that start up to a time. */
  private long storedSamples(int series, long toMillis) {
    return storedSamples(series, 0, toMillis);
  }

  private long storedSamples(int series, long fromMillis, long toMillis) {
    SampleBuffer samples = new SampleBuffer(16);
    long count = 0;
    for (int one = 0; one < series; one++) {
      for (long start = fromMillis; start <= toMillis; start += RawSplit.SPAN_MILLIS) {
        for (StoredSplit split : storage.splits().read(0, List.of(new SplitKey(one, start)))) {
          samples.size = 0;
          RawSplitCodec.decode(start, split.bytes(), Long.MIN_VALUE, Long.MAX_VALUE, samples);
          count += samples.size;
        }
      }
    }
    return count;
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static final DeletedSeries NOTHING_DELETED =
      new DeletedSeries() {
        @Override
        public long heard(int sack) {
          return 0;
        }

        @Override
        public BitSet deleted(int sack) {
          return new BitSet();
        }
      };

  private static final class Meters implements SackMeters {
    final AtomicLong processed = new AtomicLong();
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger flushes = new AtomicInteger();
    final AtomicInteger maxFlushedSplits = new AtomicInteger();

    @Override
    public void processed(int sack, long samples) {
      processed.addAndGet(samples);
    }

    @Override
    public void dropped(int sack, Drop reason, long samples) {}

    @Override
    public void revived(int sack, long samples) {}

    @Override
    public void flushed(int sack, int splits, long bytes, long nanos) {
      flushes.incrementAndGet();
      maxFlushedSplits.accumulateAndGet(splits, Math::max);
    }

    @Override
    public void flushEnded(int sack, FlushOutcome outcome) {}

    @Override
    public void closed(int sack, int splits, long samples, long nanos) {}

    @Override
    public void failed(int sack) {
      failures.incrementAndGet();
    }
  }
}
