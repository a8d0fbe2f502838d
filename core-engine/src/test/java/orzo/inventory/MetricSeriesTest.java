package orzo.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static orzo.index.Matcher.Operation.EQUAL;
import static orzo.index.Matcher.Operation.MATCHES;
import static orzo.index.Matcher.Operation.NOT_EQUAL;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import orzo.book.AttributeType;
import orzo.book.AttributeValue;
import orzo.book.Books;
import orzo.book.MetricRecord;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.book.ResourceType.Attribute;
import orzo.index.FoundSeries;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.Periods;
import orzo.index.SeriesIndex;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
import orzo.storage.InMemoryStorage;
import orzo.storage.OutageLog;

class MetricSeriesTest {
  private static final Tenant TENANT = new Tenant("a");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final UUID BOX = new UUID(1, 1);

  private final InMemoryStorage storage = new InMemoryStorage(1, () -> 0);
  private final Books books =
      new Books(storage.records(), Duration.ofDays(1), new OutageLog(() -> 0), () -> 0);
  private final SeriesIndex index = new SeriesIndex();
  private final MetricSeries series = new MetricSeries(index, books, Sight.ALL);
  private int refs;

  private void ofProtocol(String... labels) {
    index.add(refs++, Metric.of(TENANT, Labels.of(labels), "p"));
  }

  /** Creates a metric that has had measures. */
  private UUID created(@Nullable String name, @Nullable UUID resource, String creator) {
    UUID id = new UUID(2, refs);
    books.change(
        TENANT,
        draft -> {
          draft.createMetric(new MetricRecord(id, creator, name, null, "p", resource));
          return true;
        });
    Labels labels =
        name == null
            ? Labels.of("metric_id", id.toString())
            : Labels.of("__name__", name, "metric_id", id.toString());
    index.add(refs++, TENANT, labels);
    return id;
  }

  private static ResourceState state(Instant since, Map<String, AttributeValue> attributes) {
    return new ResourceState(
        BOX, "box", "vm", "me", null, "shop", START, null, since, null, -1, attributes);
  }

  /** A machine whose flavor was small, large from the tenth second on, and then small again. */
  private void machine() {
    books.change(
        TENANT,
        draft -> {
          draft.createType(
              new ResourceType(
                  "vm", Map.of("flavor", new Attribute(new AttributeType.Text(0, 99), false))));
          draft.createResource(state(START, flavor("small")));
          return true;
        });
    revise(START.plusSeconds(10), flavor("large"));
    revise(START.plusSeconds(20).plusNanos(1_000), flavor("small"));
  }

  private void revise(Instant since, Map<String, AttributeValue> attributes) {
    books.change(
        TENANT,
        draft -> {
          draft.revise(state(since, attributes));
          return true;
        });
  }

  private static Map<String, AttributeValue> flavor(String flavor) {
    return Map.of("flavor", new AttributeValue.Text(flavor));
  }

  private static Matcher is(String name, String value) {
    return Matcher.of(name, EQUAL, value);
  }

  private List<String> found(Matcher... matchers) {
    return series.find(TENANT, List.of(matchers)).series().stream()
        .map(IndexedSeries::labels)
        .map(labels ->
            labels.get("__name__")
                + (labels.contains("flavor") ? " " + labels.get("flavor") : "")
                + (labels.contains("job") ? " " + labels.get("job") : ""))
        .sorted()
        .toList();
  }

  @Test
  void find_withoutCreatedMetrics_isTheIndexItself() {
    ofProtocol("__name__", "up", "job", "a");
    ofProtocol("__name__", "up", "job", "b");

    FoundSeries all = series.find(TENANT, List.of(is("__name__", "up")));

    assertThat(all.series()).isSameAs(index.select(TENANT, List.of(is("__name__", "up"))));
    assertThat(all.periods()).isEmpty();
  }

  @Test
  void find_withoutCreatedMetricsInTheSelection_isTheIndexItself() {
    ofProtocol("__name__", "up", "job", "a");
    UUID _ = created("load", null, "me");

    FoundSeries all = series.find(TENANT, List.of(is("__name__", "up")));

    assertThat(all.series()).isSameAs(index.select(TENANT, List.of(is("__name__", "up"))));
  }

