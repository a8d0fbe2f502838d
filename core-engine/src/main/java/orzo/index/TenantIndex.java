package orzo.index;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import orzo.metric.Labels;

/**
 * The series of one tenant: each has an ordinal, and each label pair has the bitmap of the ordinals
 * that carry it. Ordinals of series that are gone are given to new ones. Safe for many threads.
 */
final class TenantIndex {
  /** One value of a label: the string that all its series share, and which they are. */
  private record Posting(String value, RoaringBitmap ordinals) {}

  /** One label name: the string that all its series share, and its values. */
  private record Postings(String name, Map<String, Posting> byValue, SortedKeys values) {
    Postings(String name) {
      Map<String, Posting> byValue = new HashMap<>();
      this(name, byValue, new SortedKeys(byValue));
    }
  }

  /** The keys of a map in their order, which is found when first asked for after a change. */
  private static final class SortedKeys {
    /** More are not sorted for somebody who cannot wait. */
    private static final int MOST_AT_ONCE = 2_000;

    private static final int CHARACTERS_BESIDE = 3;

    private final Map<String, ?> map;
    private volatile @Nullable Sorted sorted;

    SortedKeys(Map<String, ?> map) {
      this.map = map;
    }

    /** To be called under the lock for writing, whenever a key comes or goes. */
    void changed() {
      sorted = null;
    }

    /** To be called under a lock; the list does not change. */
    List<String> list() {
      return sorted().keys;
    }

    /** The same if it is short, see {@link SeriesLister#fewLabelNames}; else null. */
    @Nullable List<String> few(int most) {
      Sorted known = map.size() <= MOST_AT_ONCE ? sorted() : sorted;
      return known == null || known.length > most ? null : known.keys;
    }

    private Sorted sorted() {
      Sorted known = sorted;
      if (known == null) {
        List<String> keys = map.keySet().stream().sorted().toList();
        long length = 0;
        for (String key : keys) {
          length += key.length() + CHARACTERS_BESIDE;
        }
        known = new Sorted(keys, length);
        sorted = known;
      }
      return known;
    }

    /** The keys, and how long they are together. */
    private record Sorted(List<String> keys, long length) {}
  }

  /** The selected series, in ascending order of labels, as they were in a generation. */
  private record Selected(long generation, List<IndexedSeries> series) {}

  /** How many series all selections that are remembered may have together: 4 MB of references. */
  private static final long MAX_SELECTED = 1_000_000;

  /** What a selection takes besides its series and its matchers' texts, counted in series. */
  private static final int SELECTION_WEIGHT = 100;

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<String, Postings> byName = new HashMap<>(); // guarded by lock
  private final SortedKeys names = new SortedKeys(byName); // guarded by lock
  private final List<@Nullable IndexedSeries> series = new ArrayList<>(); // guarded by lock
  private final RoaringBitmap free = new RoaringBitmap(); // ordinals; guarded by lock
  private final Paths paths = new Paths(); // guarded by lock

  // What was found before, until a series comes or goes: dashboards ask the same again and again.
  // Each is dropped when it is found to be of another generation.
  private final Cache<List<Matcher>, Selected> selections =
      Caffeine.newBuilder()
          .maximumWeight(MAX_SELECTED)
          .weigher((List<Matcher> matchers, Selected found) -> weight(matchers, found))
          .executor(Runnable::run)
          .build();
  private long generation; // guarded by lock

  private static int weight(List<Matcher> matchers, Selected found) {
    int weight = SELECTION_WEIGHT + found.series.size();
    for (Matcher matcher : matchers) {
      weight += SELECTION_WEIGHT + matcher.value().length();
    }
    return weight;
  }

