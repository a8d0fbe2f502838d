package orzo.http.gnocchi;

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
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import orzo.book.Books;
import orzo.http.HttpConfig;
import orzo.http.HttpListener;
import orzo.http.TenantHeader;
import orzo.http.access.Authentication;
import orzo.index.CatalogFollower;
import orzo.index.MetricRefs;
import orzo.index.SeriesIndex;
import orzo.inventory.Inventory;
import orzo.policy.PolicyBook;
import orzo.policy.PolicyEditor;
import orzo.promql.syntax.PromQlParser;
import orzo.storage.InMemoryStorage;
import orzo.storage.OutageLog;
import orzo.upkeep.MetricDeletion;
import orzo.wire.ByteBudget;

/** The parts of the API that are about resources, on a storage in memory; users as in Gnocchi. */
final class ResourcesUnderTest implements AutoCloseable {
  /** Every answer to a request that changes nothing is of this second or later. */
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  final InMemoryStorage storage = new InMemoryStorage(1, () -> 0);
  final SeriesIndex index = new SeriesIndex();
  final CatalogFollower follower =
      new CatalogFollower(storage, index, Duration.ofDays(1), new OutageLog(System::nanoTime));
  private final AtomicLong seconds = new AtomicLong();
  final FakeMeasures measures = new FakeMeasures(storage.catalog());
  private final PolicyBook policies =
      new PolicyBook(
          storage.policies(), "none", true, Duration.ofDays(1), new OutageLog(System::nanoTime));
  final Books books =
      new Books(
          storage.records(), Duration.ofDays(1), new OutageLog(System::nanoTime), System::nanoTime);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpListener listener;

  /** Requests for metrics that are answered by saying what was asked for. */
  private static final class Requests implements NamedMetricApi.MetricRequests {
    @Override
    public Reply get(Exchange exchange, UUID metric) {
      return Reply.ok(Map.of("shown", metric.toString()));
    }

    @Override
    public Reply delete(Exchange exchange, UUID metric) {
      return Reply.ok(Map.of("deleted", metric.toString()));
    }

    @Override
    public Reply measures(Exchange exchange, UUID metric) {
      return Reply.ok(Map.of("measures", metric.toString()));
    }

    @Override
    public Reply push(Exchange exchange, UUID metric) {
      return Reply.ok(Map.of("pushed", metric.toString()));
    }
  }

  /** An answer. */
  record Answer(int status, String body, HttpResponse<String> response) {
    JsonObject json() {
      return new JsonObject(body);
    }

    JsonArray list() {
      return new JsonArray(body);
    }

    /** A member of each element of a list. */
    List<String> each(String member) {
      return list().stream()
          .map(one -> String.valueOf(((JsonObject) one).getValue(member)))
          .toList();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  ResourcesUnderTest() {
    policies.start();
    InstantSource clock = () -> START.plusSeconds(seconds.incrementAndGet());
    Inventory inventory = new Inventory(books, index, () -> {});
    GnocchiApi api =
        new GnocchiApi(
            new GnocchiSettings(
                Authentication.GNOCCHI_BASIC,
                new TenantHeader("X-Tenant"),
                false,
                7,
                new ByteBudget(8 << 20)),
            List.of(
                new PolicyApi(
                    policies,
                    new PolicyEditor(storage.policies(), policies, _ -> 0),
                    text -> PromQlParser.parseSelector(text).matchers()),
                new ResourceTypeApi(inventory, clock),
                new ResourceApi(
                    inventory,
                    policies,
                    new MetricRefs(storage.catalog(), 1, index::isDeleted),
                    new MetricDeletion(storage.catalog(), index, follower),
                    clock),
                new AggregatesApi(
                    inventory,
                    index,
                    follower,
                    new MetricRefs(storage.catalog(), 1, index::isDeleted),
                    policies,
                    measures,
                    10_000,
                    () -> START),
                new NamedMetricApi(inventory, new Requests(), 1 << 20)));
    listener =
        new HttpListener(
            HttpConfig.of("127.0.0.1", 0), new PrometheusRegistry(), List.of(api::mount));
    listener.start();
  }

  String origin() {
    return "http://127.0.0.1:" + listener.port();
  }

  /** Sends a request as a user; single quotes in its body stand for double ones. */
  Answer send(String user, String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(origin() + "/v1" + path))
            .method(
                method,
                body.isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body.replace('\'', '"')));
    request.header(
        "Authorization",
        "basic "
            + Base64.getEncoder().encodeToString((user + ":").getBytes(StandardCharsets.UTF_8)));
    boolean typed = false;
    boolean accepting = false;
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
      typed |= headers[i].equals("Content-Type");
      accepting |= headers[i].equals("Accept");
    }
    if (!typed) {
      request.header("Content-Type", "application/json");
    }
    if (!accepting) {
      request.header("Accept", "application/json");
    }
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body(), response);
  }

  Answer get(String path, String... headers) throws Exception {
    return send("me", "GET", path, "", headers);
  }

  Answer post(String path, String body, String... headers) throws Exception {
    return send("me", "POST", path, body, headers);
  }

  Answer patch(String path, String body, String... headers) throws Exception {
    return send("me", "PATCH", path, body, headers);
  }

  Answer delete(String path, String... headers) throws Exception {
    return send("me", "DELETE", path, "", headers);
  }

  @Override
  public void close() {
    client.close();
    listener.close();
    policies.close();
    books.close();
  }
}
