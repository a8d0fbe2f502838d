package orzo.index;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.ResourceRef;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.resource.ResourceIndex;
import orzo.resource.ResourceSeries;
import orzo.storage.CatalogEntry;

/**
 * The series of one sack: where each stands in the index of its tenant, and which archive policy it
 * has. Safe for many threads.
 *
 * <p>It also tells which series are deleted, without keeping them: integers are given out in
 * ascending order and never twice, so that one which the catalog has been read beyond, and which is
 * not here, is deleted. What is deleted never comes back.
 */
final class SackSeries {
  /** Series in a page; pages without series are let go. */
  private static final int PAGE = 256;

  private static final class Page {
    final @Nullable TenantIndex[] tenants = new TenantIndex[PAGE];
    final int[] ordinals = new int[PAGE];
    final @Nullable String[] policies = new String[PAGE];
    @Nullable ResourceSeries @Nullable [] resources; // made when a series has one
    int size;
  }

  /** A policy's name, of which there is one copy, and how many series have it. */
  record Holders(String name, AtomicLong count) {}

  private final int sack;
  private final Function<Tenant, TenantIndex> tenants;
  private final ConcurrentMap<String, Holders> holders;
  private final ResourceIndex resources;

  private final ReentrantLock lock = new ReentrantLock(); // taken before a tenant's
  private @Nullable Page[] pages = new Page[1]; // guarded by lock
  private int end; // guarded by lock: up to here the catalog was read
  private int registeredEnd; // guarded by lock: up to here series were registered by this node

  SackSeries(
      int sack,
      Function<Tenant, TenantIndex> tenants,
      ConcurrentMap<String, Holders> holders,
      ResourceIndex resources) {
    this.sack = sack;
    this.tenants = tenants;
    this.holders = holders;
    this.resources = resources;
  }

