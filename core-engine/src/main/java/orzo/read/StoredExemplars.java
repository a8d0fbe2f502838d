package orzo.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.Exemplar;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.storage.ExemplarStore;
import orzo.storage.SeriesExemplar;

/** Exemplars from storage. */
public final class StoredExemplars implements Exemplars {
  private final SeriesIndex index;
  private final ExemplarStore store;

  /** Creates it. */
  public StoredExemplars(SeriesIndex index, ExemplarStore store) {
    this.index = index;
    this.store = store;
  }

  @Override
  public List<SeriesExemplars> find(
      Tenant tenant, List<List<Matcher>> selectors, long fromMillis, long toMillis) {
    Set<IndexedSeries> selected = new LinkedHashSet<>();
    selectors.forEach(matchers -> selected.addAll(index.select(tenant, matchers)));
    List<IndexedSeries> series = new ArrayList<>(selected);
    series.sort((left, right) -> left.labels().compareTo(right.labels()));
    Map<Integer, List<Integer>> bySack = new TreeMap<>();
    for (IndexedSeries one : series) {
      bySack
          .computeIfAbsent(SeriesRef.sack(one.ref()), _ -> new ArrayList<>())
          .add(SeriesRef.series(one.ref()));
    }
    Map<Long, List<Exemplar>> byRef = new HashMap<>();
    bySack.forEach((sack, members) -> {
      int[] integers = members.stream().mapToInt(Integer::intValue).toArray();
      for (SeriesExemplar found : store.read(sack, integers, fromMillis, toMillis)) {
        byRef
            .computeIfAbsent(SeriesRef.of(sack, found.series()), _ -> new ArrayList<>())
            .add(found.exemplar());
      }
    });
    List<SeriesExemplars> found = new ArrayList<>();
    for (IndexedSeries one : series) {
      List<Exemplar> exemplars = byRef.get(one.ref());
      if (exemplars != null) {
        found.add(new SeriesExemplars(one.labels(), exemplars));
      }
    }
    return found;
  }
}
