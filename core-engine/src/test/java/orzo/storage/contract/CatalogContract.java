package orzo.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.ResourceRef;
import orzo.metric.Tenant;
import orzo.storage.BacklogPosition;
import orzo.storage.Catalog;
import orzo.storage.CatalogEntry;
import orzo.storage.Deletion;

/** What every {@link orzo.storage.Catalog} does. */
public abstract class CatalogContract extends StorageContract {
  @Test
  void read_nothingRegistered_isEmpty() {
    assertThat(storage.catalog().read(SACK, 0, 10)).isEmpty();
  }

  @Test
  void register_newMetrics_getDenseIntegersFromZero() {
    assertThat(storage.catalog().register(SACK, metrics(0, 3))).containsExactly(0, 1, 2);
    assertThat(storage.catalog().register(SACK, metrics(3, 5))).containsExactly(3, 4);
  }

  @Test
  void register_none_isNothing() {
    assertThat(storage.catalog().register(SACK, List.of())).isEmpty();
    assertThat(storage.catalog().read(SACK, 0, 10)).isEmpty();
  }

  @Test
  void register_knownMetrics_keepTheirIntegers() {
    storage.catalog().register(SACK, metrics(0, 3));

    assertThat(storage.catalog().register(SACK, List.of(metric(2), metric(7), metric(0))))
        .containsExactly(2, 3, 0);
    assertThat(storage.catalog().read(SACK, 0, 10)).hasSize(4);
  }

  @Test
  void find_ofMetrics_isTheirIntegersOrNone() {
    storage.catalog().register(SACK, metrics(0, 3));

    assertThat(
            storage.catalog().find(SACK, List.of(metric(2).id(), metric(7).id(), metric(0).id())))
        .containsExactly(2, Catalog.UNKNOWN, 0);
    assertThat(storage.catalog().find(SACK, List.of())).isEmpty();

    storage.catalog().delete(SACK, new int[] {2});
    assertThat(storage.catalog().find(SACK, List.of(metric(2).id())))
        .containsExactly(Catalog.UNKNOWN);
  }

  @Test
  void register_oneMetricTwiceInACall_isOneMetric() {
    assertThat(storage.catalog().register(SACK, List.of(metric(0), metric(1), metric(0))))
        .containsExactly(0, 1, 0);
    assertThat(storage.catalog().read(SACK, 0, 10)).hasSize(2);
  }

  @Test
  void register_manyAtOnce_areReadBackInOrder() {
    List<Metric> metrics = metrics(0, 2_500);

    assertThat(storage.catalog().register(SACK, metrics))
        .containsExactly(IntStream.range(0, 2_500).toArray());
    assertThat(storage.catalog().read(SACK, 0, 5_000))
        .isEqualTo(
            IntStream.range(0, 2_500).mapToObj(i -> new CatalogEntry(i, metrics.get(i))).toList());
  }

  @Test
  void register_sameMetricsFromManyThreads_isOneIntegerForEach() throws Exception {
    int threads = 6;
    List<Metric> metrics = metrics(0, 300);
    List<int[]> seen = new ArrayList<>();
    CyclicBarrier start = new CyclicBarrier(threads);
    try (var executor = Executors.newFixedThreadPool(threads)) {
      List<Future<int[]>> registrations = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        registrations.add(
            executor.submit(() -> {
              start.await();
              int[] series = new int[300];
              for (int from = 0; from < 300; from += 30) {
                int[] some = storage.catalog().register(SACK, metrics.subList(from, from + 30));
                System.arraycopy(some, 0, series, from, 30);
              }
              return series;
            }));
      }
      for (Future<int[]> registration : registrations) {
        seen.add(registration.get());
      }
    }

