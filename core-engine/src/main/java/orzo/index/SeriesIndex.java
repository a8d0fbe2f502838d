package orzo.index;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.ResourceRef;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.resource.ResourceIndex;
import orzo.storage.CatalogEntry;

/**
 * Every registered series of every tenant, in memory, found by label matchers. Tenants have nothing
 * in common here, not even a lock. Safe for many threads.
 */
public final class SeriesIndex implements SeriesFinder, SeriesLister, SeriesStatistics {
  private final ConcurrentMap<Tenant, TenantIndex> tenants = new ConcurrentHashMap<>();
  private final ConcurrentMap<Integer, SackSeries> sacks = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, SackSeries.Holders> policies = new ConcurrentHashMap<>();
  private final ResourceIndex resources = new ResourceIndex(this::labels);

  /** Adds a series as it stands in the catalog; one that is there or deleted changes nothing. */
  public void add(long ref, Metric metric) {
    sack(SeriesRef.sack(ref)).add(SeriesRef.series(ref), metric);
  }

  /**
   * Adds a series that was just registered, so that it is found at once, unless it was deleted
   * meanwhile. Its policy is not known yet: who registers a series that another node registered
   * first does not learn which policy that one chose.
   */
  public void add(long ref, Tenant tenant, Labels labels) {
    sack(SeriesRef.sack(ref)).add(SeriesRef.series(ref), tenant, labels);
  }

  /**
   * Adds the entries that were read from a sack's catalog behind those that were read before. From
   * then on series between them are known to be deleted.
   */
  public void add(int sack, List<CatalogEntry> entries) {
    sack(sack).add(entries);
  }

  /** Takes deleted series away; their entries must have been added before. */
  public void remove(int sack, int[] series) {
    sack(sack).remove(series);
  }

  /**
   * Takes all series of a sack away that stand before the last one in {@code kept}, but for those
   * in it.
   */
  public void retain(int sack, BitSet kept) {
    sack(sack).retain(kept);
  }

  /** Whether a series was in the catalog and is no more, as far as the catalog was read. */
  public boolean isDeleted(long ref) {
    return sack(SeriesRef.sack(ref)).isDeleted(SeriesRef.series(ref));
  }

  /** The deleted series of a sack, as far as its catalog was read. */
  public BitSet deleted(int sack) {
    return sack(sack).read(false);
  }

  /** The series of a sack that are in the catalog, as far as that was read. */
  public BitSet registered(int sack) {
    return sack(sack).read(true);
  }

  /** Up to which integer the catalog of a sack was read, exclusive. */
  public int end(int sack) {
    return sack(sack).end();
  }

  /**
   * Whether series of a sack were registered by this node of which the catalog was not read yet:
   * the policies and resources that it has for them are not known here.
   */
  public boolean hasUnread(int sack) {
    SackSeries series = sacks.get(sack);
    return series != null && series.hasUnread();
  }

  private SackSeries sack(int sack) {
    SackSeries found = sacks.get(sack);
    return found != null ? found : sacks.computeIfAbsent(sack, this::newSack);
  }

  private SackSeries newSack(int sack) {
    return new SackSeries(
        sack,
        tenant -> tenants.computeIfAbsent(tenant, _ -> new TenantIndex()),
        policies,
        resources);
  }

  /** The name of a series' archive policy; empty while the catalog's entry was not seen here. */
  public Optional<String> policy(long ref) {
    return sack(SeriesRef.sack(ref)).policy(SeriesRef.series(ref));
  }

  /** The labels of a series; empty when it is not here. */
  public Optional<Labels> labels(long ref) {
    return sack(SeriesRef.sack(ref)).labels(SeriesRef.series(ref));
  }

  /** What a series belongs to, as the catalog says; empty while its entry was not seen here. */
  public Optional<ResourceRef> resource(long ref) {
    return sack(SeriesRef.sack(ref)).resource(SeriesRef.series(ref));
  }

  /** The resources that the series belong to, as far as the catalog was read. */
  public ResourceIndex resources() {
    return resources;
  }

  /** How many series of all tenants have the archive policy of that name. */
  public long withPolicy(String name) {
    SackSeries.Holders holders = policies.get(name);
    return holders == null ? 0 : holders.count().get();
  }

  /**
   * The series of a tenant that satisfy all matchers, in ascending order of labels; not to be
   * changed.
   */
  public List<IndexedSeries> select(Tenant tenant, List<Matcher> matchers) {
    TenantIndex index = tenants.get(tenant);
    if (index == null) {
      return List.of();
    }
    return index.sorted(List.copyOf(matchers));
  }

  /**
   * The series of a tenant that satisfy all matchers of at least one selector, or all when there is
   * none, in no set order.
   */
  public List<IndexedSeries> selectAny(Tenant tenant, List<List<Matcher>> selectors) {
    TenantIndex index = tenants.get(tenant);
    return index == null ? List.of() : index.select(selectors);
  }

  @Override
  public FoundSeries find(Tenant tenant, List<Matcher> matchers) {
    return FoundSeries.always(select(tenant, matchers));
  }

  @Override
  public FoundSeries findAny(Tenant tenant, List<List<Matcher>> selectors) {
    return FoundSeries.always(selectAny(tenant, selectors));
  }

  /** Whether any series of a tenant has a label of that name. */
  public boolean hasLabel(Tenant tenant, String name) {
    TenantIndex index = tenants.get(tenant);
    return index != null && index.hasLabel(name);
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
  public Statistics statistics(Tenant tenant, int limit) {
    TenantIndex index = tenants.get(tenant);
    return index == null
        ? new Statistics(0, 0, List.of(), List.of(), List.of(), List.of())
        : index.statistics(limit);
  }

  @Override
  public List<Labels> series(Tenant tenant, List<List<Matcher>> selectors, int limit) {
    TenantIndex index = tenants.get(tenant);
    if (index == null) {
      return List.of();
    }
    List<Labels> labels = new ArrayList<>();
    if (selectors.size() == 1) {
      index.sorted(List.copyOf(selectors.getFirst())).forEach(one -> labels.add(one.labels()));
    } else {
      index.select(selectors).forEach(one -> labels.add(one.labels()));
      labels.sort(Comparator.naturalOrder());
    }
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
  public @Nullable List<String> fewLabelNames(Tenant tenant, int most) {
    TenantIndex index = tenants.get(tenant);
    return index == null ? List.of() : index.fewLabelNames(most);
  }

  @Override
  public @Nullable List<String> fewLabelValues(Tenant tenant, String label, int most) {
    TenantIndex index = tenants.get(tenant);
    if (label.equals(Matcher.PATH)) {
      return null;
    }
    return index == null ? List.of() : index.fewLabelValues(label, most);
  }

  @Override
  public List<String> labelValues(
      Tenant tenant, String label, List<List<Matcher>> selectors, int limit) {
    TenantIndex index = tenants.get(tenant);
    if (index == null) {
      return List.of();
    }
    if (label.equals(Matcher.PATH)) {
      return limited(index.paths(selectors), limit);
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
