package orzo.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;

/** What every {@link orzo.storage.MetadataStore} does. */
public abstract class MetadataStoreContract extends StorageContract {
  private static final MetricMetadata UP = new MetricMetadata("up", "gauge", "Is it up?", "");

  @Test
  void read_nothingWritten_isEmpty() {
    assertThat(storage.metadata().read(Tenant.DEFAULT)).isEmpty();
  }

  @Test
  void write_none_isNothing() {
    storage.metadata().write(Tenant.DEFAULT, List.of());

    assertThat(storage.metadata().read(Tenant.DEFAULT)).isEmpty();
  }

  @Test
  void read_isSortedByMetricName() {
    MetricMetadata late = new MetricMetadata("zz", "counter", "", "seconds");
    MetricMetadata early = new MetricMetadata("AA", "unknown", "Zwölf\n\"Boxkämpfer\"\u0000", "");
    storage.metadata().write(Tenant.DEFAULT, List.of(late, UP, early));

    assertThat(storage.metadata().read(Tenant.DEFAULT)).containsExactly(early, UP, late);
  }

  @Test
  void write_again_theLastStatementWins() {
    storage.metadata().write(Tenant.DEFAULT, List.of(UP));
    MetricMetadata first = new MetricMetadata("up", "counter", "", "");
    MetricMetadata second = new MetricMetadata("up", "gauge", "Is it really up?", "ratio");
    storage.metadata().write(Tenant.DEFAULT, List.of(first, second));

    assertThat(storage.metadata().read(Tenant.DEFAULT)).containsExactly(second);
  }

  @Test
  void write_tenants_areSeparate() {
    Tenant other = new Tenant("other");
    MetricMetadata others = new MetricMetadata("up", "counter", "", "");
    storage.metadata().write(Tenant.DEFAULT, List.of(UP));
    storage.metadata().write(other, List.of(others));

    assertThat(storage.metadata().read(Tenant.DEFAULT)).containsExactly(UP);
    assertThat(storage.metadata().read(other)).containsExactly(others);
    assertThat(storage.metadata().read(new Tenant("third"))).isEmpty();
  }

  @Test
  void write_many_areAllThere() {
    List<MetricMetadata> many =
        IntStream.range(1_000, 3_000)
            .mapToObj(i -> new MetricMetadata("metric_" + i, "gauge", "help " + i, ""))
            .toList();
    storage.metadata().write(Tenant.DEFAULT, many);

    assertThat(storage.metadata().read(Tenant.DEFAULT)).isEqualTo(many);
  }
}
