package orzo.book;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.BookChange.MetricAttached;
import orzo.book.BookChange.MetricCreated;
import orzo.book.BookChange.MetricDeleted;
import orzo.book.BookChange.MetricDetached;
import orzo.book.BookChange.MetricExpunged;
import orzo.book.BookChange.ResourceCreated;
import orzo.book.BookChange.ResourceDeleted;
import orzo.book.BookChange.ResourceRevised;
import orzo.book.BookChange.TypeCreated;
import orzo.book.BookChange.TypeDeleted;
import orzo.book.BookChange.TypeUpdated;
import orzo.book.BookRefusal.NamedMetricExists;
import orzo.book.BookRefusal.NoSuchMetric;
import orzo.book.BookRefusal.NoSuchResource;
import orzo.book.BookRefusal.NoSuchType;
import orzo.book.BookRefusal.ResourceExists;
import orzo.book.BookRefusal.TypeExists;
import orzo.book.BookRefusal.TypeInUse;

/**
 * Changes that are to be made together, or not at all, on top of what a tenant has. It answers what
 * will be there once they are made. All methods that change something throw {@link
 * RefusedException} when that cannot be; then nothing of the draft is made. Not safe for many
 * threads, and of use only while {@link Books#change} runs.
 */
public final class Draft {
  private final BookState state;
  private final List<BookChange> changes = new ArrayList<>();
  private final Map<String, Optional<ResourceType>> types = new HashMap<>();
  private final Map<UUID, Optional<ResourceState>> resources = new HashMap<>();
  private final Map<UUID, Optional<MetricRecord>> metrics = new HashMap<>();
  private int revisions;

  Draft(BookState state) {
    this.state = state;
  }

  List<BookChange> changes() {
    return changes;
  }

  /** The type of that name. */
  public Optional<ResourceType> type(String name) {
    Optional<ResourceType> drafted = types.get(name);
    return drafted != null ? drafted : state.type(name);
  }

  /** The resource of that id. */
  public Optional<ResourceState> resource(UUID id) {
    Optional<ResourceState> drafted = resources.get(id);
    return drafted != null ? drafted : Optional.ofNullable(state.resource(id));
  }

  /** The metric of that id. */
  public Optional<MetricRecord> metric(UUID id) {
    Optional<MetricRecord> drafted = metrics.get(id);
    return drafted != null ? drafted : Optional.ofNullable(state.metric(id));
  }

  /** The metrics of a resource, by name. */
  public Map<String, MetricRecord> metricsOf(UUID resource) {
    Map<String, MetricRecord> found = new TreeMap<>();
    Book.metricsOf(state, resource)
        .forEach((name, metric) -> {
          if (!metrics.containsKey(metric.id())) {
            found.put(name, metric);
          }
        });
    for (Optional<MetricRecord> drafted : metrics.values()) {
      @Nullable MetricRecord metric = drafted.orElse(null);
      if (metric != null && metric.name() != null && resource.equals(metric.resource())) {
        found.put(metric.name(), metric);
      }
    }
    return found;
  }

  /** Creates a type. */
  public void createType(ResourceType type) {
    if (type(type.name()).isPresent()) {
      throw new RefusedException(new TypeExists(type.name()));
    }
    types.put(type.name(), Optional.of(type));
    changes.add(new TypeCreated(type));
  }

  /**
   * Gives a type other attributes; what resources have of those that it has no more is gone.
   *
   * @param fills values of attributes for all that have none, in the past too
   */
  public void updateType(ResourceType type, Map<String, AttributeValue> fills) {
    if (type(type.name()).isEmpty()) {
      throw new RefusedException(new NoSuchType(type.name()));
    }
    types.put(type.name(), Optional.of(type));
    changes.add(new TypeUpdated(type, fills));
  }

  /** Deletes a type that no resource has. */
  public void deleteType(String name) {
    if (type(name).isEmpty()) {
      throw new RefusedException(new NoSuchType(name));
    }
    boolean drafted =
        resources.values().stream()
            .anyMatch(one -> one.isPresent() && one.get().type().equals(name));
    if (name.equals(ResourceType.GENERIC.name()) || state.hasResources(name) || drafted) {
      throw new RefusedException(new TypeInUse(name));
    }
    types.put(name, Optional.empty());
    changes.add(new TypeDeleted(name));
  }

  /** Creates a resource of a type that exists. */
  public void createResource(ResourceState resource) {
    if (type(resource.type()).isEmpty()) {
      throw new RefusedException(new NoSuchType(resource.type()));
    }
    if (resource(resource.id()).isPresent()) {
      throw new RefusedException(new ResourceExists(resource.id()));
    }
    resources.put(resource.id(), Optional.of(resource));
    changes.add(new ResourceCreated(resource));
  }

  /**
   * Gives a resource another state; the one that it has becomes its past.
   *
   * @param next has the time of the change as its start
   */
  public void revise(ResourceState next) {
    require(next.id());
    resources.put(next.id(), Optional.of(next));
    changes.add(new ResourceRevised(next, state.nextRevision() + revisions));
    revisions++;
  }

  /** Deletes a resource and its metrics. */
  public void deleteResource(UUID id) {
    require(id);
    metricsOf(id).values().forEach(metric -> deleteMetric(metric.id()));
    resources.put(id, Optional.empty());
    changes.add(new ResourceDeleted(id));
  }

  private void require(UUID resource) {
    if (resource(resource).isEmpty()) {
      throw new RefusedException(new NoSuchResource(resource));
    }
  }

  /** Creates a metric with a UUID that no metric has. */
  public void createMetric(MetricRecord metric) {
    requirePlace(metric.name(), metric.resource());
    metrics.put(metric.id(), Optional.of(metric));
    changes.add(new MetricCreated(metric));
  }

  /** Makes a metric one of a resource's, under a name, wherever it belonged before. */
  public void attach(UUID metric, String name, UUID resource) {
    MetricRecord before = requireMetric(metric);
    if (resource.equals(before.resource()) && name.equals(before.name())) {
      return;
    }
    requirePlace(name, resource);
    metrics.put(metric, Optional.of(before.attached(name, resource)));
    changes.add(new MetricAttached(metric, name, resource));
  }

  private void requirePlace(@Nullable String name, @Nullable UUID resource) {
    if (resource != null) {
      require(resource);
      if (name != null && metricsOf(resource).containsKey(name)) {
        throw new RefusedException(new NamedMetricExists(name));
      }
    }
  }

  /** Takes a metric away from its resource. */
  public void detach(UUID metric) {
    metrics.put(metric, Optional.of(requireMetric(metric).detached()));
    changes.add(new MetricDetached(metric));
  }

  /** Deletes a metric: it is seen no more, and what it measured is to be removed. */
  public void deleteMetric(UUID metric) {
    requireMetric(metric);
    metrics.put(metric, Optional.empty());
    changes.add(new MetricDeleted(metric));
  }

  private MetricRecord requireMetric(UUID metric) {
    return metric(metric).orElseThrow(() -> new RefusedException(new NoSuchMetric(metric)));
  }

  /** Says that nothing is left of a deleted metric; that of another changes nothing. */
  public void expunge(UUID metric) {
    if (state.isDeletedMetric(metric)) {
      changes.add(new MetricExpunged(metric));
    }
  }
}
