package orzo.book;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.book.BookRefusal.NamedMetricExists;
import orzo.book.BookRefusal.NoSuchMetric;
import orzo.book.BookRefusal.NoSuchResource;
import orzo.book.BookRefusal.NoSuchType;
import orzo.book.BookRefusal.ResourceExists;
import orzo.book.BookRefusal.TooMuch;
import orzo.book.BookRefusal.TypeExists;
import orzo.book.BookRefusal.TypeInUse;
import orzo.book.ResourceType.Attribute;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;
import orzo.storage.LogRecord;
import orzo.storage.OutageLog;
import orzo.storage.RecordLog;

class BooksTest {
  private static final Tenant TENANT = new Tenant("a");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final UUID ID = new UUID(1, 1);
  private static final UUID OTHER = new UUID(1, 2);
  private static final ResourceType HOST =
      new ResourceType(
          "host",
          new TreeMap<>(
              Map.of(
                  "name", new Attribute(new AttributeType.Text(0, 9), true),
                  "size", new Attribute(new AttributeType.Real(null, null), false))));

  private final AtomicLong nanos = new AtomicLong();
  private final InMemoryStorage storage = new InMemoryStorage(1, () -> 0);
  private final List<Books> nodes = new ArrayList<>();
  private final Books books = node();
  private final Books otherNode = node();

  private Books node() {
    Books node =
        new Books(storage.records(), Duration.ofMillis(1), new OutageLog(nanos::get), nanos::get);
    nodes.add(node);
    return node;
  }

  /** Whatever happened, who reads the log from its start knows what the others know. */
  @AfterEach
  void everyNode_endsWithTheSame() {
    Book fresh = node().current(TENANT);
    for (Books one : nodes) {
      Book book = one.current(TENANT);
      assertThat(book.types()).isEqualTo(fresh.types());
      assertThat(book.revisions(_ -> true)).isEqualTo(fresh.revisions(_ -> true));
      assertThat(book.metrics()).isEqualTo(fresh.metrics());
      assertThat(book.deletedMetrics()).isEqualTo(fresh.deletedMetrics());
      for (ResourceState resource : fresh.resources(_ -> true)) {
        assertThat(book.metricsOf(resource.id())).isEqualTo(fresh.metricsOf(resource.id()));
      }
    }
  }

  @Test
  void current_nothingChanged_hasTheGenericType() {
    Book book = books.current(TENANT);

    assertThat(book.types()).containsExactly(ResourceType.GENERIC);
    assertThat(book.resources(_ -> true)).isEmpty();
    assertThat(book.metrics()).isEmpty();
    assertThat(book.history(ID)).isEmpty();
  }

  @Test
  void change_isSeenAtOnceByWhoAsksForTheCurrent() {
    make(draft -> draft.createType(HOST));

    assertThat(books.known(TENANT).type("host")).hasValue(HOST);
    assertThat(otherNode.current(TENANT).types()).containsExactly(ResourceType.GENERIC, HOST);
    assertThat(books.current(new Tenant("b")).types()).containsExactly(ResourceType.GENERIC);
  }

  @Test
  void known_ofATenantThatOthersChange_followsThem() {
    make(draft -> draft.createResource(generic(ID)));
    Book known = otherNode.known(TENANT);
    assertThat(known.resource(ID)).isPresent();

    make(draft -> draft.createResource(generic(OTHER)));
    assertThat(known.resource(OTHER)).isEmpty();

    otherNode.follow();
    assertThat(known.resource(OTHER)).isPresent();
    assertThat(otherNode.known(TENANT)).isSameAs(known);
  }

  @Test
  void start_followsByItself() {
    make(draft -> draft.createResource(generic(ID)));
    Book known = otherNode.known(TENANT);
    otherNode.start();
    try {
      make(draft -> draft.createResource(generic(OTHER)));

      for (int i = 0; i < 1_000_000_000 && known.resource(OTHER).isEmpty(); i++) {
        Thread.onSpinWait();
      }
      assertThat(known.resource(OTHER)).isPresent();
    } finally {
      otherNode.close();
    }
  }

  @Test
  void revise_keepsWhatWas() {
    make(draft -> draft.createType(HOST));
    make(draft -> draft.createResource(host(ID, "a", 0)));
    make(draft -> draft.createResource(host(OTHER, "x", 0)));
    make(draft -> draft.revise(host(ID, "b", 5)));
    make(draft -> {
      draft.revise(host(OTHER, "y", 6));
      draft.revise(host(ID, "c", 7));
    });

    List<ResourceState> history = books.current(TENANT).history(ID);
    assertThat(history).extracting(BooksTest::name).containsExactly("a", "b", "c");
    assertThat(history).extracting(ResourceState::revision).containsExactly(1, 3, -1);
    assertThat(history)
        .extracting(ResourceState::revisionStart)
        .containsExactly(START, START.plusSeconds(5), START.plusSeconds(7));
    assertThat(history)
        .extracting(ResourceState::revisionEnd)
        .containsExactly(START.plusSeconds(5), START.plusSeconds(7), null);
    assertThat(books.current(TENANT).revisions(state -> name(state).compareTo("b") >= 0))
        .extracting(BooksTest::name)
        .containsExactly("b", "c", "x", "y");
  }

