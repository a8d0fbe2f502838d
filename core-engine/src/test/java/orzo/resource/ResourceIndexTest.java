package orzo.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import orzo.index.SeriesIndex;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.ResourceRef;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.storage.CatalogEntry;

/** Resources as they follow the catalog, by way of the index of series. */
class ResourceIndexTest {
  private static final Tenant PASTA = new Tenant("pasta");
  private static final int SACK = 3;

  private final SeriesIndex index = new SeriesIndex();
  private final ResourceIndex resources = index.resources();

  private static Metric metric(int i, Labels labels, ResourceRef resource) {
    return Metric.of(PASTA, labels.with("number", "n" + i), "raw", resource, null);
  }

  private static Metric scraped(int i, String job, String instance) {
    Labels labels = Labels.of("__name__", "up", "job", job, "instance", instance, "a", job);
    return metric(
        i,
        labels,
        Objects.requireNonNull(
            ResourceRef.ofLabels("prometheus", labels, List.of("job", "instance"))));
  }

  private void add(int from, Metric... metrics) {
    index.add(
        SACK,
        IntStream.range(0, metrics.length)
            .mapToObj(i -> new CatalogEntry(from + i, metrics[i]))
            .toList());
  }

  @Test
  void find_aResourceOfLabels_hasItsSeriesAndThoseLabelsAsAttributes() {
    add(0, scraped(0, "node", "web:1"), scraped(1, "node", "web:2"), scraped(2, "node", "web:1"));

    Resource found =
        resources.find(PASTA, new ResourceRef("prometheus", "node@web:1")).orElseThrow();
    assertThat(found.attributes()).isEqualTo(Labels.of("job", "node", "instance", "web:1"));
    assertThat(found.series())
        .containsExactlyInAnyOrder(SeriesRef.of(SACK, 0), SeriesRef.of(SACK, 2));
    assertThat(resources.ids(PASTA, "prometheus")).containsExactly("node@web:1", "node@web:2");
    assertThat(resources.countByType()).isEqualTo(Map.of("prometheus", 2L));
  }

  @Test
  void find_aResourceOfAnotherTenantOrType_isNone() {
    add(0, scraped(0, "node", "web:1"));

    assertThat(resources.find(Tenant.DEFAULT, new ResourceRef("prometheus", "node@web:1")))
        .isEmpty();
    assertThat(resources.find(PASTA, new ResourceRef("host", "node@web:1"))).isEmpty();
    assertThat(resources.find(PASTA, new ResourceRef("prometheus", "node@web:9"))).isEmpty();
    assertThat(resources.ids(Tenant.DEFAULT, "prometheus")).isEmpty();
  }

  @Test
  void find_aResourceWithAStatedId_hasNoAttributes() {
    add(0, metric(0, Labels.of("__name__", "cpu", "host", "web01"), new ResourceRef("h", "WEB")));

    assertThat(resources.find(PASTA, new ResourceRef("h", "WEB")).orElseThrow().attributes())
        .isEqualTo(Labels.EMPTY);
  }

  @Test
  void add_ofAnEntryReadTwice_countsOnce() {
    add(0, scraped(0, "node", "web:1"));
    index.add(SeriesRef.of(SACK, 0), scraped(0, "node", "web:1"));

    assertThat(resources.find(PASTA, new ResourceRef("prometheus", "node@web:1")).orElseThrow())
        .satisfies(found -> assertThat(found.series()).hasSize(1));
  }

  @Test
  void remove_ofItsLastSeries_removesTheResource() {
    add(0, scraped(0, "node", "web:1"), scraped(1, "node", "web:1"));

    index.remove(SACK, new int[] {0});
    assertThat(resources.ids(PASTA, "prometheus")).containsExactly("node@web:1");
    index.remove(SACK, new int[] {1, 0});
    assertThat(resources.ids(PASTA, "prometheus")).isEmpty();
    assertThat(resources.countByType()).isEqualTo(Map.of("prometheus", 0L));
  }

  @Test
  void everyStep_leavesWhatAScanOfAllSeriesFinds() {
    SplittableRandom random = new SplittableRandom(17);
    Map<Integer, ResourceRef> alive = new HashMap<>();
    int next = 0;
    for (int step = 0; step < 3_000; step++) {
      if (random.nextInt(3) > 0) {
        Metric metric =
            random.nextInt(4) == 0
                ? Metric.of(PASTA, Labels.of("__name__", "x" + next), "raw")
                : scraped(next, "j" + random.nextInt(4), "i" + random.nextInt(5));
        add(next, metric);
        if (metric.resource() != null) {
          alive.put(next, metric.resource());
        }
        next++;
      } else if (random.nextInt(50) > 0) {
        int[] some = random.ints(3, 0, next + 1).toArray();
        index.remove(SACK, some);
        IntStream.of(some).forEach(alive::remove);
      } else {
        BitSet kept = new BitSet();
        random.ints(next).limit(next / 2).forEach(i -> kept.set(Math.floorMod(i, 1 << 12)));
        kept.clear(next, kept.length() + 1);
        index.retain(SACK, kept);
        alive.keySet().removeIf(series -> series < kept.length() && !kept.get(series));
      }
    }

    Map<ResourceRef, List<Long>> expected = new HashMap<>();
    alive.forEach((series, ref) ->
        expected.computeIfAbsent(ref, _ -> new ArrayList<>()).add(SeriesRef.of(SACK, series)));
    assertThat(expected).isNotEmpty();
    expected.forEach((ref, series) ->
        assertThat(resources.find(PASTA, ref).orElseThrow().series())
            .containsExactlyInAnyOrder(series.stream().mapToLong(i -> i).toArray()));
    TreeSet<String> ids = new TreeSet<>();
    expected.keySet().forEach(ref -> ids.add(ref.id()));
    assertThat(resources.ids(PASTA, "prometheus")).containsExactlyElementsOf(ids);
    assertThat(resources.countByType()).isEqualTo(Map.of("prometheus", (long) ids.size()));
  }
}
