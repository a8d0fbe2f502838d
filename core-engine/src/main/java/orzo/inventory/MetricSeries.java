package orzo.inventory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.Book;
import orzo.book.Book.MetricHistory;
import orzo.book.Book.MetricState;
import orzo.book.Books;
import orzo.book.MetricRecord;
import orzo.book.ResourceState;
import orzo.index.FoundSeries;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.Periods;
import orzo.index.SeriesFinder;
import orzo.index.SeriesIndex;
import orzo.index.SeriesLister;
import orzo.metric.Labels;
import orzo.metric.Tenant;

/**
 * All series by labels: those of protocols as the catalog has them, and those of created metrics by
 * what their resources are and were, see {@link MetricLabels}. A created metric is one series for
 * each set of labels that it had.
 *
 * <p>For tenants without created metrics this is the index, and costs nothing besides. Of others,
 * created metrics are narrowed down by the matchers of their names and ids, and looked at one by
 * one. Safe for many threads; may block when a tenant is asked about for the first time.
 */
public final class MetricSeries implements SeriesFinder, SeriesLister {
  /** Of how many metrics the labels are remembered. */
  private static final int MAX_REMEMBERED = 50_000;

  private static final Matcher CREATED =
      Matcher.of(MetricLabels.ID, Matcher.Operation.NOT_EQUAL, "");

  private final SeriesIndex index;
  private final Books books;
  private final Sight unstated;

  // What belongs to a metric changes seldom; it counts as long as the book has the same records.
  private final Cache<Key, Remembered> remembered =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

  private record Key(Tenant tenant, UUID metric) {}

  private record Remembered(MetricState of, Map<Labels, Periods> labels) {
    // By identity: a past state may have changed with its type, and the present one be equal still.
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(MetricState now) {
      return of.metric() == now.metric() && of.resource() == now.resource();
    }
  }

  /**
   * Creates it.
   *
   * @param unstated what is seen by a thread that {@link Sight#CURRENT} says nothing of
   */
  public MetricSeries(SeriesIndex index, Books books, Sight unstated) {
    this.index = index;
    this.books = books;
    this.unstated = unstated;
  }

  private Sight sight() {
    return Sight.CURRENT.orElse(unstated);
  }

  @Override
  public FoundSeries find(Tenant tenant, List<Matcher> matchers) {
    List<IndexedSeries> known = index.select(tenant, matchers);
    if (!index.hasLabel(tenant, MetricLabels.ID)) {
      return FoundSeries.always(known);
    }
    List<Found> found = new ArrayList<>();
    Lookup lookup = new Lookup(tenant, books.known(tenant));
    lookup.find(matchers, found);
    boolean isMixed = !index.select(tenant, with(matchers, CREATED)).isEmpty();
    if (found.isEmpty() && !isMixed) {
      return FoundSeries.always(known);
    }
    for (IndexedSeries one : known) {
      if (!isMixed || !lookup.isCreated(one.labels())) {
        found.add(new Found(one, Periods.ALWAYS));
      }
    }
    found.sort(Comparator.comparing(one -> one.series.labels()));
    return series(found);
  }

  @Override
  public FoundSeries findAny(Tenant tenant, List<List<Matcher>> selectors) {
    if (!index.hasLabel(tenant, MetricLabels.ID)) {
      return index.findAny(tenant, selectors);
    }
    Map<IndexedSeries, Found> found = new LinkedHashMap<>();
    for (List<Matcher> matchers : selectors.isEmpty() ? List.of(List.<Matcher>of()) : selectors) {
      FoundSeries some = find(tenant, matchers);
      for (int i = 0; i < some.series().size(); i++) {
        IndexedSeries one = some.series().get(i);
        found.put(one, new Found(one, some.periods(i)));
      }
    }
    return series(found.values());
  }

  /** A series, and when it has the labels it has. */
  private record Found(IndexedSeries series, Periods periods) {}

  private static FoundSeries series(Collection<Found> found) {
    List<IndexedSeries> series = new ArrayList<>(found.size());
    List<Periods> periods = new ArrayList<>(found.size());
    boolean always = true;
    for (Found one : found) {
      series.add(one.series);
      periods.add(one.periods);
      always &= one.periods.isAlways();
    }
    return always ? FoundSeries.always(series) : new FoundSeries(series, periods);
  }

  private static List<Matcher> with(List<Matcher> matchers, Matcher one) {
    List<Matcher> all = new ArrayList<>(matchers);
    all.add(one);
    return all;
  }

  /** One tenant's created metrics. */
  private final class Lookup {
    private final Tenant tenant;
    private final Book book;
    private final Sight sight = sight();

    Lookup(Tenant tenant, Book book) {
      this.tenant = tenant;
      this.book = book;
    }

    /** Adds the series that satisfy all matchers. */
    void find(List<Matcher> matchers, List<Found> found) {
      for (Map.Entry<UUID, Long> candidate : candidates(matchers).entrySet()) {
        labels(candidate.getKey())
            .forEach((labels, periods) -> {
              if (matches(labels, matchers)) {
                found.add(new Found(new IndexedSeries(candidate.getValue(), labels), periods));
              }
            });
      }
    }

