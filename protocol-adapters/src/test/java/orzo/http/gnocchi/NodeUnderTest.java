package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import orzo.book.Books;
import orzo.http.HttpConfig;
import orzo.http.HttpListener;
import orzo.http.TenantHeader;
import orzo.http.access.Authentication;
import orzo.index.CatalogFollower;
import orzo.index.MetricRefs;
import orzo.index.SeriesIndex;
import orzo.intake.BacklogIntake;
import orzo.intake.BacklogLevel;
import orzo.intake.BacklogReport;
import orzo.intake.GroupCommit;
import orzo.intake.IntakeCounters;
import orzo.inventory.Inventory;
import orzo.policy.CatalogPolicies;
import orzo.policy.PolicyBook;
import orzo.policy.PolicyEditor;
import orzo.policy.SeriesPolicies;
import orzo.promql.syntax.PromQlParser;
import orzo.read.StoredAggregates;
import orzo.sack.SackMeters;
import orzo.sack.SackOwnership;
import orzo.storage.InMemoryStorage;
import orzo.storage.OutageLog;
import orzo.storage.SplitsAtHand;
import orzo.upkeep.MetricDeletion;
import orzo.wire.ByteBudget;

/** All parts of the API, on a whole node over a storage in memory; users as in Gnocchi. */
final class NodeUnderTest implements AutoCloseable {
  static final Instant NOW = Instant.parse("2015-03-06T15:00:00Z");
  static final String ADMIN = "basic YWRtaW46";
  static final String FOOBAR = "basic Zm9vYmFyOg==";
  static final String FOOBAZ = "basic Zm9vYmF6Og==";

  final InMemoryStorage storage = new InMemoryStorage(2, NOW::toEpochMilli);
  private final OutageLog outages = new OutageLog(System::nanoTime);
  final SeriesIndex index = new SeriesIndex();
  final CatalogFollower follower =
      new CatalogFollower(storage, index, Duration.ofMillis(50), outages);
  private final PolicyBook policies =
      new PolicyBook(storage.policies(), "none", false, Duration.ofDays(1), outages);
  final Books books = new Books(storage.records(), Duration.ofDays(1), outages, System::nanoTime);
  private final ExecutorService processors = Executors.newFixedThreadPool(2);
  final IntakeCounters counters = new IntakeCounters();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final SackOwnership ownership;
  private final GroupCommit groupCommit;
  final BacklogIntake intake;
  private final HttpListener listener;

  NodeUnderTest() throws Exception {
    policies.start();
    follower.start();
    SeriesPolicies ofSeries = new CatalogPolicies(index, follower, policies);
    ownership =
        new SackOwnership(
            storage,
            new SackOwnership.Settings(
                "node", Duration.ofDays(10_000), Duration.ofMillis(5), Duration.ofHours(1)),
            ofSeries,
            follower,
            NOW::toEpochMilli,
            SackMeters.NONE,
            outages);
    ownership.start();
    groupCommit = new GroupCommit(storage.backlog(), 2, 1_000_000, ownership::appended);
    intake =
        new BacklogIntake(
            storage,
            index,
            groupCommit,
            new BacklogLevel(storage.backlog(), 2, Long.MAX_VALUE),
            _ -> "cookies");
    Inventory inventory = new Inventory(books, index, follower::catchUpRegistered);
    MetricRefs refs = new MetricRefs(storage.catalog(), 2, index::isDeleted);
    MetricDeletion deletion = new MetricDeletion(storage.catalog(), index, follower);
    MetricApi.Knowledge known =
        new MetricApi.Knowledge(inventory, index, follower, refs, policies, deletion);
    MetricApi metrics =
        new MetricApi(
            known,
            intake,
            counters,
            new StoredAggregates(
                storage.splits(), SplitsAtHand.NONE, ownership, processors, ofSeries),
            1_000_000,
            () -> NOW);
    GnocchiApi api =
        new GnocchiApi(
            new GnocchiSettings(
                Authentication.GNOCCHI_BASIC,
                new TenantHeader("X-Tenant"),
                false,
                7,
                new ByteBudget(1 << 20)),
            List.of(
                new PolicyApi(
                    policies,
                    new PolicyEditor(storage.policies(), policies, _ -> 0),
                    text -> PromQlParser.parseSelector(text).matchers()),
                new ResourceTypeApi(inventory, () -> NOW),
                new ResourceApi(inventory, policies, refs, deletion, () -> NOW),
                metrics,
                new InfluxApi(known, intake, counters, () -> NOW),
                new StatusApi(
                    known, new BacklogReport(storage.backlog(), 2), () -> List.of("node")),
                new UnknownPaths(inventory)));
    listener =
        new HttpListener(
            HttpConfig.of("127.0.0.1", 0),
            new PrometheusRegistry(),
            List.of(
                new WriteGate(Authentication.GNOCCHI_BASIC)::mount,
                router ->
                    router
                        .post("/v1/prometheus/write")
                        .handler(context -> context.response().setStatusCode(202).end()),
                api::mount));
    listener.start();
    assertThat(
            send(
                    "POST",
                    "/archive_policy",
                    "{'name': 'cookies', 'definition': [{'granularity': 1},"
                        + " {'granularity': '1 minute', 'points': 3}]}",
                    ADMIN)
                .status)
        .isEqualTo(201);
  }

  /** Lets what comes from now on stay in the backlog. */
  void stopProcessing() {
    ownership.close();
  }

  @Override
  public void close() {
    client.close();
    listener.close();
    groupCommit.close();
    ownership.close();
    follower.close();
    policies.close();
    processors.shutdownNow();
  }

  /** An answer. */
  record Answer(int status, String body, HttpResponse<String> response) {
    JsonObject json() {
      return new JsonObject(body);
    }

    JsonArray list() {
      return new JsonArray(body);
    }

    /** What an error says is wrong. */
    String reason() {
      return json().getJsonObject("description").getString("reason");
    }

    String location() {
      return header("Location");
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /**
   * Sends a request; single quotes in its body stand for double ones.
   *
   * @param headers names and values, of which an empty one takes away what is there otherwise
   */
  Answer send(String method, String path, String body, String user, String... headers)
      throws Exception {
    return send(
        method, path, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), user, headers);
  }

  /** The same with a body that is sent as it is. */
  Answer send(String method, String path, byte[] body, String user, String... headers)
      throws Exception {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("Content-Type", "application/json");
    all.put("Accept", "application/json");
    all.put("Authorization", user);
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + "/v1" + path))
            .method(method, BodyPublishers.ofByteArray(body));
    all.forEach((name, value) -> {
      if (!value.isEmpty()) {
        request.header(name, value);
      }
    });
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body(), response);
  }

  /** Creates a metric and returns its UUID. */
  String create(String body) throws Exception {
    Answer created = send("POST", "/metric", body, FOOBAR);
    assertThat(created.status).as(created.body).isEqualTo(201);
    String id = created.json().getString("id");
    assertThat(created.location()).endsWith("/v1/metric/" + id);
    return id;
  }
}