  @Test
  void updateType_changesWhatResourcesHaveAndHad() {
    make(draft -> draft.createType(HOST));
    make(draft -> draft.createResource(host(ID, "a", 0)));
    make(draft -> draft.revise(host(ID, "b", 5)));
    ResourceType next =
        new ResourceType(
            "host",
            Map.of(
                "size", new Attribute(new AttributeType.Real(null, null), true),
                "up", new Attribute(new AttributeType.Bool(), true)));

    make(draft ->
        draft.updateType(
            next, Map.of("up", new AttributeValue.Bool(true), "size", new AttributeValue.Real(7))));

    assertThat(books.current(TENANT).type("host")).hasValue(next);
    assertThat(books.current(TENANT).history(ID))
        .extracting(ResourceState::attributes)
        .containsExactly(
            Map.of("size", new AttributeValue.Real(3), "up", new AttributeValue.Bool(true)),
            Map.of("size", new AttributeValue.Real(3), "up", new AttributeValue.Bool(true)));
  }

  @Test
  void types_areRefused_whereTheyCannotBe() {
    assertRefused(new NoSuchType("host"), draft -> draft.createResource(host(ID, "a", 0)));
    assertRefused(new NoSuchType("host"), draft -> draft.updateType(HOST, Map.of()));
    assertRefused(new NoSuchType("host"), draft -> draft.deleteType("host"));
    assertRefused(new TypeInUse("generic"), draft -> draft.deleteType("generic"));
    make(draft -> draft.createType(HOST));
    assertRefused(new TypeExists("host"), draft -> draft.createType(HOST));
    make(draft -> draft.createResource(host(ID, "a", 0)));
    assertRefused(new TypeInUse("host"), draft -> draft.deleteType("host"));
    make(draft -> draft.deleteResource(ID));
    assertRefused(
        new TypeInUse("host"),
        draft -> {
          draft.createResource(host(ID, "a", 0));
          draft.deleteType("host");
        });

    make(draft -> draft.deleteType("host"));
    assertThat(books.current(TENANT).types()).containsExactly(ResourceType.GENERIC);
  }

  @Test
  void resources_areRefused_whereTheyCannotBe() {
    make(draft -> draft.createResource(generic(ID)));

    assertRefused(new ResourceExists(ID), draft -> draft.createResource(generic(ID)));
    assertRefused(new NoSuchResource(OTHER), draft -> draft.revise(generic(OTHER)));
    assertRefused(new NoSuchResource(OTHER), draft -> draft.deleteResource(OTHER));
    assertRefused(
        new NoSuchResource(ID),
        draft -> {
          draft.deleteResource(ID);
          draft.createMetric(metric(9, "cpu", ID));
        });
    assertThat(books.current(TENANT).resource(ID)).isPresent();
  }

  @Test
  void metrics_belongToResourcesByName() {
    make(draft -> {
      draft.createResource(generic(ID));
      draft.createMetric(metric(1, "cpu", ID));
      draft.createMetric(metric(2, "disk", null));
      assertThat(draft.metricsOf(ID).keySet()).containsExactly("cpu");
    });
    assertRefused(new NamedMetricExists("cpu"), draft -> draft.createMetric(metric(3, "cpu", ID)));
    assertRefused(new NoSuchResource(OTHER), draft -> draft.createMetric(metric(3, "cpu", OTHER)));

    make(draft -> draft.attach(metricId(2), "io", ID));
    assertThat(books.current(TENANT).metricsOf(ID).keySet()).containsExactly("cpu", "io");
    assertThat(books.current(TENANT).metric(metricId(2)).orElseThrow().firstName())
        .isEqualTo("disk");
    assertRefused(new NamedMetricExists("cpu"), draft -> draft.attach(metricId(2), "cpu", ID));
    assertRefused(new NoSuchMetric(metricId(7)), draft -> draft.attach(metricId(7), "x", ID));

    make(draft -> {
      draft.detach(metricId(1));
      draft.attach(metricId(2), "cpu", ID);
    });
    assertThat(books.current(TENANT).metricsOf(ID).values())
        .extracting(MetricRecord::id)
        .containsExactly(metricId(2));
    assertThat(books.current(TENANT).metric(metricId(1)).orElseThrow().resource()).isNull();
  }

