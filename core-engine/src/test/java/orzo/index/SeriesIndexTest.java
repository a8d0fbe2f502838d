package orzo.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.storage.CatalogEntry;

class SeriesIndexTest {
  private static final Tenant PASTA = new Tenant("pasta");
  private static final Tenant RICE = new Tenant("rice");

  private final SeriesIndex index = new SeriesIndex();

  @Test
  void select_ofAnotherTenant_findsNothing() {
    add(PASTA, 1, Labels.of("__name__", "boils", "pot", "a"));
    List<Matcher> all = List.of(Matcher.of("pot", Matcher.Operation.MATCHES, ".*"));

    assertThat(index.select(PASTA, all)).hasSize(1);
    assertThat(index.select(RICE, all)).isEmpty();
    assertThat(index.labelNames(RICE, List.of(), 10)).isEmpty();
    assertThat(index.labelValues(RICE, "pot", List.of(), 10)).isEmpty();
    assertThat(index.series(RICE, List.of(), 10)).isEmpty();
  }

  @Test
  void fewLabels_areToldUnlessTheyAreLong() {
    add(PASTA, 1, Labels.of("__name__", "boils", "pot", "b"));
    add(PASTA, 2, Labels.of("__name__", "boils", "pot", "a"));

    assertThat(index.fewLabelNames(PASTA, 17)).containsExactly("__name__", "pot");
    assertThat(index.fewLabelNames(PASTA, 16)).isNull();
    assertThat(index.fewLabelValues(PASTA, "pot", 8)).containsExactly("a", "b");
    assertThat(index.fewLabelValues(PASTA, "pot", 7)).isNull();
    assertThat(index.fewLabelValues(PASTA, "lid", 0)).isEmpty();
    assertThat(index.fewLabelNames(RICE, 0)).isEmpty();
    assertThat(index.fewLabelValues(PASTA, Matcher.PATH, 100)).isNull(); // not sorted beforehand

    add(PASTA, 3, Labels.of("__name__", "boils", "pot", "0"));
    assertThat(index.fewLabelValues(PASTA, "pot", 12)).containsExactly("0", "a", "b");
    for (int i = 10; i < 3_000; i++) {
      add(PASTA, i, Labels.of("__name__", "boils", "pot", Integer.toString(i)));
    }
    assertThat(index.fewLabelValues(PASTA, "pot", 1_000_000)).isNull(); // to be sorted first
    assertThat(index.labelValues(PASTA, "pot", List.of(), 3)).containsExactly("0", "10", "100");
    assertThat(index.fewLabelValues(PASTA, "pot", 1_000_000)).hasSize(2_993);
  }

  @Test
  void add_ofAKnownSeries_changesNothing() {
    Labels labels = Labels.of("__name__", "boils");
    add(PASTA, 7, labels);
    add(PASTA, 7, labels);

    assertThat(index.series(PASTA, List.of(), 10)).containsExactly(labels);
    assertThat(index.size()).isEqualTo(1);
  }

  @Test
  void statistics_countWhatATenantHas() {
    add(PASTA, 1, Labels.of("__name__", "boils", "pot", "a"));
    add(PASTA, 2, Labels.of("__name__", "boils", "pot", "ü"));
    add(PASTA, 3, Labels.of("__name__", "cools", "pot", "ü", "x", "long value"));
    add(RICE, 4, Labels.of("__name__", "sticks"));

    SeriesStatistics.Statistics all = index.statistics(PASTA, 10);
    assertThat(all.series()).isEqualTo(3);
    assertThat(all.labelPairs()).isEqualTo(5);
    assertThat(all.seriesByName()).containsExactly(count("boils", 2), count("cools", 1));
    assertThat(all.valuesByLabel())
        .containsExactly(count("__name__", 2), count("pot", 2), count("x", 1));
    assertThat(all.bytesByLabel())
        .containsExactly(count("__name__", 15), count("x", 10), count("pot", 5));
    assertThat(all.seriesByPair())
        .containsExactly(
            count("__name__=boils", 2),
            count("pot=ü", 2),
            count("__name__=cools", 1),
            count("pot=a", 1),
            count("x=long value", 1));

    SeriesStatistics.Statistics few = index.statistics(PASTA, 2);
    assertThat(few.seriesByPair()).isEqualTo(all.seriesByPair().subList(0, 2));
    assertThat(few.valuesByLabel()).isEqualTo(all.valuesByLabel().subList(0, 2));
    assertThat(few.labelPairs()).isEqualTo(5);
    assertThat(index.statistics(new Tenant("nobody"), 10).series()).isZero();
  }

