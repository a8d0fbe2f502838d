package orzo.conformance.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import orzo.conformance.prometheus.WriteRequestBody;

final class BodySourceTest {
  private static final Instant START = Instant.parse("2026-01-31T10:00:00Z");

  private static Workload workload(long seed) {
    return new Workload(
        1_000, 2, 5, Duration.ofSeconds(15), START, Workload.Timing.SCRAPED, 300, 3, seed);
  }

  private static List<byte[]> bodies(Workload workload, int connection) {
    SeriesPopulation population = new SeriesPopulation(workload.series());
    BodySource source = new BodySource(workload, population, connection);
    List<byte[]> bodies = new ArrayList<>();
    while (source.hasBefore(workload.scrapes())) {
      bodies.add(source.next(workload.scrapes()).uncompressed());
    }
    return bodies;
  }

  @Test
  void bodies_ofTheSameWorkload_areTheSameBytes() {
    assertThat(bodies(workload(7), 1)).containsExactlyElementsOf(bodies(workload(7), 1));
    assertThat(bodies(workload(7), 1).getFirst()).isNotEqualTo(bodies(workload(8), 1).getFirst());
  }

  @Test
  void next_ofAllConnections_givesEverySampleOnce() {
    Workload workload = workload(1);
    SeriesPopulation population = new SeriesPopulation(workload.series());
    long warmUp = 0;
    long measured = 0;
    for (int connection = 0; connection < workload.connections(); connection++) {
      BodySource source = new BodySource(workload, population, connection);
      while (source.hasBefore(0)) {
        warmUp += source.next(0).samples();
      }
      while (source.hasBefore(workload.scrapes())) {
        WriteRequestBody body = source.next(workload.scrapes());
        assertThat(body.samples()).isBetween(1, workload.samplesPerBody());
        measured += body.samples();
      }
    }
    assertThat(measured).isEqualTo(workload.samples()).isEqualTo(5_000);
    assertThat(warmUp).isEqualTo(2_000);
  }

  @Test
  void population_hasNoLabelSetTwice_andTenLabelsOrSo() {
    SeriesPopulation population = new SeriesPopulation(10_000);
    Set<Map<String, String>> distinct = new HashSet<>();
    for (int series = 0; series < population.size(); series++) {
      Map<String, String> labels = population.labels(series);
      assertThat(labels.size()).isBetween(8, 12);
      distinct.add(labels);
    }
    assertThat(distinct).hasSize(10_000);
  }

  @Test
  void timestamps_ofAHost_ascendAndStayInTheirInterval() {
    Workload workload = workload(3);
    for (int host = 0; host < 50; host++) {
      for (int scrape = -2; scrape < 5; scrape++) {
        long time = workload.timestampMillis(host, scrape);
        assertThat(time)
            .isLessThan(workload.timestampMillis(host, scrape + 1))
            .isBetween(workload.firstMillis(), workload.lastMillis());
      }
    }
  }

  @Test
  void values_ofCounters_neverFall() {
    Workload workload =
        new Workload(
            500, 0, 200, Duration.ofSeconds(15), START, Workload.Timing.ALIGNED, 100, 1, 1);
    SeriesPopulation population = new SeriesPopulation(500);
    for (int series = 0; series < population.size(); series++) {
      ValueModel model = population.model(series);
      if (model == ValueModel.COUNTER || model == ValueModel.SECONDS_COUNTER) {
        assertThat(BodySource.values(workload, population, series)).isSorted();
      }
    }
  }

  @Test
  void workload_withoutSamples_isRefused() {
    assertThatThrownBy(() ->
            new Workload(1, 0, 0, Duration.ofSeconds(15), START, Workload.Timing.ALIGNED, 1, 1, 1))
        .hasMessage("scrapes: 0 (expected: >= 1)");
  }
}
