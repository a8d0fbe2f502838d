package orzo.resource;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;
import orzo.metric.Tenant;

/**
 * The resources that the metrics of the catalog belong to, in memory. A resource is there as long
 * as a metric belongs to it: nothing else is written when a protocol sees one first. A series costs
 * twelve bytes here, a resource some two hundred. Safe for many threads.
 */
public final class ResourceIndex {
  /** The resources of one tenant, by type and id. */
  static final class TenantResources {
    final ReentrantLock lock = new ReentrantLock(); // taken last, nothing is asked while it is held
    final Map<String, Map<String, ResourceSeries>> byType = new HashMap<>(); // guarded by lock
    // The first seen, where types share an id; guarded by lock
    final Map<UUID, ResourceSeries> byUuid = new HashMap<>();
  }

  /** A type's name, of which there is one copy, and how many resources have it. */
  private record Type(String name, AtomicLong resources) {}

  private final ConcurrentMap<Tenant, TenantResources> tenants = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Type> types = new ConcurrentHashMap<>();
  private final LongFunction<Optional<Labels>> labels;

  /**
   * Creates an empty index.
   *
   * @param labels the labels of a series; empty when it is gone
   */
  public ResourceIndex(LongFunction<Optional<Labels>> labels) {
    this.labels = labels;
  }

  /**
   * Adds a series to its resource.
   *
   * @param ref the reference of a series that is not in any resource
   * @return what {@link #detach} wants to have back
   */
  public ResourceSeries attach(Tenant tenant, ResourceRef resource, long ref) {
    Type type = types.computeIfAbsent(resource.type(), name -> new Type(name, new AtomicLong()));
    TenantResources owner = tenants.computeIfAbsent(tenant, _ -> new TenantResources());
    owner.lock.lock();
    try {
      ResourceSeries series =
          owner
              .byType
              .computeIfAbsent(type.name, _ -> new HashMap<>())
              .computeIfAbsent(
                  resource.id(),
                  id -> {
                    type.resources.incrementAndGet();
                    ResourceSeries added = new ResourceSeries(owner, type.name, id);
                    owner.byUuid.putIfAbsent(ResourceIds.uuid(id, null), added);
                    return added;
                  });
      series.add(ref);
      return series;
    } finally {
      owner.lock.unlock();
    }
  }

  /** Takes a series away; its resource goes with the last one. */
  public void detach(ResourceSeries resource, long ref) {
    TenantResources owner = resource.owner;
    owner.lock.lock();
    try {
      Map<String, ResourceSeries> byId = owner.byType.get(resource.type);
      if (resource.remove(ref) && byId != null && byId.remove(resource.id, resource)) {
        Type type = types.get(resource.type);
        if (type != null) {
          type.resources.decrementAndGet();
        }
        if (byId.isEmpty()) {
          owner.byType.remove(resource.type);
        }
        forget(owner, resource);
      }
    } finally {
      owner.lock.unlock();
    }
  }

  /** Gives the UUID of a resource that is gone to another of the same id, if there is one. */
  private static void forget(TenantResources owner, ResourceSeries gone) { // guarded by lock
    UUID uuid = ResourceIds.uuid(gone.id, null);
    if (owner.byUuid.remove(uuid, gone)) {
      for (Map<String, ResourceSeries> byId : owner.byType.values()) {
        ResourceSeries other = byId.get(gone.id);
        if (other != null) {
          owner.byUuid.put(uuid, other);
          return;
        }
      }
    }
  }

  /** The resource with that UUID, see {@link ResourceIds}; one, where several types have the id. */
  public Optional<ResourceRef> find(Tenant tenant, UUID uuid) {
    TenantResources owner = tenants.get(tenant);
    if (owner == null) {
      return Optional.empty();
    }
    owner.lock.lock();
    try {
      ResourceSeries found = owner.byUuid.get(uuid);
      return found == null ? Optional.empty() : Optional.of(new ResourceRef(found.type, found.id));
    } finally {
      owner.lock.unlock();
    }
  }

  /** The types of a tenant's resources, sorted. */
  public SortedSet<String> types(Tenant tenant) {
    TenantResources owner = tenants.get(tenant);
    if (owner == null) {
      return Collections.emptySortedSet();
    }
    owner.lock.lock();
    try {
      return new TreeSet<>(owner.byType.keySet());
    } finally {
      owner.lock.unlock();
    }
  }

  /** A tenant's resources of a type, in no set order, at most {@code limit}. */
  public List<ResourceRef> refs(Tenant tenant, String type, int limit) {
    TenantResources owner = tenants.get(tenant);
    if (owner == null) {
      return List.of();
    }
    owner.lock.lock();
    try {
      return owner.byType.getOrDefault(type, Map.of()).keySet().stream()
          .limit(limit)
          .map(id -> new ResourceRef(type, id))
          .toList();
    } finally {
      owner.lock.unlock();
    }
  }

  /** The resource of that type and id, if a metric of the tenant belongs to it. */
  public Optional<Resource> find(Tenant tenant, ResourceRef ref) {
    TenantResources owner = tenants.get(tenant);
    if (owner == null) {
      return Optional.empty();
    }
    long[] series;
    owner.lock.lock();
    try {
      ResourceSeries found = owner.byType.getOrDefault(ref.type(), Map.of()).get(ref.id());
      if (found == null) {
        return Optional.empty();
      }
      series = found.series();
    } finally {
      owner.lock.unlock();
    }
    return Optional.of(new Resource(ref, attributes(ref, series), series));
  }

  /** The ids of a tenant's resources of a type, in ascending order. */
  public List<String> ids(Tenant tenant, String type) {
    TenantResources owner = tenants.get(tenant);
    if (owner == null) {
      return List.of();
    }
    List<String> ids;
    owner.lock.lock();
    try {
      ids = new ArrayList<>(owner.byType.getOrDefault(type, Map.of()).keySet());
    } finally {
      owner.lock.unlock();
    }
    ids.sort(comparing(id -> id));
    return ids;
  }

  /** How many resources there are of each type, of all tenants together. */
  public SortedMap<String, Long> countByType() {
    SortedMap<String, Long> counts = new TreeMap<>();
    types.forEach((name, type) -> counts.put(name, type.resources.get()));
    return counts;
  }

  /** Any series tells them: what makes up the id is the same in all. */
  private Labels attributes(ResourceRef ref, long[] series) {
    for (long one : series) {
      @Nullable Labels known = labels.apply(one).orElse(null);
      if (known != null) {
        return known.keep(ref.labelsOf(known));
      }
    }
    return Labels.EMPTY;
  }
}