  private static SeriesStatistics.Count count(String name, long value) {
    return new SeriesStatistics.Count(name, value);
  }

  @Test
  void remove_takesASeriesAndLabelsThatOnlyItHad() {
    index.add(0, List.of(entry(0, "a"), entry(1, "b"), entry(2, "b")));

    index.remove(0, new int[] {0, 2});

    assertThat(index.size()).isEqualTo(1);
    assertThat(index.withPolicy("low")).isEqualTo(1);
    assertThat(index.labelValues(PASTA, "pot", List.of(), 10)).containsExactly("b");
    assertThat(index.isDeleted(0)).isTrue();
    assertThat(index.isDeleted(1)).isFalse();
    assertThat(index.isDeleted(3)).isFalse(); // not read yet
    assertThat(index.deleted(0).stream().toArray()).containsExactly(0, 2);
    assertThat(index.registered(0).stream().toArray()).containsExactly(1);

    index.add(3, PASTA, Labels.of("__name__", "boils", "pot", "c")); // takes a free place
    assertThat(index.select(PASTA, List.of(Matcher.of("pot", Matcher.Operation.MATCHES, "b|c"))))
        .extracting(IndexedSeries::ref)
        .containsExactly(1L, 3L);
    assertThat(index.select(PASTA, List.of(Matcher.of("pot", Matcher.Operation.NOT_EQUAL, "b"))))
        .extracting(IndexedSeries::ref)
        .containsExactly(3L);
  }

  @Test
  void add_ofADeletedSeries_changesNothing() {
    index.add(0, List.of(entry(0, "a"), entry(2, "b")));
    index.remove(0, new int[] {0});

    index.add(0, PASTA, Labels.of("__name__", "boils", "pot", "a"));
    index.add(0, List.of(entry(0, "a"), entry(1, "c")));

    assertThat(index.size()).isEqualTo(1);
    assertThat(index.policy(0)).isEmpty();
    assertThat(index.isDeleted(1)).isTrue(); // the catalog was read beyond it before
  }

  private static CatalogEntry entry(int series, String pot) {
    return new CatalogEntry(
        series, Metric.of(PASTA, Labels.of("__name__", "boils", "pot", pot), "low"));
  }

  @Test
  void policy_isThatOfTheCatalogsEntry_andStays() {
    long ref = SeriesRef.of(2, 40);
    Labels labels = Labels.of("__name__", "boils");
    index.add(ref, PASTA, labels);
    assertThat(index.policy(ref)).isEmpty();
    assertThat(index.withPolicy("low")).isZero();

    index.add(ref, Metric.of(PASTA, labels, "low"));
    index.add(ref, Metric.of(PASTA, labels, "high"));

    assertThat(index.policy(ref)).contains("low");
    assertThat(index.withPolicy("low")).isEqualTo(1);
    assertThat(index.withPolicy("high")).isZero();
    assertThat(index.policy(SeriesRef.of(2, 39))).isEmpty();
    assertThat(index.policy(SeriesRef.of(2, 41))).isEmpty();
    assertThat(index.policy(SeriesRef.of(3, 0))).isEmpty();
    assertThat(index.size()).isEqualTo(1);
  }

  @Test
  void withPolicy_countsTheSeriesOfAllTenants() {
    for (int i = 0; i < 1_000; i++) {
      Labels labels = Labels.of("pot", "p" + i);
      index.add(SeriesRef.of(i % 7, i), Metric.of(i % 2 == 0 ? PASTA : RICE, labels, "p" + i % 3));
    }

    assertThat(index.withPolicy("p0")).isEqualTo(334);
    assertThat(index.withPolicy("p1")).isEqualTo(333);
    assertThat(index.policy(SeriesRef.of(999 % 7, 999))).contains("p0");
  }