    /** Those whose name and id can be asked for, with their references. */
    private Map<UUID, Long> candidates(List<Matcher> matchers) {
      List<Matcher> narrow = new ArrayList<>();
      boolean isNamed = false;
      for (Matcher matcher : matchers) {
        boolean ofName = matcher.name().equals(Labels.NAME);
        if (ofName || matcher.name().equals(MetricLabels.ID)) {
          narrow.add(matcher);
          isNamed |= ofName;
        }
      }
      Map<UUID, Long> candidates = new HashMap<>();
      add(index.select(tenant, with(narrow, CREATED)), candidates);
      if (isNamed) {
        // The catalog has them under their first names.
        for (MetricRecord renamed : book.renamedMetrics()) {
          if (matches(MetricLabels.ofMetric(renamed), narrow)) {
            Matcher id =
                Matcher.of(MetricLabels.ID, Matcher.Operation.EQUAL, renamed.id().toString());
            add(index.select(tenant, List.of(id)), candidates);
          }
        }
      }
      return candidates;
    }

    private static void add(List<IndexedSeries> created, Map<UUID, Long> candidates) {
      for (IndexedSeries one : created) {
        UUID id = MetricLabels.idOf(one.labels());
        if (id != null) {
          candidates.put(id, one.ref());
        }
      }
    }

    /**
     * The labels of a metric, and when it has them; none when it was not created, is deleted, or
     * not seen.
     */
    private Map<Labels, Periods> labels(UUID id) {
      @Nullable MetricState now = book.metricState(id).orElse(null);
      if (now == null || !isSeen(now)) {
        return Map.of();
      }
      Key key = new Key(tenant, id);
      Remembered known = remembered.getIfPresent(key);
      if (known != null && known.isOf(now)) {
        return known.labels;
      }
      Optional<MetricHistory> history = book.metricHistory(id);
      if (history.isEmpty()) {
        return Map.of();
      }
      Map<Labels, Periods> labels = MetricLabels.of(history.get());
      remembered.put(key, new Remembered(present(history.get()), labels));
      return labels;
    }

    private boolean isSeen(MetricState now) {
      @Nullable ResourceState resource = now.resource();
      return sight.sees(now.metric().creator(), resource == null ? null : resource.projectId());
    }

    private static MetricState present(MetricHistory history) {
      return new MetricState(
          history.metric(), history.states().isEmpty() ? null : history.states().getLast());
    }

    /** Whether a series of the catalog is a metric of the book, or was one. */
    boolean isCreated(Labels labels) {
      UUID id = MetricLabels.idOf(labels);
      return id != null && (book.metricState(id).isPresent() || book.isDeletedMetric(id));
    }
  }

  private static boolean matches(Labels labels, List<Matcher> matchers) {
    for (Matcher matcher : matchers) {
      String name = matcher.isOfPath() ? Labels.NAME : matcher.name(); // they come under no other
      if (!matcher.matches(labels.get(name))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<Labels> series(Tenant tenant, List<List<Matcher>> selectors, int limit) {
    if (!index.hasLabel(tenant, MetricLabels.ID)) {
      return index.series(tenant, selectors, limit);
    }
    return limited(new TreeSet<>(labels(tenant, selectors)), limit);
  }

  @Override
  public List<String> labelNames(Tenant tenant, List<List<Matcher>> selectors, int limit) {
    if (!index.hasLabel(tenant, MetricLabels.ID)) {
      return index.labelNames(tenant, selectors, limit);
    }
    TreeSet<String> names = new TreeSet<>(MetricLabels.names(asked(tenant, selectors)));
    if (selectors.isEmpty() && sight().equals(Sight.ALL)) {
      names.addAll(index.labelNames(tenant, selectors, Integer.MAX_VALUE));
    }
    return limited(names, limit);
  }

  @Override
  public List<String> labelValues(
      Tenant tenant, String label, List<List<Matcher>> selectors, int limit) {
    if (label.equals(Matcher.PATH) || !index.hasLabel(tenant, MetricLabels.ID)) {
      return index.labelValues(tenant, label, selectors, limit);
    }
    TreeSet<String> values = new TreeSet<>(MetricLabels.values(asked(tenant, selectors), label));
    if (selectors.isEmpty() && sight().equals(Sight.ALL)) {
      values.addAll(index.labelValues(tenant, label, selectors, Integer.MAX_VALUE));
    }
    return limited(values, limit);
  }

  @Override
  public @Nullable List<String> fewLabelNames(Tenant tenant, int most) {
    return index.hasLabel(tenant, MetricLabels.ID) ? null : index.fewLabelNames(tenant, most);
  }

  @Override
  public @Nullable List<String> fewLabelValues(Tenant tenant, String label, int most) {
    return index.hasLabel(tenant, MetricLabels.ID)
        ? null
        : index.fewLabelValues(tenant, label, most);
  }

  /**
   * What selectors find; without any, created metrics alone if all are seen: the index knows the
   * labels of all series, but not who sees them.
   */
  private List<Labels> asked(Tenant tenant, List<List<Matcher>> selectors) {
    boolean createdOnly = selectors.isEmpty() && sight().equals(Sight.ALL);
    return labels(tenant, createdOnly ? List.of(List.of(CREATED)) : selectors);
  }

  private List<Labels> labels(Tenant tenant, List<List<Matcher>> selectors) {
    return findAny(tenant, selectors).series().stream().map(IndexedSeries::labels).toList();
  }

  private static <T> List<T> limited(Collection<T> all, int limit) {
    return all.stream().limit(limit).toList();
  }
}