  @Test
  void created_isOneSeriesForEachSetOfLabels_withItsPeriods() {
    machine();
    UUID id = created("load", BOX, "me");

    FoundSeries all = series.find(TENANT, List.of(is("__name__", "load")));

    assertThat(all.series()).hasSize(2);
    Labels large = all.series().get(0).labels();
    assertThat(large)
        .isEqualTo(
            Labels.of(
                "__name__", "load",
                "metric_id", id.toString(),
                "resource_id", BOX.toString(),
                "resource_type", "vm",
                "original_resource_id", "box",
                "project_id", "shop",
                "flavor", "large"));
    assertThat(all.series().get(1).labels()).isEqualTo(large.with("flavor", "small"));
    Periods wasLarge = all.periods(0);
    long start = START.toEpochMilli();
    assertThat(wasLarge.size()).isEqualTo(1);
    assertThat(wasLarge.fromMillis(0)).isEqualTo(start + 10_000);
    assertThat(wasLarge.toMillis(0)).as("the first whole millisecond").isEqualTo(start + 20_001);
    Periods wasSmall = all.periods(1);
    assertThat(wasSmall.size()).isEqualTo(2);
    assertThat(wasSmall.fromMillis(0)).isEqualTo(Long.MIN_VALUE);
    assertThat(wasSmall.toMillis(0)).isEqualTo(start + 10_000);
    assertThat(wasSmall.fromMillis(1)).isEqualTo(start + 20_001);
    assertThat(wasSmall.toMillis(1)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void matchers_lookAtAttributes() {
    machine();
    UUID _ = created("load", BOX, "me");
    UUID _ = created("alone", null, "me");
    ofProtocol("__name__", "load", "job", "j");

    assertThat(found(is("flavor", "large"))).containsExactly("load large");
    assertThat(found(Matcher.of("flavor", MATCHES, "s.*|large")))
        .containsExactly("load large", "load small");
    assertThat(found(is("flavor", ""))).containsExactly("alone", "load j");
    assertThat(found(is("__name__", "load"), Matcher.of("flavor", NOT_EQUAL, "small")))
        .containsExactly("load j", "load large");
    assertThat(found(is("__name__", "load"), is("metric_id", ""))).containsExactly("load j");
    assertThat(found(is(Matcher.PATH, "alone"))).containsExactly("alone");
    assertThat(found()).hasSize(4);
    assertThat(series.findAny(TENANT, List.of()).series()).hasSize(4);
    assertThat(
            series
                .findAny(
                    TENANT,
                    List.of(List.of(is("flavor", "small")), List.of(is("project_id", "shop"))))
                .series())
        .as("each once")
        .hasSize(2);
  }

  @Test
  void change_countsAtOnce() {
    machine();
    UUID id = created("load", BOX, "me");
    assertThat(found(is("__name__", "load"))).containsExactly("load large", "load small");

    revise(START.plusSeconds(30), flavor("huge"));
    assertThat(found(is("__name__", "load")))
        .containsExactly("load huge", "load large", "load small");

    books.change(
        TENANT,
        draft -> {
          draft.deleteMetric(id);
          return true;
        });
    assertThat(found()).isEmpty();
  }

  @Test
  void renamed_isFoundByItsPresentName() {
    machine();
    UUID id = created("first", null, "me");
    books.change(
        TENANT,
        draft -> {
          draft.attach(id, "load", BOX);
          return true;
        });

    assertThat(found(is("__name__", "first"))).isEmpty();
    assertThat(found(is("__name__", "load"), is("flavor", "large"))).containsExactly("load large");
  }

  @Test
  void labelOfAProtocol_thatLooksLikeAnId_staysWhatItIs() {
    UUID _ = created("load", null, "me");
    ofProtocol("__name__", "stray", "metric_id", new UUID(9, 9).toString());
    ofProtocol("__name__", "stray", "metric_id", "7", "job", "j");

    assertThat(found(is("__name__", "stray"))).containsExactly("stray", "stray j");
  }

  @Test
  void namesAndValuesOfLabels_areThoseOfBothKinds() {
    machine();
    UUID id = created("load", BOX, "me");
    ofProtocol("__name__", "up", "job", "j", "flavor", "mint");
    int all = Integer.MAX_VALUE;

    assertThat(series.labelNames(TENANT, List.of(), all))
        .containsExactly(
            "__name__",
            "flavor",
            "job",
            "metric_id",
            "original_resource_id",
            "project_id",
            "resource_id",
            "resource_type");
    assertThat(series.labelNames(TENANT, List.of(List.of(is("__name__", "up"))), all))
        .containsExactly("__name__", "flavor", "job");
    assertThat(series.labelValues(TENANT, "flavor", List.of(), all))
        .containsExactly("large", "mint", "small");
    assertThat(series.labelValues(TENANT, "flavor", List.of(), 2)).hasSize(2);
    List<Matcher> ofId = List.of(is("metric_id", id.toString()));
    assertThat(series.labelValues(TENANT, "flavor", List.of(ofId), all))
        .containsExactly("large", "small");
    assertThat(series.series(TENANT, List.of(ofId), all)).hasSize(2);
  }

  @Test
  void sight_hidesWhatIsOthers() {
    machine();
    UUID _ = created("load", BOX, "me:shop");
    UUID _ = created("secret", null, "you:bank");
    ofProtocol("__name__", "up", "job", "j");
    Sight ofMine = (creator, _) -> "me:shop".equals(creator);
    int all = Integer.MAX_VALUE;

    ScopedValue.where(Sight.CURRENT, ofMine)
        .run(() -> {
          assertThat(found()).containsExactly("load large", "load small", "up j");
          assertThat(series.labelValues(TENANT, "__name__", List.of(), all))
              .containsExactly("load", "up");
          assertThat(series.labelNames(TENANT, List.of(), all)).contains("flavor", "job");
        });
    ScopedValue.where(Sight.CURRENT, Sight.NOTHING)
        .run(() -> {
          assertThat(found()).containsExactly("up j");
          assertThat(series.labelNames(TENANT, List.of(), all)).containsExactly("__name__", "job");
        });
    assertThat(found(is("__name__", "secret"))).hasSize(1);
  }
}
