package orzo.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import orzo.metric.Exemplar;
import orzo.metric.Labels;
import orzo.storage.ExemplarStore;
import orzo.storage.SeriesExemplar;

/** What every {@link ExemplarStore} does. */
public abstract class ExemplarStoreContract extends StorageContract {
  private static SeriesExemplar exemplar(int series, long millis, String trace) {
    return new SeriesExemplar(
        series, new Exemplar(Labels.of("trace_id", trace), millis / 8.0, millis));
  }

  private List<SeriesExemplar> read(int... series) {
    return storage.exemplars().read(SACK, series, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Test
  void read_nothingWritten_isEmpty() {
    assertThat(read(1, 2)).isEmpty();
    assertThat(read()).isEmpty();
    storage.exemplars().write(SACK, List.of());
    assertThat(read(1)).isEmpty();
  }

  @Test
  void read_isInTheOrderOfSeriesAndTime() {
    SeriesExemplar early = exemplar(1, -5, "größe \"\n\u0000");
    SeriesExemplar late = exemplar(1, 1_700_000_000_123L, "b");
    SeriesExemplar other = exemplar(7, 3, "c");
    storage.exemplars().write(SACK, List.of(late, other, early));

    assertThat(read(7, 2, 1)).containsExactly(other, early, late);
    assertThat(storage.exemplars().read(OTHER_SACK, new int[] {1, 7}, -10, 10)).isEmpty();
  }

  @Test
  void read_ofARange_includesBothEnds() {
    List<SeriesExemplar> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(exemplar(1, i, "t" + i));
    }
    storage.exemplars().write(SACK, all);

    assertThat(storage.exemplars().read(SACK, new int[] {1}, 3, 6)).isEqualTo(all.subList(3, 7));
    assertThat(storage.exemplars().read(SACK, new int[] {1}, 10, 20)).isEmpty();
  }

  @Test
  void write_again_changesNothing_andOthersOfTheSameTimeStay() {
    SeriesExemplar first = exemplar(1, 5, "a");
    SeriesExemplar second = exemplar(1, 5, "b");
    storage.exemplars().write(SACK, List.of(first, first));
    storage.exemplars().write(SACK, List.of(second, first));

    assertThat(read(1)).containsExactlyInAnyOrder(first, second);
  }

  @Test
  void write_many_keepsTheNewest() {
    List<SeriesExemplar> all = new ArrayList<>();
    for (int i = 0; i < 3 * ExemplarStore.SERIES_LIMIT; i++) {
      all.add(exemplar(1, i, "t"));
    }
    storage.exemplars().write(SACK, all.reversed());

    assertThat(read(1)).isEqualTo(all.subList(2 * ExemplarStore.SERIES_LIMIT, all.size()));
  }

  @Test
  void value_keepsItsBits() {
    int series = 100;
    for (double value : new double[] {-0.0, Double.NaN, Double.NEGATIVE_INFINITY, 0.1}) {
      series++;
      storage
          .exemplars()
          .write(SACK, List.of(new SeriesExemplar(series, new Exemplar(Labels.EMPTY, value, 1))));
      assertThat(Double.doubleToRawLongBits(read(series).getFirst().exemplar().value()))
          .isEqualTo(Double.doubleToRawLongBits(value));
    }
  }

  @Test
  void read_ofManySeries_findsEach() {
    List<SeriesExemplar> all = new ArrayList<>();
    int[] series = new int[3000];
    for (int i = 0; i < series.length; i++) {
      series[i] = i;
      all.add(exemplar(i, i, "t"));
    }
    storage.exemplars().write(SACK, all);

    assertThat(read(series)).isEqualTo(all);
  }
}
