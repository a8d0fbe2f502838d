package orzo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.Labels;
import orzo.metric.MetricMetadata;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;

class BacklogIntakeTest {
  private static final Tenant PASTA = new Tenant("pasta");

  private final InMemoryStorage storage = new InMemoryStorage(3, () -> 0);
  private final SeriesIndex index = new SeriesIndex();
  private final GroupCommit groupCommit =
      new GroupCommit(storage.backlog(), 3, 1000, (sack, position) -> {});
  private final BacklogIntake intake = new BacklogIntake(storage, index, groupCommit, _ -> "raw");

  @AfterEach
  void close() {
    groupCommit.close();
  }

  @Test
  void register_ofManySeries_givesEachItsOwnReference_andAgainTheSame() {
    List<Labels> series = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      series.add(Labels.of("__name__", "boils", "pot", "p" + i));
    }
    long[] refs = intake.register(PASTA, series);

    assertThat(refs).doesNotHaveDuplicates().hasSize(1000);
    assertThat(intake.register(PASTA, series.reversed())).containsExactly(reversed(refs));
    assertThat(intake.register(Tenant.DEFAULT, series)).doesNotContain(refs);
    for (int i = 0; i < refs.length; i++) {
      int sack = SeriesRef.sack(refs[i]);
      assertThat(storage.catalog().read(sack, SeriesRef.series(refs[i]), 1).getFirst().metric())
          .satisfies(metric -> assertThat(metric.tenant()).isEqualTo(PASTA))
          .extracting("labels")
          .isEqualTo(series.get(i));
    }
  }

  @Test
  void register_makesSeriesFindable() {
    Labels labels = Labels.of("__name__", "boils");
    long[] refs = intake.register(PASTA, List.of(labels));

    List<Matcher> boils = List.of(Matcher.of("__name__", Matcher.Operation.EQUAL, "boils"));
    assertThat(index.select(PASTA, boils)).containsExactly(new IndexedSeries(refs[0], labels));
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

  private static long[] reversed(long[] values) {
    long[] reversed = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      reversed[i] = values[values.length - 1 - i];
    }
    return reversed;
  }
}