  /** Adds a series unless it is there or deleted. */
  void add(int series, Tenant tenant, Labels labels) {
    lock.lock();
    try {
      if (addUnlessDeleted(series, tenant, labels)) {
        registeredEnd = Math.max(registeredEnd, series + 1);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds a series as it stands in the catalog unless it is deleted. */
  void add(int series, Metric metric) {
    lock.lock();
    try {
      if (addUnlessDeleted(series, metric.tenant(), metric.labels())) {
        setPolicy(series, metric.archivePolicy());
        setResource(series, metric);
        setPath(series, metric.path());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds what was read from the catalog, in order, nothing left out. */
  void add(List<CatalogEntry> entries) {
    lock.lock();
    try {
      for (CatalogEntry entry : entries) {
        add(entry.series(), entry.metric());
      }
      if (!entries.isEmpty()) {
        end = Math.max(end, entries.getLast().series() + 1);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether this node registered series behind those that were read from the catalog. */
  boolean hasUnread() {
    lock.lock();
    try {
      return registeredEnd > end;
    } finally {
      lock.unlock();
    }
  }

  private boolean addUnlessDeleted(int series, Tenant tenant, Labels labels) {
    Page page = page(series);
    if (page != null && page.tenants[series % PAGE] != null) {
      return true;
    }
    if (series < end) {
      return false;
    }
    if (page == null) {
      int at = series / PAGE;
      if (at >= pages.length) {
        pages = Arrays.copyOf(pages, Math.max(at + 1, pages.length + (pages.length >> 1)));
      }
      page = new Page();
      pages[at] = page;
    }
    TenantIndex index = tenants.apply(tenant);
    page.ordinals[series % PAGE] = index.add(SeriesRef.of(sack, series), labels);
    page.tenants[series % PAGE] = index;
    page.size++;
    return true;
  }

  /** Sets the policy of a series; one that has a policy keeps it, as it does for all its life. */
  private void setPolicy(int series, String policy) {
    Page page = page(series);
    if (page != null && page.policies[series % PAGE] == null) {
      Holders shared = holders.computeIfAbsent(policy, name -> new Holders(name, new AtomicLong()));
      shared.count.incrementAndGet();
      page.policies[series % PAGE] = shared.name;
    }
  }

  /** Sets the resource of a series; one that has a resource keeps it. */
  private void setResource(int series, Metric metric) {
    Page page = page(series);
    ResourceRef resource = metric.resource();
    if (page == null || resource == null) {
      return;
    }
    @Nullable ResourceSeries[] attached = page.resources;
    if (attached == null) {
      attached = new ResourceSeries[PAGE];
      page.resources = attached;
    }
    if (attached[series % PAGE] == null) {
      attached[series % PAGE] =
          resources.attach(metric.tenant(), resource, SeriesRef.of(sack, series));
    }
  }

  private void setPath(int series, @Nullable String path) {
    Page page = page(series);
    TenantIndex index = page == null ? null : page.tenants[series % PAGE];
    if (page != null && index != null && path != null) {
      index.setPath(page.ordinals[series % PAGE], path);
    }
  }

  /** Takes deleted series away; those that are not here change nothing. */
  void remove(int[] series) {
    lock.lock();
    try {
      for (int one : series) {
        remove(one);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes away all series before the last one in {@code kept}, but for those in it. */
  void retain(BitSet kept) {
    lock.lock();
    try {
      for (int one = kept.nextClearBit(0); one < kept.length(); one = kept.nextClearBit(one + 1)) {
        remove(one);
      }
    } finally {
      lock.unlock();
    }
  }

  private void remove(int series) {
    Page page = page(series);
    TenantIndex index = page == null ? null : page.tenants[series % PAGE];
    if (page == null || index == null) {
      return;
    }
    index.remove(page.ordinals[series % PAGE]);
    page.tenants[series % PAGE] = null;
    String policy = page.policies[series % PAGE];
    page.policies[series % PAGE] = null;
    if (policy != null) {
      Holders shared = holders.get(policy);
      if (shared != null) {
        shared.count.decrementAndGet();
      }
    }
    @Nullable ResourceSeries[] attached = page.resources;
    ResourceSeries resource = attached == null ? null : attached[series % PAGE];
    if (attached != null && resource != null) {
      attached[series % PAGE] = null;
      resources.detach(resource, SeriesRef.of(sack, series));
    }
    if (--page.size == 0) {
      pages[series / PAGE] = null;
    }
  }

  Optional<String> policy(int series) {
    lock.lock();
    try {
      Page page = page(series);
      return page == null ? Optional.empty() : Optional.ofNullable(page.policies[series % PAGE]);
    } finally {
      lock.unlock();
    }
  }

  Optional<Labels> labels(int series) {
    lock.lock();
    try {
      Page page = page(series);
      TenantIndex index = page == null ? null : page.tenants[series % PAGE];
      return page == null || index == null
          ? Optional.empty()
          : Optional.of(index.labels(page.ordinals[series % PAGE]));
    } finally {
      lock.unlock();
    }
  }

  Optional<ResourceRef> resource(int series) {
    lock.lock();
    try {
      Page page = page(series);
      @Nullable ResourceSeries[] attached = page == null ? null : page.resources;
      ResourceSeries resource = attached == null ? null : attached[series % PAGE];
      return resource == null ? Optional.empty() : Optional.of(resource.ref());
    } finally {
      lock.unlock();
    }
  }

  /** Up to here, exclusive, the catalog was read. */
  int end() {
    lock.lock();
    try {
      return end;
    } finally {
      lock.unlock();
    }
  }

  boolean isDeleted(int series) {
    lock.lock();
    try {
      return series < end && !isHere(series);
    } finally {
      lock.unlock();
    }
  }

  /** The series that are here and that the catalog was read beyond, or those that are not here. */
  BitSet read(boolean here) {
    lock.lock();
    try {
      BitSet found = new BitSet(end);
      for (int series = 0; series < end; series++) {
        found.set(series, isHere(series) == here);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  private boolean isHere(int series) {
    Page page = page(series);
    return page != null && page.tenants[series % PAGE] != null;
  }

  private @Nullable Page page(int series) {
    return series / PAGE < pages.length ? pages[series / PAGE] : null;
  }
}
