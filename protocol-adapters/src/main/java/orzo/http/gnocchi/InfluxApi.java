package orzo.http.gnocchi;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orzo.book.Book;
import orzo.book.BookRefusal.ResourceExists;
import orzo.book.Books;
import orzo.book.Draft;
import orzo.book.MetricRecord;
import orzo.book.RefusedException;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.http.FormParameters;
import orzo.http.access.Permission;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.inventory.Inventory;
import orzo.policy.PolicyBook;
import orzo.resource.ResourceIds;

/**
 * {@code /v1/influxdb}: InfluxDB's {@code ping}, {@code query} to create a database, and {@code
 * write}, as Gnocchi has them. A database is a resource type; resources and metrics are created as
 * points of them come. See {@link InfluxPoints}.
 */
public final class InfluxApi implements GnocchiPart {
  private static final int MAX_BODY_BYTES = 64 << 20;

  /** How many metrics are created by one change of the book. */
  private static final int CREATED_AT_ONCE = 1000;

  private static final int MAX_TYPE_NAME = 255;
  private static final Pattern CREATE_DATABASE =
      Pattern.compile(
          "\\s*create\\s*database\\s+(?:\"((?:[^\"\\\\]|\\\\.)+)\"|([A-Za-z_][A-Za-z0-9_]*)).*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final Metrics metrics;
  private final Inventory inventory;
  private final Books books;
  private final PolicyBook policies;
  private final MeasureIntake intake;
  private final InstantSource clock;

  /**
   * Creates the part.
   *
   * @param counters where points are counted that are received here
   * @param clock the time of points that have none
   */
  public InfluxApi(
      MetricApi.Knowledge known, Intake intake, IntakeCounters counters, InstantSource clock) {
    this.metrics = Metrics.of(known);
    this.inventory = known.inventory();
    this.books = inventory.books();
    this.policies = known.policies();
    this.intake = new MeasureIntake(intake, counters);
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes
        .getOpen("/v1/influxdb/ping", InfluxApi::ping)
        .post("/v1/influxdb/query", this::query)
        .post("/v1/influxdb/write", MAX_BODY_BYTES, this::write);
  }

  private static Reply ping(Exchange exchange) {
    return Reply.noContent().with("X-Influxdb-Version", "Gnocchi " + Versions.GNOCCHI_VERSION);
  }

  private Reply query(Exchange exchange) {
    FormParameters parameters = exchange.parameters();
    if (exchange.isForm()) {
      parameters.add(exchange.body().toString(StandardCharsets.UTF_8));
    }
    if (!QueryArguments.isThere(parameters, "q")) {
      return Reply.noContent();
    }
    Matcher create = CREATE_DATABASE.matcher(parameters.first("q"));
    if (!create.matches()) {
      throw ApiError.described(501, "Not implemented error", "Query not implemented", "q");
    }
    exchange.require(Permission.CREATE_RESOURCE_TYPE);
    String quoted = create.group(1);
    String name = quoted == null ? create.group(2) : quoted.replaceAll("\\\\(.)", "$1");
    if (name.length() > MAX_TYPE_NAME) {
      throw ApiError.argument(
          "Value error", "q", "a name of more than " + MAX_TYPE_NAME + " characters");
    }
    if (inventory.current(exchange.tenant()).type(name).isEmpty()) {
      boolean _ =
          books.change(
              exchange.tenant(),
              draft -> {
                boolean isNew = draft.type(name).isEmpty();
                if (isNew) {
                  draft.createType(new ResourceType(name, Map.of()));
                }
                return isNew;
              });
    }
    return Reply.noContent();
  }

  private Reply write(Exchange exchange) {
    FormParameters parameters = exchange.parameters();
    String type = QueryArguments.text(parameters, "db", "influxdb");
    String tag = exchange.header("X-Gnocchi-InfluxDB-Tag-Resource-ID").orElse("host");
    InfluxPoints points =
        intake.decode(
            Protocol.INFLUXDB,
            () ->
                InfluxPoints.read(
                    exchange.body().getBytes(),
                    new InfluxPoints.Reading(tag, nanosPerUnit(parameters), clock.millis())));
    intake.store(
        Protocol.INFLUXDB,
        points.size(),
        () -> {
          List<MetricView> found =
              points.size() == 0 ? List.of() : metrics(exchange, type, points.metrics());
          found.forEach(metric -> metric.require(exchange.caller(), Permission.POST_MEASURES));
          return points.batch(metrics.register(exchange.tenant(), found, intake.intake()));
        });
    return Reply.noContent();
  }

  /** What timestamps count; InfluxDB's clients say so, Gnocchi knows nanoseconds only. */
  private static long nanosPerUnit(FormParameters parameters) {
    String precision = QueryArguments.text(parameters, "precision", "ns");
    return switch (precision) {
      case "n", "ns" -> 1;
      case "u", "us", "µ" -> 1_000;
      case "ms" -> 1_000_000;
      case "s" -> 1_000_000_000;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default ->
          throw ApiError.argument(
              "Argument value error",
              "precision",
              "'" + precision + "' (expected: n, u, ms, s, m or h)");
    };
  }

  /** The metrics of these names, in their order; those that are not there are created. */
  private List<MetricView> metrics(Exchange exchange, String type, List<InfluxPoints.Named> names) {
    if (inventory.current(exchange.tenant()).type(type).isEmpty()) {
      throw BookRefusals.noSuchType(type);
    }
    String creator = exchange.caller().creator();
    Map<String, UUID> resources = new LinkedHashMap<>();
    for (InfluxPoints.Named one : names) {
      resources.computeIfAbsent(one.resource(), name -> id(name, creator));
    }
    Book book = books.known(exchange.tenant());
    Missing missing = new Missing(exchange, type, resources);
    for (InfluxPoints.Named one : names) {
      if (!isThere(book, type, resources, one)) {
        missing.add(one);
      }
    }
    missing.create();
    Book complete = books.known(exchange.tenant());
    List<MetricView> found = new ArrayList<>();
    for (InfluxPoints.Named one : names) {
      MetricRecord metric = complete.metricsOf(idOf(resources, one)).get(one.metric());
      if (metric == null) {
        throw ApiError.of(409, "Metric " + one.metric() + " was deleted meanwhile");
      }
      found.add(Metrics.view(complete, metric));
    }
    return found;
  }

  private static UUID idOf(Map<String, UUID> resources, InfluxPoints.Named one) {
    UUID id = resources.get(one.resource());
    if (id == null) {
      throw new IllegalStateException("no id for " + one);
    }
    return id;
  }

  private static boolean isThere(
      Book book, String type, Map<String, UUID> resources, InfluxPoints.Named one) {
    UUID id = idOf(resources, one);
    return book.resource(id).filter(state -> isOf(type, state)).isPresent()
        && book.metricsOf(id).containsKey(one.metric());
  }

  private static boolean isOf(String type, ResourceState state) {
    return type.equals(ResourceType.GENERIC.name()) || state.type().equals(type);
  }

  private static UUID id(String resource, String creator) {
    try {
      return ResourceIds.uuid(ResourceInput.id(resource, Place.BODY), creator);
    } catch (ApiError e) {
      throw ApiError.argument("Value error", "resource id", e.reason());
    }
  }

  /** Metrics that are to be created, with resources that they may lack. */
  private final class Missing {
    private final Exchange exchange;
    private final String type;
    private final Map<String, UUID> resources;
    private final Map<InfluxPoints.Named, MetricDraft> drafts = new LinkedHashMap<>();

    Missing(Exchange exchange, String type, Map<String, UUID> resources) {
      this.exchange = exchange;
      this.type = type;
      this.resources = resources;
    }

    void add(InfluxPoints.Named one) {
      drafts.put(
          one,
          MetricDraft.of(policies, one.metric(), null, Optional.empty()).requirePolicy(policies));
    }

    void create() {
      List<Map.Entry<InfluxPoints.Named, MetricDraft>> all = List.copyOf(drafts.entrySet());
      for (int from = 0; from < all.size(); from += CREATED_AT_ONCE) {
        List<Map.Entry<InfluxPoints.Named, MetricDraft>> some =
            all.subList(from, Math.min(all.size(), from + CREATED_AT_ONCE));
        int _ =
            BookRefusals.answering(() ->
                books.change(
                    exchange.tenant(),
                    change -> {
                      some.forEach(one -> create(change, one.getKey(), one.getValue()));
                      return some.size();
                    }));
      }
    }

    private void create(Draft change, InfluxPoints.Named named, MetricDraft draft) {
      UUID id = idOf(resources, named);
      ResourceState resource =
          change.resource(id).orElseGet(() -> createResource(change, id, named.resource()));
      if (!isOf(type, resource)) {
        throw new RefusedException(new ResourceExists(id));
      }
      if (change.metricsOf(id).containsKey(named.metric())) {
        return; // somebody else was faster
      }
      String creator = resource.creator();
      if (!exchange
          .caller()
          .may(Permission.UPDATE_RESOURCE, creator, Optional.ofNullable(resource.projectId()))) {
        throw ApiError.forbidden();
      }
      change.createMetric(draft.record(UUID.randomUUID(), owner(creator), id));
    }

    private String owner(@Nullable String creator) {
      return creator == null ? exchange.caller().creator() : creator;
    }

    private ResourceState createResource(Draft change, UUID id, String name) {
      Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
      if (change.type(type).isEmpty()) {
        inventory.known(exchange.tenant()).type(type).ifPresent(change::createType);
      }
      ResourceState resource =
          new ResourceState(
              id,
              name,
              type,
              exchange.caller().creator(),
              null,
              null,
              now,
              null,
              now,
              null,
              ResourceState.CURRENT,
              Map.of());
      change.createResource(resource);
      return resource;
    }
  }
}
