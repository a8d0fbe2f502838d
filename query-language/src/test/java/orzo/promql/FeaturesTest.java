package orzo.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.promql.script.LoadedSeries;
import orzo.promql.syntax.PromQlFeature;
import orzo.query.QueryException;
import orzo.query.QueryOptions;
import orzo.query.QueryResult;
import orzo.query.QueryValue;

/** Queries with and without what can be switched off in evaluation. */
class FeaturesTest {
  private final LoadedSeries series = new LoadedSeries();

  private QueryResult ask(Set<PromQlFeature> features, String query) {
    return new PromQlEngine(series, features)
        .instant(Tenant.DEFAULT, query, 60_000, QueryOptions.DEFAULT);
  }

  @Test
  void name_removedAtOnce_isGoneForTheNextFunction() {
    series.add(Labels.of("__name__", "depth", "well", "1"), 0, 7);
    String query = "label_replace(-depth, \"was\", \"$1\", \"__name__\", \"(.+)\")";
    Set<PromQlFeature> atOnce =
        EnumSet.complementOf(EnumSet.of(PromQlFeature.DELAYED_NAME_REMOVAL));
    assertThat(labels(ask(PromQlFeature.DEFAULT, query)))
        .isEqualTo(Labels.of("was", "depth", "well", "1"));
    assertThat(labels(ask(atOnce, query))).isEqualTo(Labels.of("well", "1"));
  }

  @Test
  void names_removedAtOnce_clashWhereTheyAreRemoved() {
    series.add(Labels.of("__name__", "depth", "well", "1"), 0, 7);
    series.add(Labels.of("__name__", "width", "well", "1"), 0, 2);
    String query = "sum(abs({well=\"1\"}))";
    assertThat(((QueryValue.Vector) ask(PromQlFeature.DEFAULT, query).value()).values())
        .containsExactly(9);
    Set<PromQlFeature> atOnce =
        EnumSet.complementOf(EnumSet.of(PromQlFeature.DELAYED_NAME_REMOVAL));
    assertThatThrownBy(() -> ask(atOnce, query))
        .isInstanceOf(QueryException.class)
        .hasMessage("vector cannot contain metrics with the same labelset");
  }

  @Test
  void counter_isToldByNameOrByType() {
    Labels typed = Labels.of("__name__", "opened", "__type__", "counter");
    Labels untyped = Labels.of("__name__", "closed_total", "door", "1");
    for (int i = 0; i < 3; i++) {
      series.add(typed, i * 20_000L, i);
      series.add(untyped, i * 20_000L, i);
    }
    Set<PromQlFeature> byType = EnumSet.allOf(PromQlFeature.class);
    assertThat(ask(PromQlFeature.DEFAULT, "rate({__name__=~\".+\"}[1m])").infos())
        .containsExactly(
            "PromQL info: metric might not be a counter, name does not end in"
                + " _total/_sum/_count/_bucket: \"opened\" (1:6)");
    assertThat(ask(byType, "rate({__name__=~\".+\"}[1m])").infos())
        .containsExactly(
            "PromQL info: metric might not be a counter, __type__ label is not set to \"counter\""
                + " or \"histogram\", got \"\": \"closed_total\" (1:6)");
  }

  private static Labels labels(QueryResult result) {
    return ((QueryValue.Vector) result.value()).series().getFirst();
  }
}
