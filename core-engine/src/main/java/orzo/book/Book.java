package orzo.book;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import orzo.metric.Tenant;

/**
 * What a tenant created: resource types, resources with their history, and metrics. Safe for many
 * threads; nothing here blocks for long.
 */
public final class Book {
  private final Tenant tenant;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private BookState state = new BookState(); // guarded by lock
  private volatile boolean whole;

  Book(Tenant tenant) {
    this.tenant = tenant;
  }

  /** Whose it is. */
  public Tenant tenant() {
    return tenant;
  }

  /** The type of that name. */
  public Optional<ResourceType> type(String name) {
    return read(now -> now.type(name));
  }

  /** All types, sorted by name. */
  public List<ResourceType> types() {
    return read(now -> List.copyOf(now.types()));
  }

  /** The present state of a resource. */
  public Optional<ResourceState> resource(UUID id) {
    return read(now -> Optional.ofNullable(now.resource(id)));
  }

  /** The present states of the resources that are asked for, in the order of their creation. */
  public List<ResourceState> resources(Predicate<ResourceState> wanted) {
    return read(now -> {
      List<ResourceState> found = new ArrayList<>();
      now.eachResource((present, _) -> {
        if (wanted.test(present)) {
          found.add(present);
        }
      });
      return found;
    });
  }

  /**
   * The states, present and past, of the resources that are asked for.
   *
   * @param wanted is asked about each state
   */
  public List<ResourceState> revisions(Predicate<ResourceState> wanted) {
    return read(now -> {
      List<ResourceState> found = new ArrayList<>();
      now.eachResource((present, past) -> {
        for (ResourceState before : past) {
          if (wanted.test(before)) {
            found.add(before);
          }
        }
        if (wanted.test(present)) {
          found.add(present);
        }
      });
      return found;
    });
  }

  /** The states of a resource, oldest first, the present one last; none when it is not there. */
  public List<ResourceState> history(UUID id) {
    return read(now -> {
      ResourceState present = now.resource(id);
      if (present == null) {
        return List.of();
      }
      List<ResourceState> all = new ArrayList<>(now.history(id));
      all.add(present);
      return all;
    });
  }

  /** The metric of that UUID, if it is not deleted. */
  public Optional<MetricRecord> metric(UUID id) {
    return read(now -> Optional.ofNullable(now.metric(id)));
  }

  /** All metrics that are not deleted, in the order of their creation. */
  public List<MetricRecord> metrics() {
    return read(BookState::metrics);
  }

  /** The metrics that are called otherwise than when they were created. */
  public List<MetricRecord> renamedMetrics() {
    return read(BookState::renamedMetrics);
  }

  /** A metric and the present state of its resource, null when it belongs to none. */
  public record MetricState(MetricRecord metric, @Nullable ResourceState resource) {}

  /** The metric of that UUID and its resource. */
  public Optional<MetricState> metricState(UUID id) {
    return read(now ->
        Optional.ofNullable(now.metric(id))
            .map(metric -> new MetricState(metric, owner(now, metric))));
  }

  private static @Nullable ResourceState owner(BookState now, MetricRecord metric) {
    @Nullable UUID resource = metric.resource();
    return resource == null ? null : now.resource(resource);
  }

  /** A metric with all states of its resource. */
  public record MetricHistory(MetricRecord metric, List<ResourceState> states) {}

  /**
   * The metric of that UUID with the states of its resource, oldest first, the present one last;
   * without any when it belongs to none. Empty when there is no such metric.
   */
  public Optional<MetricHistory> metricHistory(UUID id) {
    return read(now -> {
      MetricRecord metric = now.metric(id);
      if (metric == null) {
        return Optional.empty();
      }
      @Nullable ResourceState present = owner(now, metric);
      if (present == null) {
        return Optional.of(new MetricHistory(metric, List.of()));
      }
      List<ResourceState> states = new ArrayList<>(now.history(present.id()));
      states.add(present);
      return Optional.of(new MetricHistory(metric, states));
    });
  }

  /** Whether there was a metric of that UUID of which something may be left. */
  public boolean isDeletedMetric(UUID id) {
    return read(now -> now.isDeletedMetric(id));
  }

  /** The metrics of a resource, by name. */
  public Map<String, MetricRecord> metricsOf(UUID resource) {
    return read(now -> metricsOf(now, resource));
  }

  static Map<String, MetricRecord> metricsOf(BookState now, UUID resource) {
    Map<String, MetricRecord> found = new TreeMap<>();
    now.metricsOf(resource)
        .forEach((name, id) -> {
          @Nullable MetricRecord metric = now.metric(id);
          if (metric != null) {
            found.put(name, metric);
          }
        });
    return found;
  }

  /** The metrics that are deleted and of which something may be left, see {@link Draft#expunge}. */
  public List<MetricRecord> deletedMetrics() {
    return read(BookState::deletedMetrics);
  }

  /** Up to where in the log this is. */
  long position() {
    return read(BookState::position);
  }

  /** Whether the log was read to its end once. */
  boolean isWhole() {
    return whole;
  }

  void markWhole() {
    whole = true;
  }

  <T> T read(Function<BookState, T> reader) {
    lock.readLock().lock();
    try {
      return reader.apply(state);
    } finally {
      lock.readLock().unlock();
    }
  }

  <T> T write(Function<BookState, T> writer) {
    lock.writeLock().lock();
    try {
      return writer.apply(state);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Takes a state that was read anew, unless what is here is newer. */
  void replace(BookState other) {
    lock.writeLock().lock();
    try {
      if (other.position() >= state.position()) {
        state = other;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
