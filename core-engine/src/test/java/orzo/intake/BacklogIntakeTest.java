package orzo.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.MetricMetadata;
import orzo.metric.ResourceRef;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.storage.BacklogPosition;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.contract.Flushes;

class BacklogIntakeTest {
  private static final Tenant PASTA = new Tenant("pasta");
  private static final Registration BOILS = Registration.of(Labels.of("__name__", "boils"));

  private final InMemoryStorage storage = new InMemoryStorage(3, () -> 0);
  private final SeriesIndex index = new SeriesIndex();
  private final GroupCommit groupCommit =
      new GroupCommit(storage.backlog(), 3, 1000, (sack, position) -> {});
  private final BacklogLevel level = new BacklogLevel(storage.backlog(), 3, 1000);
  private final BacklogIntake intake =
      new BacklogIntake(storage, index, groupCommit, level, _ -> "raw");

  @AfterEach
  void close() {
    groupCommit.close();
  }

  @Test
  void register_ofManySeries_givesEachItsOwnReference_andAgainTheSame() {
    List<Registration> series = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      series.add(Registration.of(Labels.of("__name__", "boils", "pot", "p" + i)));
    }
    long[] refs = intake.register(PASTA, series);

    assertThat(refs).doesNotHaveDuplicates().hasSize(1000);
    assertThat(intake.register(PASTA, series.reversed())).containsExactly(reversed(refs));
    assertThat(intake.register(Tenant.DEFAULT, series)).doesNotContain(refs);
    for (int i = 0; i < refs.length; i++) {
      assertThat(metric(refs[i]))
          .satisfies(metric -> assertThat(metric.tenant()).isEqualTo(PASTA))
          .extracting("labels")
          .isEqualTo(series.get(i).labels());
    }
  }

  @Test
  void register_makesSeriesFindable() {
    Labels labels = Labels.of("__name__", "boils");
    long[] refs = intake.register(PASTA, List.of(Registration.of(labels)));

    List<Matcher> boils = List.of(Matcher.of("__name__", Matcher.Operation.EQUAL, "boils"));
    assertThat(index.select(PASTA, boils)).containsExactly(new IndexedSeries(refs[0], labels));
  }

  @Test
  void register_keepsWhatWasStated_andLetsRulesChooseTheRest() {
    ResourceRef pot = new ResourceRef("pot", "p1");
    long[] refs =
        intake.register(
            PASTA,
            List.of(
                BOILS,
                new Registration(
                    Labels.of("__name__", "cools", "pot", "p1"), pot, "low", "pots.p1.cools")));

    assertThat(metric(refs[0])).isEqualTo(Metric.of(PASTA, BOILS.labels(), "raw"));
    assertThat(metric(refs[1]))
        .isEqualTo(
            Metric.of(
                PASTA, Labels.of("__name__", "cools", "pot", "p1"), "low", pot, "pots.p1.cools"));
  }

  private Metric metric(long ref) {
    return storage
        .catalog()
        .read(SeriesRef.sack(ref), SeriesRef.series(ref), 1)
        .getFirst()
        .metric();
  }

  @Test
  void describe_writesOnlyWhatDiffers() {
    MetricMetadata boils = new MetricMetadata("boils", "counter", "How often", "");
    MetricMetadata cools = new MetricMetadata("cools", "gauge", "", "celsius");
    intake.describe(PASTA, List.of(boils));
    intake.describe(PASTA, List.of(boils, cools));
    storage.failNext(Operation.WRITE_METADATA, new GatewayException(Kind.UNAVAILABLE, "asked"));
    intake.describe(PASTA, List.of(boils, cools)); // all known: the storage is not asked

    assertThat(storage.metadata().read(PASTA)).containsExactly(boils, cools);
    assertThat(storage.metadata().read(Tenant.DEFAULT)).isEmpty();
  }

  @Test
  void append_whileTheBacklogIsFull_isRefusedAsALimit_andTakenWhenItHasShrunk() {
    storage.backlog().append(1, new byte[1000]);
    level.measure();

    assertThat(intake.admission()).isEqualTo(Admission.BACKLOG_FULL);
    assertThatThrownBy(() -> append(1))
        .hasMessageContaining(
            "append: the backlog is full: it has 1000 bytes already (limit: 1000)")
        .satisfies(e -> assertThat(kind(e)).isEqualTo(Kind.LIMIT));
    assertThat(storage.backlog().length(0)).isZero();

    drain(1);
    level.measure();
    assertThat(intake.admission()).isEqualTo(Admission.ACCEPTING);
    append(1);
  }

  @Test
  void append_refusedByAFullStorage_isTried_andMakesItKnown() {
    storage.failNext(Operation.APPEND, new GatewayException(Kind.LIMIT, "full on demand"));

    assertThatThrownBy(() -> append(1)).hasMessageContaining("full on demand");
    assertThat(intake.admission()).isEqualTo(Admission.STORAGE_FULL);
    append(1); // who asks nevertheless is not refused for what was
    while (intake.admission() != Admission.ACCEPTING) {
      LockSupport.parkNanos(10_000_000);
    }
  }

  @Test
  void register_refusedByAFullStorage_makesItKnown() {
    storage.failNext(Operation.REGISTER, new GatewayException(Kind.LIMIT, "full on demand"));

    assertThatThrownBy(() -> intake.register(PASTA, List.of(BOILS)))
        .hasMessageContaining("full on demand");
    assertThat(intake.admission()).isEqualTo(Admission.STORAGE_FULL);
  }

  @Test
  void append_whenStorageIsAway_isNoSignOfAFullOne() {
    storage.failNext(Operation.APPEND, new GatewayException(Kind.UNAVAILABLE, "away on demand"));

    assertThatThrownBy(() -> append(1)).hasMessageContaining("away on demand");
    assertThat(intake.admission()).isEqualTo(Admission.ACCEPTING);
  }

  private void append(int samples) {
    SampleBatch batch = new SampleBatch(samples);
    for (int i = 0; i < samples; i++) {
      batch.add(SeriesRef.of(0, 5), 1000 + i, 1.5);
    }
    intake.append(batch).toCompletableFuture().join();
  }

  private void drain(int sack) {
    Lease lease = storage.leases().acquire(sack, "node", Duration.ofSeconds(60)).orElseThrow();
    BacklogPosition last =
        storage.backlog().read(sack, BacklogPosition.START, 100).getLast().position();
    assertThat(Flushes.flush(storage, lease, List.of(), last)).isEqualTo(FlushOutcome.FLUSHED);
  }

  private static Kind kind(Throwable thrown) {
    return assertThat(thrown.getCause())
        .asInstanceOf(InstanceOfAssertFactories.type(GatewayException.class))
        .actual()
        .kind();
  }

  private static long[] reversed(long[] values) {
    long[] reversed = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      reversed[i] = values[values.length - 1 - i];
    }
    return reversed;
  }
}
