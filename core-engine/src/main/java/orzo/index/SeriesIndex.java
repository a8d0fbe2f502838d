package orzo.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;

/**
 * Every registered series of every tenant, in memory, found by label matchers. Tenants have nothing
 * in common here, not even a lock. Safe for many threads.
 */
public final class SeriesIndex implements SeriesLister {
  private final ConcurrentMap<Tenant, TenantIndex> tenants = new ConcurrentHashMap<>();
  private final PolicyColumn policies = new PolicyColumn();

  /** Adds a series as it stands in the catalog; one that is there already changes nothing. */
  public void add(long ref, Metric metric) {
    policies.put(ref, metric.archivePolicy());
    add(ref, metric.tenant(), metric.labels());
  }

  /**
   * Adds a series that was just registered, so that it is found at once. Its policy is not known
   * yet: who registers a series that another node registered first does not learn which policy that
   * one chose.
   */
  public void add(long ref, Tenant tenant, Labels labels) {
    tenants.computeIfAbsent(tenant, absent -> new TenantIndex()).add(ref, labels);
  }

  /** The name of a series' archive policy; empty while the catalog's entry was not seen here. */
  public Optional<String> policy(long ref) {
    return policies.get(ref);
  }

  /** How many series of all tenants have the archive policy of that name. */
  public long withPolicy(String name) {
    return policies.count(name);
  }

  /** The series of a tenant that satisfy all matchers, in ascending order of labels. */
  public List<IndexedSeries> select(Tenant tenant, List<Matcher> matchers) {
    TenantIndex index = tenants.get(tenant);
    if (index == null) {
      return List.of();
    }
    List<IndexedSeries> selected = index.select(List.of(matchers));
    selected.sort(Comparator.comparing(IndexedSeries::labels));
    return selected;
  }

  /** How many series there are, of all tenants. */
  public long size() {
    long size = 0;
    for (TenantIndex index : tenants.values()) {
      size += index.size();
    }
    return size;
  }

  @Override
  public List<Labels> series(Tenant tenant, List<List<Matcher>> selectors, int limit) {
    TenantIndex index = tenants.get(tenant);
    if (index == null) {
      return List.of();
    }
    List<Labels> labels = new ArrayList<>();
    for (IndexedSeries series : index.select(selectors)) {
      labels.add(series.labels());
    }
    labels.sort(Comparator.naturalOrder());
    return limited(labels, limit);
  }

  @Override
  public List<String> labelNames(Tenant tenant, List<List<Matcher>> selectors, int limit) {
    TenantIndex index = tenants.get(tenant);
    if (index == null) {
      return List.of();
    }
    if (selectors.isEmpty()) {
      return limited(index.labelNames(), limit);
    }
    TreeSet<String> names = new TreeSet<>();
    for (IndexedSeries series : index.select(selectors)) {
      for (int i = 0; i < series.labels().size(); i++) {
        names.add(series.labels().name(i));
      }
    }
    return limited(List.copyOf(names), limit);
  }

  @Override
  public List<String> labelValues(
      Tenant tenant, String label, List<List<Matcher>> selectors, int limit) {
    TenantIndex index = tenants.get(tenant);
    if (index == null) {
      return List.of();
    }
    if (selectors.isEmpty()) {
      return limited(index.labelValues(label), limit);
    }
    TreeSet<String> values = new TreeSet<>();
    for (IndexedSeries series : index.select(selectors)) {
      values.add(series.labels().get(label));
    }
    values.remove("");
    return limited(List.copyOf(values), limit);
  }

  private static <T> List<T> limited(List<T> all, int limit) {
    return all.size() <= limit ? all : all.subList(0, limit);
  }
}