  @Test
  void labelValues_ofSelectedSeries_areSortedAndLimited() {
    for (String pot : List.of("c", "a", "b")) {
      add(PASTA, pot.charAt(0), Labels.of("__name__", "boils", "pot", pot));
    }
    add(PASTA, 9, Labels.of("__name__", "cools", "pot", "z", "lid", "on"));
    List<List<Matcher>> boiling =
        List.of(List.of(Matcher.of("__name__", Matcher.Operation.EQUAL, "boils")));

    assertThat(index.labelValues(PASTA, "pot", boiling, 10)).containsExactly("a", "b", "c");
    assertThat(index.labelValues(PASTA, "pot", boiling, 2)).containsExactly("a", "b");
    assertThat(index.labelNames(PASTA, boiling, 10)).containsExactly("__name__", "pot");
    assertThat(index.labelNames(PASTA, List.of(), 10)).containsExactly("__name__", "lid", "pot");
  }

  /** Whatever the matchers, the index finds what asking each series finds. */
  @RepeatedTest(50)
  void select_withRandomMatchers_equalsAskingEachSeries(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<Labels> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Labels labels = randomLabels(random);
      if (!all.contains(labels)) {
        add(PASTA, i, labels);
        all.add(labels);
      }
    }
    for (int round = 0; round < 20; round++) {
      if (round % 5 == 4) { // what was found before counts no more
        Labels more = randomLabels(random);
        if (!all.contains(more)) {
          add(PASTA, 1000 + round, more);
          all.add(more);
        }
      }
      List<Matcher> matchers = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        matchers.add(randomMatcher(random));
      }
      List<Labels> expected =
          all.stream()
              .filter(labels -> matchers.stream().allMatch(m -> m.matches(labels.get(m.name()))))
              .sorted()
              .toList();
      assertThat(index.select(PASTA, matchers).stream().map(IndexedSeries::labels))
          .as("seed %d, matchers %s", repetition.getCurrentRepetition(), matchers)
          .containsExactlyElementsOf(expected);
    }
  }

  @Test
  void select_again_seesWhatCameAndWentMeanwhile() {
    List<Matcher> boiling = List.of(Matcher.of("__name__", Matcher.Operation.EQUAL, "boils"));
    index.add(0, List.of(entry(0, "b"), entry(1, "c")));
    List<IndexedSeries> before = index.select(PASTA, boiling);
    assertThat(before).extracting(IndexedSeries::ref).containsExactly(0L, 1L);
    assertThat(index.select(PASTA, boiling)).isSameAs(before);

    index.add(0, List.of(entry(2, "a")));
    assertThat(index.select(PASTA, boiling))
        .extracting(IndexedSeries::ref)
        .containsExactly(2L, 0L, 1L);

    index.remove(0, new int[] {0});
    assertThat(index.select(PASTA, boiling)).extracting(IndexedSeries::ref).containsExactly(2L, 1L);
    assertThat(before).hasSize(2);
  }

  private static Labels randomLabels(Random random) {
    Labels.Builder labels = new Labels.Builder().set("__name__", "m" + random.nextInt(4));
    for (String name : List.of("a", "b", "c")) {
      if (random.nextBoolean()) {
        labels.set(name, "v" + random.nextInt(12));
      }
    }
    return labels.build();
  }

  private static Matcher randomMatcher(Random random) {
    String name = List.of("__name__", "a", "b", "c", "absent").get(random.nextInt(5));
    Matcher.Operation operation = Matcher.Operation.values()[random.nextInt(4)];
    String value =
        switch (operation) {
          case EQUAL, NOT_EQUAL -> random.nextInt(4) == 0 ? "" : "v" + random.nextInt(12);
          case MATCHES, NOT_MATCHES ->
              List.of("v1", "v1.*", "v1|v2|m3", ".*", ".+", "", "m[0-2]").get(random.nextInt(7));
        };
    return Matcher.of(name, operation, value);
  }

  private void add(Tenant tenant, int series, Labels labels) {
    index.add(SeriesRef.of(series % 3, series), Metric.of(tenant, labels, "raw"));
  }
}
