package orzo.book;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
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
import orzo.storage.RecordLog;

/**
 * What a tenant has, as the log says up to a position. A change of something that is not there is
 * none: records of what is dead may be removed from the log, and not all at once. Not safe for many
 * threads.
 */
final class BookState {
  /** A resource, what it was before, and where the log tells of it. */
  private static final class Entry {
    ResourceState state;
    final List<ResourceState> history = new ArrayList<>(0);
    private long[] positions;

    Entry(ResourceState state, long position) {
      this.state = state;
      positions = new long[] {position};
    }

    void toldAt(long position) {
      positions = Arrays.copyOf(positions, positions.length + 1);
      positions[positions.length - 1] = position;
    }
  }

  /** A metric and where the log tells of it. */
  private static final class MetricEntry {
    MetricRecord metric;
    private long[] positions;

    MetricEntry(MetricRecord metric, long position) {
      this.metric = metric;
      positions = new long[] {position};
    }

    void now(MetricRecord next, long position) {
      metric = next;
      toldAt(position);
    }

    void toldAt(long position) {
      positions = Arrays.copyOf(positions, positions.length + 1);
      positions[positions.length - 1] = position;
    }
  }

  private long position = RecordLog.START;
  private int revisions;
  private final TreeMap<String, ResourceType> types = new TreeMap<>();
  private final Map<String, Integer> resourcesOfType = new HashMap<>();
  private final Map<UUID, Entry> resources = new LinkedHashMap<>();
  private final Map<UUID, MetricEntry> metrics = new LinkedHashMap<>();
  private final Map<UUID, MetricEntry> deletedMetrics = new LinkedHashMap<>();
  private final Map<UUID, TreeMap<String, UUID>> metricsOf = new HashMap<>();
  private final Set<UUID> renamed = new HashSet<>(); // metrics that are not called as at first
  private List<Long> dead = new ArrayList<>();
  private List<Long> tombstones = new ArrayList<>();

  BookState() {
    types.put(ResourceType.GENERIC.name(), ResourceType.GENERIC);
  }

  /** Up to where the log is known. */
  long position() {
    return position;
  }

  /** Passes a record that says nothing that can be understood. */
  void skip(long at) {
    position = at;
  }

  void apply(long at, BookChange change) {
    position = at;
    switch (change) {
      case TypeCreated(ResourceType type) -> types.put(type.name(), type);
      case TypeUpdated(ResourceType type, Map<String, AttributeValue> fills) -> update(type, fills);
      case TypeDeleted(String name) -> types.remove(name);
      case ResourceCreated(ResourceState state) -> create(at, state);
      case ResourceRevised(ResourceState state, int number) -> revise(at, state, number);
      case ResourceDeleted(UUID id) -> deleteResource(at, id);
      case MetricCreated(MetricRecord metric) -> {
        metrics.put(metric.id(), new MetricEntry(metric, at));
        link(metric);
      }
      case MetricAttached(UUID id, String name, UUID resource) -> {
        MetricEntry entry = metrics.get(id);
        if (entry != null) {
          unlink(entry.metric);
          entry.now(entry.metric.attached(name, resource), at);
          link(entry.metric);
          if (name.equals(entry.metric.firstName())) {
            renamed.remove(id);
          } else {
            renamed.add(id);
          }
        } else {
          dead.add(at);
        }
      }
      case MetricDetached(UUID id) -> {
        MetricEntry entry = metrics.get(id);
        if (entry != null) {
          unlink(entry.metric);
          entry.now(entry.metric.detached(), at);
        } else {
          dead.add(at);
        }
      }
      case MetricDeleted(UUID id) -> {
        MetricEntry entry = metrics.get(id);
        if (entry != null) {
          unlink(entry.metric);
          metrics.remove(id);
          renamed.remove(id);
          entry.now(entry.metric.detached(), at);
          deletedMetrics.put(id, entry);
        } else {
          dead.add(at);
        }
      }
      case MetricExpunged(UUID id) -> {
        MetricEntry entry = deletedMetrics.remove(id);
        if (entry != null) {
          for (long told : entry.positions) {
            dead.add(told);
          }
        }
        tombstones.add(at);
      }
    }
  }

