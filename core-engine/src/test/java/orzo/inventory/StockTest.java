package orzo.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import orzo.book.AttributeType;
import orzo.book.AttributeValue;
import orzo.book.Books;
import orzo.book.MetricRecord;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.book.ResourceType.Attribute;
import orzo.index.SeriesIndex;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.ResourceRef;
import orzo.metric.Tenant;
import orzo.resource.ResourceIds;
import orzo.storage.InMemoryStorage;
import orzo.storage.OutageLog;

class StockTest {
  private static final Tenant TENANT = new Tenant("a");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final UUID WEB = ResourceIds.uuid("web@h:1", null);

  private final InMemoryStorage storage = new InMemoryStorage(1, () -> 0);
  private final Books books =
      new Books(storage.records(), Duration.ofDays(1), new OutageLog(() -> 0), () -> 0);
  private final SeriesIndex index = new SeriesIndex();
  private final Inventory inventory = new Inventory(books, index, () -> {});
  private int series;

  @Test
  void nothing_isTheGenericTypeOnly() {
    Stock stock = inventory.current(TENANT);

    assertThat(stock.types()).containsExactly(ResourceType.GENERIC);
    assertThat(stock.resources("generic", true, _ -> true)).isEmpty();
    assertThat(stock.resource("generic", "web@h:1", null)).isEmpty();
    assertThat(stock.metricsOf(WEB)).isEmpty();
  }

  @Test
  void implied_isShownWithItsTypeAttributesAndMetrics() {
    Metric up = implied("up", "web", "h:1");
    Metric ok = implied("requests", "web", "h:1", "code", "200");
    implied("requests", "web", "h:1", "code", "500");
    implied("up", "db", "h:2");
    Stock stock = inventory.current(TENANT);

    assertThat(stock.types())
        .extracting(ResourceType::name)
        .containsExactly("generic", "prometheus");
    assertThat(stock.type("prometheus").orElseThrow().attributes().keySet())
        .containsExactly("instance", "job");
    ResourceState web = stock.resource("prometheus", "web@h:1", "whoever").orElseThrow();
    assertThat(web.id()).isEqualTo(WEB);
    assertThat(web.originalId()).isEqualTo("web@h:1");
    assertThat(web.creator()).isNull();
    assertThat(web.attributes())
        .isEqualTo(
            Map.of(
                "instance", new AttributeValue.Text("h:1"),
                "job", new AttributeValue.Text("web")));
    assertThat(stock.resource("generic", WEB)).hasValue(web);
    assertThat(stock.resource("other", WEB)).isEmpty();
    assertThat(stock.isImplied(web)).isTrue();
    assertThat(stock.resources("generic", true, _ -> true)).hasSize(2).contains(web);
    assertThat(stock.resources("prometheus", false, web::equals)).containsExactly(web);
    assertThat(stock.metricsOf(WEB)).isEqualTo(Map.of("requests", ok.id(), "up", up.id()));
    assertThat(stock.impliedSeries(WEB)).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(inventory.current(new Tenant("b")).types()).containsExactly(ResourceType.GENERIC);
  }

  @Test
  void implied_thatSomebodyChanged_isTheOneInTheBook() {
    implied("up", "web", "h:1");
    ResourceState web = inventory.current(TENANT).resource("prometheus", WEB).orElseThrow();
    Attribute job = new Attribute(new AttributeType.Text(0, 9), true);
    UUID metric = new UUID(1, 1);
    boolean made =
        books.change(
            TENANT,
            draft -> {
              draft.createType(new ResourceType("prometheus", Map.of("job", job)));
              draft.createResource(web);
              draft.createMetric(new MetricRecord(metric, "me", "up", null, "low", WEB));
              return true;
            });
    assertThat(made).isTrue();

    Stock stock = inventory.current(TENANT);
    assertThat(stock.resources("generic", false, _ -> true)).containsExactly(web);
    assertThat(stock.isImplied(web)).isFalse();
    assertThat(stock.metricsOf(WEB)).isEqualTo(Map.of("up", metric));
    assertThat(stock.type("prometheus").orElseThrow().attributes().get("job")).isEqualTo(job);
    assertThat(stock.type("prometheus").orElseThrow().attributes()).hasSize(2);
    assertThat(stock.types()).hasSize(2);
  }

  @Test
  void created_isFoundByWhatItsCreatorCallsIt() {
    UUID id = ResourceIds.uuid("my host", "me");
    ResourceState host =
        new ResourceState(
            id, "my host", "generic", "me", null, null, START, null, START, null, -1, Map.of());
    boolean made =
        books.change(
            TENANT,
            draft -> {
              draft.createResource(host);
              return true;
            });
    assertThat(made).isTrue();

    Stock stock = inventory.known(TENANT);
    assertThat(stock.resource("generic", "my host", "me")).hasValue(host);
    assertThat(stock.resource("generic", "my host", "you")).isEmpty();
    assertThat(stock.resource("generic", id.toString(), "you")).hasValue(host);
  }

  @Test
  void implied_withALabelThatIsCalledLikeWhatAllHave_showsItUnderAnotherName() {
    Labels labels = Labels.of("__name__", "up", "type", "disk");
    index.add(series++, Metric.of(TENANT, labels, "low", new ResourceRef("thing", "disk"), null));

    assertThat(inventory.current(TENANT).type("thing").orElseThrow().attributes().keySet())
        .containsExactly("label_type");
  }

  private Metric implied(String name, String job, String instance, String... more) {
    Labels.Builder labels =
        Labels.of("__name__", name, "job", job, "instance", instance).toBuilder();
    for (int i = 0; i < more.length; i += 2) {
      labels.set(more[i], more[i + 1]);
    }
    Labels all = labels.build();
    Metric metric =
        Metric.of(
            TENANT,
            all,
            "low",
            ResourceRef.ofLabels("prometheus", all, List.of("job", "instance")),
            null);
    index.add(series++, metric);
    return metric;
  }
}
