package orzo.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import orzo.fold.AggregateSplit;
import orzo.index.CatalogFollower;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.BuiltInPolicies;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
import orzo.storage.BacklogPosition;
import orzo.storage.CatalogEntry;
import orzo.storage.Deletion;
import orzo.storage.FlushOutcome;
import orzo.storage.InMemoryStorage;
import orzo.storage.Lease;
import orzo.storage.OpenMarks;
import orzo.storage.OutageLog;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;
import orzo.storage.Upkeep;
import orzo.storage.contract.Flushes;
import orzo.upkeep.JanitorProgress.Removed;

class JanitorTest {
  private static final Duration MEMORY = Duration.ofHours(1);
  private static final long FIVE_MINUTES = 300_000;

  private final AtomicLong nowMillis = new AtomicLong(1_000_000_000_000L);
  private final InMemoryStorage storage = new InMemoryStorage(2, nowMillis::get);
  private final SeriesIndex index = new SeriesIndex();
  private final OutageLog outages = new OutageLog(System::nanoTime);
  private final CatalogFollower follower =
      new CatalogFollower(storage, index, Duration.ofDays(1), outages);
  private final MetricDeletion deletion = new MetricDeletion(storage.catalog(), index, follower);
  private boolean mayRun = true;
  private final Janitor janitor =
      new Janitor(
          storage,
          index,
          follower,
          BuiltInPolicies::named,
          () -> mayRun,
          new Janitor.Settings(Duration.ofHours(1), Duration.ofMinutes(1), MEMORY),
          nowMillis::get,
          outages);
  private final Lease lease =
      storage.leases().acquire(0, "node", Duration.ofDays(365)).orElseThrow();
  private final Set<SplitKey> written = new HashSet<>();

  @Test
  void sweep_removesWhatDeletedSeriesHave_andNothingElse() {
    register(metric(0), metric(1), metric(2));
    for (int series = 0; series < 3; series++) {
      for (long span = -600; span < 600; span++) {
        write(new SplitKey(series, span * 14_400_000));
      }
      write(new SplitKey(series, FIVE_MINUTES, 7 * AggregateSplit.spanMillis(FIVE_MINUTES)));
    }
    delete("h1");

    assertThat(janitor.sweep()).isTrue();

    written.removeIf(key -> key.series() == 1);
    assertThat(splits()).isEqualTo(written);
    assertThat(janitor.progress().removed(Removed.DELETED_SERIES)).isEqualTo(1_201);
    assertThat(janitor.progress().splits()).isEqualTo(3 * 1_201);
    assertThat(janitor.progress().sweeps()).isEqualTo(1);
    assertThat(janitor.progress().isRunning()).isFalse();
    assertThat(janitor.progress().lastStartMillis()).isEqualTo(nowMillis.get());
  }

  @Test
  void sweep_removesGranularitiesThatThePolicyHasNot() {
    register(metric(0));
    SplitKey kept = new SplitKey(0, FIVE_MINUTES, 0);
    SplitKey dropped = new SplitKey(0, 1_000, 0);
    write(kept);
    write(dropped);

    janitor.sweep();

    assertThat(splits()).containsExactly(kept);
    assertThat(janitor.progress().removed(Removed.DROPPED_GRANULARITY)).isEqualTo(1);
  }

  @Test
  void sweep_leavesGranularitiesAloneOfAPolicyThatIsNotKnown() {
    Metric odd = Metric.of(Tenant.DEFAULT, Labels.of("__name__", "odd"), "made elsewhere");
    register(odd);
    write(new SplitKey(0, 1_000, 0));

    janitor.sweep();

    assertThat(splits()).hasSize(1);
  }

  @Test
  void sweep_leavesSplitsAloneOfASeriesThatNobodyKnows() {
    register(metric(0));
    write(new SplitKey(5, 0));

    janitor.sweep();

    assertThat(splits()).isEqualTo(written);
    assertThat(janitor.progress().unknown()).isEqualTo(1);
  }

  @Test
  void sweep_retiresSeriesThatTwoSweepsSawNothingOf() {
    register(metric(0), metric(1), metric(2));
    write(new SplitKey(1, 0));

    janitor.sweep();
    assertThat(index.size()).isEqualTo(3);
    janitor.sweep();

    assertThat(janitor.progress().retired()).isEqualTo(2);
    follower.catchUp();
    assertThat(index.series(Tenant.DEFAULT, List.of(), 10)).containsExactly(metric(1).labels());
    assertThat(storage.catalog().deletions(0, 0, 10).getFirst().series()).containsExactly(0, 2);
  }

