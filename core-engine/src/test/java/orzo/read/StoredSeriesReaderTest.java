package orzo.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.ArchivePolicy;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.split.SampleBuffer;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;

class StoredSeriesReaderTest {
  private static final int SERIES = 3000;

  private final InMemoryStorage storage = new InMemoryStorage(2, () -> 0);
  private final SeriesIndex index = new SeriesIndex();
  private final ExecutorService processors = Executors.newFixedThreadPool(4);
  private final StoredSeriesReader reader =
      new StoredSeriesReader(
          index,
          storage.splits(),
          new OneSampleTails(),
          processors,
          (_, _) -> ArchivePolicy.RAW,
          () -> 0);

  StoredSeriesReaderTest() {
    for (int i = 0; i < SERIES; i++) {
      Labels labels = Labels.of("__name__", "boils", "pot", "p" + i);
      index.add(SeriesRef.of(i % 2, i), Metric.of(Tenant.DEFAULT, labels, "raw"));
    }
  }

  @AfterEach
  void close() {
    processors.shutdownNow();
  }

  @Test
  void scan_visitsEachSeriesOnce() {
    AtomicIntegerArray visits = new AtomicIntegerArray(SERIES);
    select()
        .scan(0, 10_000, ReadBudget.UNBOUNDED, (i, samples) -> visits.addAndGet(i, samples.size));

    for (int i = 0; i < SERIES; i++) {
      assertThat(visits.get(i)).as("series %d", i).isEqualTo(1);
    }
  }

  @Test
  void scan_withoutSamplesInRange_visitsNothing() {
    AtomicInteger visits = new AtomicInteger();
    select().scan(2000, 10_000, ReadBudget.UNBOUNDED, (i, samples) -> visits.incrementAndGet());
    assertThat(visits).hasValue(0);
  }

  @Test
  void scan_overTheBudget_fails_andVisitsNoMoreAfterwards() {
    AtomicInteger left = new AtomicInteger(1000);
    ReadBudget budget =
        samples -> {
          if (left.addAndGet((int) -samples) < 0) {
            throw new GatewayException(Kind.LIMIT, "too many samples on demand");
          }
        };
    AtomicBoolean returned = new AtomicBoolean();
    AtomicBoolean visitedAfterwards = new AtomicBoolean();
    assertThatThrownBy(() ->
            select()
                .scan(
                    0,
                    10_000,
                    budget,
                    (i, samples) -> {
                      if (returned.get()) {
                        visitedAfterwards.set(true);
                      }
                    }))
        .hasMessage("too many samples on demand");
    returned.set(true);

    close();
    assertThat(visitedAfterwards).isFalse();
  }

  @Test
  void scan_whenStorageIsAway_saysSo() {
    storage.failNext(
        Operation.READ_SPLITS, new GatewayException(Kind.UNAVAILABLE, "away on demand"));
    assertThatThrownBy(() -> select().scan(0, 10_000, ReadBudget.UNBOUNDED, (i, samples) -> {}))
        .hasMessage("away on demand");
  }