  @Test
  void deleteResource_deletesItsMetrics_whichAreThereUntilExpunged() {
    make(draft -> {
      draft.createResource(generic(ID));
      draft.createMetric(metric(1, "cpu", ID));
      draft.createMetric(metric(2, "disk", ID));
      draft.createMetric(metric(3, "free", null));
    });

    make(draft -> {
      draft.detach(metricId(2));
      draft.deleteResource(ID);
    });

    Book book = books.current(TENANT);
    assertThat(book.resource(ID)).isEmpty();
    assertThat(book.metrics())
        .extracting(MetricRecord::id)
        .containsExactly(metricId(2), metricId(3));
    assertThat(book.deletedMetrics()).extracting(MetricRecord::id).containsExactly(metricId(1));
    assertThat(book.metricsOf(ID)).isEmpty();

    make(draft -> {
      draft.expunge(metricId(1));
      draft.expunge(metricId(3)); // is not deleted
    });
    assertThat(book.deletedMetrics()).isEmpty();
    assertThat(book.metric(metricId(3))).isPresent();
    assertRefused(new NoSuchMetric(metricId(1)), draft -> draft.deleteMetric(metricId(1)));
  }

  @Test
  void metricsWithPolicy_countsThoseThatAreThere() {
    make(draft -> {
      draft.createMetric(metric(1, "cpu", null));
      draft.createMetric(metric(2, "disk", null));
    });
    make(draft -> draft.deleteMetric(metricId(2)));

    assertThat(books.metricsWithPolicy("low")).isEqualTo(1);
    assertThat(books.metricsWithPolicy("high")).isZero();
  }

  @Test
  void change_refused_changesNothingOfIt() {
    assertRefused(
        new NoSuchResource(OTHER),
        draft -> {
          draft.createResource(generic(ID));
          draft.deleteResource(OTHER);
        });

    assertThat(books.current(TENANT).resource(ID)).isEmpty();
    assertThat(storage.records().read(TENANT, 0, 10)).isEmpty();
  }

  @Test
  void change_ofMoreThanTheLogTakes_isRefused() {
    assertRefused(
        new TooMuch(RecordLog.MAX_RECORDS),
        draft -> {
          for (int i = 0; i <= RecordLog.MAX_RECORDS; i++) {
            draft.createMetric(metric(i, "m", null));
          }
        });
  }