  @Test
  void sweep_ofASeriesThatIsWrittenMeanwhile_doesNotRetireIt() {
    register(metric(0));
    janitor.sweep();
    SplitKey key = new SplitKey(0, 0);
    assertThat(Flushes.mark(storage, lease, new OpenMarks(0, new int[] {0}, new int[0])))
        .isEqualTo(FlushOutcome.FLUSHED); // its split has expired, and it is open nevertheless
    janitor.sweep();
    assertThat(janitor.progress().retired()).isZero();

    write(key);
    Flushes.mark(storage, lease, new OpenMarks(0, new int[0], new int[] {0}));
    janitor.sweep();
    assertThat(janitor.progress().retired()).isZero();
  }

  @Test
  void sweep_doesNotRetireMetricsThatSomebodyNamed() {
    register(new Metric(new UUID(0, 0), Tenant.DEFAULT, Labels.of("__name__", "mine"), "low"));

    janitor.sweep();
    janitor.sweep();

    assertThat(janitor.progress().retired()).isZero();
  }

  @Test
  void sweep_whileAnotherNodeIsToDoIt_isBrokenOff() {
    register(metric(0));
    janitor.sweep();
    mayRun = false;
    assertThat(janitor.sweep()).isFalse();
    assertThat(janitor.progress().brokenOff()).isEqualTo(1);
  }

  @Test
  void sweep_forgetsDeletionsWhenTheyAreOld_butForTheLast() {
    register(metric(0), metric(1), metric(2), metric(3));
    for (int i = 0; i < 4; i++) {
      write(new SplitKey(i, 0));
    }
    delete("h0");
    delete("h1");
    delete("h2");
    janitor.sweep();
    assertThat(storage.catalog().deletions(0, 0, 10)).hasSize(3);
    assertThat(storage.catalog().read(0, 0, 10)).hasSize(4);

    nowMillis.addAndGet(MEMORY.toMillis() + 1);
    janitor.sweep();

    assertThat(storage.catalog().deletions(0, 0, 10))
        .extracting(Deletion::number)
        .containsExactly(3L);
    assertThat(storage.catalog().read(0, 0, 10))
        .extracting(CatalogEntry::series)
        .containsExactly(2, 3);
  }

  @Test
  void sweep_doesNotForgetTheDeletionOfTheLastSeries() {
    register(metric(0), metric(1));
    delete("h1");
    delete("h0");
    nowMillis.addAndGet(MEMORY.toMillis() + 1);
    janitor.sweep();

    assertThat(storage.catalog().deletions(0, 0, 10)).hasSize(2);
    SeriesIndex fresh = new SeriesIndex();
    new CatalogFollower(storage, fresh, Duration.ofDays(1), outages).catchUp();
    assertThat(fresh.size()).isZero();
    assertThat(fresh.isDeleted(1)).isTrue();
  }

  /** A node that sleeps longer than deletions are remembered still ends up with what there is. */
  @Test
  void follower_thatMissedForgottenDeletions_readsAllAnew() {
    register(metric(0), metric(1), metric(2), metric(3));
    SeriesIndex sleeper = new SeriesIndex();
    CatalogFollower slept = new CatalogFollower(storage, sleeper, Duration.ofDays(1), outages);
    slept.catchUp();
    assertThat(sleeper.size()).isEqualTo(4);
    delete("h0");
    delete("h1");
    delete("h2");
    storage.upkeep().forget(0, 2);

    slept.catchUp();

    assertThat(sleeper.series(Tenant.DEFAULT, List.of(), 10)).containsExactly(metric(3).labels());
    assertThat(sleeper.isDeleted(0)).isTrue();
    assertThat(slept.heard(0)).isEqualTo(3);
  }

  private void register(Metric... metrics) {
    storage.catalog().register(0, List.of(metrics));
    follower.catchUp();
  }

  private void delete(String host) {
    assertThat(
            deletion.delete(
                Tenant.DEFAULT,
                List.of(List.of(Matcher.of("host", Matcher.Operation.EQUAL, host)))))
        .isEqualTo(1);
  }

  private void write(SplitKey key) {
    written.add(key);
    SplitWrite write = new SplitWrite(key, SplitWrite.REPLACE, new byte[] {1}, 86_400);
    assertThat(Flushes.flush(storage, lease, List.of(write), BacklogPosition.START))
        .isEqualTo(FlushOutcome.FLUSHED);
  }

  private Set<SplitKey> splits() {
    Set<SplitKey> found = new HashSet<>();
    String at = Upkeep.START;
    do {
      Upkeep.Page page = storage.upkeep().scan(at);
      page.found().forEach(split -> found.add(split.key()));
      at = page.next();
    } while (!at.equals(Upkeep.START));
    return found;
  }

  private static Metric metric(int i) {
    return Metric.of(
        Tenant.DEFAULT,
        Labels.of("__name__", "up", "host", "h" + i),
        BuiltInPolicies.STANDARD.name());
  }
}