  @Test
  void scan_ofAllTimes_isRefusedWithTheNumbers() {
    assertThatThrownBy(() ->
            select().scan(Long.MIN_VALUE, Long.MAX_VALUE, ReadBudget.UNBOUNDED, (i, samples) -> {}))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT))
        .hasMessageContaining("splits of 3,000 series (limit: 20,000,000)");
  }

  private Selection select() {
    Selection selection =
        reader.select(
            Tenant.DEFAULT, List.of(Matcher.of("__name__", Matcher.Operation.EQUAL, "boils")));
    assertThat(selection.size()).isEqualTo(SERIES);
    return selection;
  }

  private StoredSeriesReader reader(Tails tails) {
    return new StoredSeriesReader(
        index, storage.splits(), tails, processors, (_, _) -> ArchivePolicy.RAW, () -> 0);
  }

  private Selection select(StoredSeriesReader from) {
    return from.select(
        Tenant.DEFAULT, List.of(Matcher.of("__name__", Matcher.Operation.EQUAL, "boils")));
  }

  @Test
  void scan_whereOneSackMustBeWaitedFor_visitsEachSeriesOnce() {
    AtomicIntegerArray visits = new AtomicIntegerArray(SERIES);
    Tails half =
        new OneSampleTails() {
          @Override
          public Optional<List<@Nullable Tail>> copyAtHand(
              int sack, int[] series, long fromMillis, long toMillis) {
            return sack == 0
                ? Optional.of(copy(sack, series, fromMillis, toMillis))
                : Optional.empty();
          }
        };
    select(reader(half))
        .scan(0, 10_000, ReadBudget.UNBOUNDED, (i, samples) -> visits.addAndGet(i, samples.size));

    for (int i = 0; i < SERIES; i++) {
      assertThat(visits.get(i)).as("series %d", i).isEqualTo(1);
    }
  }

  @Test
  void scan_ofWhatIsHeldWhole_asksStorageNothing() {
    storage.away(true);
    AtomicIntegerArray visits = new AtomicIntegerArray(SERIES);
    select(reader(new WholeTails()))
        .scan(0, 10_000, ReadBudget.UNBOUNDED, (i, samples) -> visits.addAndGet(i, samples.size));

    for (int i = 0; i < SERIES; i++) {
      assertThat(visits.get(i)).as("series %d", i).isEqualTo(1);
    }
    assertThatThrownBy(() ->
            select(reader(new WholeTails()))
                .scan(-1, 10_000, ReadBudget.UNBOUNDED, (i, samples) -> {}))
        .isInstanceOf(GatewayException.class); // the split before is not held
  }

  @Test
  void scan_inMemory_overTheBudget_fails_andVisitsNoMoreAfterwards() {
    AtomicInteger left = new AtomicInteger(2000);
    ReadBudget budget =
        samples -> {
          if (left.addAndGet((int) -samples) < 0) {
            throw new GatewayException(Kind.LIMIT, "too many samples on demand");
          }
        };
    AtomicBoolean returned = new AtomicBoolean();
    AtomicBoolean visitedAfterwards = new AtomicBoolean();
    assertThatThrownBy(() ->
            select(reader(new WholeTails()))
                .scan(
                    0,
                    10_000,
                    budget,
                    (i, samples) -> {
                      if (returned.get()) {
                        visitedAfterwards.set(true);
                      }
                    }))
        .hasMessage("too many samples on demand");
    returned.set(true);

    close();
    assertThat(visitedAfterwards).isFalse();
  }

  // All that there is of the first split, in memory.
  private static final class WholeTails extends OneSampleTails {
    @Override
    public List<@Nullable Tail> copy(int sack, int[] series, long fromMillis, long toMillis) {
      List<@Nullable Tail> copies = new ArrayList<>();
      for (Tail tail : super.copy(sack, series, fromMillis, toMillis)) {
        copies.add(new Tail(tail == null ? new SampleBuffer(0) : tail.samples(), 0));
      }
      return copies;
    }

    @Override
    public Optional<List<@Nullable Tail>> copyAtHand(
        int sack, int[] series, long fromMillis, long toMillis) {
      return Optional.of(copy(sack, series, fromMillis, toMillis));
    }
  }

  // One unflushed sample for each series, at 1000.
  private static class OneSampleTails implements Tails {
    @Override
    public void catchUp(int sack) {}

    @Override
    public List<@Nullable Tail> copy(int sack, int[] series, long fromMillis, long toMillis) {
      List<@Nullable Tail> copies = new ArrayList<>();
      for (int i = 0; i < series.length; i++) {
        SampleBuffer one = new SampleBuffer(1);
        one.add(1000, 1);
        copies.add(fromMillis <= 1000 && toMillis >= 1000 ? new Tail(one) : null);
      }
      return copies;
    }

    @Override
    public Optional<List<@Nullable Tail>> copyAtHand(
        int sack, int[] series, long fromMillis, long toMillis) {
      return Optional.empty();
    }
  }
}