    assertThat(seen).allSatisfy(series -> assertThat(series).isEqualTo(seen.getFirst()));
    assertThat(seen.getFirst()).containsExactlyInAnyOrder(IntStream.range(0, 300).toArray());
    assertThat(storage.catalog().read(SACK, 0, 1_000)).hasSize(300);
  }

  @Test
  void read_fromAnInteger_returnsItAndThoseAfterUpToTheLimit() {
    storage.catalog().register(SACK, metrics(0, 10));

    assertThat(storage.catalog().read(SACK, 4, 3))
        .containsExactly(
            new CatalogEntry(4, metric(4)),
            new CatalogEntry(5, metric(5)),
            new CatalogEntry(6, metric(6)));
    assertThat(storage.catalog().read(SACK, 9, 3)).hasSize(1);
    assertThat(storage.catalog().read(SACK, 10, 3)).isEmpty();
  }

  @Test
  void read_anyMetric_comesBackUnchanged() {
    String[] pairs = new String[400];
    for (int i = 0; i < 200; i++) {
      pairs[2 * i] = "label_" + i;
      pairs[2 * i + 1] = "value ".repeat(i) + i;
    }
    List<Metric> metrics =
        List.of(
            Metric.of(Tenant.DEFAULT, Labels.EMPTY, "raw"),
            Metric.of(new Tenant("a*('!)b"), Labels.of("__name__", "up"), ""),
            Metric.of(
                Tenant.DEFAULT, Labels.of("температура", "Münster\n\u0000€𝄞", "", "x"), "raw"),
            Metric.of(Tenant.DEFAULT, Labels.of(pairs), "standard"),
            Metric.of(
                Tenant.DEFAULT,
                Labels.of("__name__", "up", "instance", "web:1", "job", "node"),
                "raw",
                new ResourceRef("prometheus", "node@web:1"),
                null),
            Metric.of(
                Tenant.DEFAULT,
                Labels.of("__name__", "cpu", "host", "web"),
                "raw",
                new ResourceRef("host", "WEB"),
                "servers.web.cpu"),
            new Metric(new UUID(-1, -1), Tenant.DEFAULT, Labels.of("a", "b"), "raw"),
            new Metric(new UUID(0, 0), Tenant.DEFAULT, Labels.of("a", "b"), "raw"));

    storage.catalog().register(SACK, metrics);

    assertThat(storage.catalog().read(SACK, 0, 10))
        .extracting(CatalogEntry::metric)
        .isEqualTo(metrics);
  }

  @Test
  void register_sacks_areSeparate() {
    storage.catalog().register(SACK, metrics(0, 3));

    assertThat(storage.catalog().register(OTHER_SACK, List.of(metric(2)))).containsExactly(0);
    assertThat(storage.catalog().read(OTHER_SACK, 0, 10))
        .containsExactly(new CatalogEntry(0, metric(2)));
  }

  @Test
  void delete_makesMetricsUnknown_andTheirIntegersAreNotGivenOutAgain() {
    storage.catalog().register(SACK, metrics(0, 4));

    assertThat(storage.catalog().delete(SACK, new int[] {3, 1})).isEqualTo(2);

    assertThat(storage.catalog().register(SACK, metrics(0, 5))).containsExactly(0, 4, 2, 5, 6);
  }

  @Test
  void delete_ofWhatIsNotThere_isNoDeletion() {
    storage.catalog().register(SACK, metrics(0, 2));
    storage.catalog().delete(SACK, new int[] {1});
    storage.catalog().register(SACK, List.of(metric(1)));

    assertThat(storage.catalog().delete(SACK, new int[] {1, 17})).isZero();
    assertThat(storage.catalog().delete(SACK, new int[] {})).isZero();

    assertThat(storage.catalog().deletions(SACK, 0, 10)).hasSize(1);
    assertThat(storage.catalog().register(SACK, metrics(0, 2))).containsExactly(0, 2);
  }

  @Test
  void deletions_areNumberedAndReadInOrder() {
    storage.catalog().register(SACK, metrics(0, 10));
    assertThat(storage.catalog().deletions(SACK, 0, 10)).isEmpty();
    for (int i = 0; i < 4; i++) {
      assertThat(storage.catalog().delete(SACK, new int[] {i, i + 5})).isEqualTo(2);
    }

    List<Deletion> all = storage.catalog().deletions(SACK, 0, 10);
    assertThat(all).extracting(Deletion::number).containsExactly(1L, 2L, 3L, 4L);
    assertThat(all.getLast().series()).containsExactly(3, 8);
    assertThat(all).extracting(Deletion::timeMillis).isSorted();
    assertThat(storage.catalog().deletions(SACK, 1, 2))
        .extracting(Deletion::number)
        .containsExactly(2L, 3L);
    assertThat(storage.catalog().deletions(SACK, 4, 10)).isEmpty();
    assertThat(storage.catalog().deletions(OTHER_SACK, 0, 10)).isEmpty();
  }

  @Test
  void delete_coversWhatWasAppendedBefore() throws Exception {
    storage.catalog().register(SACK, metrics(0, 2));
    storage.catalog().delete(SACK, new int[] {0});
    await(storage.backlog().append(SACK, bytes("some")));
    BacklogPosition last = await(storage.backlog().append(SACK, bytes("more")));
    storage.catalog().delete(SACK, new int[] {1});
    await(storage.backlog().append(SACK, bytes("later")));

    assertThat(storage.catalog().deletions(SACK, 0, 10))
        .extracting(Deletion::upTo)
        .containsExactly(BacklogPosition.START, last);
  }

  @Test
  void delete_ofManyAtOnce_isWhole() {
    storage.catalog().register(SACK, metrics(0, 2_500));

    assertThat(storage.catalog().delete(SACK, IntStream.range(0, 2_400).toArray()))
        .isEqualTo(2_400);

    assertThat(storage.catalog().deletions(SACK, 0, 1_000))
        .flatExtracting(deletion -> Arrays.stream(deletion.series()).boxed().toList())
        .containsExactlyElementsOf(IntStream.range(0, 2_400).boxed().toList());
  }

  @Test
  void read_ofDeletedSeries_findsThemUntilTheyAreForgotten() {
    storage.catalog().register(SACK, metrics(0, 6));
    storage.catalog().delete(SACK, new int[] {1});
    storage.catalog().delete(SACK, new int[] {2, 3});
    storage.catalog().delete(SACK, new int[] {4});
    assertThat(storage.catalog().read(SACK, 0, 10)).hasSize(6);

    storage.upkeep().forget(SACK, 2);

    assertThat(storage.catalog().read(SACK, 0, 10))
        .extracting(CatalogEntry::series)
        .containsExactly(0, 4, 5);
    assertThat(storage.catalog().read(SACK, 1, 1)).containsExactly(new CatalogEntry(4, metric(4)));
    assertThat(storage.catalog().deletions(SACK, 0, 10))
        .extracting(Deletion::number)
        .containsExactly(3L);
    assertThat(storage.catalog().register(SACK, List.of(metric(9)))).containsExactly(6);
    assertThat(storage.catalog().delete(SACK, new int[] {5})).isEqualTo(1);
    assertThat(storage.catalog().deletions(SACK, 3, 10))
        .extracting(Deletion::number)
        .containsExactly(4L);
  }

  private static List<Metric> metrics(int from, int to) {
    return IntStream.range(from, to).mapToObj(CatalogContract::metric).toList();
  }

  private static Metric metric(int i) {
    Labels labels = Labels.of("__name__", "requests_total", "instance", "host-" + i);
    return Metric.of(Tenant.DEFAULT, labels, "raw");
  }
}
