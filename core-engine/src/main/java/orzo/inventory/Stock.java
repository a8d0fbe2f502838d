package orzo.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import orzo.book.AttributeType;
import orzo.book.AttributeValue;
import orzo.book.Book;
import orzo.book.MetricRecord;
import orzo.book.ResourceState;
import orzo.book.ResourceType;
import orzo.book.ResourceType.Attribute;
import orzo.index.IndexedSeries;
import orzo.index.SeriesIndex;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.ResourceRef;
import orzo.metric.Tenant;
import orzo.resource.Resource;
import orzo.resource.ResourceIds;
import orzo.resource.ResourceIndex;

/**
 * The resources of a tenant. Those that protocols tell of have no creator, are there since 1970,
 * and have the labels that make up their ids as attributes; once somebody changes one, it is like
 * any other. Their types are there as long as they are. Safe for many threads.
 */
public final class Stock {
  /** The longest value of an attribute that stands for a label. */
  private static final int MAX_LENGTH = 1 << 16;

  /** How many resources are looked at to learn what attributes their type has. */
  private static final int TYPE_SAMPLES = 16;

  /** Names of what every resource has: a label of such a name is shown under another. */
  private static final Set<String> COMMON =
      Set.of(
          "id",
          "original_resource_id",
          "type",
          "creator",
          "created_by_user_id",
          "created_by_project_id",
          "user_id",
          "project_id",
          "started_at",
          "ended_at",
          "revision",
          "revision_start",
          "revision_end",
          "metrics");

  private final Book book;
  private final SeriesIndex index;
  private final ResourceIndex implied;
  private final Tenant tenant;

  Stock(Book book, SeriesIndex index) {
    this.book = book;
    this.index = index;
    this.implied = index.resources();
    this.tenant = book.tenant();
  }

  /** What was created. */
  public Book book() {
    return book;
  }

  /** The type of that name. */
  public Optional<ResourceType> type(String name) {
    Optional<ResourceType> created = book.type(name);
    if (!implied.types(tenant).contains(name)) {
      return created;
    }
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    created.ifPresent(type -> attributes.putAll(type.attributes()));
    for (ResourceRef ref : implied.refs(tenant, name, TYPE_SAMPLES)) {
      implied(ref)
          .ifPresent(state ->
              state
                  .attributes()
                  .keySet()
                  .forEach(attribute ->
                      attributes.putIfAbsent(
                          attribute, new Attribute(new AttributeType.Text(0, MAX_LENGTH), false))));
    }
    return Optional.of(new ResourceType(name, attributes));
  }

  /** All types, sorted by name. */
  public List<ResourceType> types() {
    TreeMap<String, ResourceType> types = new TreeMap<>();
    book.types().forEach(type -> types.put(type.name(), type));
    for (String name : implied.types(tenant)) {
      type(name).ifPresent(type -> types.put(name, type));
    }
    return List.copyOf(types.values());
  }

  /**
   * A resource by what somebody calls it.
   *
   * @param type its type, or {@code generic} for any
   * @param id a UUID, or another text: the id that it was created with by {@code creator}, or that
   *     a protocol tells
   */
  public Optional<ResourceState> resource(String type, String id, @Nullable String creator) {
    Optional<ResourceState> found = resource(type, ResourceIds.uuid(id, creator));
    return found.isPresent() ? found : resource(type, ResourceIds.uuid(id, null));
  }

  /** A resource of a type, {@code generic} for any, by its UUID. */
  public Optional<ResourceState> resource(String type, UUID id) {
    Optional<ResourceState> created = book.resource(id);
    if (created.isPresent()) {
      return created.filter(state -> isOf(type, state));
    }
    return implied.find(tenant, id).flatMap(this::implied).filter(state -> isOf(type, state));
  }

  private static boolean isOf(String type, ResourceState state) {
    return type.equals(ResourceType.GENERIC.name()) || state.type().equals(type);
  }

  /** Whether a protocol tells of resources of that type. */
  public boolean isImplied(String type) {
    return implied.types(tenant).contains(type);
  }

  /** Whether nobody created it: only a protocol tells of it. */
  public boolean isImplied(ResourceState state) {
    return book.resource(state.id()).isEmpty();
  }

  /**
   * The resources of a type, {@code generic} for all, that are asked for, in no set order.
   *
   * @param history whether their past states are asked for, too
   */
  public List<ResourceState> resources(
      String type, boolean history, Predicate<ResourceState> wanted) {
    Predicate<ResourceState> which = state -> isOf(type, state) && wanted.test(state);
    List<ResourceState> found =
        new ArrayList<>(history ? book.revisions(which) : book.resources(which));
    for (String name : implied.types(tenant)) {
      if (type.equals(ResourceType.GENERIC.name()) || type.equals(name)) {
        for (ResourceRef ref : implied.refs(tenant, name, Integer.MAX_VALUE)) {
          implied(ref).filter(wanted).filter(this::isImplied).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private Optional<ResourceState> implied(ResourceRef ref) {
    return implied.find(tenant, ref).map(Stock::state);
  }

  private static ResourceState state(Resource resource) {
    Map<String, AttributeValue> attributes = new TreeMap<>();
    Labels labels = resource.attributes();
    for (int i = 0; i < labels.size(); i++) {
      String name = labels.name(i);
      attributes.put(
          COMMON.contains(name) ? "label_" + name : name, new AttributeValue.Text(labels.value(i)));
    }
    return new ResourceState(
        ResourceIds.uuid(resource.ref().id(), null),
        resource.ref().id(),
        resource.ref().type(),
        null,
        null,
        null,
        Instant.EPOCH,
        null,
        Instant.EPOCH,
        null,
        ResourceState.CURRENT,
        attributes);
  }

  /**
   * The metrics of a resource, by name. Of the series of one name that a protocol tells, the one
   * with the least labels stands for all.
   */
  public Map<String, MetricRecord> metrics(UUID resource) {
    Map<String, IndexedSeries> series = new TreeMap<>();
    for (long ref : impliedSeries(resource)) {
      index
          .labels(ref)
          .ifPresent(labels ->
              series.merge(
                  labels.get(Labels.NAME),
                  new IndexedSeries(ref, labels),
                  (one, other) -> one.labels().compareTo(other.labels()) <= 0 ? one : other));
    }
    Map<String, MetricRecord> metrics = new TreeMap<>();
    series.forEach((name, one) ->
        metrics.put(
            name,
            new MetricRecord(
                Metric.of(tenant, one.labels(), "").id(),
                null,
                name,
                null,
                index.policy(one.ref()).orElse(""),
                resource)));
    metrics.putAll(book.metricsOf(resource));
    return metrics;
  }

  /** The UUIDs of a resource's metrics, by name. */
  public Map<String, UUID> metricsOf(UUID resource) {
    Map<String, UUID> ids = new TreeMap<>();
    metrics(resource).forEach((name, metric) -> ids.put(name, metric.id()));
    return ids;
  }

  /** References of the series that a protocol tells belong to a resource. */
  public long[] impliedSeries(UUID resource) {
    return implied
        .find(tenant, resource)
        .flatMap(ref -> implied.find(tenant, ref))
        .map(Resource::series)
        .orElse(new long[0]);
  }
}
