package orzo.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import orzo.storage.GatewayException;

class LabelsTest {
  @Test
  void of_sortsByName_andLeavesOutEmptyValues() {
    Labels labels = Labels.of("pot", "a", "__name__", "boils", "lid", "");
    assertThat(labels).hasToString("boils{pot=\"a\"}");
    assertThat(labels.size()).isEqualTo(2);
    assertThat(labels.name(0)).isEqualTo("__name__");
    assertThat(labels.get("lid")).isEmpty();
    assertThat(labels.contains("lid")).isFalse();
  }

  @Test
  void of_withANameTwice_isRefused() {
    assertThatThrownBy(() -> Labels.of("a", "1", "a", "2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels: name 'a' twice (expected: once)");
  }

  @Test
  void ofSorted_withAWrongOrder_isRefused() {
    assertThatThrownBy(() -> Labels.ofSorted(new String[] {"b", "1", "a", "2"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'");
  }

  @Test
  void keepAndDrop_areEachOthersRest() {
    Labels labels = Labels.of("a", "1", "b", "2", "c", "3");
    assertThat(labels.keep(List.of("a", "c", "x"))).isEqualTo(Labels.of("a", "1", "c", "3"));
    assertThat(labels.drop(List.of("a", "c", "x"))).isEqualTo(Labels.of("b", "2"));
    assertThat(labels.keep(List.of())).isSameAs(Labels.EMPTY);
    assertThat(labels.drop(List.of())).isSameAs(labels);
  }

  @Test
  void toString_escapesValues() {
    assertThat(Labels.of("a", "x\"\\\n")).hasToString("{a=\"x\\\"\\\\\\n\"}");
    assertThat(Labels.EMPTY).hasToString("{}");
  }

  @Test
  void compareTo_goesPairByPair() {
    assertThat(Labels.of("a", "1")).isLessThan(Labels.of("a", "1", "b", "1"));
    assertThat(Labels.of("a", "2")).isGreaterThan(Labels.of("a", "1", "b", "1"));
  }

  @Test
  void metricOf_sameTenantAndLabels_hasTheSameId() {
    Labels labels = Labels.of("__name__", "boils", "pot", "a");
    Metric metric = Metric.of(Tenant.DEFAULT, labels, "raw");
    assertThat(metric.id()).isEqualTo(Metric.of(Tenant.DEFAULT, labels, "raw").id());
    assertThat(metric.id()).isNotEqualTo(Metric.of(new Tenant("x"), labels, "raw").id());
    assertThat(metric.id().version()).isEqualTo(8);
    assertThat(metric.id().variant()).isEqualTo(2);
  }

  @Test
  void tenant_withASlash_isRefused() {
    assertThatThrownBy(() -> new Tenant("a/b"))
        .isInstanceOf(GatewayException.class)
        .hasMessageStartingWith("tenant 'a/b' (expected: 1 to 150 of");
  }
}
