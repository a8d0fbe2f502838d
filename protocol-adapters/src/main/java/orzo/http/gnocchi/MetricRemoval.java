package orzo.http.gnocchi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import orzo.book.Books;
import orzo.book.MetricRecord;
import orzo.index.MetricRefs;
import orzo.metric.Tenant;
import orzo.upkeep.MetricDeletion;

/**
 * Removes what deleted metrics have left in the catalog, and with it their splits. A metric is
 * deleted when its tenant's book says so, and seen no more; this follows, at once or, when storage
 * failed, with the next metric that is deleted. Safe for many threads; calls block.
 */
final class MetricRemoval {
  /** Metrics that are removed in one go. */
  private static final int AT_ONCE = 500;

  private final Books books;
  private final MetricRefs refs;
  private final MetricDeletion deletion;

  MetricRemoval(Books books, MetricRefs refs, MetricDeletion deletion) {
    this.books = books;
    this.refs = refs;
    this.deletion = deletion;
  }

  /** Removes what is left of all metrics of a tenant that are deleted. */
  void sweep(Tenant tenant) {
    List<MetricRecord> deleted = books.known(tenant).deletedMetrics();
    for (int from = 0; from < deleted.size(); from += AT_ONCE) {
      List<UUID> ids = new ArrayList<>();
      for (MetricRecord metric : deleted.subList(from, Math.min(deleted.size(), from + AT_ONCE))) {
        ids.add(metric.id());
      }
      remove(tenant, ids);
    }
  }

  private void remove(Tenant tenant, List<UUID> ids) {
    long[] registered =
        Arrays.stream(refs.find(ids)).filter(ref -> ref != MetricRefs.UNREGISTERED).toArray();
    long _ = deletion.delete(registered);
    books.change(
        tenant,
        draft -> {
          ids.forEach(draft::expunge);
          return ids.size();
        });
  }

  /** Removes a metric that a protocol created. */
  void remove(long ref) {
    long _ = deletion.delete(ref);
  }
}
