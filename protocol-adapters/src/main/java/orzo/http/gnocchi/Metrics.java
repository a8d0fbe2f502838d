package orzo.http.gnocchi;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.Book;
import orzo.book.Books;
import orzo.book.MetricRecord;
import orzo.book.ResourceState;
import orzo.index.CatalogFollower;
import orzo.index.IndexedSeries;
import orzo.index.MetricRefs;
import orzo.index.SeriesIndex;
import orzo.intake.Intake;
import orzo.intake.Registration;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.ResourceRef;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.resource.ResourceIds;

/**
 * All metrics of a tenant: those that were created through this API, which are in its book, and
 * those that protocols created, which the catalog alone knows. Safe for many threads; calls block.
 */
final class Metrics {
  private final Books books;
  private final SeriesIndex index;
  private final CatalogFollower follower;
  private final MetricRefs refs;

  Metrics(Books books, SeriesIndex index, CatalogFollower follower, MetricRefs refs) {
    this.books = books;
    this.index = index;
    this.follower = follower;
    this.refs = refs;
  }

  /** The metrics that are known. */
  static Metrics of(MetricApi.Knowledge known) {
    return new Metrics(known.inventory().books(), known.index(), known.follower(), known.refs());
  }

  /** The metric of that UUID, if there is one. */
  Optional<MetricView> find(Tenant tenant, UUID id) {
    Book book = books.known(tenant);
    Optional<MetricRecord> known = book.metric(id);
    if (known.isEmpty()) {
      book = books.current(tenant); // another node may just have created it
      known = book.metric(id);
    }
    return known.isPresent()
        ? Optional.of(view(book, known.get()))
        : ofProtocol(tenant, id, refs.find(id));
  }

  /**
   * The metrics of these UUIDs, in this order.
   *
   * @param missing takes the UUIDs of those that are not there
   */
  List<MetricView> find(Tenant tenant, List<UUID> ids, List<UUID> missing) {
    Book book = books.known(tenant);
    boolean isCurrent = false;
    List<MetricView> found = new ArrayList<>(ids.size());
    for (UUID id : ids) {
      @Nullable MetricRecord known = book.metric(id).orElse(null);
      if (known == null && !isCurrent) {
        book = books.current(tenant);
        isCurrent = true;
        known = book.metric(id).orElse(null);
      }
      Optional<MetricView> view =
          known != null ? Optional.of(view(book, known)) : ofProtocol(tenant, id, refs.find(id));
      view.ifPresentOrElse(found::add, () -> missing.add(id));
    }
    return found;
  }

  /** All metrics, in no set order. */
  List<MetricView> all(Tenant tenant) {
    Book book = books.current(tenant);
    List<MetricView> all = new ArrayList<>();
    for (MetricRecord metric : book.metrics()) {
      all.add(view(book, metric));
    }
    for (IndexedSeries series : index.select(tenant, List.of())) {
      if (!isOfThisApi(series.labels())) {
        UUID id = Metric.of(tenant, series.labels(), "").id();
        index
            .policy(series.ref())
            .ifPresent(policy -> all.add(protocolView(id, series.ref(), series.labels(), policy)));
      }
    }
    return all;
  }

  /** The UUIDs of the tenant's metrics among those that have these references. */
  Map<Long, UUID> ids(Tenant tenant, Collection<Long> refs) {
    Book book = books.current(tenant);
    Map<Long, UUID> ids = new HashMap<>();
    for (long ref : refs) {
      Optional<Labels> labels = index.labels(ref);
      if (labels.isEmpty()) {
        continue; // deleted, or registered by another node this moment
      }
      UUID id =
          isOfThisApi(labels.get())
              ? UUID.fromString(labels.get().get(MetricView.ID_LABEL))
              : Metric.of(tenant, labels.get(), "").id();
      // A UUID tells its tenant, too: that of another tenant is none here.
      if (book.metric(id).isPresent() || this.refs.find(id) == ref) {
        ids.put(ref, id);
      }
    }
    return ids;
  }

  /**
   * The references of metrics, in their order, {@link MetricRefs#UNREGISTERED} for those that never
   * had a measure.
   */
  long[] refs(List<MetricView> metrics) {
    return refs.find(metrics.stream().map(MetricView::id).toList());
  }

  /** The references of metrics, in their order; those that have none are registered. */
  long[] register(Tenant tenant, List<MetricView> metrics, Intake intake) {
    long[] found = refs(metrics);
    List<Integer> missing = new ArrayList<>();
    List<Registration> registrations = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (found[i] == MetricRefs.UNREGISTERED) {
        missing.add(i);
        registrations.add(metrics.get(i).registration());
      }
    }
    if (!missing.isEmpty()) {
      long[] registered = intake.register(tenant, registrations);
      for (int i = 0; i < registered.length; i++) {
        found[missing.get(i)] = registered[i];
      }
    }
    return found;
  }

  /** A metric of the book. */
  static MetricView view(Book book, MetricRecord metric) {
    @Nullable UUID resource = metric.resource();
    Optional<String> owner =
        resource == null ? Optional.empty() : book.resource(resource).map(ResourceState::projectId);
    return new MetricView(
        metric.id(),
        metric.creator(),
        metric.name(),
        metric.unit(),
        metric.archivePolicy(),
        resource,
        owner,
        labels(metric.id(), metric.firstName()));
  }

  /** The labels of a metric of this API in the catalog. */
  static Labels labels(UUID id, @Nullable String name) {
    return name == null || name.isEmpty()
        ? Labels.of(MetricView.ID_LABEL, id.toString())
        : Labels.of("__name__", name, MetricView.ID_LABEL, id.toString());
  }

  private static boolean isOfThisApi(Labels labels) {
    String id = labels.get(MetricView.ID_LABEL);
    int others = labels.get("__name__").isEmpty() ? 0 : 1;
    return !id.isEmpty() && labels.size() == 1 + others && Uuids.parse(id).isPresent();
  }

  private Optional<MetricView> ofProtocol(Tenant tenant, UUID id, long ref) {
    if (ref == MetricRefs.UNREGISTERED) {
      return Optional.empty();
    }
    if (index.policy(ref).isEmpty()) {
      follower.catchUp(SeriesRef.sack(ref));
    }
    Optional<Labels> labels = index.labels(ref);
    Optional<String> policy = index.policy(ref);
    // A UUID tells its tenant, too: that of another tenant is none here.
    return labels.isEmpty()
            || policy.isEmpty()
            || !Metric.of(tenant, labels.get(), "").id().equals(id)
        ? Optional.empty()
        : Optional.of(protocolView(id, ref, labels.get(), policy.get()));
  }

  private MetricView protocolView(UUID id, long ref, Labels labels, String policy) {
    String name = labels.get("__name__");
    Optional<ResourceRef> resource = index.resource(ref);
    return new MetricView(
        id,
        null,
        name.isEmpty() ? null : name,
        null,
        policy,
        resource.map(it -> ResourceIds.uuid(it.id(), null)).orElse(null),
        Optional.empty(),
        labels);
  }
}