  @Test
  void change_whoseReplyIsLost_isKnownAfterwards() {
    storage.loseReply(Operation.CHANGE_RECORDS);

    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> make(draft -> draft.createResource(generic(ID))))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));

    assertRefused(new ResourceExists(ID), draft -> draft.createResource(generic(ID)));
  }

  @Test
  void change_byTwoNodesAtOnce_isDecidedOnWhatIsThere() throws Exception {
    int threads = 8;
    CyclicBarrier together = new CyclicBarrier(threads);
    List<Future<Integer>> created = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < threads; i++) {
        Books node = i % 2 == 0 ? books : otherNode;
        created.add(
            executor.submit(() -> {
              together.await();
              int mine = 0;
              for (int id = 0; id < 20; id++) {
                UUID wanted = new UUID(9, id);
                if (node.change(
                    TENANT,
                    draft -> {
                      boolean free = draft.resource(wanted).isEmpty();
                      if (free) {
                        draft.createResource(generic(wanted));
                      }
                      return free;
                    })) {
                  mine++;
                }
              }
              return mine;
            }));
      }
      int sum = 0;
      for (Future<Integer> one : created) {
        sum += one.get();
      }
      assertThat(sum).isEqualTo(20);
    }
    assertThat(books.current(TENANT).resources(_ -> true)).hasSize(20);
  }

  @Test
  void damagedRecord_isPassedOverAndCounted() {
    make(draft -> draft.createResource(generic(ID)));
    storage.records().append(TENANT, 1, List.of(new byte[] {1, 99}, new byte[0]));

    make(draft -> draft.createResource(generic(OTHER)));

    assertThat(books.current(TENANT).resources(_ -> true)).hasSize(2);
    assertThat(books.damaged()).isEqualTo(2);
  }

  @Test
  void follow_removesWhatIsDead_andLaterThatItIs() {
    make(draft -> draft.createResource(generic(OTHER)));
    for (int round = 0; round < 2; round++) {
      make(draft -> {
        for (int i = 0; i < 600; i++) {
          draft.createResource(generic(new UUID(5, i)));
        }
      });
      make(draft -> {
        for (int i = 0; i < 600; i++) {
          draft.deleteResource(new UUID(5, i));
        }
      });
    }
    assertThat(otherNode.current(TENANT).resources(_ -> true)).hasSize(1);

    books.follow();
    assertThat(records()).hasSize(1 + 1_200);

    nanos.addAndGet(Duration.ofMinutes(59).toNanos());
    books.follow();
    assertThat(records()).hasSize(1 + 1_200);

    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    books.follow();
    assertThat(records()).hasSize(2); // the last one tells how far the log is
    make(draft -> draft.createResource(generic(ID)));
    assertThat(books.current(TENANT).resources(_ -> true)).hasSize(2);
  }

  @Test
  void follow_whileStorageFails_removesNothingOutOfOrder() {
    make(draft -> draft.createResource(generic(ID)));
    make(draft -> draft.deleteResource(ID));
    make(draft -> draft.createResource(generic(OTHER)));
    books.follow();
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    storage.failNext(
        Operation.CHANGE_RECORDS, new GatewayException(Kind.UNAVAILABLE, "storage is away"));

    assertThatExceptionOfType(GatewayException.class).isThrownBy(books::follow);
    assertThat(records()).hasSize(3);

    books.follow();
    assertThat(records()).hasSize(1);
  }

  @Test
  void current_afterRecordsWereRemovedThatThisNodeDidNotRead_readsAnew() {
    make(draft -> draft.createResource(generic(ID)));
    make(draft -> draft.createMetric(metric(1, "cpu", ID)));
    Book late = otherNode.current(TENANT);
    make(draft -> draft.deleteResource(ID));
    make(draft -> draft.expunge(metricId(1)));
    make(draft -> draft.createResource(generic(OTHER)));
    storage.records().remove(TENANT, List.of(1L, 2L, 3L, 4L, 5L));

    assertThat(otherNode.current(TENANT).resources(_ -> true))
        .extracting(ResourceState::id)
        .containsExactly(OTHER);
    assertThat(late.metrics()).isEmpty();
  }

  @Test
  void anyChanges_someOfThemRemoved_doNoHarm() {
    SplittableRandom random = new SplittableRandom(4);
    Set<UUID> alive = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      UUID id = new UUID(7, random.nextInt(20));
      if (alive.add(id)) {
        make(draft -> {
          draft.createResource(generic(id));
          draft.createMetric(metric(id.hashCode(), "m", id));
        });
      } else if (random.nextBoolean()) {
        int second = i;
        make(draft -> draft.revise(generic(id, START.plusSeconds(second))));
      } else {
        alive.remove(id);
        make(draft -> draft.deleteResource(id));
        make(draft -> draft.expunge(metricId(id.hashCode())));
      }
    }
    List<Long> dead = books.current(TENANT).write(BookState::takeDead);
    assertThat(dead).hasSizeGreaterThan(50);
    for (long position : dead) { // as if the removal had stopped behind each of them
      storage.records().remove(TENANT, List.of(position));
      Book fresh = node().current(TENANT);
      assertThat(fresh.resources(_ -> true))
          .extracting(ResourceState::id)
          .containsExactlyInAnyOrderElementsOf(alive);
      assertThat(fresh.metrics()).hasSize(alive.size());
    }
  }

  private List<LogRecord> records() {
    return storage.records().read(TENANT, 0, 10_000);
  }

  private void make(Consumer<Draft> change) {
    boolean made =
        books.change(
            TENANT,
            draft -> {
              change.accept(draft);
              return true;
            });
    assertThat(made).isTrue();
  }

  private void assertRefused(BookRefusal refusal, Consumer<Draft> change) {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> make(change))
        .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
  }

  private static ResourceState generic(UUID id) {
    return generic(id, START);
  }

  private static ResourceState generic(UUID id, Instant start) {
    return state(id, "generic", start, Map.of());
  }

  private static ResourceState host(UUID id, String name, int second) {
    return state(
        id,
        "host",
        START.plusSeconds(second),
        Map.of("name", new AttributeValue.Text(name), "size", new AttributeValue.Real(3)));
  }

  private static ResourceState state(
      UUID id, String type, Instant start, Map<String, AttributeValue> attributes) {
    return new ResourceState(
        id,
        id.toString(),
        type,
        "me",
        null,
        null,
        START,
        null,
        start,
        null,
        ResourceState.CURRENT,
        attributes);
  }

  private static String name(ResourceState state) {
    return state.attributes().get("name") instanceof AttributeValue.Text(String name) ? name : "";
  }

  private static UUID metricId(int number) {
    return new UUID(2, number);
  }

  private static MetricRecord metric(int number, String name, @Nullable UUID resource) {
    return new MetricRecord(metricId(number), "me", name, null, "low", resource);
  }
}