  /** Adds a series that is not there, and returns its ordinal. */
  int add(long ref, Labels labels) {
    lock.writeLock().lock();
    try {
      generation++;
      int ordinal = free.isEmpty() ? series.size() : free.first();
      // The same few strings make up the labels of most series: all share one copy of each.
      String[] shared = new String[labels.size() * 2];
      for (int i = 0; i < labels.size(); i++) {
        Postings postings = byName.get(labels.name(i));
        if (postings == null) {
          postings = new Postings(labels.name(i));
          byName.put(postings.name, postings);
          names.changed();
        }
        Posting posting = postings.byValue.get(labels.value(i));
        if (posting == null) {
          posting = new Posting(labels.value(i), new RoaringBitmap());
          postings.byValue.put(posting.value, posting);
          postings.values.changed();
        }
        posting.ordinals.add(ordinal);
        shared[2 * i] = postings.name;
        shared[2 * i + 1] = posting.value;
      }
      IndexedSeries added = new IndexedSeries(ref, Labels.ofSorted(shared));
      if (ordinal == series.size()) {
        series.add(added);
      } else {
        series.set(ordinal, added);
        free.remove(ordinal);
      }
      return ordinal;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Sets the path that the series of an ordinal came under, unless it has one. */
  void setPath(int ordinal, String path) {
    lock.writeLock().lock();
    try {
      generation++;
      paths.set(ordinal, path);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Removes the series of an ordinal, and labels that no other series has. */
  void remove(int ordinal) {
    lock.writeLock().lock();
    try {
      generation++;
      IndexedSeries removed = requireNonNull(series.set(ordinal, null), "series");
      free.add(ordinal);
      paths.remove(ordinal);
      Labels labels = removed.labels();
      for (int i = 0; i < labels.size(); i++) {
        Postings postings = requireNonNull(byName.get(labels.name(i)), "postings");
        Posting posting = requireNonNull(postings.byValue.get(labels.value(i)), "posting");
        posting.ordinals.remove(ordinal);
        if (posting.ordinals.isEmpty()) {
          postings.byValue.remove(posting.value);
          postings.values.changed();
          if (postings.byValue.isEmpty()) {
            byName.remove(postings.name);
            names.changed();
          }
        }
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** The labels of an ordinal that is in use. */
  Labels labels(int ordinal) {
    lock.readLock().lock();
    try {
      return requireNonNull(series.get(ordinal), "series").labels();
    } finally {
      lock.readLock().unlock();
    }
  }

  int size() {
    lock.readLock().lock();
    try {
      return series.size() - free.getCardinality();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The series that satisfy all matchers of at least one selector; all when there is none. */
  List<IndexedSeries> select(List<List<Matcher>> selectors) {
    lock.readLock().lock();
    try {
      return listed(selected(selectors));
    } finally {
      lock.readLock().unlock();
    }
  }

  private RoaringBitmap selected(List<List<Matcher>> selectors) {
    if (selectors.isEmpty()) {
      return all();
    }
    RoaringBitmap selected = new RoaringBitmap();
    for (List<Matcher> matchers : selectors) {
      selected.or(ordinals(matchers));
    }
    return selected;
  }

  /** The series that satisfy all matchers, in ascending order of labels; not to be changed. */
  List<IndexedSeries> sorted(List<Matcher> matchers) {
    Selected known = selections.getIfPresent(matchers);
    long now;
    List<IndexedSeries> found;
    lock.readLock().lock();
    try {
      now = generation;
      if (known != null && known.generation == now) {
        return known.series;
      }
      found = listed(ordinals(matchers));
    } finally {
      lock.readLock().unlock();
    }
    found.sort(Comparator.comparing(IndexedSeries::labels));
    List<IndexedSeries> sorted = List.copyOf(found);
    if (sorted.size() <= MAX_SELECTED / 4) {
      selections.put(matchers, new Selected(now, sorted));
    }
    return sorted;
  }

  private RoaringBitmap all() {
    RoaringBitmap all = RoaringBitmap.bitmapOfRange(0, series.size());
    all.andNot(free);
    return all;
  }

  private List<IndexedSeries> listed(RoaringBitmap ordinals) {
    List<IndexedSeries> listed = new ArrayList<>(ordinals.getCardinality());
    ordinals.forEach((int ordinal) -> listed.add(requireNonNull(series.get(ordinal), "series")));
    return listed;
  }

  /** See {@link SeriesStatistics}. */
  SeriesStatistics.Statistics statistics(int limit) {
    LargestCounts names = new LargestCounts(limit);
    LargestCounts values = new LargestCounts(limit);
    LargestCounts bytes = new LargestCounts(limit);
    LargestCounts pairs = new LargestCounts(limit);
    long labelPairs = 0;
    lock.readLock().lock();
    try {
      for (Postings postings : byName.values()) {
        long length = 0;
        boolean isName = postings.name.equals(Labels.NAME);
        for (Posting posting : postings.byValue.values()) {
          long count = posting.ordinals.getLongCardinality();
          length += count * utf8Length(posting.value);
          if (isName) {
            names.add(posting.value, count);
          }
          if (pairs.takes(count)) {
            pairs.add(postings.name + "=" + posting.value, count);
          }
        }
        labelPairs += postings.byValue.size();
        values.add(postings.name, postings.byValue.size());
        bytes.add(postings.name, length);
      }
      return new SeriesStatistics.Statistics(
          series.size() - free.getLongCardinality(),
          labelPairs,
          names.largest(),
          values.largest(),
          bytes.largest(),
          pairs.largest());
    } finally {
      lock.readLock().unlock();
    }
  }

  private static long utf8Length(String text) {
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return length;
  }

  List<String> labelNames() {
    lock.readLock().lock();
    try {
      return names.list();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Whether any series has a label of that name. */
  boolean hasLabel(String name) {
    lock.readLock().lock();
    try {
      return byName.containsKey(name);
    } finally {
      lock.readLock().unlock();
    }
  }

  List<String> labelValues(String label) {
    lock.readLock().lock();
    try {
      Postings postings = byName.get(label);
      return postings == null ? List.of() : postings.values.list();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** See {@link SeriesLister#fewLabelNames}. */
  @Nullable List<String> fewLabelNames(int most) {
    if (!lock.readLock().tryLock()) {
      return null;
    }
    try {
      return names.few(most);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** See {@link SeriesLister#fewLabelValues}. */
  @Nullable List<String> fewLabelValues(String label, int most) {
    if (!lock.readLock().tryLock()) {
      return null;
    }
    try {
      Postings postings = byName.get(label);
      return postings == null ? List.of() : postings.values.few(most);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The paths, sorted, of the series that satisfy all matchers of at least one selector. */
  List<String> paths(List<List<Matcher>> selectors) {
    lock.readLock().lock();
    try {
      RoaringBitmap selected = selected(selectors);
      TreeSet<String> found = new TreeSet<>();
      paths.takeOut(selected, found::add);
      Postings names = byName.get(Labels.NAME);
      if (names != null) {
        for (Posting name : names.byValue.values()) {
          if (RoaringBitmap.intersects(name.ordinals, selected)) {
            found.add(name.value);
          }
        }
      }
      return List.copyOf(found);
    } finally {
      lock.readLock().unlock();
    }
  }

  private RoaringBitmap ordinals(List<Matcher> matchers) {
    RoaringBitmap selected = all();
    // What keeps few comes first, so that there is little left when the costly ones are asked.
    for (Matcher matcher : matchers) {
      if (isExact(matcher)) {
        selected.and(withValue(matcher.name(), matcher.value()));
      }
    }
    for (Matcher matcher : matchers) {
      if (!isExact(matcher) && !matcher.isOfPath() && !selected.isEmpty()) {
        retain(selected, matcher.name(), matcher);
      }
    }
    for (Matcher matcher : matchers) {
      if (matcher.isOfPath() && !selected.isEmpty()) {
        paths.retain(selected, named(selected, matcher), matcher);
      }
    }
    return selected;
  }

  private static boolean isExact(Matcher matcher) {
    return matcher.operation() == Matcher.Operation.EQUAL
        && !matcher.value().isEmpty()
        && !matcher.isOfPath();
  }

  /** Those of {@code selected} whose name satisfies a matcher of paths. */
  private RoaringBitmap named(RoaringBitmap selected, Matcher matcher) {
    RoaringBitmap named = selected.clone();
    if (matcher.isExactPath()) {
      named.and(withValue(Labels.NAME, matcher.value()));
    } else {
      retain(named, Labels.NAME, matcher);
    }
    return named;
  }

  /** Takes those out of {@code selected} whose label does not satisfy a matcher. */
  private void retain(RoaringBitmap selected, String label, Matcher matcher) {
    if (matcher.matches("")) {
      // A series without the label satisfies it too: only those go whose value does not.
      selected.andNot(union(label, matcher, false));
    } else {
      selected.and(union(label, matcher, true));
    }
  }

  private RoaringBitmap withValue(String label, String value) {
    Postings postings = byName.get(label);
    Posting posting = postings == null ? null : postings.byValue.get(value);
    return posting == null ? new RoaringBitmap() : posting.ordinals;
  }

  /** The ordinals of all series whose label has a value that {@code matcher} takes, or refuses. */
  private RoaringBitmap union(String label, Matcher matcher, boolean taken) {
    RoaringBitmap union = new RoaringBitmap();
    Postings postings = byName.get(label);
    if (postings != null) {
      for (Posting posting : postings.byValue.values()) {
        if (matcher.matches(posting.value) == taken) {
          union.or(posting.ordinals);
        }
      }
    }
    return union;
  }
}