  private void update(ResourceType type, Map<String, AttributeValue> fills) {
    if (types.replace(type.name(), type) == null) {
      return;
    }
    for (Entry entry : resources.values()) {
      if (entry.state.type().equals(type.name())) {
        entry.state = filled(entry.state, type, fills);
        entry.history.replaceAll(state -> filled(state, type, fills));
      }
    }
  }

  private static ResourceState filled(
      ResourceState state, ResourceType type, Map<String, AttributeValue> fills) {
    Map<String, AttributeValue> values = new HashMap<>(fills);
    values.putAll(state.attributes());
    values.keySet().retainAll(type.attributes().keySet());
    return state.with(values);
  }

  private void create(long at, ResourceState state) {
    if (resources.putIfAbsent(state.id(), new Entry(state, at)) == null) {
      resourcesOfType.merge(state.type(), 1, Integer::sum);
    }
  }

  private void revise(long at, ResourceState state, int number) {
    revisions = Math.max(revisions, number);
    Entry entry = resources.get(state.id());
    if (entry != null) {
      entry.history.add(entry.state.ended(state.revisionStart(), number));
      entry.state = state;
      entry.toldAt(at);
    } else {
      dead.add(at);
    }
  }

  private void deleteResource(long at, UUID id) {
    tombstones.add(at);
    Entry entry = resources.remove(id);
    if (entry == null) {
      return;
    }
    resourcesOfType.merge(
        entry.state.type(), -1, (before, change) -> before == 1 ? null : before + change);
    for (long told : entry.positions) {
      dead.add(told);
    }
  }

  private void link(MetricRecord metric) {
    if (metric.resource() != null && metric.name() != null) {
      metricsOf
          .computeIfAbsent(metric.resource(), _ -> new TreeMap<>())
          .put(metric.name(), metric.id());
    }
  }

  private void unlink(MetricRecord metric) {
    if (metric.resource() == null || metric.name() == null) {
      return;
    }
    TreeMap<String, UUID> names = metricsOf.get(metric.resource());
    if (names != null && names.remove(metric.name(), metric.id()) && names.isEmpty()) {
      metricsOf.remove(metric.resource());
    }
  }

  /** The number of the next state that is over. */
  int nextRevision() {
    return revisions + 1;
  }

  Optional<ResourceType> type(String name) {
    return Optional.ofNullable(types.get(name));
  }

  /** All types, by name. */
  Collection<ResourceType> types() {
    return Collections.unmodifiableCollection(types.values());
  }

  boolean hasResources(String type) {
    return resourcesOfType.containsKey(type);
  }

  @Nullable ResourceState resource(UUID id) {
    Entry entry = resources.get(id);
    return entry == null ? null : entry.state;
  }

  /** What a resource was before, oldest first. */
  List<ResourceState> history(UUID id) {
    Entry entry = resources.get(id);
    return entry == null ? List.of() : entry.history;
  }

  /** The present states of all resources, in the order in which they were created. */
  void eachResource(BiConsumer<ResourceState, List<ResourceState>> visitor) {
    resources.values().forEach(entry -> visitor.accept(entry.state, entry.history));
  }

  @Nullable MetricRecord metric(UUID id) {
    MetricEntry entry = metrics.get(id);
    return entry == null ? null : entry.metric;
  }

  List<MetricRecord> metrics() {
    return metrics.values().stream().map(entry -> entry.metric).toList();
  }

  /** The metrics that are not called as at first. */
  List<MetricRecord> renamedMetrics() {
    return renamed.stream().map(id -> requireNonNull(metrics.get(id), "renamed").metric).toList();
  }

  List<MetricRecord> deletedMetrics() {
    return deletedMetrics.values().stream().map(entry -> entry.metric).toList();
  }

  boolean isDeletedMetric(UUID id) {
    return deletedMetrics.containsKey(id);
  }

  /** The metrics of a resource, by name. */
  Map<String, UUID> metricsOf(UUID resource) {
    return metricsOf.getOrDefault(resource, new TreeMap<>());
  }

  /** Takes the positions of records that mean nothing any more, to be removed in this order. */
  List<Long> takeDead() {
    List<Long> taken = dead;
    dead = new ArrayList<>();
    return taken;
  }

  /**
   * Takes the positions of records that say that something is gone. They may be removed only when
   * no node can be about to read them that has read what they end.
   */
  List<Long> takeTombstones() {
    List<Long> taken = tombstones;
    tombstones = new ArrayList<>();
    return taken;
  }
}
